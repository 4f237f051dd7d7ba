"""Causal language models as classifiers: the label whose word is the likeliest answer."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from trusteq_core.errors import DataError, ModelError
from trusteq_core.models import environment  # noqa: F401  sets the libraries up, so it comes first
from trusteq_core.models.checkpoint import check_folder, fingerprint, read_json, weight_files
from trusteq_core.models.label_words import LabelWordForward, Lowered, answer_tokens
from trusteq_core.models.loading import to_device
from trusteq_core.models.pretrained import guarded, load_tokenizer, longest_input
from trusteq_core.models.prompt import EMPTY, Prompt, read_prompt
from trusteq_core.models.prompt_tokens import PromptTokens
from trusteq_core.models.token_classifier import TokenClassifier
from trusteq_core.models.transformers_classifier import usual_budget
from trusteq_core.tasks import Task

import torch  # isort: skip
from transformers import AutoModelForCausalLM, PreTrainedModel, PreTrainedTokenizerBase  # isort: skip

__all__ = ["CausalClassifier", "load_causal"]


class CausalClassifier(TokenClassifier):
    """A causal language model that satisfies the `Classifier` protocol.

    The words of the segments are the players; the prompt around them is never masked. Where a
    prompt is longer than the model's input, the longest segment is cut at its end.

    Parameters
    ----------
    model : PreTrainedModel
        Causal language model in evaluation mode.
    tokenizer : PreTrainedTokenizerBase
        A fast tokenizer that puts nothing behind a text.
    prompt : Prompt
        What is asked, and the label words.
    task : Task
        The task.
    name, fingerprint : str
        Short id, and hash of everything that decides the outputs.

    Raises
    ------
    ModelError
        If the tokenizer puts something behind a text, a label word cannot follow the prompt, or
        the prompt alone fills the model's input.
    """

    def __init__(
        self,
        model: PreTrainedModel,
        tokenizer: PreTrainedTokenizerBase,
        prompt: Prompt,
        *,
        task: Task,
        name: str,
        fingerprint: str,
    ) -> None:
        tokenizer.padding_side = "left"
        self.prompt = prompt.check(task)
        answers = answer_tokens(tokenizer, self.prompt, task)
        super().__init__(
            LabelWordForward(model, answers),
            tokenizer,
            task=task,
            name=name,
            fingerprint=fingerprint,
            output_order=range(len(task.labels)),
            max_tokens=longest_input(model.config, tokenizer) - max(map(len, answers)) + 1,
            adapter="causal",
            token_budget=usual_budget(model),
        )
        self.model = model
        empty, _ = self.prompt.render([""] * len(task.segments))
        needed = len(tokenizer(empty)["input_ids"])
        if needed >= self.max_tokens:
            raise ModelError(
                f'The prompt of model "{name}" alone has {needed} tokens, and the model reads '
                f"{self.max_tokens}. Use a shorter template."
            )
        if self.prompt.calibrate:
            nothing = self.predict([(EMPTY,) * len(task.segments)])[0]
            self.forward = Lowered(self.forward, np.log(nothing.clip(np.finfo(float).tiny)))

    @property
    def output_labels(self) -> None:
        """None: the labels are asked for by their words, so there is no order to check."""

    @property
    def mask_token(self) -> None:
        """None: a model that reads from left to right has learnt no mask."""

    def _tokenise(self, examples: Sequence[tuple[str, ...]]) -> PromptTokens:
        for segments in examples:
            self.task.check_segments(tuple(segments))
            if not all(isinstance(text, str) for text in segments):
                raise DataError(f"Every segment must be text, got {segments!r}.")
        prompts = [self.prompt.render(segments) for segments in examples]
        tokens = self.tokenizer([text for text, _ in prompts])
        if max(map(len, tokens["input_ids"])) > self.max_tokens:
            examples = [self._fitting(segments) for segments in examples]
            prompts = [self.prompt.render(segments) for segments in examples]
            tokens = self.tokenizer([text for text, _ in prompts])
        return PromptTokens(tokens, [starts for _, starts in prompts], examples)

    def _fitting(self, segments: Sequence[str]) -> tuple[str, ...]:
        """Return the segments, the longest of them cut until the prompt fits into the input."""
        cut = list(segments)
        while True:
            text, starts = self.prompt.render(cut)
            encoding = self.tokenizer(text).encodings[0]
            excess = len(encoding.ids) - self.max_tokens
            if excess <= 0:
                return tuple(cut)
            inside = [
                [start for start, end in encoding.offsets if begin <= start < begin + len(part)]
                for begin, part in zip(starts, cut, strict=True)
            ]
            longest = max(range(len(cut)), key=lambda number: len(inside[number]))
            kept = max(0, len(inside[longest]) - excess)
            end = inside[longest][kept] - starts[longest] if inside[longest] else 0
            cut[longest] = cut[longest][:end].rstrip()


def load_causal(
    folder: Path,
    task: Task,
    *,
    name: str,
    device: str = "cpu",
    dtype: str = "float32",
    prompt: Prompt | None = None,
) -> CausalClassifier:
    """Load a causal language model from a folder in the format of ``save_pretrained``.

    Parameters
    ----------
    folder : Path
        Holds config.json, safetensors weights and a tokenizer; optionally a ``prompt.json``.
    task : Task
        The task it is used for.
    name : str
        Short id of the model.
    device : str
        Where to compute, as torch names it.
    dtype : str
        What torch computes in: ``float32``, ``bfloat16`` or ``float16``.
    prompt : Prompt, optional
        In place of the folder's own and of the usual one of the task.

    Raises
    ------
    ModelError
        If the folder is incomplete, would need remote code or pickle, or the prompt does not fit.
    """
    check_folder(folder)
    chosen = (prompt or read_prompt(folder, task)).check(task)
    tokenizer = load_tokenizer(folder)
    model = guarded(
        folder,
        AutoModelForCausalLM.from_pretrained,
        dtype=getattr(torch, dtype),
        use_safetensors=True,
    )
    to_device(model, device)
    extras: dict[str, Any] = {"prompt": chosen.to_json(), "task": task.id}
    classifier = CausalClassifier(
        model.eval(),
        tokenizer,
        chosen,
        task=task,
        name=name,
        fingerprint=fingerprint(
            weight_files(folder),
            read_json(folder / "config.json"),
            tokenizer.backend_tokenizer.to_str(),
            extras if dtype == "float32" else {**extras, "dtype": dtype},
        ),
    )
    if dtype != "float32":
        classifier.notes["dtype"] = dtype
    return classifier

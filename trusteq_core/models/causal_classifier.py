"""Causal language models as classifiers: the label whose word is the likeliest answer."""

from __future__ import annotations

from collections import UserDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from trusteq_core.errors import DataError, ModelError
from trusteq_core.models import environment  # noqa: F401  sets the libraries up, so it comes first
from trusteq_core.models.checkpoint import check_folder, fingerprint, read_json, weight_files
from trusteq_core.models.loading import to_device
from trusteq_core.models.pretrained import guarded, load_tokenizer, longest_input
from trusteq_core.models.prompt import Prompt, read_prompt
from trusteq_core.models.token_classifier import TokenClassifier
from trusteq_core.models.transformers_classifier import TorchForward
from trusteq_core.tasks import Task

import torch  # isort: skip
from transformers import AutoModelForCausalLM, PreTrainedModel, PreTrainedTokenizerBase  # isort: skip

__all__ = ["CausalClassifier", "LabelWordForward", "answer_tokens", "load_causal"]

EMPTY = "N/A"
"""What every segment is where a prompt asks about nothing."""


class LabelWordForward(TorchForward):
    """Log-probabilities of the label words after a prompt.

    Parameters
    ----------
    model : PreTrainedModel
        Causal language model in evaluation mode.
    answers : sequence of list of int
        The tokens of each label's word.
    """

    def __init__(self, model: PreTrainedModel, answers: Sequence[list[int]]) -> None:
        super().__init__(model, lean=False)
        self.answers = [torch.tensor(tokens) for tokens in answers]

    def outputs(self, tensors: Mapping[str, torch.Tensor]) -> torch.Tensor:
        """Return the log-probability of each label's word, shape (n, K).

        Prompts are padded on the left, so that all of them end, and every answer begins, at the
        same place.
        """
        ids, mask = tensors["input_ids"], tensors["attention_mask"]
        if all(len(tokens) == 1 for tokens in self.answers):
            first = torch.cat(self.answers).to(ids.device)
            return self._log_probabilities(ids, mask, 1)[:, 0, first]
        columns = [self._answer(ids, mask, tokens.to(ids.device)) for tokens in self.answers]
        return torch.stack(columns, dim=1)

    def _answer(self, ids: torch.Tensor, mask: torch.Tensor, tokens: torch.Tensor) -> torch.Tensor:
        """Return the log-probability of one answer of several tokens, shape (n,)."""
        before = tokens[:-1].expand(len(ids), -1)
        ids = torch.cat([ids, before], dim=1)
        mask = torch.cat([mask, torch.ones_like(before)], dim=1)
        found = self._log_probabilities(ids, mask, len(tokens))
        return found.gather(2, tokens.expand(len(ids), -1).unsqueeze(2)).sum(dim=(1, 2))

    def _log_probabilities(self, ids: torch.Tensor, mask: torch.Tensor, last: int) -> torch.Tensor:
        """Return the log-probabilities of the next token at the last places."""
        logits = self.model(
            input_ids=ids,
            attention_mask=mask,
            position_ids=(mask.cumsum(dim=1) - 1).clamp(min=0),
            logits_to_keep=last,
            use_cache=False,
        ).logits
        return logits[:, -last:].float().log_softmax(dim=-1)


class PromptTokens(UserDict):
    """What a tokenizer returned for prompts, its characters counted in the segments.

    Parameters
    ----------
    tokens : BatchEncoding
        What the tokenizer returned.
    starts : sequence of tuple of int
        Where each segment begins in its prompt.
    examples : sequence of tuple of str
        The segments of each example as they stand in its prompt.
    """

    def __init__(
        self,
        tokens: Any,
        starts: Sequence[tuple[int, ...]],
        examples: Sequence[tuple[str, ...]],
    ) -> None:
        super().__init__(tokens)
        self._found = zip(tokens.encodings, starts, examples, strict=True)

    @cached_property
    def encodings(self) -> list[SegmentTokens]:
        """Segment and characters of each token, as for a tokenizer that reads the segments."""
        return [SegmentTokens.of(*each) for each in self._found]


@dataclass(frozen=True, slots=True)
class SegmentTokens:
    """Which segment each token of a prompt is of, and which of its characters it covers.

    Attributes
    ----------
    sequence_ids : list of int or None
        Number of the segment; None for a token of the prompt's own words.
    offsets : list of tuple of int
        First character, and the one behind the last, in that segment.
    """

    sequence_ids: list[int | None]
    offsets: list[tuple[int, int]]

    @classmethod
    def of(cls, encoding: Any, starts: tuple[int, ...], segments: tuple[str, ...]) -> SegmentTokens:
        """Return where the tokens of one prompt lie in its segments."""
        ids: list[int | None] = []
        offsets = []
        for start, end in encoding.offsets:
            number, inside = None, (0, 0)
            for segment, (begin, text) in enumerate(zip(starts, segments, strict=True)):
                if begin < end <= begin + len(text) and end > start:
                    # A token may begin with the space before the segment.
                    number, inside = segment, (max(0, start - begin), end - begin)
            ids.append(number)
            offsets.append(inside)
        return cls(ids, offsets)


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
            self.forward = _Lowered(self.forward, np.log(nothing.clip(np.finfo(float).tiny)))

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


class _Lowered:
    """A forward pass whose outputs are lowered by a fixed amount for each label."""

    def __init__(self, forward: Any, offset: np.ndarray) -> None:
        self._forward, self._offset = forward, offset

    def __call__(self, inputs: Mapping[str, np.ndarray]) -> np.ndarray:
        return self._forward(inputs) - self._offset


def answer_tokens(
    tokenizer: PreTrainedTokenizerBase, prompt: Prompt, task: Task
) -> list[list[int]]:
    """Return the tokens of each label's word as they follow the prompt, in the labels' order.

    Raises
    ------
    ModelError
        If the tokenizer puts something behind a text, or joins a word with the prompt's end.
    """
    start = tokenizer("")["input_ids"]
    if start not in ([], [tokenizer.bos_token_id]):
        raise ModelError(
            "The tokenizer puts tokens behind every text, so no answer can follow. Save the model "
            "with a tokenizer that adds a beginning at most."
        )
    question, _ = prompt.render([EMPTY] * len(task.segments))
    ids = tokenizer(question)["input_ids"]
    answers = []
    for word in prompt.words.values():
        whole = tokenizer(f"{question} {word}")["input_ids"]
        if whole[: len(ids)] != ids or len(whole) == len(ids):
            raise ModelError(
                f'The label word "{word}" does not follow the prompt as tokens of its own. End the '
                "template with a word or a colon, or choose another word."
            )
        answers.append(whole[len(ids) :])
    if len({tuple(tokens) for tokens in answers}) < len(answers):
        raise ModelError("Two label words have the same tokens. Choose other words.")
    return answers


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

"""The words that stand for the labels, scored as answers to a prompt."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from trusteq_core.errors import ModelError
from trusteq_core.models.prompt import EMPTY, Prompt
from trusteq_core.models.transformers_classifier import TorchForward
from trusteq_core.tasks import Task

import torch  # isort: skip
from transformers import PreTrainedModel, PreTrainedTokenizerBase  # isort: skip

if TYPE_CHECKING:
    from trusteq_core.models.token_classifier import Forward

__all__ = ["LabelWordForward", "Lowered", "answer_tokens"]


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


class Lowered:
    """A forward pass whose outputs are lowered by a fixed amount for each label."""

    def __init__(self, forward: Forward, offset: np.ndarray) -> None:
        self._forward, self._offset = forward, offset

    def __call__(self, inputs: Mapping[str, np.ndarray]) -> np.ndarray:
        """Return the lowered outputs, shape (n, K)."""
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

"""Tokenised examples, and the batches a training loop draws from them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
import torch
from transformers import PreTrainedTokenizerBase

from trusteq_core.compression.tokenizer import MAX_TOKENS
from trusteq_core.tasks import Task, label_codes, segments_of

__all__ = ["Encoded", "bucketed_batches", "encode"]


@dataclass(frozen=True, slots=True, eq=False)
class Encoded:
    """Tokenised examples.

    Attributes
    ----------
    ids : list of list of int
        Token ids of each example, without padding.
    types : list of list of int or None
        Segment ids of the tokens; None for a tokenizer that has none.
    labels : ndarray of int, shape (n,)
        Gold labels as numbers of the model's outputs.
    padding : int
        Token id that fills up shorter examples.
    """

    ids: list[list[int]]
    types: list[list[int]] | None
    labels: np.ndarray
    padding: int = 0

    def lengths(self) -> np.ndarray:
        """Return the number of tokens of each example, shape (n,)."""
        return np.array([len(row) for row in self.ids], dtype=int)

    def batch(self, rows: np.ndarray) -> dict[str, torch.Tensor]:
        """Return the examples with these numbers as padded tensors."""
        width = max(len(self.ids[row]) for row in rows)
        mask = np.zeros((len(rows), width), dtype=np.int64)
        inputs = {"input_ids": mask + self.padding}
        if self.types is not None:
            inputs["token_type_ids"] = mask.copy()
        for place, row in enumerate(rows):
            size = len(self.ids[row])
            mask[place, :size] = 1
            inputs["input_ids"][place, :size] = self.ids[row]
            if self.types is not None:
                inputs["token_type_ids"][place, :size] = self.types[row]
        inputs["attention_mask"] = mask
        return {name: torch.from_numpy(matrix) for name, matrix in inputs.items()}


def encode(
    tokenizer: PreTrainedTokenizerBase,
    frame: pd.DataFrame,
    task: Task,
    *,
    outputs: Sequence[int] | None = None,
    max_tokens: int = MAX_TOKENS,
) -> Encoded:
    """Tokenise an example table once, for all epochs.

    Parameters
    ----------
    tokenizer : PreTrainedTokenizerBase
        The model's tokenizer.
    frame : DataFrame
        An example table with gold labels.
    task : Task
        The task.
    outputs : sequence of int, optional
        For each label of the task, the number of the model's output that means it; by default
        outputs stand in the order of the labels.
    max_tokens : int
        Longer examples are cut.
    """
    columns = [list(texts) for texts in zip(*segments_of(frame, task), strict=True)]
    tokens = tokenizer(*columns, truncation=True, max_length=max_tokens)
    codes = label_codes(frame, task)
    return Encoded(
        tokens["input_ids"],
        tokens.get("token_type_ids"),
        codes if outputs is None else np.asarray(outputs)[codes],
        padding=tokenizer.pad_token_id,
    )


def bucketed_batches(
    lengths: np.ndarray, batch_size: int, rng: np.random.Generator, *, pool: int = 40
) -> Iterator[np.ndarray]:
    """Yield the numbers of the examples of each batch of one epoch, every example once.

    Examples are shuffled, sorted by length within pools of `pool` batches so that little is
    padded, and the batches of the epoch shuffled again.
    """
    order = rng.permutation(len(lengths))
    batches: list[np.ndarray] = []
    for start in range(0, len(order), pool * batch_size):
        part = order[start : start + pool * batch_size]
        part = part[np.argsort(lengths[part], kind="stable")]
        batches += [part[at : at + batch_size] for at in range(0, len(part), batch_size)]
    for number in rng.permutation(len(batches)):
        yield batches[number]

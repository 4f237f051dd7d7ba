"""Tokenised examples, and the batches a training loop draws from them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd
import torch

from trusteq_core.compression.tokenizer import MAX_TOKENS
from trusteq_core.tasks import Task, label_codes, segments_of

__all__ = ["Encoded", "bucketed_batches", "encode"]


@dataclass(frozen=True, slots=True, eq=False)
class Encoded:
    """Tokenised examples.

    Attributes
    ----------
    ids, types : list of list of int
        Token ids and segment ids of each example, without padding.
    labels : ndarray of int, shape (n,)
        Gold labels as positions among the task's labels.
    """

    ids: list[list[int]]
    types: list[list[int]]
    labels: np.ndarray

    def lengths(self) -> np.ndarray:
        """Return the number of tokens of each example, shape (n,)."""
        return np.array([len(row) for row in self.ids], dtype=int)

    def batch(self, rows: np.ndarray) -> dict[str, torch.Tensor]:
        """Return the examples with these numbers as padded tensors (padding id 0)."""
        width = max(len(self.ids[row]) for row in rows)
        tensors = np.zeros((3, len(rows), width), dtype=np.int64)
        for place, row in enumerate(rows):
            size = len(self.ids[row])
            tensors[0, place, :size] = self.ids[row]
            tensors[1, place, :size] = self.types[row]
            tensors[2, place, :size] = 1
        ids, types, mask = torch.from_numpy(tensors)
        return {"input_ids": ids, "token_type_ids": types, "attention_mask": mask}


def encode(tokenizer: Callable, frame: pd.DataFrame, task: Task) -> Encoded:
    """Tokenise an example table once, for all epochs."""
    columns = [list(texts) for texts in zip(*segments_of(frame, task), strict=True)]
    tokens = tokenizer(*columns, truncation=True, max_length=MAX_TOKENS)
    return Encoded(tokens["input_ids"], tokens["token_type_ids"], label_codes(frame, task))


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

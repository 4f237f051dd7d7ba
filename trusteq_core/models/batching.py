"""Batches of similar length under a budget of tokens."""

from __future__ import annotations

import numpy as np

__all__ = ["token_batches"]


def token_batches(lengths: np.ndarray, budget: int) -> list[np.ndarray]:
    """Split examples into batches whose padded size stays within a budget.

    Parameters
    ----------
    lengths : ndarray of int, shape (n,)
        Tokens of each example.
    budget : int
        Largest number of tokens of a batch, padding included; an example longer than the budget
        is a batch of its own.

    Returns
    -------
    list of ndarray of int
        The numbers of the examples of each batch, longest first: a batch too large for the memory
        then shows at once.

    Examples
    --------
    >>> [batch.tolist() for batch in token_batches(np.array([3, 9, 4, 2]), 8)]
    [[1], [2, 0], [3]]
    """
    order = np.argsort(-lengths, kind="stable")
    batches: list[np.ndarray] = []
    start = 0
    while start < len(order):
        size = max(1, budget // max(1, int(lengths[order[start]])))
        batches.append(order[start : start + size])
        start += size
    return batches

"""Two attributions over the same words: the form in which every overlap measure receives them.

One rule for words that a model does not see (NaN: truncated, or dropped by its tokenizer):

- seen by one model only: the other cannot be moved by the word, so it counts as zero there;
- seen by neither: the word is no part of the example, nor of its number of words. Padding of
  shorter examples is written the same way.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from trusteq_core.errors import DataError

__all__ = ["Pair", "check_k", "one_or_many", "pad", "pair"]


@dataclass(frozen=True, slots=True, eq=False)
class Pair:
    """Two attributions, ready to be compared.

    Attributes
    ----------
    a, b : ndarray, shape (..., n_words)
        Signed values; zero where a model does not see the word.
    present : ndarray of bool, shape (..., n_words)
        Words that at least one of the models sees.
    comparable : ndarray of bool, shape (...)
        False where an attribution is zero throughout: it ranks nothing, so it overlaps nothing.
    """

    a: np.ndarray
    b: np.ndarray
    present: np.ndarray
    comparable: np.ndarray

    @property
    def n_words(self) -> np.ndarray:
        """Number of words of each example, shape (...)."""
        return self.present.sum(axis=-1)


def pair(a: np.ndarray, b: np.ndarray) -> Pair:
    """Check two attributions and bring them to one form.

    Raises
    ------
    DataError
        If the shapes differ, an array has no word axis, or a value is infinite.
    """
    a, b = np.asarray(a, dtype=float), np.asarray(b, dtype=float)
    if a.shape != b.shape or a.ndim == 0:
        raise DataError(
            f"Attributions of shapes {a.shape} and {b.shape} cannot be compared: both need the "
            "same shape (..., n_words). Explain both models over one word grid."
        )
    if np.isinf(a).any() or np.isinf(b).any():
        raise DataError("An attribution holds an infinite value; allowed: finite values and NaN.")
    present = ~(np.isnan(a) & np.isnan(b))
    a, b = np.nan_to_num(a, nan=0.0), np.nan_to_num(b, nan=0.0)
    comparable = np.logical_and(a.any(axis=-1), b.any(axis=-1))
    return Pair(a, b, np.asarray(present), np.asarray(comparable))


def pad(values: Sequence[np.ndarray]) -> np.ndarray:
    """Stack attributions of examples of different length, shape (n, longest), NaN behind.

    Examples
    --------
    >>> pad([np.array([0.5, -0.25]), np.array([1.0])])
    array([[ 0.5 , -0.25],
           [ 1.  ,   nan]])
    """
    padded = np.full((len(values), max(map(len, values), default=0)), np.nan)
    for row, one in zip(padded, values, strict=True):
        row[: len(one)] = one
    return padded


def one_or_many(values: np.ndarray) -> np.ndarray | float:
    """Return a plain float for one example, the array for many."""
    return float(values) if np.ndim(values) == 0 else values


def check_k(k: int) -> int:
    """Return `k` if it can be a number of top words, else raise `DataError`."""
    if isinstance(k, bool) or not isinstance(k, int | np.integer) or k < 1:
        raise DataError(f"K, the number of top words, must be a whole number >= 1, got {k!r}.")
    return int(k)

"""What overlap is worth: the overlap of two random sets below it, the ceiling above it."""

from __future__ import annotations

from functools import cache
from math import comb

import numpy as np

from trusteq_core.alignment.pairs import check_k, one_or_many

__all__ = ["chance_corrected", "chance_jaccard", "position_between"]


@cache
def _exact(n_words: int, k: int) -> float:
    if n_words <= k:
        return float("nan")
    ways = comb(n_words, k)
    return sum(
        comb(k, shared) * comb(n_words - k, k - shared) / ways * shared / (2 * k - shared)
        for shared in range(max(1, 2 * k - n_words), k + 1)
    )


def chance_jaccard(n_words: np.ndarray | int, k: int) -> np.ndarray | float:
    """Return the exact expected Jaccard overlap of two random sets of k out of n words.

    Parameters
    ----------
    n_words : int or ndarray of int
        Words of the example.
    k : int
        Size of both sets.

    Returns
    -------
    float or ndarray
        Range 0 to 1; NaN where ``n_words <= k``, as :func:`jaccard_at_k` is.

    Examples
    --------
    >>> round(chance_jaccard(16, 10), 3)
    0.462
    """
    k = check_k(k)
    counts = np.asarray(n_words)
    values = np.array([_exact(int(n), k) for n in counts.ravel()], dtype=float)
    return one_or_many(values.reshape(counts.shape))


def chance_corrected(
    jaccard: np.ndarray | float, n_words: np.ndarray | int, k: int
) -> np.ndarray | float:
    """Return Jaccard@K on a scale where 0 is chance and 1 is the same words.

    (J - E[J]) / (1 - E[J]) per example; average it over examples, not before. At most 1,
    negative below chance.

    Examples
    --------
    >>> chance_corrected(chance_jaccard(12, 3), 12, 3)
    0.0
    """
    chance = chance_jaccard(n_words, k)
    return one_or_many((np.asarray(jaccard, dtype=float) - chance) / (1.0 - chance))


def position_between(
    overlap: np.ndarray | float, *, chance: np.ndarray | float, ceiling: np.ndarray | float
) -> np.ndarray | float:
    """Return where an overlap lies between chance (0) and its ceiling (1).

    The ceiling is what the original scores against itself: under an independent explainer seed
    (resampling), or against the same architecture trained from another seed (retraining).

    Returns
    -------
    float or ndarray
        Unbounded: below 0 is worse than chance, above 1 better than the ceiling. NaN where the
        ceiling is not above chance, because then there is no scale.

    Examples
    --------
    >>> position_between(0.5, chance=0.25, ceiling=0.75)
    0.5
    """
    overlap, chance, ceiling = (
        np.asarray(value, dtype=float) for value in (overlap, chance, ceiling)
    )
    room = np.where(ceiling > chance, ceiling - chance, np.nan)
    return one_or_many((overlap - chance) / room)

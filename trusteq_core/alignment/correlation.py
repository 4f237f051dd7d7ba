"""Agreement over all words of an example: rank correlations, rank-biased overlap, cosine.

Every function takes signed attributions of shape (..., n_words), returns one number per example
and raises `DataError` for shapes that differ. NaN where a correlation is not defined: fewer than
two words, or a constant attribution.
"""

from __future__ import annotations

from collections.abc import Callable
from math import prod

import numpy as np

from trusteq_core.alignment.pairs import Pair, one_or_many, pair
from trusteq_core.alignment.top import top_order
from trusteq_core.errors import DataError

__all__ = ["cosine", "kendall", "rbo", "spearman"]

_CHUNK = 4_000_000  # entries of a block of word-by-word sign matrices: 32 MB


def spearman(a: np.ndarray, b: np.ndarray) -> np.ndarray | float:
    """Return Spearman's rank correlation of two attributions, ties sharing their mean rank.

    Range -1 to 1, higher is more alike, 0 for unrelated orders.

    References
    ----------
    Spearman, "The Proof and Measurement of Association between Two Things", 1904,
    doi:10.2307/1412159.

    Examples
    --------
    >>> spearman([3, 2, 1], [3, 1, 2])
    0.5
    """

    def correlate(signs_a: np.ndarray, signs_b: np.ndarray) -> np.ndarray:
        # The row sums are the mid-ranks, centred and doubled.
        return _cosine(signs_a.sum(axis=-1), signs_b.sum(axis=-1))

    return _by_signs(pair(a, b), correlate)


def kendall(a: np.ndarray, b: np.ndarray) -> np.ndarray | float:
    """Return Kendall's tau-b of two attributions: concordant less discordant pairs of words.

    Range -1 to 1, higher is more alike; corrected for ties.

    References
    ----------
    Kendall, "The Treatment of Ties in Ranking Problems", 1945, doi:10.1093/biomet/33.3.239.

    Examples
    --------
    >>> kendall([1, 2, 3], [1, 3, 2])
    0.3333333333333333
    """

    def correlate(signs_a: np.ndarray, signs_b: np.ndarray) -> np.ndarray:
        flat = (*signs_a.shape[:-2], -1)
        return _cosine(signs_a.reshape(flat), signs_b.reshape(flat))

    return _by_signs(pair(a, b), correlate)


def rbo(a: np.ndarray, b: np.ndarray, *, p: float = 0.9) -> np.ndarray | float:
    """Return the rank-biased overlap of the two orders by absolute value.

    The extrapolated form over all words: overlap at depth d weighs p^(d-1), so the first words
    count most. Range 0 to 1, higher is more alike; NaN where an attribution is zero throughout.

    Parameters
    ----------
    a, b : ndarray, shape (..., n_words)
        Signed attributions.
    p : float, default 0.9
        Persistence, 0 < p < 1; the first ten words carry 86 % of the weight at 0.9.

    References
    ----------
    Webber, Moffat, Zobel, "A Similarity Measure for Indefinite Rankings", 2010,
    doi:10.1145/1852102.1852106.

    Examples
    --------
    >>> round(rbo([3, 2, 1], [1, 2, 3]), 4)
    0.855
    """
    if not 0.0 < p < 1.0:
        raise DataError(f"The persistence p must lie between 0 and 1, got {p}.")
    both = pair(a, b)
    depth_a, depth_b = (_places(values, both.present) for values in (both.a, both.b))
    reached = np.sort(np.maximum(depth_a, depth_b), axis=-1)  # depth at which a word is shared
    depths = np.arange(1, both.a.shape[-1] + 1)
    weights = p ** (depths - 1.0) / depths
    # A word shared from depth m on adds 1/d at every depth d >= m, and p^n / n at the end.
    tail = np.cumsum(weights * (1.0 - p))
    n_words = both.n_words[..., None]
    within = np.concatenate([[0.0], tail])
    earned = within[n_words] - within[np.minimum(reached, n_words + 1) - 1]
    earned = earned + p ** n_words.astype(float) / np.maximum(n_words, 1)
    total = np.where(reached <= n_words, earned, 0.0).sum(axis=-1)
    return one_or_many(np.where(both.comparable, total, np.nan))


def cosine(a: np.ndarray, b: np.ndarray) -> np.ndarray | float:
    """Return the cosine between two attributions as vectors over the words.

    Range -1 to 1, higher is more alike; NaN where an attribution is zero throughout.

    Examples
    --------
    >>> cosine([3.0, 4.0], [4.0, 3.0])
    0.96
    """
    both = pair(a, b)
    return one_or_many(_cosine(both.a, both.b))


def _places(values: np.ndarray, present: np.ndarray) -> np.ndarray:
    """Return the place of each word in the order by absolute value, from 1."""
    return np.argsort(top_order(values, present), axis=-1, kind="stable") + 1


def _cosine(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    a, b = _scaled(a), _scaled(b)
    norm = np.sqrt((a * a).sum(axis=-1) * (b * b).sum(axis=-1))
    inner = (a * b).sum(axis=-1)
    return np.clip(inner / np.where(norm > 0, norm, np.nan), -1.0, 1.0)


def _scaled(values: np.ndarray) -> np.ndarray:
    """Return the values over their largest size, so that no square under- or overflows."""
    largest = np.abs(values).max(axis=-1, initial=0.0, keepdims=True)
    return values / np.where(largest > 0, largest, 1.0)


def _by_signs(
    both: Pair, correlate: Callable[[np.ndarray, np.ndarray], np.ndarray]
) -> np.ndarray | float:
    """Apply `correlate` to word-by-word sign matrices, in blocks of bounded memory."""
    *leading, width = both.a.shape
    a, b, present = (x.reshape(prod(leading), width) for x in (both.a, both.b, both.present))
    step = max(1, _CHUNK // max(1, width * width))
    result = np.empty(len(a))
    for start in range(0, len(a), step):
        rows = slice(start, start + step)
        result[rows] = correlate(_signs(a[rows], present[rows]), _signs(b[rows], present[rows]))
    return one_or_many(result.reshape(leading))


def _signs(values: np.ndarray, present: np.ndarray) -> np.ndarray:
    """Return sign(v_i - v_j) for every two present words, shape (rows, n_words, n_words)."""
    known = present[:, :, None] & present[:, None, :]
    larger = (values[:, :, None] > values[:, None, :]) & known
    return larger.astype(float) - np.swapaxes(larger, 1, 2)

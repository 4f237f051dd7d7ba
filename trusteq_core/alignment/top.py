"""The top-K words of an attribution, and the Jaccard overlap of two top-K sets."""

from __future__ import annotations

import numpy as np

from trusteq_core.alignment.pairs import Pair, check_k, one_or_many, pair

__all__ = ["jaccard_at_k", "shared_top", "top_k", "top_order"]


def top_k(values: np.ndarray, k: int) -> np.ndarray:
    """Return the indices of the k words with the largest absolute value, largest first.

    Ties go to the earlier word; words the model does not see (NaN) come last. With fewer than k
    words, all of them are returned.

    Parameters
    ----------
    values : ndarray, shape (..., n_words)
        Signed attribution.
    k : int
        Number of words, at least 1.

    Returns
    -------
    ndarray of int, shape (..., min(k, n_words))

    Raises
    ------
    DataError
        If `k` is not a whole number of at least 1.

    Examples
    --------
    >>> top_k(np.array([0.1, -0.4, 0.4, 0.2]), 3)
    array([1, 2, 3])
    """
    values = np.asarray(values, dtype=float)
    return top_order(np.nan_to_num(values, nan=0.0), ~np.isnan(values))[..., : check_k(k)]


def top_order(values: np.ndarray, present: np.ndarray) -> np.ndarray:
    """Return all word indices by falling absolute value, absent words last."""
    size = np.where(present, np.abs(values), -1.0)
    return np.argsort(-size, axis=-1, kind="stable")


def jaccard_at_k(a: np.ndarray, b: np.ndarray, k: int) -> np.ndarray | float:
    """Return the Jaccard overlap of the two top-K sets: shared words over words in either.

    Range 0 to 1, higher is more alike. Two unrelated explanations do not score 0: read it
    against :func:`chance_jaccard`.

    Parameters
    ----------
    a, b : ndarray, shape (..., n_words)
        Signed attributions of two models towards the same class, over the same words.
    k : int
        Number of top words.

    Returns
    -------
    float or ndarray, shape (...)
        NaN where the example has no more than K words (both sets would be all of them), or where
        an attribution is zero throughout (it ranks nothing).

    Raises
    ------
    DataError
        If the shapes differ or `k` is not a whole number of at least 1.

    References
    ----------
    Jaccard, "Etude comparative de la distribution florale", 1901, doi:10.5169/seals-266450.

    Examples
    --------
    >>> jaccard_at_k([0.9, -0.8, 0.1, 0.0], [0.7, 0.1, -0.6, 0.0], k=2)
    0.3333333333333333
    """
    both = pair(a, b)
    shared = shared_top(both, k)
    return one_or_many(shared / (2 * k - shared))


def shared_top(both: Pair, k: int) -> np.ndarray:
    """Return how many words the two top-K sets share, NaN where they are not defined."""
    k = check_k(k)
    shared = (_in_top(both.a, both.present, k) & _in_top(both.b, both.present, k)).sum(axis=-1)
    return np.where(has_top(both, k), shared, np.nan)


def has_top(both: Pair, k: int) -> np.ndarray:
    """Return whether an example has top-K sets worth comparing, bool of shape (...)."""
    return both.comparable & (both.n_words > k)


def _in_top(values: np.ndarray, present: np.ndarray, k: int) -> np.ndarray:
    chosen = np.zeros(values.shape, dtype=bool)
    np.put_along_axis(chosen, top_order(values, present)[..., :k], True, axis=-1)
    return chosen

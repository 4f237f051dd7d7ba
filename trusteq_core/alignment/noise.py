"""How much of a top-K set, and of a difference between two, is sampling noise."""

from __future__ import annotations

import numpy as np

from trusteq_core.alignment.pairs import check_k, one_or_many
from trusteq_core.alignment.top import jaccard_at_k
from trusteq_core.errors import DataError

__all__ = ["noise_loss", "top_k_stability"]


def top_k_stability(
    values: np.ndarray, errors: np.ndarray, k: int, *, draws: int = 256
) -> np.ndarray | float:
    """Return the probability that an independent draw gives the same top-K set.

    Range 0 to 1, higher is steadier. A second estimate scatters about the first one with the
    errors of both; the errors of the words are taken as independent and normal.

    Parameters
    ----------
    values : ndarray, shape (..., n_words)
        Signed attribution; NaN for a word that the model does not see.
    errors : ndarray, shape (..., n_words)
        Standard errors of the values; zero for exact ones.
    k : int
        Number of top words.
    draws : int
        Simulated estimates; they are always the same ones.

    Returns
    -------
    float or ndarray, shape (...)
        NaN where the example has no more than K words, where the attribution is zero throughout,
        or where an error is not known.

    Raises
    ------
    DataError
        If the shapes differ, an error is negative, or `k` is not a whole number of at least 1.

    Examples
    --------
    Exact values never change; two words a fraction of an error apart are as good as tied:

    >>> top_k_stability([0.3, 0.2, 0.0], [0.0, 0.0, 0.0], k=1)
    1.0
    >>> top_k_stability([0.3, 0.2, 0.0], [0.01, 0.01, 0.01], k=1)
    1.0
    >>> 0.4 < top_k_stability([0.21, 0.2, 0.0], [0.05, 0.05, 0.0], k=1) < 0.65
    True
    """
    values, errors = _checked(values, errors)
    known = _known(values, errors)
    stability = np.full(known.shape, np.nan)
    values, errors = values[known], errors[known]
    again = _again(values, np.sqrt(2.0) * errors, draws, np.random.default_rng(0))
    same = (_in_top(again, k) == _in_top(values, k)).all(axis=-1).mean(axis=0)
    ranked = np.nan_to_num(values).any(axis=-1) & ((~np.isnan(values)).sum(axis=-1) > check_k(k))
    stability[known] = np.where(ranked, same, np.nan)
    return one_or_many(stability)


def noise_loss(
    a: np.ndarray,
    errors_a: np.ndarray,
    b: np.ndarray,
    errors_b: np.ndarray,
    k: int,
    *,
    draws: int = 64,
) -> np.ndarray | float:
    """Return how far below 1 noise alone would bring Jaccard@K of two models that agree.

    Two models of the same attribution, estimated with these errors from independent draws, do
    not overlap fully. What they would lack is the most that noise can have taken from the overlap
    of these two: less where their true words differ anyway, and less where both were estimated
    from the same coalitions and so share part of their errors.

    Range 0 to 1, lower is better.

    Parameters
    ----------
    a, b : ndarray, shape (..., n_words)
        Signed attributions of two models towards the same class, over the same words.
    errors_a, errors_b : ndarray, shape (..., n_words)
        Their standard errors.
    k : int
        Number of top words.
    draws : int
        Simulated estimates; they are always the same ones.

    Returns
    -------
    float or ndarray, shape (...)
        NaN where Jaccard@K is not defined or an error is not known; zero without errors.

    Raises
    ------
    DataError
        If the shapes differ, an error is negative, or `k` is not a whole number of at least 1.

    Examples
    --------
    >>> noise_loss([0.5, 0.2, 0.1], [0.0, 0.0, 0.0], [0.5, 0.1, 0.2], [0.0, 0.0, 0.0], k=2)
    0.0
    """
    a, errors_a = _checked(a, errors_a)
    b, errors_b = _checked(b, errors_b)
    known = _known(a, errors_a) & _known(b, errors_b) & ~np.isnan(jaccard_at_k(a, b, k))
    apart = np.hypot(errors_a[known], errors_b[known])
    loss = np.full(known.shape, np.nan)
    loss[known] = 1.0 - np.mean([_overlap_again(x[known], apart, k, draws) for x in (a, b)], axis=0)
    return one_or_many(loss)


def _overlap_again(values: np.ndarray, errors: np.ndarray, k: int, draws: int) -> np.ndarray:
    """Return the mean Jaccard@K of each attribution and itself scattered, shape (n,)."""
    again = _again(values, errors, draws, np.random.default_rng(0))
    shared = (_in_top(values, k) & _in_top(again, k)).sum(axis=-1)
    return (shared / (2 * k - shared)).mean(axis=0)


def _checked(values: np.ndarray, errors: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return both as float arrays of one shape."""
    values, errors = np.asarray(values, dtype=float), np.asarray(errors, dtype=float)
    if values.shape != errors.shape or values.ndim == 0:
        raise DataError(
            f"Values of shape {values.shape} and errors of shape {errors.shape} do not belong "
            "together: give one standard error for each word."
        )
    if (errors < 0).any():
        raise DataError("A standard error is negative; allowed: zero, above zero, and NaN.")
    return values, errors


def _again(
    values: np.ndarray, errors: np.ndarray, draws: int, rng: np.random.Generator
) -> np.ndarray:
    """Return the values scattered by their errors, shape (draws, ..., n_words).

    An attribution that is zero throughout without an error stays so, and ranks nothing.
    """
    return values + np.nan_to_num(errors) * rng.standard_normal((draws, *values.shape))


def _known(values: np.ndarray, errors: np.ndarray) -> np.ndarray:
    """Return where every word that is seen has an error, bool of shape (...)."""
    return np.asarray((np.isnan(values) | ~np.isnan(errors)).all(axis=-1))


def _in_top(values: np.ndarray, k: int) -> np.ndarray:
    """Return which words are among the top K, as `top_k` does, without sorting them all."""
    size = np.abs(np.nan_to_num(values))
    largest = size.max(axis=-1, keepdims=True, initial=0.0)
    # The earlier of two equal words counts as the larger by less than rounding; unread words last.
    size = size / np.where(largest > 0, largest, 1.0) - 1e-13 * np.arange(size.shape[-1])
    size = np.where(np.isnan(values), -1.0, size)
    place = max(size.shape[-1] - k, 0)
    return size >= np.partition(size, place, axis=-1)[..., place, None]

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
    again = _again(values, np.sqrt(2.0) * errors, draws, np.random.default_rng(0))
    same = np.asarray(jaccard_at_k(np.broadcast_to(values, again.shape), again, k)) == 1.0
    return one_or_many(np.where(_defined(values, errors, k), same.mean(axis=0), np.nan))


def noise_loss(
    a: np.ndarray,
    errors_a: np.ndarray,
    b: np.ndarray,
    errors_b: np.ndarray,
    k: int,
    *,
    draws: int = 64,
) -> np.ndarray | float:
    """Return how much Jaccard@K of two attributions is expected to have lost to sampling noise.

    Each estimate is scattered once more by its own errors: what that second helping of noise
    takes from the overlap is what the first is taken to have taken (the linear extrapolation of
    SIMEX). The noise of the two models is taken as independent, which overstates the loss where
    both were estimated from the same coalitions.

    Range -1 to 1; above zero the models agree better than their estimates do.

    Parameters
    ----------
    a, b : ndarray, shape (..., n_words)
        Signed attributions of two models towards the same class, over the same words.
    errors_a, errors_b : ndarray, shape (..., n_words)
        Their standard errors.
    k : int
        Number of top words.
    draws : int
        Simulated pairs; they are always the same ones.

    Returns
    -------
    float or ndarray, shape (...)
        NaN where Jaccard@K is not defined or an error is not known; zero without errors.

    Raises
    ------
    DataError
        If the shapes differ, an error is negative, or `k` is not a whole number of at least 1.

    References
    ----------
    Cook and Stefanski (1994), doi:10.1080/01621459.1994.10476871.

    Examples
    --------
    >>> noise_loss([0.5, 0.2, 0.1], [0.0, 0.0, 0.0], [0.5, 0.1, 0.2], [0.0, 0.0, 0.0], k=2)
    0.0
    """
    a, errors_a = _checked(a, errors_a)
    b, errors_b = _checked(b, errors_b)
    rng = np.random.default_rng(0)
    again_a, again_b = _again(a, errors_a, draws, rng), _again(b, errors_b, draws, rng)
    observed = np.asarray(jaccard_at_k(a, b, k))
    known = _known(a, errors_a) & _known(b, errors_b)
    scattered = np.asarray(jaccard_at_k(again_a, again_b, k)).mean(axis=0)
    return one_or_many(np.where(known, observed - scattered, np.nan))


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


def _defined(values: np.ndarray, errors: np.ndarray, k: int) -> np.ndarray:
    """Return where a top-K set and its stability exist, bool of shape (...)."""
    enough = (~np.isnan(values)).sum(axis=-1) > check_k(k)
    return np.asarray(enough & np.nan_to_num(values).any(axis=-1) & _known(values, errors))

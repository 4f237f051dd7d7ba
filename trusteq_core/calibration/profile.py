"""The profile distance D: whether two models miss in the same direction at one confidence."""

from __future__ import annotations

import numpy as np

from trusteq_core.calibration.bins import bin_index, check_edges, pooled_equal_mass_edges
from trusteq_core.calibration.probabilities import top_label

__all__ = ["profile_bins", "profile_distance", "profile_floor"]

LARGE = 5000
"""From this many examples on, ten bins are compared; below, five."""


def profile_bins(n: int) -> int:
    """Return how many pooled equal-mass bins the profile distance uses at n examples."""
    return 5 if n < LARGE else 10


def profile_distance(
    p_a: np.ndarray,
    p_b: np.ndarray,
    y: np.ndarray,
    *,
    n_bins: int | None = None,
    edges: np.ndarray | None = None,
) -> float:
    """Return the distance between two models' calibration profiles.

    (1/n) Σ_b |Σ r^A - Σ r^B| with r = a - c, each model's residuals summed over its own
    confidences in bin b. Range 0 to 2, 0 is alike; symmetric, and never below the difference
    of the two ECEs on the same edges: opposite signs do not cancel.

    Parameters
    ----------
    p_a, p_b : ndarray, shape (n, K)
        Probabilities of the two models for the same examples.
    y : ndarray of int, shape (n,)
        Gold labels as column numbers.
    n_bins : int, optional
        Pooled equal-mass bins; by default 5 below 5000 examples, else 10.
    edges : ndarray, optional
        Bin edges to use instead.

    Raises
    ------
    DataError
        If probabilities, labels or edges break their contract.

    Examples
    --------
    >>> over, under = [[0.1, 0.9]] * 5, [[0.3, 0.7]] * 5
    >>> round(profile_distance(over, under, np.array([1, 1, 1, 1, 0]), n_bins=1), 6)
    0.2
    """
    return float(np.abs(_residuals(p_a, p_b, y, n_bins, edges).sum(axis=0)).sum() / len(y))


def profile_floor(
    p_a: np.ndarray,
    p_b: np.ndarray,
    y: np.ndarray,
    *,
    n_bins: int | None = None,
    edges: np.ndarray | None = None,
) -> float:
    """Return the profile distance that two models with the same profile would show by chance.

    sqrt(2/π)/n · Σ_b sqrt(Σ_i (d_ib - mean d_b)²), with d_ib what example i adds to the
    difference in bin b. Parameters as :func:`profile_distance`.
    """
    rows = _residuals(p_a, p_b, y, n_bins, edges)
    spread = np.sqrt(rows.var(axis=0) * len(rows))
    return float(np.sqrt(2.0 / np.pi) * spread.sum() / len(rows))


def _residuals(
    p_a: np.ndarray,
    p_b: np.ndarray,
    y: np.ndarray,
    n_bins: int | None,
    edges: np.ndarray | None,
) -> np.ndarray:
    """Return what each example adds to the difference in each bin, shape (n, B)."""
    confidence_a, correct_a = top_label(p_a, y)
    confidence_b, correct_b = top_label(p_b, y)
    if edges is None:
        n_bins = profile_bins(len(confidence_a)) if n_bins is None else n_bins
        edges = pooled_equal_mass_edges(confidence_a, confidence_b, n_bins)
    edges = check_edges(edges)
    bins = np.arange(edges.size - 1)
    in_a = bin_index(confidence_a, edges)[:, None] == bins
    in_b = bin_index(confidence_b, edges)[:, None] == bins
    return in_a * (correct_a - confidence_a)[:, None] - in_b * (correct_b - confidence_b)[:, None]

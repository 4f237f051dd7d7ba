"""Bins of confidence: edges, the one edge rule, and the table behind a reliability diagram.

The edge rule: bins are closed on the right. Bin k holds the confidences in (e_k, e_(k+1)], the
first one also its lower edge, so confidence 1.0 falls in the last bin and 0.0 in the first.
"""

from __future__ import annotations

from statistics import NormalDist

import numpy as np
import pandas as pd

from trusteq_core.calibration.probabilities import check_events
from trusteq_core.errors import DataError

__all__ = [
    "N_BINS",
    "bin_index",
    "check_edges",
    "equal_width_edges",
    "least_reliable",
    "pooled_equal_mass_edges",
    "reliability_bins",
    "wilson_interval",
]

N_BINS = 15
"""Bins of every binned measure unless told otherwise (10 in the `paper` preset)."""


def equal_width_edges(n_bins: int = N_BINS) -> np.ndarray:
    """Return the edges of equally wide bins, shape (n_bins + 1,).

    Raises
    ------
    DataError
        If `n_bins` is not a whole number of at least 1.

    Examples
    --------
    >>> equal_width_edges(4)
    array([0.  , 0.25, 0.5 , 0.75, 1.  ])
    """
    return np.arange(_check_bins(n_bins) + 1) / n_bins


def pooled_equal_mass_edges(
    confidence_a: np.ndarray, confidence_b: np.ndarray, n_bins: int = N_BINS
) -> np.ndarray:
    """Return edges of bins that hold equally many of both models' confidences together.

    Edges are values that occur, so equal confidences are never split; edges that coincide are
    merged, which leaves fewer bins. The outer edges are 0 and 1.

    Parameters
    ----------
    confidence_a, confidence_b : ndarray, shape (n,)
        Confidences of the two models; pass one model twice for its own bins.
    n_bins : int
        Number of bins asked for.

    Returns
    -------
    ndarray, shape (at most n_bins + 1,)

    Raises
    ------
    DataError
        If there are no confidences, or `n_bins` is not a whole number of at least 1.

    Examples
    --------
    >>> pooled_equal_mass_edges([0.5, 0.6, 0.7, 0.8], [0.5, 0.6, 0.9, 1.0], n_bins=2)
    array([0. , 0.6, 1. ])
    """
    pooled = np.concatenate([np.ravel(confidence_a), np.ravel(confidence_b)]).astype(float)
    if pooled.size == 0:
        raise DataError("Equal-mass bins need at least one confidence.")
    shares = np.arange(1, _check_bins(n_bins)) / n_bins
    inner = np.quantile(pooled, shares, method="inverted_cdf")
    # An edge at the largest value would leave the bin above it empty.
    inner = inner[(inner > 0) & (inner < min(pooled.max(), 1.0))]
    return np.unique(np.concatenate([[0.0], inner, [1.0]]))


def bin_index(confidence: np.ndarray, edges: np.ndarray) -> np.ndarray:
    """Return the bin, from 0, of each confidence.

    Examples
    --------
    >>> bin_index([0.0, 0.25, 0.26, 1.0], equal_width_edges(4))
    array([0, 0, 1, 3])
    """
    return np.searchsorted(edges[1:-1], confidence, side="left")


def check_edges(edges: np.ndarray | None, n_bins: int = N_BINS) -> np.ndarray:
    """Return the given edges if they rise, or equal-width ones where none are given.

    Raises
    ------
    DataError
        If there are fewer than two edges, or they do not rise strictly.
    """
    if edges is None:
        return equal_width_edges(n_bins)
    edges = np.asarray(edges, dtype=float)
    if edges.ndim != 1 or edges.size < 2 or not (np.diff(edges) > 0).all():
        raise DataError("Bin edges must be two or more numbers, each larger than the one before.")
    return edges


def wilson_interval(
    successes: np.ndarray | float, trials: np.ndarray | float, *, level: float = 0.95
) -> tuple[np.ndarray, np.ndarray]:
    """Return Wilson's score interval of a proportion; NaN where there were no trials.

    Never leaves 0..1 and stays honest at 0 or all successes, unlike the Wald interval.

    References
    ----------
    Wilson, "Probable Inference", 1927, doi:10.1080/01621459.1927.10502953.

    Examples
    --------
    >>> low, high = wilson_interval(0, 7)
    >>> float(low), round(float(high), 5)
    (0.0, 0.35433)
    """
    if not 0.0 < level < 1.0:
        raise DataError(f"The level of an interval must lie between 0 and 1, got {level}.")
    z = NormalDist().inv_cdf(0.5 + level / 2)
    successes = np.asarray(successes, dtype=float)
    trials = np.asarray(trials, dtype=float)
    n = np.where(trials > 0, trials, np.nan)
    share = successes / n
    centre = (share + z**2 / (2 * n)) / (1 + z**2 / n)
    half = z / (1 + z**2 / n) * np.sqrt(share * (1 - share) / n + z**2 / (4 * n**2))
    low = np.where(successes == 0, 0.0 * n, centre - half)
    high = np.where(successes == trials, 0.0 * n + 1.0, centre + half)
    return low, high


def reliability_bins(
    confidence: np.ndarray,
    correct: np.ndarray,
    *,
    n_bins: int = N_BINS,
    edges: np.ndarray | None = None,
) -> pd.DataFrame:
    """Return the table behind a reliability diagram, one row a bin.

    Parameters
    ----------
    confidence : ndarray, shape (n,)
        Confidence of each prediction, 0 to 1.
    correct : ndarray, shape (n,)
        1 where the prediction was right, else 0.
    n_bins : int, default 15
        Number of equally wide bins, where no edges are given.
    edges : ndarray, optional
        Bin edges.

    Returns
    -------
    DataFrame
        ``bin`` (from 0), ``low``, ``high`` (edges), ``count``, mean ``confidence``,
        ``accuracy``, ``gap`` (confidence less accuracy: positive is overconfident), and the 95 %
        Wilson interval ``accuracy_low``, ``accuracy_high``. Empty bins keep their row with count
        0 and NaN, and are not to be drawn.

    Raises
    ------
    DataError
        If confidences, outcomes or edges break their contract.

    Examples
    --------
    >>> frame = reliability_bins([0.9, 0.8, 0.3], [1, 0, 1], n_bins=2)
    >>> frame[["count", "confidence", "accuracy", "gap"]].round(2).to_dict("list")
    {'count': [1, 2], 'confidence': [0.3, 0.85], 'accuracy': [1.0, 0.5], 'gap': [-0.7, 0.35]}
    """
    confidence, correct = check_events(confidence, correct)
    edges = check_edges(edges, n_bins)
    index = bin_index(confidence, edges)
    size = edges.size - 1
    count = np.bincount(index, minlength=size)
    held = np.where(count > 0, count, np.nan)
    right = np.bincount(index, weights=correct, minlength=size)
    mean_confidence = np.bincount(index, weights=confidence, minlength=size) / held
    low, high = wilson_interval(right, count)
    return pd.DataFrame(
        {
            "bin": np.arange(size),
            "low": edges[:-1],
            "high": edges[1:],
            "count": count,
            "confidence": mean_confidence,
            "accuracy": right / held,
            "gap": mean_confidence - right / held,
            "accuracy_low": low,
            "accuracy_high": high,
        }
    )


def _check_bins(n_bins: int) -> int:
    if isinstance(n_bins, bool) or not isinstance(n_bins, int | np.integer) or n_bins < 1:
        raise DataError(f"The number of bins must be a whole number >= 1, got {n_bins!r}.")
    return int(n_bins)


def least_reliable(bins: pd.DataFrame, minimum: int = 30) -> int:
    """Return the number of the bin with the largest gap either way, the first of equals.

    Only bins with at least `minimum` predictions count, as in the MCE of that minimum: in a
    smaller one a gap says little. Where no bin has so many, all that hold any do.

    Parameters
    ----------
    bins : DataFrame
        From `reliability_bins`: ``bin``, ``count``, ``gap``; at least one bin is not empty.
    minimum : int, default 30
        Fewest predictions.

    Examples
    --------
    >>> bins = pd.DataFrame({"bin": [0, 1, 2], "count": [2, 40, 90], "gap": [0.5, -0.2, 0.1]})
    >>> least_reliable(bins), least_reliable(bins, minimum=1), least_reliable(bins, minimum=100)
    (1, 0, 0)
    """
    enough = bins["count"] >= max(1, minimum)
    held = bins[enough if enough.any() else bins["count"] > 0]
    return int(held["bin"].to_numpy()[np.argmax(held["gap"].abs().to_numpy())])

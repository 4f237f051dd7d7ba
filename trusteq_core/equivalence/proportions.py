"""Paired proportions: Tango's score interval for a change of accuracy, and tests of flips."""

from __future__ import annotations

from collections.abc import Callable
from statistics import NormalDist
from typing import NamedTuple

import numpy as np

from trusteq_core.equivalence.evidence import Bounds, Evidence, provable_margin
from trusteq_core.errors import DataError

__all__ = [
    "HypothesisTest",
    "bhapkar",
    "mcnemar",
    "score_evidence",
    "stuart_maxwell",
    "tango_score",
]

_EXACT_BELOW = 25
"""Fewer flips than this get the exact McNemar test."""


class HypothesisTest(NamedTuple):
    """A test statistic (chi-square, or the smaller count of an exact test) and its p-value."""

    statistic: float
    p_value: float


def tango_score(gained: int, lost: int, n: int, change: float) -> float:
    """Return Tango's score statistic of a true change of accuracy, standard normal under it.

    Positive where the observed change ``(gained - lost) / n`` is larger than `change`.

    References
    ----------
    Tango, "Equivalence test and confidence interval for the difference in proportions for the
    paired-sample design", 1998,
    doi:10.1002/(SICI)1097-0258(19980430)17:8<891::AID-SIM780>3.0.CO;2-B.
    """
    # Maximum likelihood of the share lost under the change: the root of a quadratic.
    half = -gained - lost + (2 * n - gained + lost) * change
    constant = -lost * change * (1.0 - change)
    discriminant = max(0.0, half * half - 8 * n * constant)  # rounding may leave it below zero
    share_lost = (np.sqrt(discriminant) - half) / (4 * n)
    variance = n * (2.0 * share_lost + change * (1.0 - change))
    distance = gained - lost - n * change
    if variance <= 0.0:
        return 0.0 if distance == 0 else float(np.copysign(np.inf, distance))
    return float(distance / np.sqrt(variance))


def score_evidence(
    gained: int, lost: int, n: int, bounds: Bounds, *, alpha: float = 0.05
) -> Evidence:
    """Return Tango's interval for a change of accuracy and the p-value of its bounds.

    Honest where few examples flip: with none of n the interval still has width z² / (n + z²).

    Parameters
    ----------
    gained, lost : int
        Positive and negative flips.
    n : int
        Number of examples.
    bounds : Bounds
        What the change must keep to.
    alpha : float, default 0.05
        Error of each end.

    Examples
    --------
    >>> evidence = score_evidence(0, 0, 1000, Bounds(low=-0.02))
    >>> round(evidence.low, 5), evidence.p_value < 1e-5
    (-0.0027, True)
    """
    z = NormalDist().inv_cdf(1.0 - alpha)
    estimate = (gained - lost) / n

    def end(side: int) -> float:
        if estimate == side:
            return float(side)
        return _last(lambda change: abs(tango_score(gained, lost, n, change)) <= z, estimate, side)

    tail = NormalDist().cdf
    p_low = 0.0 if np.isinf(bounds.low) else tail(-tango_score(gained, lost, n, bounds.low))
    p_high = 0.0 if np.isinf(bounds.high) else tail(tango_score(gained, lost, n, bounds.high))
    flips = max(gained + lost, 1)
    error = float(np.sqrt(flips - (gained - lost) ** 2 / n) / n)
    provable = provable_margin(error, bounds, alpha=alpha)
    return Evidence(estimate, end(-1), end(1), max(p_low, p_high), n, n, provable)


def _last(holds: Callable[[float], bool], inside: float, outside: float) -> float:
    """Return the last point from `inside`, where a condition holds, towards `outside`.

    (``scipy.optimize`` takes longer to import than a whole comparison.)
    """
    while True:
        middle = (inside + outside) / 2
        if middle in (inside, outside):
            return middle
        inside, outside = (middle, outside) if holds(middle) else (inside, middle)


def mcnemar(lost: int, gained: int) -> HypothesisTest:
    """Test whether negative and positive flips are equally frequent.

    Exact (binomial) below 25 flips, else chi-square with one degree of freedom. A large p-value
    is no evidence that the accuracies are equal.

    References
    ----------
    McNemar, 1947, doi:10.1007/BF02295996.

    Examples
    --------
    >>> round(mcnemar(10, 2).p_value, 8)
    0.03857422
    """
    from scipy.stats import binom, chi2  # slow to import

    flips = lost + gained
    if flips < _EXACT_BELOW:
        fewer = min(lost, gained)
        return HypothesisTest(float(fewer), min(1.0, 2.0 * float(binom.cdf(fewer, flips, 0.5))))
    statistic = (lost - gained) ** 2 / flips
    return HypothesisTest(statistic, float(chi2.sf(statistic, 1)))


def stuart_maxwell(table: np.ndarray) -> HypothesisTest:
    """Test whether two models predict every class equally often.

    Parameters
    ----------
    table : ndarray of int, shape (K, K)
        How often the original predicted the row's class and the compressed model the column's.

    Raises
    ------
    DataError
        If the table is not square.

    References
    ----------
    Stuart, 1955, doi:10.1093/biomet/42.3-4.412; Maxwell, 1970, doi:10.1192/bjp.116.535.651.

    Examples
    --------
    >>> round(stuart_maxwell(np.array([[20, 5, 3], [2, 30, 4], [1, 6, 29]])).statistic, 6)
    2.536232
    """
    change, covariance, _ = _marginals(table)
    return _homogeneity(change, covariance)


def bhapkar(table: np.ndarray) -> HypothesisTest:
    """Test as :func:`stuart_maxwell`, with the variance not taken under the hypothesis.

    References
    ----------
    Bhapkar, 1966, doi:10.1080/01621459.1966.10502021.

    Examples
    --------
    >>> round(bhapkar(np.array([[20, 5, 3], [2, 30, 4], [1, 6, 29]])).statistic, 6)
    2.60223
    """
    change, covariance, n = _marginals(table)
    return _homogeneity(change, covariance - np.outer(change, change) / n)


def _marginals(table: np.ndarray) -> tuple[np.ndarray, np.ndarray, float]:
    table = np.asarray(table, dtype=float)
    if table.ndim != 2 or table.shape[0] != table.shape[1] or table.sum() <= 0:
        raise DataError(f"Needed is a square table of counts, got shape {table.shape}.")
    change = table.sum(axis=1) - table.sum(axis=0)
    covariance = np.diag(table.sum(axis=1) + table.sum(axis=0)) - table - table.T
    return change, covariance, float(table.sum())


def _homogeneity(change: np.ndarray, covariance: np.ndarray) -> HypothesisTest:
    """Return the quadratic form over the directions in which anything changed."""
    from scipy.stats import chi2  # slow to import

    rank = int(np.linalg.matrix_rank(covariance))
    if rank == 0:
        return HypothesisTest(0.0, 1.0)
    statistic = float(change @ np.linalg.pinv(covariance, hermitian=True) @ change)
    return HypothesisTest(statistic, float(chi2.sf(statistic, rank)))

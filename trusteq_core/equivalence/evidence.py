"""What the data say about a difference: estimate, interval, and how sure it is within bounds."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import NormalDist

import numpy as np

from trusteq_core.errors import DataError

__all__ = ["Bounds", "Evidence", "Moments", "group_codes", "paired_moments", "t_evidence", "tost"]

_POWER_TWO_SIDED = 2.93  # z(.95) + z(.90): proving a two-sided margin with power 80 %
_POWER_ONE_SIDED = 2.49  # z(.95) + z(.80)


@dataclass(frozen=True, slots=True)
class Bounds:
    """The open interval that a difference must keep to; one end may be infinite."""

    low: float = -float("inf")
    high: float = float("inf")

    @property
    def one_sided(self) -> bool:
        """True if only one end is bounded."""
        return np.isinf(self.low) or np.isinf(self.high)


@dataclass(frozen=True, slots=True)
class Evidence:
    """An estimated difference.

    Attributes
    ----------
    estimate, low, high : float
        The difference and its interval of level 1 - 2 alpha.
    p_value : float
        Of the hypothesis that the true difference is at or beyond the bounds: small means
        equivalent.
    n : int
        Number of examples.
    units : int
        Number of independent units: examples, or groups of them.
    provable : float
        Smallest margin that this many units can prove with a power of 80 % if there is no
        true difference.
    """

    estimate: float
    low: float
    high: float
    p_value: float
    n: int
    units: int
    provable: float


@dataclass(frozen=True, slots=True)
class Moments:
    """Mean of paired differences with its standard error; all that a t test needs.

    Attributes
    ----------
    mean, error : float
        The mean difference and its standard error (NaN with fewer than two units).
    n, units : int
        Number of examples and of independent units.
    """

    mean: float
    error: float
    n: int
    units: int

    @classmethod
    def of_sums(cls, total: float, squares: float, n: int) -> Moments:
        """Return the moments from the sums of the differences and of their squares."""
        mean = total / n
        # Rounding may leave a tiny negative variance where all differences are equal.
        variance = max(0.0, squares - n * mean * mean) / (n - 1) if n > 1 else float("nan")
        return cls(mean, float(np.sqrt(variance / n)), n, n)


def paired_moments(differences: np.ndarray, groups: np.ndarray | None = None) -> Moments:
    """Return the moments of paired differences, cluster-robust where examples come in groups.

    Parameters
    ----------
    differences : ndarray, shape (n,)
        One difference an example, n >= 1.
    groups : ndarray, shape (n,), optional
        Group of each example; examples of a group are not independent.

    Raises
    ------
    DataError
        If there are no differences, one is not finite, or the shapes differ.

    Examples
    --------
    >>> paired_moments(np.array([1.0, 3.0]))
    Moments(mean=2.0, error=1.0, n=2, units=2)
    """
    d = np.asarray(differences, dtype=float)
    if d.ndim != 1 or d.size == 0 or not np.isfinite(d).all():
        raise DataError("Paired differences must be finite numbers of shape (n,) with n >= 1.")
    if groups is None:
        error = float(d.std(ddof=1) / np.sqrt(d.size)) if d.size > 1 else float("nan")
        return Moments(float(d.mean()), error, d.size, d.size)
    codes = group_codes(groups, d.size)
    mean = float(d.mean())
    sums = np.bincount(codes, weights=d - mean)
    units = sums.size
    scale = units / (units - 1) if units > 1 else float("nan")
    error = float(np.sqrt(scale * (sums**2).sum()) / d.size)
    return Moments(mean, error, d.size, units)


def group_codes(groups: np.ndarray, n: int) -> np.ndarray:
    """Return the group of each example as a number from 0.

    Raises
    ------
    DataError
        If there is not one group for each of the n examples.
    """
    groups = np.asarray(groups)
    if groups.shape != (n,):
        raise DataError(f"{n} examples need {n} groups, got shape {groups.shape}.")
    return np.unique(groups, return_inverse=True)[1]


def t_evidence(moments: Moments, bounds: Bounds, *, alpha: float = 0.05) -> Evidence:
    """Return the paired t interval and the p-value of the two one-sided tests.

    References
    ----------
    Schuirmann, "A comparison of the two one-sided tests procedure and the power approach", 1987,
    doi:10.1007/BF01068419.
    """
    from scipy.special import stdtr, stdtrit  # scipy.stats takes longer to import than all else

    mean, error, df = moments.mean, moments.error, moments.units - 1
    if df < 1:
        unknown = float("inf")
        return Evidence(mean, -unknown, unknown, 1.0, moments.n, moments.units, unknown)
    half = float(stdtrit(df, 1.0 - alpha)) * error
    if error > 0:
        p_low = float(stdtr(df, (bounds.low - mean) / error))
        p_high = float(stdtr(df, (mean - bounds.high) / error))
    else:
        p_low, p_high = float(mean <= bounds.low), float(mean >= bounds.high)
    return Evidence(
        mean,
        mean - half,
        mean + half,
        max(p_low, p_high),
        moments.n,
        moments.units,
        provable_margin(error, bounds, alpha=alpha),
    )


def provable_margin(error: float, bounds: Bounds, *, alpha: float = 0.05) -> float:
    """Return the smallest margin that can be proved with power 80 % if there is no difference.

    At alpha 5 % this is 2.93 standard errors for two bounds, 2.49 for one.
    """
    if alpha == 0.05:
        return (_POWER_ONE_SIDED if bounds.one_sided else _POWER_TWO_SIDED) * error
    z = NormalDist().inv_cdf
    return (z(1.0 - alpha) + z(0.8 if bounds.one_sided else 0.9)) * error


def tost(a: np.ndarray, b: np.ndarray, margin: float) -> float:
    """Return the p-value of the paired two one-sided t tests: small means equivalent.

    Parameters
    ----------
    a, b : ndarray, shape (n,)
        Paired values.
    margin : float
        Largest mean difference, either way, that counts as equivalent.

    Examples
    --------
    >>> a = np.array([.10, .12, .30, .05, .22, .18, .40, .07, .15, .11])
    >>> b = np.array([.11, .10, .33, .06, .20, .19, .38, .08, .17, .10])
    >>> round(tost(a, b, 0.02), 8)
    0.00597664
    """
    differences = np.asarray(a, dtype=float) - np.asarray(b, dtype=float)
    return t_evidence(paired_moments(differences), Bounds(-margin, margin)).p_value

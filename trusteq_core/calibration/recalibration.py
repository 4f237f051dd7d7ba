"""Temperature scaling, fitted on other examples than it is applied to, and what it removes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from trusteq_core.calibration.probabilities import check_labels, check_probabilities
from trusteq_core.calibration.profile import profile_distance, profile_floor
from trusteq_core.calibration.temperature import inverse_temperature, scale
from trusteq_core.errors import DataError

__all__ = [
    "BETA_RANGE",
    "GapRemoved",
    "Recalibrated",
    "gap_removed",
    "halves",
    "temperature_scaled",
]

BETA_RANGE = (0.02, 50.0)
"""Fitted scales are kept within these: a half without errors has no finite best scale."""


@dataclass(frozen=True, slots=True, eq=False)
class Recalibrated:
    """Probabilities after temperature scaling.

    Attributes
    ----------
    probabilities : ndarray, shape (n, K)
        The scaled table; every most likely label is unchanged.
    betas : tuple of float
        The fitted inverse temperatures: one, or one for each half.
    """

    probabilities: np.ndarray
    betas: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class GapRemoved:
    """How much of the mismatch between two models one scalar each removes.

    Attributes
    ----------
    before, after : float
        Profile distance of the models as they are, and after temperature scaling.
    floor_before, floor_after : float
        What two models of one profile would show by chance.
    betas_a, betas_b : tuple of float
        The fitted inverse temperatures.
    """

    before: float
    after: float
    floor_before: float
    floor_after: float
    betas_a: tuple[float, ...]
    betas_b: tuple[float, ...]

    @property
    def share(self) -> float:
        """Share of the distance removed: 1 is all, negative is harm, NaN if there was none."""
        return 1.0 - self.after / self.before if self.before > 0 else float("nan")


def temperature_scaled(
    p: np.ndarray,
    y: np.ndarray | None = None,
    *,
    fitted_on: tuple[np.ndarray, np.ndarray] | None = None,
    seed: int = 0,
) -> Recalibrated:
    """Return probabilities scaled by an inverse temperature fitted on other examples.

    Parameters
    ----------
    p : ndarray, shape (n, K)
        Probabilities to scale.
    y : ndarray of int, shape (n,), optional
        Their gold labels; needed where `fitted_on` is not given.
    fitted_on : pair of ndarrays, optional
        Validation probabilities (m, K) and labels (m,). Without them the examples are split at
        random into halves, and each is scaled by what was fitted on the other. Two models of
        the same size get the same halves.
    seed : int, default 0
        Seed of the split.

    Raises
    ------
    DataError
        If probabilities or labels break their contract, or there is nothing to fit on.

    References
    ----------
    Guo et al., "On Calibration of Modern Neural Networks", 2017, arXiv:1706.04599.
    """
    p = check_probabilities(p)
    if fitted_on is not None:
        beta = _fitted(*fitted_on)
        return Recalibrated(scale(p, beta), (beta,))
    if y is None or len(p) < 2:
        raise DataError(
            "Temperature scaling needs examples to fit on: pass validation probabilities and "
            "labels, or the labels of at least two examples."
        )
    y = check_labels(y, p)
    first, second = halves(len(p), seed)
    scaled, betas = np.empty_like(p), []
    for here, there in ((first, second), (second, first)):
        betas.append(_fitted(p[there], y[there]))
        scaled[here] = scale(p[here], betas[-1])
    return Recalibrated(scaled, tuple(betas))


def halves(n: int, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Return the rows of two random halves; the second has one more where n is odd.

    Examples
    --------
    >>> [half.tolist() for half in halves(5)]
    [[2, 4], [3, 0, 1]]
    """
    order = np.random.default_rng(seed).permutation(n)
    return order[: n // 2], order[n // 2 :]


def gap_removed(
    p_a: np.ndarray,
    p_b: np.ndarray,
    y: np.ndarray,
    *,
    fitted_on: tuple[np.ndarray, np.ndarray, np.ndarray] | None = None,
    seed: int = 0,
) -> GapRemoved:
    """Return how much of the profile distance between two models temperature scaling removes.

    Parameters
    ----------
    p_a, p_b : ndarray, shape (n, K)
        Probabilities of the two models for the same examples.
    y : ndarray of int, shape (n,)
        Gold labels as column numbers.
    fitted_on : triple of ndarrays, optional
        Validation probabilities of both models and the labels; without them, cross-fitted
        halves.
    seed : int, default 0
        Seed of the halves.

    Raises
    ------
    DataError
        If probabilities or labels break their contract, or there is nothing to fit on.
    """
    for_a = for_b = None
    if fitted_on is not None:
        for_a, for_b = (fitted_on[0], fitted_on[2]), (fitted_on[1], fitted_on[2])
    a = temperature_scaled(p_a, y, fitted_on=for_a, seed=seed)
    b = temperature_scaled(p_b, y, fitted_on=for_b, seed=seed)
    return GapRemoved(
        before=profile_distance(p_a, p_b, y),
        after=profile_distance(a.probabilities, b.probabilities, y),
        floor_before=profile_floor(p_a, p_b, y),
        floor_after=profile_floor(a.probabilities, b.probabilities, y),
        betas_a=a.betas,
        betas_b=b.betas,
    )


def _fitted(p: np.ndarray, y: np.ndarray) -> float:
    return float(np.clip(inverse_temperature(p, y), *BETA_RANGE))

"""One scalar on the log probabilities: how far a model is from its own best temperature."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from trusteq_core.calibration.probabilities import check_labels, check_probabilities
from trusteq_core.calibration.scores import TINY
from trusteq_core.errors import DataError

__all__ = ["inverse_temperature", "scale"]


def inverse_temperature(p: np.ndarray, y: np.ndarray) -> float:
    """Return the β that makes softmax(β log p) most likely.

    Above 1 the model is underconfident, below 1 overconfident, 1 is best. Compare two models by
    log(β_B / β_A). Probabilities below 1e-12 count as 1e-12.

    Parameters
    ----------
    p : ndarray, shape (n, K)
        Probabilities.
    y : ndarray of int, shape (n,)
        Gold labels as column numbers.

    Returns
    -------
    float
        0 where the gold labels are no likelier than at random, infinite where no prediction is
        wrong, 1 where every row is uniform.

    Raises
    ------
    DataError
        If the probabilities or labels break their contract.

    References
    ----------
    Guo et al., "On Calibration of Modern Neural Networks", 2017, arXiv:1706.04599.

    Examples
    --------
    >>> round(inverse_temperature([[0.1, 0.9]] * 4, np.array([1, 1, 1, 0])), 3)
    0.5
    """
    p = check_probabilities(p)
    logs = np.log(np.maximum(p, TINY))
    hits = logs[np.arange(len(p)), check_labels(y, p)]
    if (np.ptp(logs, axis=1) == 0).all():
        return 1.0
    if (hits == logs.max(axis=1)).all():
        return float("inf")

    def slope(beta: float) -> tuple[float, float]:
        """Return the derivative of the mean NLL, which rises with beta, and its derivative."""
        shares = _softmax(beta * logs)
        expected = (shares * logs).sum(axis=1)
        variance = (shares * logs**2).sum(axis=1) - expected**2
        return float((expected - hits).mean()), float(variance.mean())

    if slope(0.0)[0] >= 0.0:
        return 0.0
    high = 1.0
    while slope(high)[0] < 0.0:
        high *= 2.0
    return _root(slope, 0.0, high)


def _root(function: Callable[[float], tuple[float, float]], low: float, high: float) -> float:
    """Return where a rising function is zero: Newton's steps, halving where one leaves the bracket.

    (``scipy.optimize`` takes longer to import than a whole comparison.)
    """
    point = high
    for _ in range(200):
        value, rise = function(point)
        low, high = (point, high) if value < 0 else (low, point)
        target = point - value / rise if rise > 0 else low
        if not low < target < high:
            target = (low + high) / 2
        if abs(target - point) <= 1e-12 * max(1.0, high):
            break
        point = target
    return target


def scale(p: np.ndarray, beta: float) -> np.ndarray:
    """Return softmax(β log p): sharper for β > 1, softer for β < 1, the same labels throughout.

    Raises
    ------
    DataError
        If the probabilities break their contract, or β is not a positive finite number.

    Examples
    --------
    >>> scale([[0.1, 0.9]], 0.5).round(2)
    array([[0.25, 0.75]])
    """
    if not (np.isfinite(beta) and beta > 0):
        raise DataError(f"An inverse temperature must be positive and finite, got {beta}.")
    return _softmax(beta * np.log(np.maximum(check_probabilities(p), TINY)))


def _softmax(logits: np.ndarray) -> np.ndarray:
    raised = np.exp(logits - logits.max(axis=1, keepdims=True))
    return raised / raised.sum(axis=1, keepdims=True)

"""One scalar on the log probabilities: how far a model is from its own best temperature."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import numpy as np

from trusteq_core.calibration.probabilities import check_labels, check_probabilities
from trusteq_core.calibration.scores import TINY
from trusteq_core.errors import DataError

__all__ = ["inverse_temperature", "scale", "streamed_inverse_temperature"]

Pieces = Callable[[], Iterable[tuple[np.ndarray, np.ndarray]]]


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
    piece = _logs_and_hits(p, check_labels(y, p))
    return _fitted(lambda: [piece])


def streamed_inverse_temperature(pieces: Pieces) -> float:
    """Return :func:`inverse_temperature` of predictions that are never held together.

    Parameters
    ----------
    pieces : callable
        Returns an iterator of checked probabilities (m, K) and labels (m,), from the start and
        the same each time; it is called about a dozen times.
    """
    return _fitted(lambda: (_logs_and_hits(p, y) for p, y in pieces()))


def _logs_and_hits(p: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    logs = np.log(np.maximum(p, TINY))
    return logs, logs[np.arange(len(p)), y]


def _fitted(pieces: Pieces) -> float:
    """Return the best scale of log probabilities (m, K), given with those of the labels (m,)."""
    uniform = perfect = True
    for logs, hits in pieces():
        uniform = uniform and bool((np.ptp(logs, axis=1) == 0).all())
        perfect = perfect and bool((hits == logs.max(axis=1)).all())
    if uniform or perfect:
        return 1.0 if uniform else float("inf")

    def slope(beta: float) -> tuple[float, float]:
        """Return the derivative of the summed NLL, which rises with beta, and its derivative."""
        value = rise = 0.0
        for logs, hits in pieces():
            shares = _softmax(beta * logs)
            expected = (shares * logs).sum(axis=1)
            value += float((expected - hits).sum())
            rise += float(((shares * logs**2).sum(axis=1) - expected**2).sum())
        return value, rise

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

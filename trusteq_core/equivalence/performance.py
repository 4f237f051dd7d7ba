"""Performance parity: how well two models answer, and how often they answer differently."""

from __future__ import annotations

import numpy as np

from trusteq_core.errors import DataError

__all__ = ["divergence_rows", "macro_f1", "performance_parity"]

TINY = 1e-12
"""Probabilities below this count as this under a logarithm."""


def performance_parity(p_a: np.ndarray, p_b: np.ndarray, y: np.ndarray) -> dict[str, float]:
    """Return every measure of performance parity of an original (a) and a compressed model (b).

    Parameters
    ----------
    p_a, p_b : ndarray, shape (n, K)
        Probabilities of the two models for the same examples in the same order; rows sum to 1.
    y : ndarray of int, shape (n,)
        Gold labels as column numbers.

    Returns
    -------
    dict of float
        ``n``; ``accuracy_original``, ``accuracy_compressed``, ``macro_f1_original``,
        ``macro_f1_compressed`` (0 to 1, higher is better); ``agreement`` and ``churn`` (1 -
        agreement); ``flips`` (the number of examples that change their label), as shares of all
        examples ``negative_flips`` (right, then wrong), ``positive_flips`` (wrong, then right),
        ``wrong_differently`` (both wrong, different labels); ``kl``, ``js`` and
        ``total_variation`` from original to compressed, each with ``_mean``, ``_p95``, ``_p99``
        (the first two in nats, JS at most ln 2, total variation at most 1).

    Raises
    ------
    DataError
        If the tables differ in shape, are empty, or the labels do not fit.

    Examples
    --------
    >>> a = np.array([[0.9, 0.1], [0.8, 0.2], [0.3, 0.7]])
    >>> b = np.array([[0.6, 0.4], [0.4, 0.6], [0.2, 0.8]])
    >>> parity = performance_parity(a, b, np.array([0, 0, 0]))
    >>> parity["flips"], round(parity["negative_flips"], 3), round(parity["kl_mean"], 3)
    (1, 0.333, 0.196)
    """
    p_a, p_b, y = _checked(p_a, p_b, y)
    label_a, label_b = p_a.argmax(axis=1), p_b.argmax(axis=1)
    right_a, right_b, flip = label_a == y, label_b == y, label_a != label_b
    n_classes = p_a.shape[1]
    parity: dict[str, float] = {
        "n": len(y),
        "accuracy_original": float(right_a.mean()),
        "accuracy_compressed": float(right_b.mean()),
        "macro_f1_original": macro_f1(y, label_a, n_classes),
        "macro_f1_compressed": macro_f1(y, label_b, n_classes),
        "agreement": float(1.0 - flip.mean()),
        "churn": float(flip.mean()),
        "flips": int(flip.sum()),
        "negative_flips": float((right_a & ~right_b).mean()),
        "positive_flips": float((~right_a & right_b).mean()),
        "wrong_differently": float((~right_a & ~right_b & flip).mean()),
    }
    for name, rows in divergence_rows(p_a, p_b).items():
        parity[f"{name}_mean"] = float(rows.mean())
        parity[f"{name}_p95"], parity[f"{name}_p99"] = map(float, np.percentile(rows, (95, 99)))
    return parity


def divergence_rows(p_a: np.ndarray, p_b: np.ndarray) -> dict[str, np.ndarray]:
    """Return how far the two distributions of each example lie apart; needs no labels.

    Returns
    -------
    dict of ndarray, shape (n,)
        ``kl`` of p_a to p_b (nats; probabilities of b below 1e-12 count as 1e-12), ``js`` (nats,
        0 to ln 2), ``total_variation`` (0 to 1).

    References
    ----------
    Lin, "Divergence measures based on the Shannon entropy", 1991, doi:10.1109/18.61115.
    """
    middle = (p_a + p_b) / 2.0
    return {
        "kl": _kl(p_a, p_b),
        "js": (_kl(p_a, middle) + _kl(p_b, middle)) / 2.0,
        "total_variation": np.abs(p_a - p_b).sum(axis=1) / 2.0,
    }


def macro_f1(y: np.ndarray, predicted: np.ndarray, n_classes: int) -> float:
    """Return the F1 score averaged over classes, 0 to 1, higher is better.

    A class that is neither among the labels nor among the predictions has no F1 and is left out.

    Examples
    --------
    >>> round(macro_f1(np.array([0, 0, 1, 1]), np.array([0, 1, 1, 1]), 3), 4)
    0.7333
    """
    true = np.bincount(y, minlength=n_classes)
    claimed = np.bincount(predicted, minlength=n_classes)
    hit = np.bincount(y[y == predicted], minlength=n_classes)
    occurs = (true + claimed) > 0
    return float((2.0 * hit[occurs] / (true + claimed)[occurs]).mean())


def _kl(p: np.ndarray, q: np.ndarray) -> np.ndarray:
    logs = np.log(np.maximum(p, TINY)) - np.log(np.maximum(q, TINY))
    return np.maximum((p * logs).sum(axis=1), 0.0)


def _checked(
    p_a: np.ndarray, p_b: np.ndarray, y: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    p_a, p_b, y = np.asarray(p_a, dtype=float), np.asarray(p_b, dtype=float), np.asarray(y)
    if p_a.shape != p_b.shape or p_a.ndim != 2 or len(p_a) == 0:
        raise DataError(
            f"Probabilities of shapes {p_a.shape} and {p_b.shape} cannot be compared: both "
            "models need the same examples and classes, shape (n, K) with n >= 1."
        )
    if y.shape != (len(p_a),) or y.min() < 0 or y.max() >= p_a.shape[1]:
        raise DataError(
            f"Needed are {len(p_a)} labels, each a column number 0 to {p_a.shape[1] - 1}."
        )
    return p_a, p_b, y

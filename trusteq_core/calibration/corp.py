"""CORP: the Brier score of the predicted label, split into what can and what cannot be repaired."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd

from trusteq_core.calibration.probabilities import check_events, top_label

__all__ = ["Corp", "corp", "corp_curve", "corp_split"]


class Corp(NamedTuple):
    """The parts of a score: ``score == miscalibration - discrimination + uncertainty``.

    Attributes
    ----------
    miscalibration : float
        What an isotonic recalibration would save, 0 to 1, lower is better.
    discrimination : float
        What the recalibrated confidences save over the constant accuracy, 0 to 0.25, higher is
        better.
    uncertainty : float
        Accuracy times error rate, 0 to 0.25: the score of the constant.
    score : float
        Mean of (c - a)², 0 to 1, lower is better.
    """

    miscalibration: float
    discrimination: float
    uncertainty: float
    score: float


def corp(p: np.ndarray, y: np.ndarray) -> Corp:
    """Return the CORP split of the predicted label's confidence.

    Parameters
    ----------
    p : ndarray, shape (n, K)
        Probabilities.
    y : ndarray of int, shape (n,)
        Gold labels as column numbers.

    Raises
    ------
    DataError
        If the probabilities or labels break their contract.

    References
    ----------
    Dimitriadis, Gneiting, Jordan, "Stable reliability diagrams for probabilistic classifiers",
    2021, doi:10.1073/pnas.2016191118.
    """
    return corp_split(*top_label(p, y))


def corp_split(confidence: np.ndarray, correct: np.ndarray) -> Corp:
    """Return the CORP split of confidences (n,) and 0/1 outcomes (n,).

    Examples
    --------
    >>> split = corp_split([0.4, 0.3, 0.2, 0.1, 0.5, 0.9], [0, 0, 0, 1, 1, 1])
    >>> [round(part, 4) for part in split]
    [0.1017, 0.125, 0.25, 0.2267]
    """
    confidence, correct = check_events(confidence, correct)
    curve = corp_curve(confidence, correct)
    fitted = np.interp(confidence, curve["confidence"], curve["recalibrated"])
    score = float(np.mean((confidence - correct) ** 2))
    recalibrated = float(np.mean((fitted - correct) ** 2))
    accuracy = float(correct.mean())
    uncertainty = accuracy * (1.0 - accuracy)
    return Corp(score - recalibrated, uncertainty - recalibrated, uncertainty, score)


def corp_curve(confidence: np.ndarray, correct: np.ndarray) -> pd.DataFrame:
    """Return the isotonic reliability curve: it needs no bins.

    Returns
    -------
    DataFrame
        One row for each confidence that occurs, rising: ``confidence``, ``count``,
        ``recalibrated`` (the non-decreasing accuracy that fits best).

    Raises
    ------
    DataError
        If confidences and outcomes break their contract.

    Examples
    --------
    >>> corp_curve([0.6, 0.7, 0.9], [1, 0, 1])["recalibrated"].tolist()
    [0.5, 0.5, 1.0]
    """
    confidence, correct = check_events(confidence, correct)
    values, inverse, count = np.unique(confidence, return_inverse=True, return_counts=True)
    accuracy = np.bincount(inverse, weights=correct) / count
    fitted = _isotonic(accuracy, count)
    return pd.DataFrame({"confidence": values, "count": count, "recalibrated": fitted})


def _isotonic(values: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Return the non-decreasing fit by pooling adjacent violators, shape (n,).

    As ``scipy.optimize.isotonic_regression``, whose import takes longer than a whole comparison.
    """
    pools: list[tuple[float, float, int]] = []  # mean, weight, length
    for mean, weight in zip(values.tolist(), weights.tolist(), strict=True):
        length = 1
        while pools and pools[-1][0] >= mean:
            before, heavier, longer = pools.pop()
            mean = (before * heavier + mean * weight) / (heavier + weight)
            weight, length = heavier + weight, longer + length
        pools.append((mean, weight, length))
    means, _, lengths = zip(*pools, strict=True)
    return np.repeat(means, lengths)

"""Calibration of a pair of models, side by side, each beside its noise floor."""

from __future__ import annotations

from typing import Literal

import numpy as np
import pandas as pd

from trusteq_core.calibration import (
    BinTotals,
    equal_width_edges,
    noise_floor,
    pooled_equal_mass_edges,
    profile_distance,
    profile_floor,
    score_all,
)
from trusteq_core.errors import UnknownName

__all__ = [
    "SCHEMES",
    "Scheme",
    "calibration_table",
    "confidence_edges",
    "event_edges",
    "true_ece",
]

Scheme = Literal["width", "mass"]
SCHEMES: tuple[Scheme, ...] = ("width", "mass")


def confidence_edges(p_a: np.ndarray, p_b: np.ndarray, n_bins: int, scheme: str) -> np.ndarray:
    """Return bin edges that both models of a pair share.

    Parameters
    ----------
    p_a, p_b : ndarray, shape (n, K)
        Probabilities of the two models.
    n_bins : int
        Number of bins; with equal mass there may be fewer, where confidences tie.
    scheme : {"width", "mass"}
        Equally wide bins, or bins of equal mass over the pooled confidences.

    Raises
    ------
    UnknownName
        If there is no such scheme.
    """
    return event_edges(p_a.max(axis=1), p_b.max(axis=1), n_bins, scheme)


def event_edges(score_a: np.ndarray, score_b: np.ndarray, n_bins: int, scheme: str) -> np.ndarray:
    """Return bin edges of two models' probabilities of one event, each of shape (n,).

    Parameters and errors as :func:`confidence_edges`.
    """
    if scheme not in SCHEMES:
        raise UnknownName("binning scheme", scheme, SCHEMES)
    if scheme == "width":
        return equal_width_edges(n_bins)
    return pooled_equal_mass_edges(score_a, score_b, n_bins)


def true_ece(p: np.ndarray, truth: np.ndarray, *, edges: np.ndarray) -> float:
    """Return the calibration error against the known label distribution, 0 to 1.

    As the ECE, with the true probability of the predicted label in place of 0/1 correctness: no
    label noise enters, so it is what the ECE estimates.

    Parameters
    ----------
    p, truth : ndarray, shape (n, K)
        Predicted and true probabilities.
    edges : ndarray
        Bin edges of the confidence.

    Examples
    --------
    >>> p, truth = np.array([[0.9, 0.1], [0.2, 0.8]]), np.array([[0.7, 0.3], [0.2, 0.8]])
    >>> round(true_ece(p, truth, edges=np.array([0.0, 0.85, 1.0])), 3)
    0.1
    """
    predicted = p.argmax(axis=1)
    right = truth[np.arange(len(p)), predicted]
    return BinTotals.of(p.max(axis=1), right, edges).ece()


def calibration_table(
    p_a: np.ndarray,
    p_b: np.ndarray,
    y: np.ndarray,
    *,
    truth: np.ndarray | None = None,
    n_bins: int = 15,
    scheme: str = "width",
) -> pd.DataFrame:
    """Return one row per calibration measure (see `Comparison.calibration`)."""
    edges = confidence_edges(p_a, p_b, n_bins, scheme)
    a, b = (score_all(p, y, n_bins=n_bins, edges=edges) for p in (p_a, p_b))
    floors = [{"ece": noise_floor(p, edges=edges).mean} for p in (p_a, p_b)]
    if truth is not None:
        a["true_ece"], b["true_ece"] = (true_ece(p, truth, edges=edges) for p in (p_a, p_b))
    rows = [
        {
            "measure": name,
            "original": a[name],
            "compressed": b[name],
            "difference": b[name] - a[name],
            "floor_original": floors[0].get(name, np.nan),
            "floor_compressed": floors[1].get(name, np.nan),
        }
        for name in a
    ]
    floor = profile_floor(p_a, p_b, y)
    distance = {
        "measure": "profile_distance",
        "difference": profile_distance(p_a, p_b, y),
        "floor_original": floor,
        "floor_compressed": floor,
    }
    return pd.DataFrame([*rows, distance])

"""LIME: a weighted ridge regression on randomly thinned texts, fitted by the lime package."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np

from trusteq_core.attribution.attribution import Estimate
from trusteq_core.attribution.engine import ValueFunction

__all__ = ["lime_coalitions", "lime_distances", "lime_fit", "lime_values"]

_KERNEL_WIDTH = 25.0


def lime_values(value: ValueFunction, *, seed: int, samples: int = 1000) -> Estimate:
    """Return LIME's weights of every word for every class.

    Sampling, kernel and ridge are those of ``lime.lime_text.LimeTextExplainer`` with all words
    as features and ``bow=False``: a word is a position, not a type.

    Parameters
    ----------
    value : ValueFunction
        The example to explain.
    seed : int
        Seed of the random coalitions.
    samples : int
        Coalitions drawn, the full text included.

    Returns
    -------
    Estimate
        Values of shape (n_players, K), signed, in probability; LIME gives no errors.

    References
    ----------
    Ribeiro, Singh and Guestrin (2016), arXiv:1602.04938.
    """
    keep = lime_coalitions(len(value.players), samples, np.random.default_rng(seed))
    return Estimate(lime_fit(keep, value(keep)))


def lime_coalitions(n_players: int, samples: int, rng: np.random.Generator) -> np.ndarray:
    """Draw coalitions as LIME does for texts.

    The first is the full text; for each other, the number of removed words is uniform on
    1..n_players, and so are the words given their number.

    Returns
    -------
    ndarray of bool, shape (samples, n_players)
    """
    removed = rng.integers(1, n_players + 1, size=samples - 1)
    order = rng.random((samples - 1, n_players)).argsort(axis=1).argsort(axis=1)
    keep = np.ones((samples, n_players), dtype=bool)
    keep[1:] = order >= removed[:, None]
    return keep


def lime_distances(keep: np.ndarray) -> np.ndarray:
    """Return the cosine distance of each coalition to the full text, times 100, shape (m,).

    Examples
    --------
    >>> lime_distances(np.array([[1, 1, 1, 1], [1, 0, 0, 0], [0, 0, 0, 0]], dtype=bool))
    array([  0.,  50., 100.])
    """
    return 100.0 * (1.0 - np.sqrt(keep.mean(axis=1)))


def lime_fit(keep: np.ndarray, answers: np.ndarray) -> np.ndarray:
    """Fit LIME's linear model to evaluated coalitions, one class after the other.

    Parameters
    ----------
    keep : ndarray of bool, shape (m, n_players)
        Coalitions, the full text first.
    answers : ndarray, shape (m, K)
        Probabilities of each coalition.

    Returns
    -------
    ndarray, shape (n_players, K)
    """
    data, distances = keep.astype(float), lime_distances(keep)
    values = np.empty((keep.shape[1], answers.shape[1]))
    for label in range(answers.shape[1]):
        _, weights, _, _ = _lime_base().explain_instance_with_data(
            data, answers, distances, label, keep.shape[1], feature_selection="none"
        )
        values[[word for word, _ in weights], label] = [weight for _, weight in weights]
    return values


@cache
def _lime_base() -> Any:
    """Return the package's regression with the kernel of its text explainer."""
    # The package is heavy (scikit-learn), so it is imported by the first explanation.
    from lime.lime_base import LimeBase

    def kernel(distance: np.ndarray) -> np.ndarray:
        return np.sqrt(np.exp(-(distance**2) / _KERNEL_WIDTH**2))

    return LimeBase(kernel, random_state=0)

"""Occlusion: what the full text loses when one word is left out."""

from __future__ import annotations

import numpy as np

from trusteq_core.attribution.attribution import Estimate
from trusteq_core.attribution.engine import ValueFunction

__all__ = ["occlusion_values"]


def occlusion_values(value: ValueFunction, *, seed: int = 0) -> Estimate:
    """Return the full text's probabilities minus those without each word.

    Parameters
    ----------
    value : ValueFunction
        The example to explain.
    seed : int
        Not used; the same for every explainer.

    Returns
    -------
    Estimate
        Values of shape (n_players, K), signed, in probability. They need not add up to anything.

    References
    ----------
    Zeiler and Fergus (2014), arXiv:1311.2901; for words, Li, Monroe and Jurafsky (2016),
    arXiv:1612.08220.
    """
    del seed
    without = value(~np.eye(len(value.players), dtype=bool))
    return Estimate(value.full - without)

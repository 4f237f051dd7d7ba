"""LIME's weights from few evaluations, which sampled Shapley values share."""

from __future__ import annotations

import numpy as np

from trusteq_core.attribution.attribution import Estimate
from trusteq_core.attribution.coalitions import all_coalitions
from trusteq_core.attribution.engine import ValueFunction
from trusteq_core.attribution.lime import lime_coalitions, lime_fit
from trusteq_core.attribution.pairs import PairDesign
from trusteq_core.attribution.surrogate import SURROGATE_PAIRS, surrogate_answers

__all__ = ["lime_surrogate_values"]


def lime_surrogate_values(
    value: ValueFunction, *, seed: int, budget: int = 512, samples: int = 10_000
) -> Estimate:
    """Return LIME's weights of every word for every class, most of its samples predicted.

    LIME's own sampling, kernel and ridge (`trusteq_core.attribution.lime`), on many more samples
    than the model is asked for: the model answers the pairs of coalitions that `shapley` draws
    under the same seed and budget, and a Gaussian process through them answers the rest. Asked
    for together, the two explainers therefore evaluate one table. How much that saves depends on
    how smooth the model is: `docs/estimators.md` has it for the models that ship.

    Parameters
    ----------
    value : ValueFunction
        The example to explain.
    seed : int
        Seed of the random coalitions.
    budget : int
        Coalitions evaluated at most, the full and the empty one included. Raised to four for each
        word where a text is longer than that allows.
    samples : int
        Coalitions that LIME is fitted to.

    Returns
    -------
    Estimate
        Values of shape (n_players, K), signed, in probability; LIME gives no errors.

    References
    ----------
    Ribeiro, Singh and Guestrin (2016), arXiv:1602.04938, LIME; Rasmussen and Williams (2006),
    doi:10.7551/mitpress/3206.001.0001, the prediction.
    """
    n_players = len(value.players)
    keep = lime_coalitions(n_players, samples, np.random.default_rng([seed, samples]))
    if n_players == 1 or 2**n_players <= budget:
        answers = value(all_coalitions(n_players))
        return Estimate(lime_fit(keep, answers[keep @ (1 << np.arange(n_players))]))
    design = PairDesign.for_budget(n_players, budget, np.random.default_rng(seed))
    design = design.take(design.leading(SURROGATE_PAIRS))
    ends = np.array([value.full, value.base])
    return Estimate(lime_fit(keep, surrogate_answers(design, *design.halves(value), ends, keep)))

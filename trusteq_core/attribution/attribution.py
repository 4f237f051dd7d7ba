"""The result of explaining one example."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

__all__ = ["Attribution"]


@dataclass(frozen=True, slots=True, eq=False)
class Attribution:
    """How much each word of one example moves the probability of each class.

    Attributes
    ----------
    values : ndarray, shape (n_words, K)
        Signed, in probability; positive words speak for the class. NaN for a word that the model
        does not see (truncated).
    base : ndarray, shape (K,)
        Probabilities with every word masked.
    full : ndarray, shape (K,)
        Probabilities of the example as it is.
    evaluations : int
        Distinct masked inputs that were evaluated.
    explainer : str
        Id of the explainer.
    settings : mapping
        Every setting that determines the result, the mask policy among them.
    seed : int
        The example's seed; deterministic explainers ignore it.
    errors : ndarray, shape (n_words, K), or None
        Standard errors of `values`, where the explainer estimates them.
    batch_effect : float
        Largest change of a probability when an input was repeated in another batch; above
        floating point, the model's answers depend on what they are computed with.
    """

    values: np.ndarray
    base: np.ndarray
    full: np.ndarray
    evaluations: int
    explainer: str
    settings: Mapping[str, Any] = field(default_factory=dict)
    seed: int = 0
    errors: np.ndarray | None = None
    batch_effect: float = 0.0

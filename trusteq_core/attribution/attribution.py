"""The result of explaining one example, and what an estimator contributes to it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from trusteq_core.alignment import top_k_stability

__all__ = ["Attribution", "Estimate"]


@dataclass(frozen=True, slots=True, eq=False)
class Estimate:
    """What an explainer finds out about the words that the model reads.

    Attributes
    ----------
    values : ndarray, shape (n_players, K)
        Signed, in probability.
    errors : ndarray, shape (n_players, K), or None
        Standard errors, where they are estimated.
    base : ndarray, shape (K,), or None
        Probabilities from which the values lead to the full text, where that is another point
        than the text with every word masked.
    evaluations : int
        Inputs that the model answered outside the value function.
    """

    values: np.ndarray
    errors: np.ndarray | None = None
    base: np.ndarray | None = None
    evaluations: int = 0


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
    by_index : bool
        Whether inputs were assembled from the words' token ids; else the model read every masked
        text, with its own tokenizer where it has one.
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
    by_index: bool = False

    def stability(self, k: int = 5) -> np.ndarray | None:
        """Return for each class how probably another seed would give the same top words.

        Parameters
        ----------
        k : int
            Number of top words.

        Returns
        -------
        ndarray, shape (K,), or None
            See `trusteq_core.alignment.top_k_stability`; None where errors are not estimated.
        """
        if self.errors is None:
            return None
        return np.asarray(top_k_stability(self.values.T, self.errors.T, k))

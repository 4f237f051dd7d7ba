"""Shapley regression on complementary pairs of coalitions."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from trusteq_core.attribution.coalitions import allocate_pairs, pairs_of_size, sample_pairs
from trusteq_core.attribution.engine import ValueFunction

__all__ = ["PairDesign", "jackknife_errors", "shapley_regression"]

_LEAST_FREEDOM = 0.05


@dataclass(frozen=True, slots=True, eq=False)
class PairDesign:
    """Coalitions that stand, each with its complement, for all coalitions of their sizes.

    A game is the sum of a part that changes sign when a coalition is swapped for its complement,
    and one that does not. Shapley values depend on the first alone, so a pair enters every
    estimate only by its difference.

    Attributes
    ----------
    keep : ndarray of bool, shape (m, n_players)
        One of each pair.
    size : ndarray of int, shape (m,)
        Size of the smaller half of each pair: the stratum; ascending.
    """

    keep: np.ndarray
    size: np.ndarray

    @classmethod
    def draw(cls, n_players: int, pairs: int, rng: np.random.Generator) -> PairDesign:
        """Draw at most `pairs` distinct pairs, shared evenly among the sizes."""
        share = allocate_pairs(n_players, pairs)
        parts = [
            sample_pairs(n_players, size, count, rng)
            for size, count in enumerate(share.tolist(), start=1)
            if count
        ]
        return cls(np.concatenate(parts), np.arange(1, len(share) + 1).repeat(share))

    @classmethod
    def for_budget(cls, n_players: int, budget: int, rng: np.random.Generator) -> PairDesign:
        """Draw the pairs that a budget of evaluations allows, at least two for each word.

        The full and the empty coalition count towards the budget.
        """
        return cls.draw(n_players, (max(budget, 4 * n_players) - 2) // 2, rng)

    def __len__(self) -> int:
        return len(self.keep)

    def leading(self, pairs: int) -> np.ndarray:
        """Return which pairs make the smaller design: the first ones of every size, shape (m,)."""
        share = allocate_pairs(self.keep.shape[1], pairs)
        place = np.arange(len(self)) - np.searchsorted(self.size, self.size)
        return place < share[self.size - 1]

    def take(self, which: np.ndarray) -> PairDesign:
        """Return the design of some of the pairs."""
        return PairDesign(self.keep[which], self.size[which])

    def differences(self, value: ValueFunction) -> np.ndarray:
        """Return half of v(S) - v(complement of S) for each pair, shape (m, K)."""
        return self.halves(value)[0]

    def halves(self, value: ValueFunction) -> tuple[np.ndarray, np.ndarray]:
        """Return half of v(S) - v(complement of S), and half of their sum, each (m, K)."""
        answers = value(np.concatenate([self.keep, ~self.keep]))
        one, other = answers[: len(self)], answers[len(self) :]
        return (one - other) / 2, (one + other) / 2

    def weights(self) -> np.ndarray:
        """Return each pair's share of the Shapley kernel's weight on its size, shape (m,)."""
        n = self.keep.shape[1]
        total = np.where(2 * self.size == n, 1.0, 2.0) * (n - 1) / (self.size * (n - self.size))
        return total / np.bincount(self.size)[self.size]

    def unseen(self) -> np.ndarray:
        """Return for each pair the share of its stratum that was not drawn, shape (m,)."""
        n = self.keep.shape[1]
        drawn = np.bincount(self.size)
        share = [1.0 - count / pairs_of_size(n, size) if count else 0.0
                 for size, count in enumerate(drawn.tolist())]  # fmt: skip
        return np.array(share)[self.size]


def shapley_regression(
    design: PairDesign, differences: np.ndarray, gain: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Fit Shapley values to evaluated pairs by least squares under the Shapley kernel.

    The sum of the values is held to the gain by projection.

    Parameters
    ----------
    design : PairDesign
        The pairs.
    differences : ndarray, shape (m, K)
        Half of v(S) - v(complement of S).
    gain : ndarray, shape (K,)
        v(all) - v(none).

    Returns
    -------
    values : ndarray, shape (n_players, K)
    errors : ndarray, shape (n_players, K)
        Standard errors, see `jackknife_errors`.

    References
    ----------
    Lundberg and Lee (2017), arXiv:1705.07874; Covert and Lee (2021), arXiv:2012.01536; Musco and
    Witter (2024), arXiv:2410.01917.
    """
    n = design.keep.shape[1]
    signs = design.keep - 0.5
    centred = signs - signs.mean(axis=1, keepdims=True)
    target = differences - signs.sum(axis=1)[:, None] * (gain / n)
    weighted = centred * design.weights()[:, None]
    # Centred rows leave one direction empty: the cutoff keeps its rounding from being inverted.
    influence = weighted @ np.linalg.pinv(weighted.T @ centred, rcond=1e-10, hermitian=True)
    slopes = influence.T @ target
    freedom = 1.0 - (influence * centred).sum(axis=1)
    left_out = (target - centred @ slopes) / np.maximum(freedom, _LEAST_FREEDOM)[:, None]
    return slopes + gain / n, jackknife_errors(design, influence, left_out)


def jackknife_errors(design: PairDesign, influence: np.ndarray, left_out: np.ndarray) -> np.ndarray:
    """Return standard errors by leaving out each pair in turn, in closed form.

    Leaving pair p out moves the values by ``influence[p] * left_out[p]``. Each stratum carries
    its finite-population correction: a size that was taken completely adds no error.

    Parameters
    ----------
    design : PairDesign
        The pairs.
    influence : ndarray, shape (m, n_players)
        Change of the values with each pair's difference.
    left_out : ndarray, shape (m, K)
        Each pair's difference minus its prediction from all other pairs.

    Returns
    -------
    ndarray, shape (n_players, K)
    """
    return np.sqrt((influence**2 * design.unseen()[:, None]).T @ left_out**2)

"""Shapley values of words: exact for short texts, else estimated with a standard error."""

from __future__ import annotations

from dataclasses import dataclass
from math import comb

import numpy as np

from trusteq_core.attribution.coalitions import (
    all_coalitions,
    allocate_pairs,
    pairs_of_size,
    sample_pairs,
)
from trusteq_core.attribution.engine import ValueFunction

__all__ = ["shapley_exact", "shapley_regression", "shapley_values"]

_FIRST_ROUND = 128


def shapley_values(
    value: ValueFunction, *, seed: int, budget: int = 512, error: float | None = None
) -> tuple[np.ndarray, np.ndarray]:
    """Return Shapley values of every word for every class, with standard errors.

    Exact by enumeration where all coalitions fit the budget (9 words for 512). Else a regression
    on coalitions that are drawn in complementary pairs, stratified by size, without repetition;
    the sizes that are few enough are taken completely. Values always add up exactly to
    ``value.full - value.base``.

    Parameters
    ----------
    value : ValueFunction
        The example to explain.
    seed : int
        Seed of the random coalitions.
    budget : int
        Coalitions at most, the full and the empty one included. Raised to four for each word
        where a text is longer than that allows.
    error : float, optional
        Stop as soon as every standard error is at most this, in probability. Without it the
        whole budget is used.

    Returns
    -------
    values : ndarray, shape (n_players, K)
        Signed, in probability.
    errors : ndarray, shape (n_players, K)
        Standard errors; zero where the values are exact.

    References
    ----------
    Lundberg and Lee (2017), arXiv:1705.07874, the regression; Covert and Lee (2021),
    arXiv:2012.01536, paired sampling; Musco and Witter (2024), arXiv:2410.01917, leverage-score
    sampling without replacement.
    """
    n_players = len(value.players)
    if n_players == 1 or 2**n_players <= budget:
        values = shapley_exact(value(all_coalitions(n_players)))
        return values, np.zeros_like(values)
    pairs = (max(budget, 4 * n_players) - 2) // 2
    design = PairDesign.draw(n_players, pairs, np.random.default_rng(seed))
    gain = value.full - value.base
    for used in _rounds(pairs, adaptive=error is not None):
        part = design.leading(used)
        values, errors = shapley_regression(part, part.differences(value), gain)
        if error is not None and errors.max() <= error:
            break
    return values, errors


def _rounds(pairs: int, *, adaptive: bool) -> list[int]:
    """Return the numbers of pairs after which the error is looked at; each 1.5 times the last."""
    if not adaptive:
        return [pairs]
    rounds = [min(_FIRST_ROUND // 2, pairs)]
    while rounds[-1] < pairs:
        rounds.append(min(pairs, rounds[-1] * 3 // 2))
    return rounds


def shapley_exact(answers: np.ndarray) -> np.ndarray:
    """Return the exact Shapley values of a game given by all its coalitions.

    Parameters
    ----------
    answers : ndarray, shape (2**n, K)
        Values in the order of `all_coalitions`.

    Returns
    -------
    ndarray, shape (n, K)

    References
    ----------
    Shapley (1953), doi:10.1515/9781400881970-018.

    Examples
    --------
    Two words that only count together share the gain:

    >>> shapley_exact(np.array([[0.0], [0.0], [0.0], [1.0]])).ravel()
    array([0.5, 0.5])
    """
    n = len(answers).bit_length() - 1
    keep = all_coalitions(n)
    sizes = keep.sum(axis=1)
    # Word i enters a coalition of s others in s! (n - 1 - s)! of the n! orders.
    entering = np.array([1.0 / (n * comb(n - 1, s)) for s in range(n)] + [0.0])
    weights = np.where(keep, entering[sizes - 1][:, None], -entering[sizes][:, None])
    return weights.T @ answers


@dataclass(frozen=True, slots=True, eq=False)
class PairDesign:
    """Coalitions that stand, each with its complement, for all coalitions of their sizes.

    Attributes
    ----------
    keep : ndarray of bool, shape (m, n_players)
        One of each pair.
    size : ndarray of int, shape (m,)
        Size of the smaller half of each pair: the stratum.
    """

    keep: np.ndarray
    size: np.ndarray

    @classmethod
    def draw(cls, n_players: int, pairs: int, rng: np.random.Generator) -> PairDesign:
        """Draw at most `pairs` pairs, shared evenly among the sizes."""
        share = allocate_pairs(n_players, pairs)
        parts = [
            sample_pairs(n_players, size, count, rng)
            for size, count in enumerate(share.tolist(), start=1)
            if count
        ]
        sizes = np.arange(1, len(share) + 1).repeat(share)
        return cls(np.concatenate(parts), sizes)

    def leading(self, pairs: int) -> PairDesign:
        """Return the smaller design whose pairs are the first ones of every size."""
        share = allocate_pairs(self.keep.shape[1], pairs)
        place = np.arange(len(self.size)) - np.searchsorted(self.size, self.size)
        first = place < share[self.size - 1]
        return PairDesign(self.keep[first], self.size[first])

    def differences(self, value: ValueFunction) -> np.ndarray:
        """Return half of v(S) - v(complement of S) for each pair, shape (m, K)."""
        answers = value(np.concatenate([self.keep, ~self.keep]))
        return (answers[: len(self.keep)] - answers[len(self.keep) :]) / 2

    def weights(self) -> np.ndarray:
        """Return each pair's share of the Shapley kernel's weight on its size, shape (m,)."""
        n = self.keep.shape[1]
        total = np.where(2 * self.size == n, 1.0, 2.0) * (n - 1) / (self.size * (n - self.size))
        return total / np.bincount(self.size)[self.size]


def shapley_regression(
    design: PairDesign, differences: np.ndarray, gain: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Fit Shapley values to evaluated pairs by weighted least squares.

    A pair enters the regression only through its difference, so interactions of an even number
    of words cancel. The sum of the values is held to the gain by projection.

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
        Standard errors by the delete-one-pair jackknife in closed form, each stratum with its
        finite-population correction: a size that was taken completely adds no error.
    """
    n = design.keep.shape[1]
    signs = design.keep - 0.5
    centred = signs - signs.mean(axis=1, keepdims=True)
    target = differences - signs.sum(axis=1)[:, None] * (gain / n)
    weighted = centred * design.weights()[:, None]
    # Centred rows leave one direction empty: the cutoff keeps its rounding from being inverted.
    influence = weighted @ np.linalg.pinv(weighted.T @ centred, rcond=1e-10, hermitian=True)
    slopes = influence.T @ target
    residual = target - centred @ slopes
    errors = _jackknife(design, influence, centred, residual)
    return slopes + gain / n, errors


def _jackknife(
    design: PairDesign, influence: np.ndarray, centred: np.ndarray, residual: np.ndarray
) -> np.ndarray:
    """Return the standard errors of `shapley_regression`, shape (n_players, K)."""
    n = design.keep.shape[1]
    leverage = (influence * centred).sum(axis=1)
    # A pair that alone fixes a direction has leverage one and nothing left to judge it by.
    spread = residual / np.maximum(1.0 - leverage, 0.05)[:, None]
    variance = np.zeros((n, residual.shape[1]))
    for size in np.unique(design.size):
        inside = design.size == size
        drawn, known = int(inside.sum()), pairs_of_size(n, int(size))
        variance += (1.0 - drawn / known) * (influence[inside] ** 2).T @ spread[inside] ** 2
    return np.sqrt(variance)

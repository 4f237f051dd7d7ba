"""Shapley values of words: exact for short texts, else estimated with a standard error."""

from __future__ import annotations

from math import comb

import numpy as np

from trusteq_core.alignment import top_k_stability
from trusteq_core.attribution.attribution import Estimate
from trusteq_core.attribution.coalitions import all_coalitions
from trusteq_core.attribution.engine import ValueFunction
from trusteq_core.attribution.pairs import PairDesign, shapley_regression
from trusteq_core.attribution.surrogate import SURROGATE_PAIRS, surrogate_values

__all__ = ["shapley_exact", "shapley_values"]

_FIRST_ROUND = 64


def shapley_values(
    value: ValueFunction,
    *,
    seed: int,
    budget: int = 512,
    error: float | None = None,
    stability: float | None = None,
    top: int = 5,
) -> Estimate:
    """Return Shapley values of every word for every class, with standard errors.

    Exact by enumeration where all coalitions fit the budget (9 words for 512). Else estimated
    from coalitions that are drawn in complementary pairs, evenly over sizes, without repetition,
    so that the sizes that are few enough are taken completely; the estimate is that of
    `trusteq_core.attribution.surrogate`. Values always add up to ``value.full - value.base``.

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
        Stop as soon as every standard error is at most this, in probability.
    stability : float, optional
        Stop as soon as, for every class, an independent draw would give the same top words with
        at least this probability (`trusteq_core.alignment.top_k_stability`). With `error` too,
        both must be met; without either, the whole budget is used.
    top : int
        How many top words `stability` is about.

    Returns
    -------
    Estimate
        Values, shape (n_players, K), signed, in probability, and their standard errors; zero where
        the values are exact.

    References
    ----------
    Lundberg and Lee (2017), arXiv:1705.07874, the regression; Covert and Lee (2021),
    arXiv:2012.01536, paired sampling; Musco and Witter (2024), arXiv:2410.01917, sampling by
    size without replacement; Witter, Liu and Musco (2025), arXiv:2506.11849, surrogates.
    """
    n_players = len(value.players)
    if n_players == 1 or 2**n_players <= budget:
        values = shapley_exact(value(all_coalitions(n_players)))
        return Estimate(values, np.zeros_like(values))
    design = PairDesign.for_budget(n_players, budget, np.random.default_rng(seed))
    gain = value.full - value.base
    adaptive = error is not None or stability is not None
    for used in _rounds(n_players, len(design), adaptive=adaptive):
        part = design.take(design.leading(used))
        estimate = surrogate_values if used <= SURROGATE_PAIRS else shapley_regression
        values, errors = estimate(part, part.differences(value), gain)
        if adaptive and _good_enough(values, errors, error, stability, top):
            break
    return Estimate(values, errors)


def _good_enough(
    values: np.ndarray,
    errors: np.ndarray,
    error: float | None,
    stability: float | None,
    top: int,
) -> bool:
    """Return whether an estimate is as precise as was asked for."""
    if error is not None and errors.max() > error:
        return False
    if stability is None:
        return True
    reached = top_k_stability(values.T, errors.T, top)
    # A text of no more words than `top` has nothing to choose: NaN.
    return bool(np.nan_to_num(reached, nan=1.0).min() >= stability)


def _rounds(n_players: int, pairs: int, *, adaptive: bool) -> list[int]:
    """Return the numbers of pairs after which the error is looked at, each 1.5 times the last."""
    rounds = [min(max(_FIRST_ROUND, 2 * n_players), pairs) if adaptive else pairs]
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
    # A word enters a coalition of s others in s! (n - 1 - s)! of the n! orders.
    entering = np.array([1.0 / (n * comb(n - 1, s)) for s in range(n)] + [0.0])
    weights = np.where(keep, entering[sizes - 1][:, None], -entering[sizes][:, None])
    return weights.T @ answers

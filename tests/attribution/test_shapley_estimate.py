"""The parts of the Shapley estimate: designs of pairs, regression, surrogate."""

from math import comb

import numpy as np
import pytest
from games import bumpy
from hypothesis import given, settings
from hypothesis import strategies as st

from trusteq_core.attribution import surrogate
from trusteq_core.attribution.coalitions import (
    all_coalitions,
    allocate_pairs,
    pairs_of_size,
    sample_pairs,
)
from trusteq_core.attribution.pairs import PairDesign, shapley_regression
from trusteq_core.attribution.shapley import shapley_exact
from trusteq_core.attribution.surrogate import (
    kernel_shapley,
    kernel_shapley_variance,
    odd_kernel,
    surrogate_values,
)


def evaluated(game, n_words, pairs, seed):
    design = PairDesign.draw(n_words, pairs, np.random.default_rng(seed))
    both = [game(half.astype(float))[:, None] for half in (design.keep, ~design.keep)]
    ends = game(np.array([np.ones(n_words), np.zeros(n_words)]))
    return design, (both[0] - both[1]) / 2, ends[:1] - ends[1:]


@given(st.integers(2, 40), st.integers(1, 400))
def test_allocation_spends_the_budget_and_never_more_than_exists(n_words, pairs):
    share = allocate_pairs(n_words, pairs)
    room = [pairs_of_size(n_words, size) for size in range(1, n_words // 2 + 1)]
    assert share.sum() == min(pairs, sum(room))
    assert (share <= room).all()
    unfilled = share[share < room]
    assert not len(unfilled) or unfilled.max() - unfilled.min() <= 1


@given(st.integers(2, 14))
def test_pairs_of_all_sizes_are_all_coalitions_but_the_two_ends(n_words):
    pairs = [pairs_of_size(n_words, size) for size in range(1, n_words // 2 + 1)]
    assert 2 * sum(pairs) + 2 == 2**n_words


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_sampled_pairs_are_distinct_and_of_their_size(data):
    n_words = data.draw(st.integers(2, 12))
    size = data.draw(st.integers(1, n_words // 2))
    count = data.draw(st.integers(1, pairs_of_size(n_words, size)))
    keep = sample_pairs(n_words, size, count, np.random.default_rng(0))
    assert keep.shape == (count, n_words)
    assert (keep.sum(axis=1) == size).all()
    assert len({row.tobytes() for row in np.vstack([keep, ~keep])}) == 2 * count


def test_every_coalition_of_a_size_is_drawn_equally_often():
    n_words, size, draws = 6, 3, 4000
    rng = np.random.default_rng(0)
    seen = {}
    for _ in range(draws):
        for row in sample_pairs(n_words, size, 2, rng):
            seen[row.tobytes()] = seen.get(row.tobytes(), 0) + 1
    expected = 2 * draws / (comb(n_words, size) / 2)
    assert len(seen) == comb(n_words, size) // 2
    np.testing.assert_allclose(list(seen.values()), expected, atol=4.5 * np.sqrt(expected))


def test_a_leading_part_holds_the_first_pairs_of_every_size():
    design = PairDesign.draw(13, 300, np.random.default_rng(0))
    part = design.take(design.leading(100))
    np.testing.assert_array_equal(np.bincount(part.size)[1:], allocate_pairs(13, 100))
    for size in np.unique(part.size):
        first = design.keep[design.size == size][: (part.size == size).sum()]
        np.testing.assert_array_equal(part.keep[part.size == size], first)


@pytest.mark.parametrize("estimate", [shapley_regression, surrogate_values])
def test_all_pairs_give_the_exact_values(estimate):
    game = bumpy(9, 4)
    exact = shapley_exact(game(all_coalitions(9).astype(float))[:, None])
    values, errors = estimate(*evaluated(game, 9, 2**9, 0))
    # The surrogate smooths by its nugget; the regression is the definition itself.
    tolerance = 1e-10 if estimate is shapley_regression else 1e-3
    np.testing.assert_allclose(values, exact, atol=tolerance)
    np.testing.assert_allclose(errors, 0, atol=1e-10)


def test_kernel_shapley_values_are_those_of_the_kernel_as_a_game():
    rng = np.random.default_rng(0)
    points, decay = rng.random((4, 7)) < 0.5, rng.random(7)
    everything = np.vstack([all_coalitions(7), points])
    games = odd_kernel(everything, everything, decay)[: 2**7, 2**7 :]
    np.testing.assert_allclose(kernel_shapley(points, decay).T, shapley_exact(games), atol=1e-12)


def test_the_variance_of_shapley_values_is_the_kernel_s_in_both_arguments():
    decay = np.random.default_rng(2).random(6)
    everything = all_coalitions(6)
    once = shapley_exact(odd_kernel(everything, everything, decay))
    twice = shapley_exact(once.T)
    np.testing.assert_allclose(kernel_shapley_variance(decay), twice.diagonal(), atol=1e-12)


def test_odd_kernel_changes_sign_under_complement_and_is_a_covariance():
    rng = np.random.default_rng(1)
    points, decay = rng.random((30, 9)) < 0.5, rng.random(9)
    everything = np.vstack([points, ~points])
    both = odd_kernel(everything, everything, decay)
    np.testing.assert_allclose(both[:30, 30:], -both[:30, :30], atol=1e-12)
    np.testing.assert_allclose(both.diagonal(), 1, atol=1e-12)
    assert np.linalg.eigvalsh(both[:30, :30]).min() > -1e-10


@pytest.mark.parametrize("n_words", [12, 15])
def test_the_surrogate_beats_the_regression_on_the_same_evaluations(n_words):
    worse, better = [], []
    for seed in range(6):
        game = bumpy(n_words, seed)
        exact = shapley_exact(game(all_coalitions(n_words).astype(float))[:, None])
        evaluations = evaluated(game, n_words, 255, seed)
        worse.append(np.square(shapley_regression(*evaluations)[0] - exact).mean())
        better.append(np.square(surrogate_values(*evaluations)[0] - exact).mean())
    assert np.mean(better) < 0.6 * np.mean(worse)


def test_with_few_pairs_slopes_drawn_to_zero_beat_free_ones(monkeypatch):
    def error() -> float:
        squares = []
        for seed in range(12):
            game = bumpy(15, seed)
            exact = shapley_exact(game(all_coalitions(15).astype(float))[:, None])
            squares.append(np.square(surrogate_values(*evaluated(game, 15, 63, seed))[0] - exact))
        return float(np.mean(squares))

    drawn = error()
    monkeypatch.setattr(surrogate, "_VARIANCES", (np.inf,))
    assert drawn < 0.9 * error()


@pytest.mark.parametrize("pairs", [63, 127, 511])
def test_errors_tell_how_far_the_surrogate_is_off_at_every_budget(pairs):
    within = []
    for seed in range(20):
        game = bumpy(14, seed)
        exact = shapley_exact(game(all_coalitions(14).astype(float))[:, None])
        values, errors = surrogate_values(*evaluated(game, 14, pairs, seed))
        within += (np.abs(values - exact) <= 1.645 * errors).tolist()
    assert 0.85 < np.mean(within) < 0.99


@pytest.mark.parametrize("estimate", [shapley_regression, surrogate_values])
def test_a_constant_game_has_no_values_and_no_errors(estimate):
    values, errors = estimate(*evaluated(lambda keep: np.full(len(keep), 0.4), 12, 100, 0))
    np.testing.assert_allclose(values, 0, atol=1e-12)
    np.testing.assert_allclose(errors, 0, atol=1e-12)

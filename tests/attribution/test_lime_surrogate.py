"""LIME with most samples predicted: fewer evaluations, and shared with Shapley values."""

import numpy as np
import pytest
from games import Recorder, bumpy, game_model, segments_of_length

from trusteq_core.attribution import EXPLAINERS, ValueFunction, explain
from trusteq_core.attribution.coalitions import all_coalitions
from trusteq_core.attribution.lime import lime_coalitions, lime_fit
from trusteq_core.attribution.pairs import PairDesign
from trusteq_core.attribution.surrogate import even_kernel, odd_kernel, surrogate_answers


def smooth(n_words, seed):
    """A small random network, two hidden units wide, that changes as gradually as trained ones."""
    rng = np.random.default_rng(seed)
    first, second = rng.normal(size=(n_words, 2)), rng.normal(size=2)
    return lambda keep: 1 / (1 + np.exp(-2 * np.tanh(keep @ first / 2) @ second))


def limit_of_lime(game, n_words):
    """What LIME tends to: the mean of fits to 5,000 evaluated samples each."""
    fits = []
    for seed in range(12):
        keep = lime_coalitions(n_words, 5000, np.random.default_rng(seed + 100))
        p = game(keep.astype(float))
        fits.append(lime_fit(keep, np.column_stack([1 - p, p])))
    return np.mean(fits, axis=0)


def test_as_many_evaluations_come_nearer_to_the_limit_of_lime():
    n_words = 13
    segments = segments_of_length(n_words)
    better, worse = [], []
    for number in range(4):
        game = smooth(n_words, number)
        limit = limit_of_lime(game, n_words)
        model = game_model(segments, game)
        few = explain(model, segments, "lime-surrogate", seed=number, budget=512)
        many = explain(model, segments, "lime", seed=number, samples=512)
        assert few.evaluations <= 512
        better.append(np.square(few.values - limit).sum())
        worse.append(np.square(many.values - limit).sum())
    assert np.sqrt(np.mean(better)) < 0.85 * np.sqrt(np.mean(worse))


def test_with_every_coalition_evaluated_it_is_lime_itself():
    segments, game = segments_of_length(8), bumpy(8)
    found = explain(game_model(segments, game), segments, "lime-surrogate", samples=3000)
    keep = lime_coalitions(8, 3000, np.random.default_rng([found.seed, 3000]))
    p = game(keep.astype(float))
    np.testing.assert_allclose(
        found.values, lime_fit(keep, np.column_stack([1 - p, p])), atol=1e-12
    )


@pytest.mark.parametrize("counts", [(4, 4), (9, 8), (150, 140)])
def test_after_shapley_values_nothing_more_is_evaluated(counts):
    segments = segments_of_length(*counts)
    model = Recorder(lambda texts: np.array([len(" ".join(t)) % 23 for t in texts]) / 23)
    value = ValueFunction(model, segments)
    first = EXPLAINERS["shapley"].explain(value, seed=3)
    asked = len(model.seen)
    second = EXPLAINERS["lime-surrogate"].explain(value, seed=3)
    assert len(model.seen) == asked
    assert second.evaluations == first.evaluations


def test_the_surrogate_gives_back_what_it_was_told():
    game = smooth(12, 2)
    design = PairDesign.draw(12, 200, np.random.default_rng(0))
    one, other = (game(half.astype(float))[:, None] for half in (design.keep, ~design.keep))
    ends = game(np.array([np.ones(12), np.zeros(12)]))[:, None]
    halves = (one - other) / 2, (one + other) / 2
    again = surrogate_answers(design, *halves, ends, np.concatenate([design.keep, ~design.keep]))
    np.testing.assert_allclose(again, np.concatenate([one, other]), atol=2e-3)
    everywhere = all_coalitions(12)
    predicted = surrogate_answers(design, *halves, ends, everywhere)[:, 0]
    truth = game(everywhere.astype(float))
    assert np.corrcoef(predicted, truth)[0, 1] > 0.99


def test_odd_and_even_kernels_are_the_halves_of_a_product_kernel():
    rng = np.random.default_rng(4)
    rows, columns, decay = rng.random((5, 6)) < 0.5, rng.random((7, 6)) < 0.5, rng.random(6)
    plain = np.exp(-((rows[:, None] != columns) @ decay))
    total = np.exp(-decay.sum())
    sum_of_halves = (1 - total) * odd_kernel(rows, columns, decay) + (1 + total) * even_kernel(
        rows, columns, decay
    )
    np.testing.assert_allclose(sum_of_halves, 2 * plain, atol=1e-12)
    np.testing.assert_allclose(
        even_kernel(rows, ~columns, decay), even_kernel(rows, columns, decay), atol=1e-12
    )

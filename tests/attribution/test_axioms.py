"""What defines Shapley values, on arbitrary games; and what must never change an attribution."""

import sys
from pathlib import Path

import numpy as np
import pytest
from games import game_model, segments_of_length
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from trusteq_core.attribution import EXPLAINERS, ValueFunction, explain
from trusteq_core.attribution.coalitions import all_coalitions
from trusteq_core.attribution.pairs import PairDesign, shapley_regression
from trusteq_core.attribution.shapley import shapley_exact
from trusteq_core.attribution.surrogate import surrogate_values

N = 5
games = hnp.arrays(float, (2**N, 1), elements=st.floats(-1, 1, allow_subnormal=False))
players = st.integers(0, N - 1)
KEEP = all_coalitions(N)


def with_and_without(player):
    """The rows of all coalitions with the player, and of the same ones without it."""
    without = np.flatnonzero(~KEEP[:, player])
    return without + 2**player, without


@given(games)
def test_efficiency(game):
    np.testing.assert_allclose(shapley_exact(game).sum(axis=0), game[-1] - game[0], atol=1e-12)


@given(games, players, players)
def test_symmetry_two_players_who_may_change_places_get_the_same(game, one, other):
    places = np.arange(N)
    places[[one, other]] = other, one
    swapped = KEEP[:, places] @ (1 << np.arange(N))
    values = shapley_exact((game + game[swapped]) / 2)
    np.testing.assert_allclose(values[one], values[other], atol=1e-12)


@given(games, players, st.floats(-1, 1))
def test_dummy_a_player_who_always_adds_the_same_gets_that(game, player, adds):
    inside, outside = with_and_without(player)
    game = game.copy()
    game[inside] = game[outside] + adds
    np.testing.assert_allclose(shapley_exact(game)[player], adds, atol=1e-12)


@given(games, games, st.floats(-3, 3))
def test_linearity(one, other, factor):
    together = shapley_exact(one + factor * other)
    np.testing.assert_allclose(
        together, shapley_exact(one) + factor * shapley_exact(other), atol=1e-12
    )


@pytest.mark.parametrize("estimate", [shapley_regression, surrogate_values])
@given(st.data())
@settings(max_examples=30, deadline=None)
def test_estimates_share_out_the_gain_and_are_exact_for_words_that_only_add(estimate, data):
    n_words = data.draw(st.integers(6, 14))
    weights = data.draw(
        hnp.arrays(float, (n_words, 2), elements=st.floats(-1, 1, allow_subnormal=False))
    )
    pairs = data.draw(st.integers(2 * n_words, 120))
    design = PairDesign.draw(n_words, pairs, np.random.default_rng(data.draw(st.integers(0, 9))))
    differences = (design.keep - 0.5) @ weights
    values, errors = estimate(design, differences, weights.sum(axis=0))
    np.testing.assert_allclose(values.sum(axis=0), weights.sum(axis=0), atol=1e-9)
    np.testing.assert_allclose(values, weights, atol=1e-7)
    np.testing.assert_allclose(errors, 0, atol=1e-7)


@given(games)
@settings(max_examples=25, deadline=None)
def test_the_explainer_gives_the_shapley_values_of_any_game(game):
    segments = segments_of_length(3, 2)
    table = game[:, 0]
    model = game_model(segments, lambda keep: table[keep.astype(int) @ (1 << np.arange(N))])
    found = explain(model, segments, "shapley")
    np.testing.assert_allclose(found.values[:, [1]], shapley_exact(game), atol=1e-12)


@pytest.fixture(scope="module", params=["wordpiece", "bpe"])
def folder(request, tmp_path_factory):
    sys.path.insert(0, str(Path(__file__).parents[1] / "models"))
    try:
        from tiny_models import save_tiny
    finally:
        sys.path.pop(0)
    return save_tiny(tmp_path_factory.mktemp("axioms") / request.param, kind=request.param)


TEXTS = ("A dog doesn't sleep in Porto's garden.", "No cat sleeps, ever!")


def test_every_tokenizer_explains_the_same_words(folder):
    from trusteq_core.models import load_model

    value = ValueFunction(load_model("nli", folder), TEXTS)
    words = [(word.segment, word.text) for word in value.grid.words]
    assert words == [
        *((0, text) for text in ("A", "dog", "doesn't", "sleep", "in", "Porto's", "garden")),
        *((1, text) for text in ("No", "cat", "sleeps", "ever")),
    ]
    np.testing.assert_array_equal(value.players, np.arange(len(words)))


@pytest.mark.parametrize("name", sorted(EXPLAINERS))
def test_batches_of_one_and_of_many_give_the_same_attribution(folder, name):
    from trusteq_core.models import load_model

    many, one = load_model("nli", folder), load_model("nli", folder)
    one.token_budget = 1
    settings = {EXPLAINERS[name].budget: 100} if EXPLAINERS[name].budget else {}
    together, alone = (explain(model, TEXTS, name, **settings) for model in (many, one))
    np.testing.assert_allclose(alone.values, together.values, atol=1e-5)
    assert alone.evaluations == together.evaluations

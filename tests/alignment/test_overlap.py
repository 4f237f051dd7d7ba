"""Top-K overlap, its chance, and the four agreements."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from trusteq_core.alignment import (
    chance_corrected,
    chance_jaccard,
    feature_agreement,
    jaccard_at_k,
    position_between,
    rank_agreement,
    sign_agreement,
    signed_rank_agreement,
    top_k,
)
from trusteq_core.errors import DataError

AGREEMENTS = (feature_agreement, rank_agreement, sign_agreement, signed_rank_agreement)
attributions = st.integers(6, 14).flatmap(
    lambda n: st.tuples(*[arrays(float, n, elements=st.integers(-20, 20).map(lambda v: v / 8))] * 2)
)


def test_top_words_are_the_largest_in_size_and_ties_go_to_the_earlier_word():
    assert top_k(np.array([0.0, -3.0, 3.0, 1.0, -5.0]), 3).tolist() == [4, 1, 2]


def test_a_word_the_model_does_not_see_comes_after_words_of_value_zero():
    assert top_k(np.array([np.nan, 0.0, 1.0]), 2).tolist() == [2, 1]


def test_top_k_of_a_short_text_is_all_of_it():
    assert top_k(np.array([1.0, 2.0]), 5).tolist() == [1, 0]


@pytest.mark.parametrize(
    ("k", "n_words", "expected"),
    [
        (3, 12, 0.164),
        (5, 10, 0.350),
        (5, 16, 0.199),
        (5, 20, 0.155),
        (10, 12, 0.718),
        (10, 16, 0.462),
        (10, 20, 0.341),
        (10, 40, 0.148),
    ],
)
def test_chance_jaccard_matches_the_published_table(k, n_words, expected):
    assert chance_jaccard(n_words, k) == pytest.approx(expected, abs=5e-4)


@pytest.mark.parametrize(("n_words", "k"), [(5, 2), (6, 4), (7, 3)])
def test_chance_jaccard_is_the_mean_over_every_pair_of_sets(n_words, k):
    sets = [set(chosen) for chosen in combinations(range(n_words), k)]
    every = [len(a & b) / len(a | b) for a in sets for b in sets]
    assert chance_jaccard(n_words, k) == pytest.approx(np.mean(every), abs=1e-12)


def test_random_attributions_score_chance():
    rng = np.random.default_rng(0)
    observed = jaccard_at_k(rng.normal(size=(20_000, 16)), rng.normal(size=(20_000, 16)), k=5)
    standard_error = observed.std() / np.sqrt(20_000)
    assert abs(observed.mean() - chance_jaccard(16, 5)) < 4 * standard_error


@given(attributions)
def test_jaccard_is_symmetric_and_one_for_a_model_against_itself(pair):
    a, b = pair
    np.testing.assert_equal(jaccard_at_k(a, b, 5), jaccard_at_k(b, a, 5))
    assert jaccard_at_k(a, a, 5) == 1.0 or not a.any()


@given(attributions, st.integers(1, 5))
def test_jaccard_and_feature_agreement_tell_the_same_story(pair, k):
    shared = feature_agreement(*pair, k)
    np.testing.assert_allclose(jaccard_at_k(*pair, k), shared / (2 - shared))


@given(attributions, st.integers(1, 5))
def test_stricter_agreements_never_exceed_looser_ones(pair, k):
    same, rank, sign, both = (measure(*pair, k) for measure in AGREEMENTS)
    if not np.isnan(same):
        assert 0.0 <= both <= min(rank, sign) <= max(rank, sign) <= same <= 1.0


def test_agreements_worked_by_hand():
    a = np.array([5.0, 4.0, 3.0, 2.0, 0.0])  # top 3: words 0, 1, 2
    b = np.array([9.0, -3.0, 1.0, -8.0, 0.0])  # top 3: words 0, 3, 1
    assert [measure(a, b, 3) for measure in AGREEMENTS] == pytest.approx(
        [2 / 3, 1 / 3, 1 / 3, 1 / 3]
    )


@pytest.mark.parametrize("n_words", [1, 4, 5])
def test_no_overlap_is_defined_when_both_sets_hold_every_word(n_words):
    values = np.arange(1.0, n_words + 1)
    assert np.isnan(jaccard_at_k(values, values, 5))
    assert np.isnan(chance_jaccard(n_words, 5))
    assert all(np.isnan(measure(values, values, 5)) for measure in AGREEMENTS)


def test_an_attribution_of_zeros_never_overlaps():
    zeros, values = np.zeros(8), np.arange(8.0)
    assert np.isnan(jaccard_at_k(zeros, zeros, 3))
    assert np.isnan(jaccard_at_k(zeros, values, 3))
    assert all(np.isnan(measure(zeros, values, 3)) for measure in AGREEMENTS)


def test_a_word_only_one_model_sees_counts_as_zero_for_the_other():
    a, b = np.array([4.0, 3.0, 2.0, 1.0]), np.array([np.nan, 3.0, 2.0, 1.0])
    assert jaccard_at_k(a, b, 2) == jaccard_at_k(a, np.nan_to_num(b), 2) == pytest.approx(1 / 3)


def test_a_word_neither_model_sees_is_no_word_of_the_example():
    a, b = np.array([3.0, 2.0, 1.0]), np.array([1.0, 3.0, 2.0])
    hidden = [np.insert(values, 1, np.nan) for values in (a, b)]
    assert jaccard_at_k(*hidden, 2) == jaccard_at_k(a, b, 2)
    assert np.isnan(jaccard_at_k(*hidden, 3))


def test_chance_correction_runs_from_chance_to_one():
    assert chance_corrected(1.0, 16, 5) == 1.0
    assert chance_corrected(chance_jaccard(16, 5), 16, 5) == pytest.approx(0.0)
    assert chance_corrected(0.0, 16, 5) < 0.0


def test_position_needs_a_ceiling_above_chance():
    assert position_between(0.6, chance=0.2, ceiling=0.6) == pytest.approx(1.0)
    assert np.isnan(position_between(0.6, chance=0.2, ceiling=0.2))


@pytest.mark.parametrize("k", [0, -1, 2.5, True, "3"])
def test_k_must_be_a_whole_number_of_at_least_one(k):
    with pytest.raises(DataError, match="whole number >= 1"):
        jaccard_at_k(np.ones(4), np.ones(4), k)


def test_attributions_over_different_words_are_refused():
    with pytest.raises(DataError, match="one word grid"):
        jaccard_at_k(np.ones(4), np.ones(5), 2)
    with pytest.raises(DataError, match="infinite"):
        jaccard_at_k(np.array([np.inf, 1.0]), np.ones(2), 1)

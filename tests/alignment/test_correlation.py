"""Rank correlations, rank-biased overlap, cosine, segment shares and the table of all measures."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy import stats

from trusteq_core import alignment
from trusteq_core.errors import DataError

tied = st.integers(3, 12).flatmap(
    lambda n: st.tuples(*[arrays(float, n, elements=st.integers(-3, 3).map(float))] * 2)
)


def not_constant(pair):
    return all(np.ptp(values) > 0 for values in pair)


@given(tied.filter(not_constant))
def test_spearman_and_kendall_match_scipy_with_ties(pair):
    assert alignment.spearman(*pair) == pytest.approx(stats.spearmanr(*pair)[0], abs=1e-12)
    assert alignment.kendall(*pair) == pytest.approx(stats.kendalltau(*pair)[0], abs=1e-12)


def test_correlation_of_a_constant_attribution_is_undefined():
    for measure in (alignment.spearman, alignment.kendall):
        assert np.isnan(measure(np.ones(5), np.arange(5.0)))
    assert np.isnan(alignment.spearman(np.array([2.0]), np.array([3.0])))


def test_correlations_skip_words_neither_model_sees():
    rng = np.random.default_rng(3)
    a, b = rng.normal(size=(2, 9))
    hidden_a, hidden_b = (np.insert(values, 4, np.nan) for values in (a, b))
    for measure in (alignment.spearman, alignment.kendall, alignment.rbo, alignment.cosine):
        assert measure(hidden_a, hidden_b) == pytest.approx(measure(a, b), abs=1e-12)


def rbo_by_definition(a, b, p):
    """Webber et al. 2010, equation 32: overlap at every depth, extrapolated."""
    first, second = np.argsort(-np.abs(a)), np.argsort(-np.abs(b))
    shared = [len(set(first[:d]) & set(second[:d])) / d for d in range(1, len(a) + 1)]
    depths = np.arange(1, len(a) + 1)
    return shared[-1] * p ** len(a) + (1 - p) / p * np.sum(shared * p**depths)


@pytest.mark.parametrize("n_words", [1, 2, 5, 17])
def test_rbo_matches_its_definition(n_words):
    rng = np.random.default_rng(n_words)
    a, b = rng.normal(size=(2, n_words))
    for p in (0.5, 0.9, 0.98):
        assert alignment.rbo(a, b, p=p) == pytest.approx(rbo_by_definition(a, b, p), abs=1e-12)
        assert alignment.rbo(a, a, p=p) == pytest.approx(1.0)


def test_rbo_ignores_signs_and_needs_a_persistence_between_zero_and_one():
    assert alignment.rbo([3, -2, 1], [-3, 2, -1]) == pytest.approx(1.0)
    assert np.isnan(alignment.rbo([0, 0], [1, 2]))
    with pytest.raises(DataError, match="between 0 and 1"):
        alignment.rbo([1], [1], p=1.0)


@pytest.mark.parametrize("scale", [1e-200, 1.0, 1e200])
def test_cosine_does_not_depend_on_the_scale_of_an_attribution(scale):
    assert alignment.cosine(np.array([3.0, 4.0]) * scale, [4.0, 3.0]) == pytest.approx(0.96)
    assert np.isnan(alignment.cosine([0.0, 0.0], [1.0, 2.0]))


def test_segment_shares_add_up_to_one_and_zeros_have_none():
    shares = alignment.segment_share(np.array([0.2, -0.6, np.nan, 0.2]), np.array([0, 1, 1, 1]))
    assert shares == pytest.approx([0.2, 0.8])
    assert np.isnan(alignment.segment_share(np.zeros(2), np.array([0, 1]))).all()
    assert alignment.segment_share(np.ones(1), np.array([0]), 2).tolist() == [1.0, 0.0]
    with pytest.raises(DataError, match="n_words"):
        alignment.segment_share(np.ones(3), np.array([0, 1]))


def test_the_table_scores_many_examples_as_each_one_alone():
    rng = np.random.default_rng(1)
    a = [rng.normal(size=n) for n in (3, 5, 9, 14)]
    b = [values + rng.normal(size=values.size) for values in a]
    frame = alignment.overlap_table(a, b, k=4)
    assert frame["n_words"].tolist() == [3, 5, 9, 14]
    at_k = ("feature_agreement", "rank_agreement", "sign_agreement", "signed_rank_agreement")
    for row, left, right in zip(frame.to_dict("records"), a, b, strict=True):
        alone = {name: getattr(alignment, name)(left, right, 4) for name in at_k}
        alone["jaccard"] = alignment.jaccard_at_k(left, right, 4)
        alone["chance"] = alignment.chance_jaccard(left.size, 4)
        for name in ("spearman", "kendall", "rbo", "cosine"):
            alone[name] = getattr(alignment, name)(left, right)
        for name, value in alone.items():
            np.testing.assert_allclose(row[name], value, atol=1e-12, err_msg=name)


def test_large_tables_are_scored_in_blocks(monkeypatch):
    rng = np.random.default_rng(2)
    a, b = rng.normal(size=(2, 50, 7))
    whole = alignment.spearman(a, b)
    monkeypatch.setattr("trusteq_core.alignment.correlation._CHUNK", 7 * 7 * 3)
    np.testing.assert_array_equal(alignment.spearman(a, b), whole)


def test_an_empty_table_has_the_same_columns():
    assert list(alignment.overlap_table([], [], k=3)) == list(
        alignment.overlap_table([[1, 2]], [[2, 1]], k=1)
    )

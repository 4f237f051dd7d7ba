"""Paired tests and intervals: worked figures, independent libraries, simulated error rates."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import bootstrap
from statsmodels.regression.linear_model import OLS
from statsmodels.stats.contingency_tables import SquareTable
from statsmodels.stats.contingency_tables import mcnemar as their_mcnemar
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.weightstats import ttost_paired

from trusteq_core.equivalence import (
    Bounds,
    bhapkar,
    bootstrap_mean,
    holm,
    mcnemar,
    paired_moments,
    score_evidence,
    stuart_maxwell,
    t_evidence,
    tost,
)
from trusteq_core.equivalence.proportions import tango_score
from trusteq_core.errors import DataError

TABLE = np.array([[20, 5, 3], [2, 30, 4], [1, 6, 29]])


def test_two_one_sided_tests_of_ten_pairs():
    a = np.array([0.10, 0.12, 0.30, 0.05, 0.22, 0.18, 0.40, 0.07, 0.15, 0.11])
    b = np.array([0.11, 0.10, 0.33, 0.06, 0.20, 0.19, 0.38, 0.08, 0.17, 0.10])
    assert tost(a, b, 0.02) == pytest.approx(0.00597664, abs=5e-9)
    assert tost(a, b, 0.02) == pytest.approx(ttost_paired(a, b, -0.02, 0.02)[0], abs=1e-12)


@given(st.integers(0, 2**32 - 1), st.floats(0.01, 0.5))
def test_interval_inside_the_margin_and_small_p_value_are_the_same_thing(seed, margin):
    d = np.random.default_rng(seed).normal(0.05, 0.3, size=40)
    evidence = t_evidence(paired_moments(d), Bounds(-margin, margin))
    inside = -margin < evidence.low and evidence.high < margin
    assert inside == (evidence.p_value < 0.05)


def test_grouped_examples_get_a_cluster_robust_error():
    rng = np.random.default_rng(0)
    groups = rng.integers(60, size=300)
    d = rng.normal(size=300) + rng.normal(size=60)[groups]
    fit = OLS(d, np.ones(300)).fit(cov_type="cluster", cov_kwds={"groups": groups})
    moments = paired_moments(d, groups)
    assert moments.error == pytest.approx(fit.bse[0], rel=1e-9)
    assert moments.error > 1.5 * paired_moments(d).error
    assert moments.units == np.unique(groups).size


def test_groups_of_one_are_no_groups():
    d = np.random.default_rng(1).normal(size=50)
    alone = paired_moments(d, np.arange(50))
    assert alone.error == pytest.approx(paired_moments(d).error, rel=1e-12)


def test_one_difference_proves_nothing():
    evidence = t_evidence(paired_moments(np.array([0.0])), Bounds(-0.1, 0.1))
    assert (evidence.low, evidence.high, evidence.p_value) == (-np.inf, np.inf, 1.0)


def test_equal_differences_leave_no_doubt():
    evidence = t_evidence(paired_moments(np.zeros(10)), Bounds(-0.1, 0.1))
    assert (evidence.low, evidence.high, evidence.p_value) == (0.0, 0.0, 0.0)
    assert t_evidence(paired_moments(np.full(10, 0.5)), Bounds(-0.1, 0.1)).p_value == 1.0


@pytest.mark.parametrize("bad", [np.array([]), np.array([np.nan]), np.zeros((2, 2))])
def test_differences_must_be_finite_and_in_a_row(bad):
    with pytest.raises(DataError, match="n >= 1"):
        paired_moments(bad)
    with pytest.raises(DataError, match="n >= 1"):
        bootstrap_mean(bad, Bounds(), rng=np.random.default_rng(0))


def test_groups_must_fit_the_examples():
    with pytest.raises(DataError, match="need 3 groups"):
        paired_moments(np.zeros(3), np.array([1, 2]))


def test_exact_mcnemar_of_ten_against_two():
    assert mcnemar(10, 2).p_value == pytest.approx(0.03857422, abs=5e-9)
    assert mcnemar(0, 0).p_value == 1.0


@given(st.integers(0, 60), st.integers(0, 60))
def test_mcnemar_matches_statsmodels(lost, gained):
    ours = mcnemar(lost, gained)
    exact = lost + gained < 25
    if lost + gained == 0:
        return  # statsmodels divides by zero
    theirs = their_mcnemar([[0, lost], [gained, 0]], exact=exact, correction=False)
    assert ours.p_value == pytest.approx(min(1.0, theirs.pvalue), abs=1e-9)
    assert ours.statistic == pytest.approx(theirs.statistic)


def test_marginal_homogeneity_of_a_worked_table():
    assert stuart_maxwell(TABLE).statistic == pytest.approx(2.536232, abs=5e-7)
    assert bhapkar(TABLE).statistic == pytest.approx(2.602230, abs=5e-7)
    for ours, method in ((stuart_maxwell, "stuart_maxwell"), (bhapkar, "bhapkar")):
        theirs = SquareTable(TABLE, shift_zeros=False).homogeneity(method=method)
        assert ours(TABLE) == pytest.approx((theirs.statistic, theirs.pvalue))


def test_a_class_nobody_predicts_does_not_disturb_the_test():
    wider = np.zeros((4, 4))
    wider[:3, :3] = TABLE
    assert stuart_maxwell(wider) == pytest.approx(stuart_maxwell(TABLE))
    assert stuart_maxwell(np.diag([3, 4, 5])) == (0.0, 1.0)
    with pytest.raises(DataError, match="square table"):
        bhapkar(np.ones((2, 3)))


@pytest.mark.parametrize("n_models", [1, 2, 3, 7])
def test_holm_matches_statsmodels(n_models):
    values = np.random.default_rng(n_models).random(n_models) ** 3
    ours = holm({str(i): value for i, value in enumerate(values)})
    np.testing.assert_allclose(list(ours.values()), multipletests(values, method="holm")[1])


@given(st.integers(1, 400), st.data())
def test_score_interval_ends_where_the_score_test_rejects(n, data):
    gained = data.draw(st.integers(0, n))
    lost = data.draw(st.integers(0, n - gained))
    evidence = score_evidence(gained, lost, n, Bounds(low=-0.02))
    assert -1.0 <= evidence.low <= evidence.estimate <= evidence.high <= 1.0
    mirrored = score_evidence(lost, gained, n, Bounds(high=0.02))
    assert mirrored.high == pytest.approx(-evidence.low, abs=1e-9)
    assert mirrored.p_value == pytest.approx(evidence.p_value, abs=1e-9)
    if evidence.low > -1.0:
        assert tango_score(gained, lost, n, evidence.low) == pytest.approx(1.6448536, abs=1e-5)


@pytest.mark.parametrize("n", [5, 100, 5000])
def test_no_flips_still_leave_doubt(n):
    z2 = 1.6448536**2
    evidence = score_evidence(0, 0, n, Bounds(low=-0.02))
    assert (evidence.low, evidence.high) == pytest.approx((-z2 / (n + z2), z2 / (n + z2)))


def test_score_interval_covers_a_rare_change_as_often_as_it_says():
    rng = np.random.default_rng(4)
    n, lost, gained = 300, 0.03, 0.01
    draws = rng.multinomial(n, [lost, gained, 1 - lost - gained], size=1500)
    misses = 0
    for lose, gain, _ in np.unique(draws, axis=0):
        weight = (draws == [lose, gain, n - lose - gain]).all(axis=1).sum()
        evidence = score_evidence(int(gain), int(lose), n, Bounds(low=-0.02))
        misses += weight * (not evidence.low <= gained - lost <= evidence.high)
    assert misses / len(draws) == pytest.approx(0.10, abs=0.025)


def test_bootstrap_of_a_mean_matches_scipy():
    d = np.random.default_rng(7).exponential(size=200)
    ours = bootstrap_mean(d, Bounds(low=0.5), rng=np.random.default_rng(0))
    theirs = bootstrap(
        (d,), np.mean, confidence_level=0.9, method="percentile", n_resamples=4000, rng=1
    ).confidence_interval
    assert (ours.low, ours.high) == pytest.approx(tuple(theirs), abs=0.02)
    assert ours.estimate == d.mean()
    assert ours.p_value == pytest.approx(1 / 2001)


def test_bootstrap_draws_whole_groups():
    d = np.repeat(np.random.default_rng(2).normal(size=40), 5)
    apart = bootstrap_mean(d, Bounds(low=-1), rng=np.random.default_rng(0))
    grouped = bootstrap_mean(
        d, Bounds(low=-1), rng=np.random.default_rng(0), groups=np.arange(200) // 5
    )
    assert grouped.units == 40
    ratio = (grouped.high - grouped.low) / (apart.high - apart.low)
    assert ratio == pytest.approx(np.sqrt(5), rel=0.15)

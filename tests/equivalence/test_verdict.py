"""From probabilities to the verdict: margins, three answers, sentences, streamed totals."""

from __future__ import annotations

import json
from functools import reduce
from operator import add

import numpy as np
import pytest
from probability_cases import calibrated

from trusteq_core import calibration as cal
from trusteq_core.equivalence import (
    CellTable,
    Criterion,
    Evidence,
    Finding,
    Margins,
    OverlapRows,
    PairTotals,
    judge,
    judge_totals,
    performance_parity,
    profile_evidence,
    residual_rows,
)
from trusteq_core.errors import DataError


def edges_of(p_a, p_b):
    return cal.pooled_equal_mass_edges(p_a.max(axis=1), p_b.max(axis=1), cal.profile_bins(len(p_a)))


def judged(p_a, p_b, y, **options):
    return judge(p_a, p_b, y, edges=edges_of(p_a, p_b), **options)


@pytest.fixture(scope="module")
def model():
    return calibrated(3000, np.random.default_rng(1))


# --- the three answers -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("low", "high", "answer"),
    [
        (-0.01, 0.01, "equivalent"),
        (-0.02, 0.01, "inconclusive"),  # touching the margin is not inside it
        (-0.03, 0.01, "inconclusive"),
        (-0.03, 0.03, "inconclusive"),
        (0.021, 0.03, "different"),
        (-0.05, -0.03, "different"),
    ],
)
def test_an_interval_is_inside_the_margin_outside_or_neither(low, high, answer):
    criterion = Criterion("gap", "Gap", "the gap", 0.02)
    evidence = Evidence((low + high) / 2, low, high, 0.5, 1000, 1000, 0.01)
    assert Finding.of(criterion, evidence).answer == answer


def test_a_gain_of_accuracy_is_never_too_large():
    criterion = Criterion("accuracy", "Accuracy", "the change", 0.02, side="lower")
    better = Evidence(0.10, 0.08, 0.12, 0.0, 1000, 1000, 0.01)
    worse = Evidence(-0.10, -0.12, -0.08, 1.0, 1000, 1000, 0.01)
    assert Finding.of(criterion, better).answer == "equivalent"
    assert Finding.of(criterion, worse).answer == "different"


def test_a_model_is_equivalent_to_itself(model):
    p, y = model
    verdict = judged(p, p, y)
    assert verdict.answer == "equivalent"
    assert {finding.answer for finding in verdict.findings} == {"equivalent"}
    assert verdict.p_value < 0.001


@pytest.mark.parametrize("n", [1, 2, 29])
def test_a_handful_of_examples_decides_nothing_even_for_the_same_model(model, n):
    p, y = model[0][:n], model[1][:n]
    verdict = judged(p, p, y)
    assert verdict.answer == "inconclusive"
    assert "too few to decide" in verdict.reasons[0]
    json.dumps(verdict.to_dict(), allow_nan=False)


def test_opposite_miscalibration_is_found_although_the_eces_agree():
    p, y = calibrated(4000, np.random.default_rng(8), separation=1.2)
    over, under = cal.scale(p, 1.25), cal.scale(p, 0.8)
    assert abs(cal.ece(over, y) - cal.ece(under, y)) < 0.02
    verdict = judged(over, under, y)
    answers = {finding.criterion.id: finding.answer for finding in verdict.findings}
    assert answers["profile"] == answers["gap"] == "different"
    assert answers["accuracy"] == "equivalent"
    assert verdict.answer == "different"


def test_overlap_far_below_its_ceiling_is_a_reason_against(model):
    p, y = model
    rng = np.random.default_rng(0)
    ceiling = rng.uniform(0.7, 0.9, size=200)
    poor = OverlapRows("lime", ceiling - rng.uniform(0.2, 0.4, 200), ceiling, "retraining")
    good = OverlapRows("shapley", ceiling - rng.uniform(0.0, 0.1, 200), ceiling)
    verdict = judged(p, p, y, overlaps=[poor, good])
    answers = {finding.criterion.id: finding.answer for finding in verdict.findings}
    assert answers["overlap:lime"] == "different"
    assert answers["overlap:shapley"] == "equivalent"
    assert "retraining ceiling" in verdict.reasons[0]
    assert verdict.sentence.endswith(", in overlap (lime).")


def test_examples_without_an_overlap_are_left_out(model):
    p, y = model
    values = np.full(100, np.nan)
    empty = judged(p, p, y, overlaps=[OverlapRows("lime", values, values)]).findings[-1]
    assert (empty.answer, empty.n) == ("inconclusive", 0)
    values[:40] = 0.5
    assert judged(p, p, y, overlaps=[OverlapRows("lime", values, values)]).findings[-1].n == 40


def test_the_verdict_names_models_margins_and_numbers(model):
    p, y = model
    verdict = judged(p[:100], cal.scale(p[:100], 1.05), y[:100], names=("base", "distil"))
    assert verdict.answer == "inconclusive"
    assert verdict.sentence.startswith("distil is not shown to be equivalent to base:")
    told = verdict.to_dict()
    assert told["margins"] == Margins().to_dict()
    assert "with 100 examples" in told["findings"][0]["sentence"]
    assert "can prove no margin below" in " ".join(verdict.reasons)
    json.dumps(told, allow_nan=False)


def test_groups_widen_the_evidence(model):
    p, y = model
    p, y = np.repeat(p[:100], 10, axis=0), np.repeat(y[:100], 10)
    q = cal.scale(p, 1.1) * np.array([1.0, 1.3, 1.0])
    q /= q.sum(axis=1, keepdims=True)
    groups = np.repeat(np.arange(100), 10)
    apart, grouped = judged(p, q, y), judged(p, q, y, groups=groups)
    for one, other in zip(apart.findings, grouped.findings, strict=True):
        assert other.estimate == pytest.approx(one.estimate)
        wide, narrow = other.evidence, one.evidence
        assert wide.high - wide.low > 1.5 * (narrow.high - narrow.low), one.criterion.id
        assert wide.units == 100


def distance(answer):
    criterion = Criterion("profile", "Profile", "the profile distance", 0.03, side="upper")
    return Finding(criterion, answer, Evidence(0.03, 0.02, 0.04, 0.5, 900, 900, 0.02))


@pytest.mark.parametrize("answer", ["equivalent", "inconclusive"])
def test_a_distance_tells_its_upper_bound_alone(answer):
    found = distance(answer)
    assert (found.low, found.high) == (-np.inf, 0.04)
    assert found.to_dict()["low"] is None
    assert "the profile distance is at most 4.00 points; the limit is 3 points" in found.sentence


def test_a_distance_that_is_different_tells_its_lower_bound_alone():
    found = distance("different")
    assert (found.low, found.high) == (0.02, np.inf)
    assert found.to_dict()["high"] is None
    assert found.tell_interval() == "at least 2.00 points"


def test_groups_without_a_flip_count_as_one_example_each(model):
    p, y = model
    groups = np.arange(3000) // 100
    accuracy = judged(p, p, y, groups=groups).findings[0]
    assert accuracy.evidence.units == 30
    assert accuracy.answer == "inconclusive"


def test_tables_that_do_not_fit_are_refused(model):
    p, y = model
    with pytest.raises(DataError, match="cannot be judged"):
        judge(p, p[:-1], y, edges=cal.equal_width_edges(5))
    with pytest.raises(DataError, match="cannot be judged"):
        judge(p[:0], p[:0], y[:0], edges=cal.equal_width_edges(5))


# --- one pass, bounded memory ------------------------------------------------------------


def test_totals_of_pieces_give_the_verdict_of_the_whole():
    p, y = calibrated(9000, np.random.default_rng(2))
    q = cal.scale(p, 1.15)
    edges = edges_of(p, q)
    pieces = [
        PairTotals.of(p[rows], q[rows], y[rows], edges)
        for rows in np.array_split(np.arange(9000), 7)
    ]
    whole, streamed = judge(p, q, y, edges=edges), judge_totals(reduce(add, pieces))
    for one, other in zip(whole.findings, streamed.findings, strict=True):
        assert other.answer == one.answer
        ours, theirs = (np.array([f.estimate, f.low, f.high]) for f in (one, other))
        np.testing.assert_allclose(ours, theirs, atol=1e-9)


def test_totals_agree_with_the_rows():
    p, y = calibrated(500, np.random.default_rng(3))
    q = calibrated(500, np.random.default_rng(4))[0]
    totals = PairTotals.of(p, q, y, edges_of(p, q))
    parity = performance_parity(p, q, y)
    assert totals.n == 500
    assert totals.gained == round(parity["positive_flips"] * 500)
    assert totals.lost == round(parity["negative_flips"] * 500)
    assert totals.predicted.sum() - np.trace(totals.predicted) == parity["flips"]
    gap = cal.signed_gap(q, y) - cal.signed_gap(p, y)
    assert totals.moments("gap").mean == pytest.approx(gap)
    assert totals.moments("brier").mean == pytest.approx(cal.brier(q, y) - cal.brier(p, y))
    d = cal.brier_rows(q, y) - cal.brier_rows(p, y)
    assert totals.moments("brier").error == pytest.approx(d.std(ddof=1) / np.sqrt(500))
    distance = np.abs(totals.cells.residual_sums()).sum() / 500
    assert distance == pytest.approx(cal.profile_distance(p, q, y))


@pytest.mark.parametrize("n", [1500, 4900])
def test_resampling_cells_and_resampling_rows_give_the_same_bounds(n):
    p, y = calibrated(n, np.random.default_rng(5))
    q = cal.scale(p, 0.7)
    edges = edges_of(p, q)
    events = (*cal.top_label(p, y), *cal.top_label(q, y))
    rows, cells = residual_rows(*events, edges), CellTable.of(*events, edges)
    exact = profile_evidence(rows, 0.03, rng=np.random.default_rng(0))
    quick = profile_evidence(cells, 0.03, rng=np.random.default_rng(1))
    assert quick.estimate == pytest.approx(exact.estimate, abs=1e-12)
    assert quick.estimate == pytest.approx(cal.profile_distance(p, q, y), abs=1e-12)
    half = exact.high - exact.estimate
    assert quick.high == pytest.approx(exact.high, abs=0.12 * half)
    assert quick.provable == pytest.approx(exact.provable, rel=0.05)


def test_cells_keep_no_groups_and_no_other_edges():
    p, y = calibrated(50, np.random.default_rng(6))
    events = (*cal.top_label(p, y),) * 2
    table = CellTable.of(*events, cal.equal_width_edges(5))
    with pytest.raises(DataError, match="lost its groups"):
        profile_evidence(table, 0.03, rng=np.random.default_rng(0), groups=np.arange(50))
    with pytest.raises(DataError, match="different edges"):
        table + CellTable.of(*events, cal.equal_width_edges(6))

"""Relations that hold for every table of probabilities."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from probability_cases import predictions

from trusteq_core import calibration as cal

CLOSE = {"rel": 1e-9, "abs": 1e-9}


@given(predictions(), st.integers(1, 20))
def test_gap_ece_rmsce_mce_are_ordered(case, n_bins):
    p, y = case
    values = [
        abs(cal.signed_gap(p, y)),
        cal.ece(p, y, n_bins=n_bins),
        cal.rmsce2(p, y, n_bins=n_bins, debiased=False) ** 0.5,
        cal.mce(p, y, n_bins=n_bins),
    ]
    assert values == pytest.approx(sorted(values), **CLOSE)
    assert cal.ece(p, y, n_bins=1) == pytest.approx(values[0], **CLOSE)


@given(predictions(), st.integers(1, 8), st.integers(2, 4))
def test_refining_nested_bins_never_lowers_the_ece(case, n_bins, factor):
    # Fine edges that contain the coarse ones exactly.
    coarse = cal.equal_width_edges(n_bins)
    fine = np.unique(np.concatenate([coarse, cal.equal_width_edges(n_bins * factor)]))
    assert cal.ece(*case, edges=fine) >= cal.ece(*case, edges=coarse) - 1e-12


@given(predictions(), st.randoms(use_true_random=False), st.integers(2, 3))
def test_row_order_and_duplication_change_nothing(case, random, times):
    p, y = case
    order = list(range(len(y)))
    random.shuffle(order)
    plain = cal.score_all(p, y)
    repeated = cal.score_all(np.tile(p[order], (times, 1)), np.tile(y[order], times))
    for name in ("rmsce2", "mce_30"):  # these look at how many predictions a bin has
        del plain[name], repeated[name]
    assert plain == pytest.approx(repeated, rel=1e-6, abs=1e-9, nan_ok=True)


@given(predictions(), st.integers(1, 20))
def test_over_and_under_add_up_to_the_ece(case, n_bins):
    over, under = cal.over_under(*case, n_bins=n_bins)
    assert over + under == pytest.approx(cal.ece(*case, n_bins=n_bins), **CLOSE)
    assert under - over == pytest.approx(-cal.signed_gap(*case), **CLOSE)


@given(predictions(models=2), st.integers(1, 20))
def test_profile_distance_bounds_the_difference_of_eces(case, n_bins):
    p_a, p_b, y = case
    edges = cal.equal_width_edges(n_bins)
    distance = cal.profile_distance(p_a, p_b, y, edges=edges)
    assert distance >= abs(cal.ece(p_a, y, edges=edges) - cal.ece(p_b, y, edges=edges)) - 1e-12
    assert distance == pytest.approx(cal.profile_distance(p_b, p_a, y, edges=edges), **CLOSE)
    assert 0.0 <= distance <= 2.0 + 1e-12


@given(predictions())
def test_a_model_has_no_profile_distance_to_itself(case):
    p, y = case
    assert cal.profile_distance(p, p, y) == 0.0
    assert cal.profile_floor(p, p, y) == 0.0


@given(predictions())
def test_corp_parts_add_up_and_none_is_negative(case):
    split = cal.corp(*case)
    whole = split.miscalibration - split.discrimination + split.uncertainty
    assert whole == pytest.approx(split.score, **CLOSE)
    assert min(split) >= -1e-12


@given(predictions())
def test_label_conditional_ece_is_never_below_the_ece(case):
    assert cal.conditional_ece(*case) >= cal.ece(*case) - 1e-12


@given(predictions(smallest=1))
def test_every_measure_keeps_its_declared_bounds(case):
    for name, value in cal.score_all(*case).items():
        low, high = cal.MEASURES[name].bounds
        assert np.isnan(value) or low - 1e-12 <= value <= high + 1e-9, name


def test_declared_measures_and_scores_are_the_same_list():
    of_one_model = [key for key, measure in cal.MEASURES.items() if measure.needs == "labels"]
    assert list(cal.score_all([[0.3, 0.7]], np.array([1]))) == of_one_model
    for key, measure in cal.MEASURES.items():
        assert key == measure.id
        assert measure.definition.endswith(".")


@given(predictions(), st.floats(0.05, 20.0))
def test_scaling_keeps_every_most_likely_label(case, beta):
    p, _ = case
    scaled = cal.scale(p, beta)
    best = scaled.max(axis=1)
    chosen = scaled[np.arange(len(p)), p.argmax(axis=1)]
    np.testing.assert_allclose(chosen, best, rtol=1e-12)
    np.testing.assert_allclose(scaled.sum(axis=1), 1.0)


@given(predictions(smallest=2), st.integers(1, 12), st.data())
def test_totals_of_parts_add_up_to_the_whole(case, n_bins, data):
    p, y = case
    cut = data.draw(st.integers(1, len(y) - 1))
    edges = cal.equal_width_edges(n_bins)
    confidence, correct = cal.top_label(p, y)
    whole = cal.BinTotals.of(confidence, correct, edges)
    parts = cal.BinTotals.of(confidence[:cut], correct[:cut], edges) + cal.BinTotals.of(
        confidence[cut:], correct[cut:], edges
    )
    assert parts.ece() == pytest.approx(whole.ece(), **CLOSE)
    assert parts.rmsce2() == pytest.approx(whole.rmsce2(), **CLOSE)
    assert parts.noise_floor() == pytest.approx(whole.noise_floor(), **CLOSE)


@given(predictions(), st.integers(1, 15))
def test_the_bins_frame_and_the_ece_agree(case, n_bins):
    frame = cal.reliability_bins(*cal.top_label(*case), n_bins=n_bins)
    weighted = (frame["gap"].abs() * frame["count"]).sum() / frame["count"].sum()
    assert weighted == pytest.approx(cal.ece(*case, n_bins=n_bins), **CLOSE)
    drawn = frame[frame["count"] > 0]
    assert (drawn["accuracy_low"] <= drawn["accuracy"] + 1e-12).all()
    assert (drawn["accuracy_high"] >= drawn["accuracy"] - 1e-12).all()
    assert frame.loc[frame["count"] == 0, "accuracy"].isna().all()


@given(predictions(models=2), st.integers(1, 12))
def test_streamed_edges_are_the_pooled_ones_rounded_to_a_cell(case, n_bins):
    p_a, p_b, _ = case
    confidences = p_a.max(axis=1), p_b.max(axis=1)
    counts = cal.ConfidenceCounts.of(confidences[0]) + cal.ConfidenceCounts.of(confidences[1])
    exact, streamed = cal.pooled_equal_mass_edges(*confidences, n_bins), counts.edges(n_bins)
    nearest = np.abs(streamed[:, None] - exact).min(axis=1)
    assert (nearest <= 1 / 65_536).all()
    assert len(streamed) <= len(exact)

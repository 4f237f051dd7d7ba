"""Worked figures: every value was computed exactly, or checked against two libraries."""

from __future__ import annotations

import numpy as np
import pytest
from probability_cases import calibrated, table

from trusteq_core import calibration as cal

SIX = table([0.55, 0.65, 0.75, 0.85, 0.95, 0.95], [1, 0, 1, 1, 1, 0])


def test_six_predictions_worked_by_hand():
    assert cal.ece(*SIX, n_bins=10) == pytest.approx(2 / 5)
    assert cal.mce(*SIX, n_bins=10) == pytest.approx(13 / 20)
    assert cal.rmsce2(*SIX, n_bins=10, debiased=False) == pytest.approx(223 / 1200)


def test_bins_are_closed_on_the_right():
    p, y = table([0.25, 0.5, 0.75, 1.0], [0, 1, 1, 0], n_classes=4)
    assert cal.ece(p, y, n_bins=4) == pytest.approx(1 / 2)  # a left-closed rule gives 3/8
    assert cal.mce(p, y, n_bins=4) == pytest.approx(1.0)
    assert cal.rmsce2(p, y, n_bins=4, debiased=False) == pytest.approx(11 / 32)


def test_confidence_one_falls_in_the_last_bin():
    p, y = table([0.95, 1.0], [1, 0])
    assert cal.ece(p, y, n_bins=10) == pytest.approx(0.475)  # 0.525 with a bin of its own
    frame = cal.reliability_bins(*cal.top_label(p, y), n_bins=10)
    assert frame["count"].tolist() == [0] * 9 + [2]


def test_four_rows_of_three_classes():
    p = np.array([[0.25, 0.20, 0.55], [0.55, 0.05, 0.40], [0.10, 0.30, 0.60], [0.90, 0.05, 0.05]])
    y = np.array([0, 1, 2, 0])
    assert cal.ece(p, y, n_bins=3) == pytest.approx(0.2)
    assert cal.rmsce2(p, y, n_bins=3, debiased=False) ** 0.5 == pytest.approx(0.208167, abs=5e-7)
    assert cal.mce(p, y, n_bins=3) == pytest.approx(0.233333, abs=5e-7)
    assert cal.classwise_ece(p, y, n_bins=3) == pytest.approx(0.191667, abs=5e-7)


def test_debiasing_removes_the_sampling_noise_of_a_bin():
    p, y = table([0.8] * 10, [1] * 6 + [0] * 4)
    assert cal.rmsce2(p, y, debiased=False) == pytest.approx(1 / 25)
    assert cal.rmsce2(p, y) == pytest.approx(1 / 75)


def test_corp_split_of_six_forecasts():
    split = cal.corp_split([0.4, 0.3, 0.2, 0.1, 0.5, 0.9], [0, 0, 0, 1, 1, 1])
    assert split == pytest.approx((0.1016667, 0.125, 0.25, 0.2266667), abs=5e-8)


def test_brier_runs_from_zero_to_two_for_two_classes_too():
    p = np.array([[0.8, 0.1, 0.1], [0.2, 0.7, 0.1], [0.2, 0.2, 0.6]])
    assert cal.brier(p, np.array([0, 1, 2])) == pytest.approx(0.44 / 3)
    assert cal.brier([[0.2, 0.8]], np.array([1])) == pytest.approx(0.08)
    assert cal.brier([[1.0, 0.0]], np.array([1])) == pytest.approx(2.0)


def test_profile_distance_sees_opposite_misses():
    other = table([0.65, 0.55, 0.95, 0.85, 0.75, 0.95], [1, 1, 1, 0, 1, 1])
    # One set of labels: put the second model's first column where it is right.
    p_b = np.where((other[1] == SIX[1])[:, None], other[0], other[0][:, ::-1])
    edges = cal.equal_width_edges(10)
    assert cal.ece(p_b, SIX[1], edges=edges) == pytest.approx(1 / 3)
    assert cal.profile_distance(SIX[0], p_b, SIX[1], edges=edges) == pytest.approx(0.5)


def test_wilson_interval_of_no_success_in_seven():
    low, high = cal.wilson_interval(0, 7)
    assert low == 0.0
    assert high == pytest.approx(0.35433, abs=5e-6)


@pytest.mark.parametrize(
    ("n", "mean", "ninety_fifth"), [(1000, 0.0202, 0.0286), (5000, 0.0091, 0.0131)]
)
def test_the_noise_floor_is_the_ece_of_a_calibrated_model(n, mean, ninety_fifth):
    """The formula, the published figures and a simulation of accuracy .90 agree."""
    rng = np.random.default_rng(n)
    draws = [calibrated(n, rng) for _ in range(300)]
    eces = np.array([cal.ece(*draw) for draw in draws])
    floors = np.array([cal.noise_floor(p) for p, _ in draws])
    monte_carlo = eces.std() / np.sqrt(len(draws))
    assert floors[:, 0].mean() == pytest.approx(eces.mean(), abs=4 * monte_carlo)
    assert floors[:, 1].mean() == pytest.approx(eces.std(), rel=0.2)
    assert eces.mean() == pytest.approx(mean, abs=4 * monte_carlo)
    assert np.quantile(eces, 0.95) == pytest.approx(ninety_fifth, rel=0.08)


def test_a_calibrated_model_has_a_large_maximum_error_in_thin_bins():
    rng = np.random.default_rng(0)
    draws = [calibrated(1000, rng) for _ in range(300)]
    thin = [cal.mce(*draw) for draw in draws]
    assert np.mean(thin) == pytest.approx(0.335, abs=0.04)
    assert np.quantile(thin, 0.95) == pytest.approx(0.63, abs=0.03)
    assert np.mean([cal.mce(*draw, minimum=30) for draw in draws]) < 0.15


def test_temperature_undoes_a_known_scaling():
    p, y = calibrated(20_000, np.random.default_rng(5))
    beta = cal.inverse_temperature(p, y)
    assert beta == pytest.approx(1.0, abs=0.03)
    assert cal.inverse_temperature(cal.scale(p, 2.0), y) == pytest.approx(beta / 2.0, abs=1e-6)


def test_equal_mass_edges_never_split_equal_confidences():
    tied = np.array([0.5] * 3 + [0.6] * 10 + [1.0] * 20)
    edges = cal.pooled_equal_mass_edges(tied, tied, 5)
    assert edges.tolist() == [0.0, 0.6, 1.0]
    spread = np.linspace(0.4, 0.99, 40)
    counts = np.bincount(cal.bin_index(spread, cal.pooled_equal_mass_edges(spread, spread, 8)))
    assert counts.tolist() == [5] * 8


def test_equal_mass_edges_of_certain_models_are_one_bin():
    ones = np.ones(4)
    assert cal.pooled_equal_mass_edges(ones, ones, 15).tolist() == [0.0, 1.0]

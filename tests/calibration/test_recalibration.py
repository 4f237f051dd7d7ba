"""Temperature scaling on other examples than it was fitted on, and consistency bands."""

from __future__ import annotations

import numpy as np
import pytest
from probability_cases import calibrated

from trusteq_core import calibration as cal
from trusteq_core.errors import DataError


@pytest.fixture(scope="module")
def model():
    return calibrated(8000, np.random.default_rng(3))


def test_scaling_fitted_on_validation_data_repairs_a_sharpened_model(model):
    p, y = model
    sharp = cal.scale(p, 2.0)
    fixed = cal.temperature_scaled(sharp[4000:], fitted_on=(sharp[:4000], y[:4000]))
    assert fixed.betas == pytest.approx((0.5,), abs=0.04)
    np.testing.assert_allclose(fixed.probabilities, p[4000:], atol=0.03)


def test_each_half_is_scaled_by_what_the_other_half_taught(model):
    p, y = model
    fixed = cal.temperature_scaled(cal.scale(p, 2.0), y)
    first, second = fixed.betas
    assert first != second
    assert fixed.betas == pytest.approx((0.5, 0.5), abs=0.04)
    assert cal.ece(fixed.probabilities, y) < cal.ece(cal.scale(p, 2.0), y) / 3


def test_labels_of_a_half_do_not_change_its_own_scale(model):
    p, y = model
    p, y = p[:400], y[:400]
    order = np.random.default_rng(0).permutation(400)
    changed = y.copy()
    changed[order[:200]] = 0  # the first half is scaled by the second
    before, after = (cal.temperature_scaled(p, labels).betas for labels in (y, changed))
    assert before[0] == after[0]
    assert before[1] != after[1]


def test_one_scalar_removes_a_difference_of_temperature(model):
    p, y = model
    removed = cal.gap_removed(p, cal.scale(p, 2.0), y)
    assert removed.before > 5 * removed.floor_before
    assert removed.share > 0.8
    assert removed.after < 3 * max(removed.floor_after, 0.002)


def test_one_scalar_cannot_remove_a_bias_towards_one_class(model):
    p, y = model
    biased = p * np.array([4.0, 1.0, 1.0])
    biased /= biased.sum(axis=1, keepdims=True)
    whole = cal.gap_removed(p, cal.scale(p, 2.0), y)
    partly = cal.gap_removed(p, biased, y)
    assert partly.share < whole.share - 0.2
    assert np.isnan(cal.gap_removed(p, p, y).share)


def test_halves_without_an_error_keep_a_finite_scale():
    p = np.full((10, 2), [0.9, 0.1])
    assert cal.temperature_scaled(p, np.zeros(10, dtype=int)).betas == (50.0, 50.0)
    with pytest.raises(DataError, match="examples to fit on"):
        cal.temperature_scaled(p)


def test_bands_hold_a_calibrated_model_as_often_as_they_say():
    rng = np.random.default_rng(0)
    inside, drawn = 0, 0
    for _ in range(150):
        frame = cal.reliability_bins(*cal.top_label(*calibrated(1000, rng)))
        bands = cal.consistency_bands(frame)
        bands = bands[bands["count"] >= 20]
        inside += (
            bands["accuracy"].between(bands["band_low"] - 1e-9, bands["band_high"] + 1e-9).sum()
        )
        drawn += len(bands)
    assert 0.89 <= inside / drawn <= 0.97  # at least the level; whole counts make it more


def test_bands_of_empty_bins_are_not_drawn():
    bands = cal.consistency_bands(cal.reliability_bins([0.9], [1], n_bins=2))
    assert bands["band_low"].isna().tolist() == [True, False]
    with pytest.raises(DataError, match="between 0 and 1"):
        cal.consistency_bands(bands, level=1.0)

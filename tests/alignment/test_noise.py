"""Stability of top words and overlap lost to noise: closed forms, and simulated truth."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from scipy.stats import norm

from trusteq_core.alignment import jaccard_at_k, noise_loss, top_k_stability
from trusteq_core.errors import DataError

values = hnp.arrays(float, (3, 6), elements=st.floats(-1, 1))


@pytest.mark.parametrize("apart", [0.0, 0.5, 1.0, 2.0])
def test_stability_of_two_words_is_the_normal_probability_that_their_order_holds(apart):
    """Second draws of both words differ by their gap, with twice the variance of both errors."""
    gap = apart * np.sqrt(2) * np.hypot(0.03, 0.04)
    found = top_k_stability([5.0 + gap, 5.0], [0.03, 0.04], 1, draws=20_000)
    assert found == pytest.approx(norm.cdf(apart), abs=0.01)


def test_stability_predicts_how_often_a_second_draw_gives_the_same_words():
    rng = np.random.default_rng(1)
    truth, errors = rng.normal(size=(300, 12)), np.full((300, 12), 0.06)
    first, second = (truth + errors * rng.standard_normal(truth.shape) for _ in range(2))
    predicted = np.mean(top_k_stability(first, errors, 4))
    seen = np.mean(jaccard_at_k(first, second, 4) == 1)
    assert 0.3 < seen < 0.9
    assert predicted == pytest.approx(seen, abs=0.08)


def test_loss_of_two_words_is_the_chance_that_noise_parts_them():
    gap, spread = 0.05, np.sqrt(0.03**2 + 0.04**2 + 0.05**2 + 0.02**2)
    a, b = [3 + gap, 3], [7 + gap, 7]
    found = noise_loss(a, [0.03, 0.04], b, [0.05, 0.02], 1, draws=40_000)
    assert found == pytest.approx(norm.sf(gap / spread), abs=0.01)


def test_loss_predicts_what_noise_takes_from_models_that_agree():
    rng = np.random.default_rng(2)
    truth, errors = rng.normal(size=(300, 15)), np.full((300, 15), 0.1)
    a, b = (truth + errors * rng.standard_normal(truth.shape) for _ in range(2))
    taken = 1 - np.mean(jaccard_at_k(a, b, 5))
    assert taken > 0.1
    assert np.mean(noise_loss(a, errors, b, errors, 5)) == pytest.approx(taken, abs=0.03)


@pytest.mark.parametrize("difference", [0.1, 0.3, 1.0])
def test_loss_is_no_less_than_what_noise_takes_from_models_that_differ(difference):
    rng = np.random.default_rng(3)
    a = rng.normal(size=(400, 15))
    b, errors = a + difference * rng.normal(size=a.shape), np.full(a.shape, 0.15)
    noisy_a, noisy_b = (x + errors * rng.standard_normal(x.shape) for x in (a, b))
    taken = np.mean(jaccard_at_k(a, b, 5)) - np.mean(jaccard_at_k(noisy_a, noisy_b, 5))
    assert np.mean(noise_loss(noisy_a, errors, noisy_b, errors, 5)) > taken


@given(values, values, st.integers(1, 5))
@settings(deadline=None)
def test_without_errors_nothing_is_lost_and_every_set_is_stable(a, b, k):
    zero = np.zeros_like(a)
    defined = a.any(axis=1)
    np.testing.assert_array_equal(top_k_stability(a, zero, k), np.where(defined, 1, np.nan))
    loss = noise_loss(a, zero, b, zero, k)
    expected = np.where(np.isnan(jaccard_at_k(a, b, k)), np.nan, 0)
    np.testing.assert_allclose(loss, expected, atol=1e-15)


@given(values, st.integers(1, 5), st.floats(0.001, 10))
@settings(deadline=None)
def test_scale_changes_no_stability(a, k, scale):
    a = np.round(a, 3)
    errors = 0.01 + np.abs(a) / 4
    first, scaled = top_k_stability(a, errors, k), top_k_stability(a * scale, errors * scale, k)
    np.testing.assert_allclose(first, scaled, atol=1e-12)


def test_larger_errors_make_sets_less_stable():
    a = np.random.default_rng(3).normal(size=(50, 10))
    found = [np.mean(top_k_stability(a, np.full(a.shape, e), 3)) for e in (0.01, 0.1, 0.5)]
    assert found[0] > found[1] > found[2]


def test_what_has_no_top_words_or_no_errors_has_no_stability_and_no_loss():
    errors = np.full(3, 0.1)
    unknown, unread = np.array([0.1, np.nan, 0.1]), np.array([0.3, np.nan, 0.1])
    assert np.isnan(top_k_stability([0.3, 0.2, 0.1], errors, 3))
    assert np.isnan(top_k_stability(np.zeros(3), errors, 1))
    assert np.isnan(top_k_stability([0.3, 0.2, 0.1], unknown, 1))
    assert 0 < top_k_stability(unread, unknown, 1) <= 1
    assert np.isnan(noise_loss([0.3, 0.2, 0.1], errors, [0.3, 0.2, 0.1], unknown, 1))
    assert np.isnan(noise_loss([0.3, 0.2, 0.1], errors, np.zeros(3), np.zeros(3), 1))


def test_bad_errors_are_refused():
    with pytest.raises(DataError, match="is negative"):
        top_k_stability([0.1, 0.2], [0.1, -0.1], 1)
    with pytest.raises(DataError, match="do not belong"):
        noise_loss([0.1, 0.2], [0.1], [0.1, 0.2], [0.1, 0.1], 1)

"""Agreement with independent implementations, off the bin edges."""

from __future__ import annotations

import numpy as np
import pytest
from probability_cases import calibrated
from scipy.optimize import minimize_scalar
from sklearn.calibration import calibration_curve
from sklearn.isotonic import IsotonicRegression
from sklearn.metrics import accuracy_score, brier_score_loss, log_loss
from statsmodels.stats.proportion import proportion_confint

from trusteq_core import calibration as cal


@pytest.fixture(scope="module")
def predicted():
    p, y = calibrated(3000, np.random.default_rng(11))
    return cal.scale(p, 1.7), y


def test_brier_matches_scikit_learn_on_the_full_scale(predicted):
    p, y = predicted
    theirs = brier_score_loss(y, p, labels=[0, 1, 2], scale_by_half=False)
    assert cal.brier(p, y) == pytest.approx(theirs, rel=1e-12)
    assert cal.brier_rows(p, y).mean() == pytest.approx(theirs, rel=1e-12)


def test_likelihood_matches_scikit_learn(predicted):
    p, y = predicted
    assert cal.nll(p, y) == pytest.approx(log_loss(y, p, labels=[0, 1, 2]), rel=1e-9)


def test_signed_gap_is_confidence_less_scikit_learns_accuracy(predicted):
    p, y = predicted
    expected = p.max(axis=1).mean() - accuracy_score(y, p.argmax(axis=1))
    assert cal.signed_gap(p, y) == pytest.approx(expected, abs=1e-12)


def test_bins_match_scikit_learns_calibration_curve(predicted):
    confidence, correct = cal.top_label(*predicted)
    frame = cal.reliability_bins(confidence, correct, n_bins=10)
    frame = frame[frame["count"] > 0]
    accuracy, mean = calibration_curve(correct, confidence, n_bins=10)
    np.testing.assert_allclose(frame["accuracy"], accuracy)
    np.testing.assert_allclose(frame["confidence"], mean)


def test_isotonic_curve_matches_scikit_learn_with_ties(predicted):
    confidence, correct = cal.top_label(*predicted)
    confidence = confidence.round(2)
    curve = cal.corp_curve(confidence, correct)
    theirs = IsotonicRegression().fit(confidence, correct)
    np.testing.assert_allclose(curve["recalibrated"], theirs.predict(curve["confidence"]))


def test_wilson_matches_statsmodels():
    for successes, trials in [(0, 7), (7, 7), (3, 40), (450, 500)]:
        theirs = proportion_confint(successes, trials, method="wilson")
        assert cal.wilson_interval(successes, trials) == pytest.approx(theirs, abs=1e-9)


def test_inverse_temperature_matches_a_general_minimiser(predicted):
    p, y = predicted

    def loss(beta):
        return log_loss(y, cal.scale(p, beta), labels=[0, 1, 2])

    theirs = minimize_scalar(loss, bounds=(0.05, 5.0), method="bounded", options={"xatol": 1e-10})
    assert cal.inverse_temperature(p, y) == pytest.approx(theirs.x, rel=1e-5)

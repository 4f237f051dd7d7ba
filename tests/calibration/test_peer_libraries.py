"""Four libraries that measure calibration: they agree with us off the bin edges, and where not.

Each pinned disagreement says what they answer and what we answer.
"""

from __future__ import annotations

import warnings

import numpy as np
import pytest
import torch
from probability_cases import calibrated, table

from trusteq_core import calibration as cal

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # theirs, not ours
    from model_diagnostics.calibration import compute_bias
    from model_diagnostics.scoring import SquaredError, decompose
    from netcal.metrics import ECE, MCE
    from relplot.metrics import binnedECE
    from torchmetrics.functional.classification import multiclass_calibration_error

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")

SINGLE = 1e-6
"""torchmetrics computes in single precision."""


@pytest.fixture(scope="module")
def predicted():
    """Overconfident predictions, none of them at 1 or at another edge."""
    p, y = calibrated(3000, np.random.default_rng(11))
    p = 0.97 * cal.scale(p, 1.7) + 0.01
    nearest = np.abs(p.max(axis=1)[:, None] - np.r_[np.arange(16) / 15, np.arange(11) / 10]).min()
    assert nearest > SINGLE
    return p, y


def torchmetrics_error(p, y, n_bins, norm="l1"):
    found = multiclass_calibration_error(
        torch.tensor(p), torch.tensor(y), num_classes=p.shape[1], n_bins=n_bins, norm=norm
    )
    return float(found)


@pytest.mark.parametrize("n_bins", [1, 10, 15])
def test_off_the_edges_torchmetrics_agrees(predicted, n_bins):
    p, y = predicted
    assert torchmetrics_error(p, y, n_bins) == pytest.approx(
        cal.ece(p, y, n_bins=n_bins), abs=SINGLE
    )
    assert torchmetrics_error(p, y, n_bins, "max") == pytest.approx(
        cal.mce(p, y, n_bins=n_bins), abs=SINGLE
    )
    assert torchmetrics_error(p, y, n_bins, "l2") ** 2 == pytest.approx(
        cal.rmsce2(p, y, n_bins=n_bins, debiased=False), abs=SINGLE
    )


@pytest.mark.parametrize("n_bins", [1, 10, 15])
def test_off_the_edges_netcal_agrees(predicted, n_bins):
    p, y = predicted
    assert ECE(n_bins).measure(p, y) == pytest.approx(cal.ece(p, y, n_bins=n_bins), abs=1e-12)
    assert MCE(n_bins).measure(p, y) == pytest.approx(cal.mce(p, y, n_bins=n_bins), abs=1e-12)


@pytest.mark.parametrize("n_bins", [1, 10, 15])
def test_off_the_edges_relplot_agrees(predicted, n_bins):
    p, y = predicted
    theirs = binnedECE(*cal.top_label(p, y), n_bins)
    assert theirs == pytest.approx(cal.ece(p, y, n_bins=n_bins), abs=1e-12)


def test_model_diagnostics_agrees_on_corp_and_on_the_gap(predicted):
    """Its score decomposition has no bins, so it agrees everywhere: with ties too."""
    confidence, correct = cal.top_label(*predicted)
    for values in (confidence, confidence.round(2)):
        theirs = decompose(correct, values, scoring_function=SquaredError())
        ours = cal.corp_split(values, correct)
        assert ours == pytest.approx([theirs[column].item() for column in theirs.columns])
    bias = compute_bias(correct, confidence)["bias_mean"].item()
    assert bias == pytest.approx(cal.signed_gap(*predicted), abs=1e-12)


# --- at the edges ----------------------------------------------------------------------------


def test_confidence_one_has_no_bin_of_its_own_here():
    """We and netcal put .95 and 1 together: .475. torchmetrics and relplot part them: .525."""
    confidence, correct = np.array([0.95, 1.0]), np.array([1.0, 0.0])
    p, y = table(confidence, correct, 3)
    assert cal.ece(p, y, n_bins=10) == pytest.approx(0.475)
    assert ECE(10).measure(confidence, correct) == pytest.approx(0.475)
    assert torchmetrics_error(p, y, 10) == pytest.approx(0.525, abs=SINGLE)
    assert binnedECE(confidence, correct, 10) == pytest.approx(0.525)


def test_an_inner_edge_belongs_to_the_bin_below_it_here():
    """Bins closed on the right part .5 from .6, as scikit-learn's do; those of the others do not.

    Apart they miss by .5 and .6, together by .1 of two: .55 against .05.
    """
    confidence, correct = np.array([0.5, 0.6]), np.array([1.0, 0.0])
    p, y = table(confidence, correct, 3)
    assert cal.ece(p, y, n_bins=2) == pytest.approx(0.55)
    assert ECE(2).measure(confidence, correct) == pytest.approx(0.05)
    assert torchmetrics_error(p, y, 2) == pytest.approx(0.05, abs=SINGLE)
    assert binnedECE(confidence, correct, 2) == pytest.approx(0.05)


def test_a_rounding_step_above_one_is_no_logit_here(predicted):
    """torchmetrics takes any value above 1 as a sign of logits and softmaxes the whole table."""
    p, y = predicted[0].copy(), predicted[1]
    p[0] = [1.0 + 1e-6, 0.0, 0.0]
    softened = np.exp(p) / np.exp(p).sum(axis=1, keepdims=True)
    theirs = torchmetrics_error(p, y, 10)
    assert theirs == pytest.approx(cal.ece(softened, y, n_bins=10), abs=1e-4)
    assert theirs > 5 * cal.ece(p, y, n_bins=10)
    as_it_was = cal.ece(predicted[0][1:], y[1:], n_bins=10)
    assert cal.ece(p, y, n_bins=10) == pytest.approx(as_it_was, abs=1e-3)


def test_the_number_of_classes_is_that_of_the_columns_here(predicted):
    """netcal counts the labels that occur: two of three make it a binary task, and it gives up."""
    p, y = predicted
    rows = y < 2
    with pytest.raises(RuntimeError, match="Asserted binary classification"):
        ECE(10).measure(p[rows], y[rows])
    assert 0 < cal.ece(p[rows], y[rows], n_bins=10) < 1


def test_single_precision_moves_predictions_over_an_edge_elsewhere():
    """A confidence just below 1 is 1 in single precision: torchmetrics gives it the extra bin."""
    p, y = table([0.95, 1.0 - 1e-9], [1, 0], 3)
    assert cal.ece(p, y, n_bins=10) == pytest.approx(0.475)
    assert torchmetrics_error(p, y, 10) == pytest.approx(0.525, abs=SINGLE)

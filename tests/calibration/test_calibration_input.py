"""Bad tables are refused in one clear sentence; thin ones give defined values."""

from __future__ import annotations

import numpy as np
import pytest
from probability_cases import table

from trusteq_core import calibration as cal
from trusteq_core.errors import DataError

GOOD = [[0.25, 0.75], [0.5, 0.5]]


@pytest.mark.parametrize(
    ("p", "says"),
    [
        ([[0.2, 0.7], [0.5, 0.5]], "1 of 2 rows do not sum to 1"),
        ([[0.5, 0.5], [np.nan, 0.5]], "NaN or infinite values, first row 1"),
        ([[np.inf, 0.0]], "NaN or infinite"),
        ([[-0.1, 1.1]], "look like logits"),
        ([[3.2, -1.0], [0.1, 0.9]], "look like logits"),
        ([[2.0, 3.0]], "look like logits"),
        (np.zeros((0, 3)), "at least one row"),
        ([[1.0], [1.0]], "at least two classes"),
        ([0.5, 0.5], "needed is (n, K)"),
        ([["a", "b"]], "not a table of numbers"),
        ([[0.5, 0.5], [1.0]], "not a table of numbers"),
    ],
)
def test_a_broken_table_is_refused(p, says):
    with pytest.raises(DataError) as error:
        cal.check_probabilities(p)
    assert says in str(error.value)


def test_rows_within_the_tolerance_are_renormalised():
    p = cal.check_probabilities([[0.2505, 0.75], [0.5, 0.4995]])
    np.testing.assert_allclose(p.sum(axis=1), 1.0, rtol=1e-15)


def test_single_precision_is_widened():
    assert cal.check_probabilities(np.array(GOOD, dtype=np.float32)).dtype == np.float64


@pytest.mark.parametrize(
    ("y", "says"),
    [
        (np.array([0]), "2 rows of probabilities need 2 labels"),
        (np.array([0, 2]), "Label 2 of row 1 is none of 0 to 1"),
        (np.array([-1, 0]), "Label -1 of row 0"),
        (np.array(["a", "b"]), "Labels must be column numbers"),
        (np.array([0.0, 1.0]), "Labels must be column numbers"),
    ],
)
def test_labels_that_do_not_fit_are_refused(y, says):
    with pytest.raises(DataError) as error:
        cal.ece(GOOD, y)
    assert says in str(error.value)


def test_probabilities_given_as_logits_are_refused():
    with pytest.raises(DataError, match="probabilities already"):
        cal.softmax(GOOD)
    assert cal.softmax([[1000.0, 1000.0]]).tolist() == [[0.5, 0.5]]


@pytest.mark.parametrize("n_bins", [0, -3, 1.5, True])
def test_a_number_of_bins_must_be_whole(n_bins):
    with pytest.raises(DataError, match="whole number >= 1"):
        cal.ece(GOOD, np.array([0, 1]), n_bins=n_bins)


def test_edges_must_rise():
    with pytest.raises(DataError, match="larger than the one before"):
        cal.ece(GOOD, np.array([0, 1]), edges=np.array([0.0, 0.5, 0.5, 1.0]))


@pytest.mark.parametrize(
    ("confidence", "correct", "says"),
    [
        ([0.5, 1.2], [0, 1], "between 0 and 1"),
        ([0.5, np.nan], [0, 1], "between 0 and 1"),
        ([0.5], [2], "0 (wrong) or 1 (right)"),
        ([0.5], [0, 1], "do not fit"),
        ([], [], "n >= 1"),
    ],
)
def test_confidences_and_outcomes_are_checked(confidence, correct, says):
    with pytest.raises(DataError) as error:
        cal.reliability_bins(confidence, correct)
    assert says in str(error.value)


def test_one_prediction_has_every_score_that_one_prediction_can_have():
    scores = cal.score_all([[0.25, 0.75]], np.array([1]))
    assert scores["ece"] == scores["mce"] == 0.25
    assert scores["signed_gap"] == -0.25
    assert scores["rmsce2"] == 0.0
    assert np.isnan(scores["mce_30"])
    assert scores["inverse_temperature"] == np.inf


def test_certain_models_are_scored_in_the_last_bin():
    p, y = table(np.ones(8), [1, 1, 1, 1, 1, 1, 0, 0])
    scores = cal.score_all(p, y)
    assert scores["ece"] == scores["mce"] == scores["signed_gap"] == 0.25
    assert cal.noise_floor(p) == (0.0, 0.0)
    assert cal.clipped_rows(p, y) == 2
    assert scores["nll"] == pytest.approx(-0.25 * np.log(1e-12))


def test_data_of_one_class_are_scored_like_any_other():
    p = np.array([[0.9, 0.1], [0.8, 0.2], [0.4, 0.6]])
    scores = cal.score_all(p, np.zeros(3, dtype=int))
    assert scores["signed_gap"] == pytest.approx(2.3 / 3 - 2 / 3)
    assert cal.classwise_ece(p, np.zeros(3, dtype=int), n_bins=1) == pytest.approx(0.3)


def test_uniform_predictions_need_no_temperature_and_useless_ones_get_none():
    assert cal.inverse_temperature([[0.5, 0.5]] * 2, np.array([0, 1])) == 1.0
    assert cal.inverse_temperature([[0.9, 0.1]] * 2, np.array([1, 1])) == 0.0
    assert cal.inverse_temperature([[0.9, 0.1]] * 2, np.array([0, 0])) == np.inf
    with pytest.raises(DataError, match="positive and finite"):
        cal.scale(GOOD, np.inf)


def test_the_positive_class_is_an_option_that_looks_below_one_half():
    p, y = np.array([[0.9, 0.1], [0.3, 0.7]]), np.array([0, 1])
    frame = cal.reliability_bins(*cal.positive_class(p, y), n_bins=2)
    assert frame["confidence"].tolist() == pytest.approx([0.1, 0.7])
    assert frame["accuracy"].tolist() == [0.0, 1.0]
    with pytest.raises(DataError, match="no class 2"):
        cal.positive_class(p, y, 2)


def test_floors_and_totals_of_different_edges_do_not_mix():
    sums = [
        cal.BinTotals.of(np.array([0.5]), np.array([1.0]), cal.equal_width_edges(b)) for b in (2, 3)
    ]
    with pytest.raises(DataError, match="different edges"):
        sums[0] + sums[1]

"""Predictions alone, streamed from files, give the numbers that tables in memory give."""

from __future__ import annotations

import json

import numpy as np
import pytest
from prediction_tables import pair_of_models, predictions, write

from trusteq_core import calibration as cal
from trusteq_core.cli.output import jsonable
from trusteq_core.equivalence import Margins, judge, performance_parity
from trusteq_core.errors import UnknownName
from trusteq_core.evaluation import prediction_comparison, prediction_files, prediction_pair
from trusteq_core.evaluation.calibrated import calibration_table
from trusteq_core.evaluation.prediction_comparison import PredictionComparison, compare_predictions

WITHOUT_CORP = "not measure.str.startswith('corp_')"


@pytest.fixture(params=[400, 6001], ids=["below the exact limit", "above it"], scope="module")
def models(request) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    return pair_of_models(request.param, seed=5)


@pytest.fixture
def files(models, tmp_path):
    p, q, y = models
    shuffled = predictions(q, y).sample(frac=1.0, random_state=0)
    return write(predictions(p, y), tmp_path / "a.parquet"), write(shuffled, tmp_path / "b.parquet")


@pytest.fixture
def in_pieces(monkeypatch):
    """Read and work on pieces that do not divide the number of rows."""
    for module in (prediction_files, prediction_pair):
        monkeypatch.setattr(module, "ROWS", 257)


@pytest.mark.usefixtures("in_pieces")
@pytest.mark.parametrize("scheme", ["width", "mass"])
def test_streamed_measures_are_those_of_tables_in_memory(models, files, scheme):
    found = compare_predictions(*files, n_bins=10, scheme=scheme)
    expected = calibration_table(*models, n_bins=10, scheme=scheme).query(WITHOUT_CORP)
    assert found.calibration["measure"].tolist() == expected["measure"].tolist()
    for column in expected.columns[1:]:
        ours, theirs = found.calibration[column], expected[column]
        np.testing.assert_allclose(ours, theirs, rtol=1e-9, atol=1e-12, err_msg=column)


@pytest.mark.usefixtures("in_pieces")
def test_streamed_performance_recalibration_and_verdict_are_those_of_tables(models, files):
    p, q, y = models
    found = compare_predictions(*files)
    parity = performance_parity(p, q, y)
    assert found.performance == pytest.approx({name: parity[name] for name in found.performance})
    removed, expected = found.recalibration, cal.gap_removed(p, q, y)
    assert removed.betas_a == pytest.approx(expected.betas_a)
    assert removed.betas_b == pytest.approx(expected.betas_b)
    for name in ("before", "after", "floor_before", "floor_after", "share"):
        assert getattr(removed, name) == pytest.approx(getattr(expected, name), rel=1e-9)
    edges = cal.pooled_equal_mass_edges(p.max(axis=1), q.max(axis=1), cal.profile_bins(len(y)))
    for ours, theirs in zip(
        found.verdict.findings, judge(p, q, y, edges=edges).findings, strict=True
    ):
        assert ours.answer == theirs.answer
        assert (ours.estimate, ours.low, ours.high) == pytest.approx(
            (theirs.estimate, theirs.low, theirs.high), abs=1e-9
        )


def test_counted_edges_beyond_the_limit_change_next_to_nothing(files, monkeypatch):
    exact = compare_predictions(*files, scheme="mass")
    monkeypatch.setattr(prediction_comparison, "EXACT_EDGES", 0)
    counted = compare_predictions(*files, scheme="mass")
    for name in ("original", "compressed", "difference"):
        a, b = (found.calibration[name].to_numpy(float) for found in (exact, counted))
        np.testing.assert_allclose(b, a, atol=1e-3)


def test_logits_are_compared_as_their_softmax(models, tmp_path):
    p, q, y = models
    files = [
        write(predictions(np.log(table) + 1.0, y), tmp_path / f"{name}.parquet")
        for name, table in (("a", p), ("b", q))
    ]
    found = compare_predictions(*files, logits=True)
    expected = calibration_table(p, q, y).query(WITHOUT_CORP)
    np.testing.assert_allclose(found.calibration["difference"], expected["difference"], atol=1e-9)


def test_a_model_is_equivalent_to_itself(tmp_path):
    p, _, y = pair_of_models(2000)
    path = write(predictions(p, y), tmp_path / "a.csv")
    found = compare_predictions(path, path)
    assert found.verdict.answer == "equivalent"
    assert found.performance["flips"] == 0
    assert np.isnan(found.recalibration.share)


def test_two_examples_are_described_and_decide_nothing(tmp_path):
    p, q, y = np.array([[0.9, 0.1], [0.2, 0.8]]), np.array([[0.6, 0.4], [0.3, 0.7]]), [0, 1]
    files = [
        write(predictions(table, y, ("no", "yes")), tmp_path / f"{name}.csv")
        for name, table in (("a", p), ("b", q))
    ]
    found = compare_predictions(*files)
    assert found.verdict.answer == "inconclusive"
    assert "too few to decide" in found.verdict.reasons[0]
    json.dumps(jsonable(found.to_dict()), allow_nan=False)


def test_everything_is_in_the_exported_document(files):
    margins = Margins(accuracy=0.01)
    found: PredictionComparison = compare_predictions(*files, n_bins=10, margins=margins)
    told = json.loads(json.dumps(jsonable(found.to_dict()), allow_nan=False))
    assert told["settings"] == {"n_bins": 10, "scheme": "width", "logits": False, "seed": 0}
    assert told["verdict"]["margins"] == margins.to_dict()
    assert {f["criterion"] for f in told["verdict"]["findings"]} == {
        "accuracy",
        "gap",
        "brier",
        "profile",
    }
    assert told["calibration"]["ece"]["floor_original"] > 0
    assert told["recalibration"]["share"] == pytest.approx(found.recalibration.share)


def test_a_wrong_scheme_lists_the_valid_ones(files):
    with pytest.raises(UnknownName, match="Known: width, mass"):
        compare_predictions(*files, scheme="widht")

"""The frames of the Calibration page agree with the measures they draw."""

import numpy as np
import pandas as pd
import pytest

from trusteq_core.calibration import ece, noise_floor, profile_distance, profile_floor
from trusteq_core.errors import UnknownName
from trusteq_core.evaluation import compare
from trusteq_core.evaluation.calibrated import true_ece
from trusteq_core.evaluation.calibration_frames import (
    bins_frame,
    corp_frame,
    counts_frame,
    event_table,
    profile_frame,
)
from trusteq_core.evaluation.calibration_pair import PREDICTED, CalibrationPair
from trusteq_core.evaluation.scaling import scaling
from trusteq_core.store import Manifest, ResultStore
from trusteq_core.tasks import examples_fingerprint

SIDES = ("original", "compressed")


@pytest.fixture(scope="module")
def comparison(miniature_store):
    return compare(ResultStore(miniature_store), "nli", "base", "tiny")


@pytest.fixture(scope="module")
def pair(comparison):
    return CalibrationPair.of(comparison)


def test_bins_are_those_of_the_comparison(pair, comparison):
    found = bins_frame(pair, n_bins=7, scheme="mass")
    expected = comparison.reliability(n_bins=7, scheme="mass")
    pd.testing.assert_frame_equal(found[expected.columns], expected)


def test_true_accuracy_gives_the_true_ece(pair, comparison):
    bins = bins_frame(pair, n_bins=10)
    rows = bins[(bins["model"] == "compressed") & (bins["count"] > 0)]
    gap = (rows["count"] * (rows["confidence"] - rows["true_accuracy"])).abs().sum() / 160
    table = comparison.calibration(n_bins=10).set_index("measure")
    assert gap == pytest.approx(table.loc["true_ece", "compressed"])


def test_the_mean_size_of_the_profile_difference_is_the_distance(pair):
    p_a, p_b = (pair.probabilities[side] for side in SIDES)
    frame = profile_frame(pair)
    distance = profile_distance(p_a, p_b, pair.gold)
    assert frame["difference"].abs().mean() == pytest.approx(distance)
    assert frame["distance"].tolist() == pytest.approx([distance] * len(frame))
    assert frame["floor"].iloc[0] == pytest.approx(profile_floor(p_a, p_b, pair.gold))


def calibrated_twice(rng, n):
    """Return two calibrated models (n, 2) that know different things, and labels."""
    nodes, weights = np.polynomial.hermite_e.hermegauss(21)
    weights = weights / weights.sum()
    known = rng.normal(size=(2, n))
    positive = [(weights / (1 + np.exp(-(u[:, None] + nodes)))).sum(axis=1) for u in known]
    y = (rng.random(n) < 1 / (1 + np.exp(-known.sum(axis=0)))).astype(int)
    return *(np.column_stack([1 - p, p]) for p in positive), y


def test_calibrated_models_show_no_more_than_chance(pair):
    rng = np.random.default_rng(0)
    found = []
    for _ in range(200):
        a, b, y = calibrated_twice(rng, 500)
        tables = {"original": a, "compressed": b}
        found.append(profile_frame(CalibrationPair(pair.task, pair.examples, tables, y)).iloc[0])
    frame = pd.DataFrame(found)
    assert frame["distance"].mean() == pytest.approx(frame["floor"].mean(), rel=0.1)
    assert (frame["distance"] > frame["floor_high"]).mean() < 0.08


def test_the_profile_difference_is_positive_where_the_compressed_model_promises_more(pair):
    sure = np.array([[0.98, 0.01, 0.01]] * 160)
    unsure = np.array([[0.6, 0.2, 0.2]] * 160)
    other = CalibrationPair(
        pair.task, pair.examples, {"original": unsure, "compressed": sure}, pair.gold
    )
    frame = profile_frame(other)
    assert frame["difference"].sum() > 0
    assert (frame["band"] >= 0).all()


def test_a_model_against_itself_has_no_profile_difference(pair):
    same = dict.fromkeys(SIDES, pair.probabilities["original"])
    frame = profile_frame(CalibrationPair(pair.task, pair.examples, same, pair.gold))
    assert frame["difference"].tolist() == frame["band"].tolist() == [0.0] * len(frame)


def test_the_ece_by_number_of_bins_is_the_ece(pair):
    frame = counts_frame(pair, counts=(5, 15)).set_index(["model", "n_bins"])
    p = pair.probabilities["compressed"]
    row = frame.loc[("compressed", 15)]
    assert row["ece"] == pytest.approx(ece(p, pair.gold))
    assert row["floor"] == pytest.approx(noise_floor(p).mean)
    edges = pair.edges(15, "width")
    assert row["true_ece"] == pytest.approx(true_ece(p, pair.truth, edges=edges))
    assert row["floor_high"] > row["floor"]


def test_the_corp_curve_rises_and_keeps_every_prediction(pair):
    frame = corp_frame(pair)
    for side in SIDES:
        rows = frame[frame["model"] == side]
        assert rows["recalibrated"].is_monotonic_increasing
        assert rows["confidence"].is_monotonic_increasing
        assert rows.drop_duplicates("recalibrated")["count"].sum() == 160


def test_corp_parts_are_those_of_the_table(pair, comparison):
    table = comparison.calibration().set_index("measure")
    rows = corp_frame(pair).drop_duplicates("model").set_index("model")
    for part in ("miscalibration", "discrimination", "uncertainty"):
        for side in SIDES:
            assert rows.loc[side, part] == pytest.approx(table.loc[f"corp_{part}", side])


def test_one_class_holds_its_own_probability_against_the_gold_label(pair):
    events = pair.events("original", "neutral")
    column = pair.task.labels.index("neutral")
    assert events.score == pytest.approx(pair.probabilities["original"][:, column])
    assert events.happened.sum() == (pair.examples["label"] == "neutral").sum()
    assert events.truth == pytest.approx(pair.examples["true_neutral"].to_numpy())


def test_the_measures_of_the_predicted_label_are_those_of_the_comparison(pair, comparison):
    expected = comparison.calibration(n_bins=8, scheme="mass").set_index("measure")
    found = event_table(pair, n_bins=8, scheme="mass", event=PREDICTED).set_index("measure")
    pd.testing.assert_frame_equal(found, expected.loc[found.index], check_dtype=False)


def test_members_of_a_bin_come_with_the_largest_difference_first(pair):
    bins = bins_frame(pair, n_bins=5)
    for row in bins[bins["model"] == "original"].itertuples():
        found = pair.members("original", row.bin, n_bins=5, scheme="width")
        assert len(found) == row.count
        sizes = found["confidence_difference"].abs().tolist()
        assert sizes == sorted(sizes, reverse=True)
        assert found["confidence_original"].between(row.low, row.high).all()


def test_unknown_sides_and_events_are_refused_by_name(pair):
    with pytest.raises(UnknownName, match="base"):
        pair.events("base")
    with pytest.raises(UnknownName, match="maybe"):
        pair.events("original", "maybe")


def test_without_validation_predictions_halves_are_cross_fitted(comparison):
    found = scaling(comparison)
    assert found.fitted_on is None
    assert len(found.gap.betas_a) == 2


def test_scaling_keeps_every_answer_and_is_what_the_headline_measures(comparison, pair):
    after = CalibrationPair.of(comparison, scaled=True)
    found = scaling(comparison)
    for side in SIDES:
        same = pair.probabilities[side].argmax(axis=1)
        assert (after.probabilities[side].argmax(axis=1) == same).all()
    distance = profile_distance(*(after.probabilities[side] for side in SIDES), after.gold)
    assert distance == pytest.approx(found.gap.after)


@pytest.mark.parametrize(("version", "fitted_on"), [("", 160), ("-retrained", None)])
def test_validation_predictions_of_the_same_models_are_fitted_on(
    miniature_store, tmp_path, comparison, version, fitted_on
):
    store = ResultStore(tmp_path)
    source = ResultStore(miniature_store)
    for entry in source.find(task="nli"):
        store.write(entry.manifest, source.read(entry))
    examples, task = comparison.examples, comparison.task
    data = {"split": "validation", "data_fingerprint": examples_fingerprint(examples, task)}
    store.write(Manifest("examples", "nli", **data, n=160), examples)
    for model in (comparison.original, comparison.compressed):
        frame = pd.DataFrame({"id": examples["id"]})
        frame[[f"p_{label}" for label in task.labels]] = model.probabilities
        fingerprint = model.fingerprint + version
        who = {"model": model.name, "model_fingerprint": fingerprint}
        store.write(Manifest("predictions", "nli", **who, **data, n=160), frame)
    found = scaling(compare(store, "nli", "base", "tiny"))
    assert found.fitted_on == fitted_on
    assert len(found.gap.betas_b) == (1 if fitted_on else 2)

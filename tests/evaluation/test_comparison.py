"""The comparison against numbers worked out by hand, and what it refuses."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from trusteq_core.alignment import chance_jaccard
from trusteq_core.errors import DataError, ResultError, UnknownName
from trusteq_core.evaluation import compare, model_table
from trusteq_core.evaluation.calibrated import true_ece
from trusteq_core.evaluation.calibration_pair import CalibrationPair
from trusteq_core.evaluation.overlap import reason_precision
from trusteq_core.store import Manifest, ResultStore
from trusteq_core.tasks import examples_fingerprint, get_task

TASK = get_task("paraphrase")
EXAMPLES = pd.DataFrame(
    {
        "id": ["a", "b", "c", "d"],
        "sentence1": ["one two", "one two three", "one", "one two"],
        "sentence2": ["three four", "four", "two", "three <b>four</b>"],
        "label": ["paraphrase", "different", "paraphrase", "different"],
        "phenomenon": ["x", "x", "y", "y"],
        "reasons": [[0, 1], [3], [0], []],
        "true_different": [0.1, 0.8, 0.4, 0.5],
        "true_paraphrase": [0.9, 0.2, 0.6, 0.5],
    }
)
# P(paraphrase): base answers p d p p (3 of 4 right), small answers p p d d (2 right).
P_BASE, P_SMALL = [0.9, 0.2, 0.7, 0.6], [0.8, 0.7, 0.4, 0.1]
# Words of a: base ranks 0 1 2 3, small ranks 0 2 1 3. With K = 2 they share one of three words.
BASE = {"a": [4, 3, 2, 1], "b": [1, -5, 2, 3], "c": [1, 2], "d": [1, 2, 3, 4, 0, 0]}
SMALL = {"a": [4, 2, 3, 1], "b": [1, -5, 2, 3], "c": [2, 1], "d": [0, 0, 0, 0, 0, 0]}
BASE_B = {"a": [4, 3, 2, 1], "b": [5, 4, 1, 1], "c": [1, 2], "d": [4, 3, 2, 1, 0, 0]}
SEED_1 = {"a": [4, 3, 1, 2], "b": [5, -4, 2, 3], "c": [1, 2], "d": [1, 2, 3, 4, 0, 0]}


def predictions(p: list[float]) -> pd.DataFrame:
    p_paraphrase = np.array(p)
    return pd.DataFrame(
        {"id": EXAMPLES["id"], "p_different": 1 - p_paraphrase, "p_paraphrase": p_paraphrase}
    )


def attributions(values: dict[str, list[float]]) -> pd.DataFrame:
    rows = [
        {
            "id": example,
            "word": word,
            "value_different": -value / 10,
            "error_different": np.nan,
            "value_paraphrase": value / 10,
            "error_paraphrase": np.nan,
            "base_different": 0.5,
            "full_different": 0.5,
            "base_paraphrase": 0.5,
            "full_paraphrase": 0.5,
            "evaluations": 10,
        }
        for example, each in values.items()
        for word, value in enumerate(each)
    ]
    return pd.DataFrame(rows)


def write(
    store: ResultStore,
    kind: str,
    frame: pd.DataFrame,
    model: str,
    *,
    examples: pd.DataFrame = EXAMPLES,
    **facts,
):
    return store.write(
        Manifest(
            kind,
            TASK.id,
            model=model,
            model_fingerprint=f"f-{model}",
            split="test",
            data_fingerprint=examples_fingerprint(examples, TASK),
            **facts,
        ),
        frame,
    )


@pytest.fixture
def store(tmp_path: Path) -> ResultStore:
    store = ResultStore(tmp_path / "results")
    facts = {"split": "test", "data_fingerprint": examples_fingerprint(EXAMPLES, TASK)}
    store.write(Manifest("examples", TASK.id, **facts), EXAMPLES)
    for model, p in (("base", P_BASE), ("base-b", P_BASE), ("small", P_SMALL)):
        write(store, "predictions", predictions(p), model)
    profile = pd.DataFrame({"parameters": [10], "title": ["Small one"], "kind": ["trained"]})
    store.write(Manifest("profile", TASK.id, model="small", model_fingerprint="f-small"), profile)
    lime = {"explainer": "lime", "settings": {"mask": "remove", "samples": 10}}
    write(store, "attributions", attributions(BASE), "base", seed=0, **lime)
    write(store, "attributions", attributions(SEED_1), "base", seed=1, **lime)
    write(store, "attributions", attributions(BASE_B), "base-b", seed=0, **lime)
    write(store, "attributions", attributions(SMALL), "small", seed=0, **lime)
    return store


def test_performance_is_counted_by_hand(store: ResultStore):
    parity = compare(store, "paraphrase", "base", "small").performance()
    assert parity["accuracy_original"] == 0.75
    assert parity["accuracy_compressed"] == 0.5
    assert parity["agreement"] == 0.25
    assert parity["flips"] == 3
    assert parity["negative_flips"] == 0.5
    assert parity["positive_flips"] == 0.25
    assert parity["bayes_accuracy"] == pytest.approx((0.9 + 0.8 + 0.6 + 0.5) / 4)


def test_overlap_is_counted_by_hand(store: ResultStore):
    """K = 2. a shares one of three words; b both; c has only two words; d ranks nothing."""
    overlap = compare(store, "paraphrase", "base", "small").overlap("lime", k=2)
    assert overlap["jaccard"] == pytest.approx((1 / 3 + 1) / 2)
    assert overlap["chance"] == pytest.approx(chance_jaccard(4, 2))
    assert overlap["n"] == 4
    assert overlap["n_scored"] == 2
    assert overlap["n_too_short"] == 1
    assert overlap["n_undefined"] == 1
    assert overlap["n_unmatched"] == 0


def test_ceilings_are_taken_on_the_scored_examples(store: ResultStore):
    """Seed 1 agrees on a and shares one of three words on b (top 0, 1 against 1, 3).

    The retrained model agrees on a, and shares one of three on b.
    """
    overlap = compare(store, "paraphrase", "base", "small").overlap("lime", k=2)
    assert overlap["ceiling_resampling"] == pytest.approx((1 + 1 / 3) / 2)
    assert overlap["ceiling_retraining"] == pytest.approx((1 + 1 / 3) / 2)
    chance, jaccard = overlap["chance"], overlap["jaccard"]
    expected = (jaccard - chance) / (2 / 3 - chance)
    assert overlap["position_resampling"] == pytest.approx(expected)


def test_a_model_without_control_or_second_seed_has_no_ceiling(store: ResultStore):
    overlap = compare(store, "paraphrase", "small", "base").overlap("lime", k=2)
    assert overlap["ceiling_resampling"] is None
    assert overlap["ceiling_retraining"] is None
    assert overlap["position_resampling"] is None


def test_the_resampling_ceiling_of_an_explainer_without_chance_is_one(store: ResultStore):
    facts = {"explainer": "occlusion", "settings": {"mask": "remove"}, "seed": 0}
    write(store, "attributions", attributions(BASE), "base", **facts)
    write(store, "attributions", attributions(SMALL), "small", **facts)
    pair = compare(store, "paraphrase", "base", "small")
    assert pair.explainers == ["lime", "occlusion"]
    assert pair.overlap("occlusion", k=2)["ceiling_resampling"] == 1.0


def test_segment_shares_are_counted_by_hand(store: ResultStore):
    """Base: a 7/10, b 8/11, c 1/3, d 3/10 of the attribution lies on the first sentence."""
    overlap = compare(store, "paraphrase", "base", "small").overlap("lime", k=2)
    expected = np.mean([7 / 10, 8 / 11, 1 / 3, 3 / 10])
    assert overlap["share_sentence1_original"] == pytest.approx(expected, abs=1e-6)
    both = overlap["share_sentence1_compressed"] + overlap["share_sentence2_compressed"]
    assert both == pytest.approx(1)


def test_reason_precision_takes_as_many_words_as_there_are_reasons(store: ResultStore):
    """a: both reasons among base's top two, one among small's; b: the top word is no reason."""
    reasons = compare(store, "paraphrase", "base", "small").reasons("lime")
    assert reasons["precision_original"] == pytest.approx((1 + 0 + 0) / 3)
    assert reasons["precision_compressed"] == pytest.approx((0.5 + 0 + 1) / 3)
    assert reasons["chance"] == pytest.approx((2 / 4 + 1 / 4 + 1 / 2) / 3)
    assert reasons["n"] == 3


def test_reasons_of_texts_of_unequal_length_are_scored_each_on_its_own():
    precision, chance = reason_precision(
        [np.array([0.1, 0.9]), np.array([0.0, 0.0, 0.0]), np.array([1.0, np.nan, -3.0, 2.0])],
        [[1], [0], [0, 2]],
    )
    np.testing.assert_array_equal(precision, [1.0, np.nan, 0.5])
    np.testing.assert_array_equal(chance, [0.5, np.nan, 0.5])


@pytest.mark.parametrize(
    ("explained", "original", "compressed"),
    [
        ("reference", [1, 0, 1, 1], [1, 0, 1, 1]),
        ("own", [1, 0, 1, 1], [1, 1, 0, 0]),
        ("gold", [1, 0, 1, 0], [1, 0, 1, 0]),
        ("different", [0, 0, 0, 0], [0, 0, 0, 0]),
    ],
)
def test_the_explained_class_follows_the_policy(store, explained, original, compressed):
    classes = compare(store, "paraphrase", "base", "small").explained("lime").classes(explained)
    assert classes["original"].tolist() == original
    assert classes["compressed"].tolist() == compressed


def test_words_show_both_models_and_their_ranks(store: ResultStore):
    words = compare(store, "paraphrase", "base", "small").words("a", "lime", k=2)
    assert words["word"].tolist() == ["one", "two", "three", "four"]
    assert words["segment"].tolist() == ["sentence1", "sentence1", "sentence2", "sentence2"]
    assert words["rank_original"].tolist() == [1, 2, 3, 4]
    assert words["rank_compressed"].tolist() == [1, 3, 2, 4]
    assert words["top_compressed"].tolist() == [True, False, True, False]
    assert words["difference"].tolist() == pytest.approx([0, -0.1, 0.1, 0], abs=1e-6)
    assert words["reason"].tolist() == [True, True, False, False]


def test_the_example_table_names_every_outcome(store: ResultStore):
    table = compare(store, "paraphrase", "base", "small").example_table("lime", k=2)
    outcomes = ["both right", "negative flip", "negative flip", "positive flip"]
    assert table["outcome"].tolist() == outcomes
    assert table["flip"].tolist() == [False, True, True, True]
    assert table["n_words"].tolist() == [4, 4, 2, 6]
    assert table["confidence_compressed"].tolist() == pytest.approx([0.8, 0.7, 0.6, 0.9])


def test_reliability_bins_and_their_members_agree(store: ResultStore):
    pair = compare(store, "paraphrase", "base", "small")
    held = CalibrationPair.of(pair)
    for scheme in ("width", "mass"):
        bins = pair.reliability(5, scheme)
        assert bins.columns[0] == "model"
        for row in bins.to_dict("records"):
            side = row["model"]
            members = held.members(side, row["bin"], n_bins=5, scheme=scheme)
            assert len(members) == row["count"]
            if len(members):
                right = members[f"predicted_{side}"] == members["label"]
                assert right.mean() == pytest.approx(row["accuracy"])
                mean = members[f"confidence_{side}"].mean()
                assert mean == pytest.approx(row["confidence"])


def test_the_true_calibration_error_uses_the_known_distribution(store: ResultStore):
    """One bin: mean confidence .75, mean true probability of the predicted label .7."""
    p = predictions(P_BASE)[["p_different", "p_paraphrase"]].to_numpy()
    truth = EXAMPLES[["true_different", "true_paraphrase"]].to_numpy()
    one_bin = true_ece(p, truth, edges=np.array([0.0, 1.0]))
    assert one_bin == pytest.approx((0.9 + 0.8 + 0.7 + 0.6) / 4 - (0.9 + 0.8 + 0.6 + 0.5) / 4)
    table = compare(store, "paraphrase", "base", "small").calibration(1).set_index("measure")
    assert table.loc["true_ece", "original"] == pytest.approx(one_bin)


def test_a_model_against_itself_is_equal_in_everything(store: ResultStore):
    pair = compare(store, "paraphrase", "base", "base")
    assert pair.performance()["agreement"] == 1
    assert pair.overlap("lime", k=2)["jaccard"] == 1
    assert (pair.calibration()["difference"].fillna(0) == 0).all()


def test_the_model_table_has_a_row_for_every_model(store: ResultStore):
    table = model_table(store, "paraphrase", k=2)
    assert table["model"].tolist() == ["base", "base-b", "small"]
    assert table["role"].tolist() == ["original", "control", "compressed"]
    assert table["title"].tolist() == ["base", "base-b", "Small one"]
    assert table["accuracy"].tolist() == [0.75, 0.75, 0.5]
    assert table["jaccard_lime"].isna().tolist() == [True, False, False]
    assert table["jaccard_lime"][2] == pytest.approx(2 / 3)


def test_the_summary_is_json_without_nan(store: ResultStore):
    summary = compare(store, "paraphrase", "base", "small").summary(k=2)
    assert json.loads(json.dumps(summary, allow_nan=False)) == summary
    assert summary["overlap"]["lime"]["jaccard"] == pytest.approx(2 / 3)
    assert summary["calibration"]["brier"]["floor_original"] is None
    assert summary["compressed"]["title"] == "Small one"


def test_the_verdict_holds_overlap_against_the_ceiling_it_names(store: ResultStore):
    """Shortfall of a: 1/3 - 1; of b: 1 - 1/3. Their mean is zero."""
    pair = compare(store, "paraphrase", "base", "small")
    rows = pair.explained("lime").shortfall(k=2)
    assert rows.ceiling_name == "retraining"
    difference = rows.overlap - rows.ceiling
    assert difference[~np.isnan(difference)].tolist() == pytest.approx([-2 / 3, 2 / 3])
    verdict = pair.verdict(k=2)
    assert [f.criterion.id for f in verdict.findings] == [
        "accuracy",
        "gap",
        "brier",
        "profile",
        "overlap:lime",
    ]
    assert verdict.findings[-1].criterion.title == "Overlap (LIME)"
    assert verdict.answer != "equivalent"
    swapped = compare(store, "paraphrase", "small", "base").explained("lime").shortfall(k=2)
    assert swapped.ceiling_name == "resampling"
    with pytest.raises(UnknownName, match="Known: retraining, resampling"):
        pair.verdict(ceiling="none")


# --- what is joined, and what is refused ---------------------------------------------------


def test_rows_are_joined_by_id_not_by_place(store: ResultStore):
    shuffled = predictions(P_SMALL).iloc[[2, 0, 3, 1]]
    write(store, "predictions", shuffled, "small")
    parity = compare(store, "paraphrase", "base", "small").performance()
    assert parity["agreement"] == 0.25


def test_a_model_that_predicted_fewer_examples_is_compared_on_those(store: ResultStore):
    some = EXAMPLES.iloc[[1, 3]]
    write(store, "predictions", predictions(P_SMALL).iloc[[1, 3]], "fewer", examples=some)
    pair = compare(store, "paraphrase", "base", "fewer")
    assert pair.examples["id"].tolist() == ["b", "d"]
    assert pair.performance()["n"] == 2


def test_predictions_of_other_examples_are_refused_with_three_of_them(store: ResultStore):
    others = EXAMPLES.assign(id=["a", "w", "x", "y"])
    frame = predictions(P_SMALL).assign(id=others["id"])
    write(store, "predictions", frame, "stranger", examples=others)
    with pytest.raises(ResultError, match=r"3 of the 4 examples .* first \['w', 'x', 'y'\]"):
        compare(store, "paraphrase", "base", "stranger")


def test_the_same_ids_with_other_texts_are_refused(store: ResultStore):
    others = EXAMPLES.assign(sentence1=EXAMPLES["sentence1"] + " five")
    write(store, "predictions", predictions(P_SMALL), "stranger", examples=others)
    with pytest.raises(ResultError, match="have other texts or labels"):
        compare(store, "paraphrase", "base", "stranger")


def test_attributions_over_other_words_are_refused(store: ResultStore):
    facts = {"explainer": "occlusion", "settings": {}, "seed": 0}
    write(store, "attributions", attributions(BASE), "base", **facts)
    longer = {**SMALL, "b": [1, 2, 3, 4, 5]}
    write(store, "attributions", attributions(longer), "small", **facts)
    with pytest.raises(ResultError, match=r"1 of 4 examples .* \['b'\]"):
        compare(store, "paraphrase", "base", "small").overlap("occlusion")


def test_attributions_under_other_settings_are_not_compared(store: ResultStore):
    facts = {"explainer": "shapley", "seed": 0}
    write(store, "attributions", attributions(BASE), "base", settings={"budget": 1}, **facts)
    write(store, "attributions", attributions(BASE), "small", settings={"budget": 2}, **facts)
    pair = compare(store, "paraphrase", "base", "small")
    assert pair.explainers == ["lime"]
    with pytest.raises(UnknownName, match="Known: lime"):
        pair.overlap("shapley")


def test_unknown_names_are_refused_with_the_known_ones(store: ResultStore):
    with pytest.raises(UnknownName, match="Known: nli, paraphrase"):
        compare(store, "nlp", "base", "small")
    with pytest.raises(UnknownName, match='Did you mean "small"'):
        compare(store, "paraphrase", "base", "smal")
    with pytest.raises(ResultError, match="No stored examples of task"):
        compare(store, "nli", "base", "small")
    pair = compare(store, "paraphrase", "base", "small")
    with pytest.raises(UnknownName, match="reference, gold, own, different, paraphrase"):
        pair.overlap("lime", explained="neutral")
    with pytest.raises(UnknownName, match="Known: a, b, c, d"):
        pair.words("z", "lime")
    with pytest.raises(UnknownName, match="Known: width, mass"):
        pair.reliability(5, "height")


def test_a_damaged_ceiling_leaves_the_comparison_standing(store: ResultStore):
    (entry,) = store.find(kind="attributions", seed=1)
    raw = bytearray(entry.path.read_bytes())
    raw[len(raw) // 4] ^= 0xFF
    entry.path.write_bytes(raw)
    overlap = compare(store, "paraphrase", "base", "small").overlap("lime", k=2)
    assert overlap["ceiling_resampling"] is None
    assert overlap["jaccard"] == pytest.approx(2 / 3)
    assert len(store.problems()) == 1


def test_examples_without_labels_have_no_accuracy_but_explanations(tmp_path: Path):
    plain = EXAMPLES[["id", "sentence1", "sentence2"]]
    store = ResultStore(tmp_path)
    facts = {"split": "test", "data_fingerprint": examples_fingerprint(plain, TASK)}
    store.write(Manifest("examples", TASK.id, **facts), plain)
    for model, p, values in (("base", P_BASE, BASE), ("small", P_SMALL, SMALL)):
        write(store, "predictions", predictions(p), model, examples=plain)
        write(
            store,
            "attributions",
            attributions(values),
            model,
            examples=plain,
            explainer="lime",
            seed=0,
        )
    pair = compare(store, "paraphrase", "base", "small")
    assert pair.overlap("lime", k=2)["jaccard"] == pytest.approx(2 / 3)
    assert pair.reasons("lime") == {}
    with pytest.raises(DataError, match="no gold label"):
        pair.performance()
    with pytest.raises(DataError, match="no gold label"):
        pair.overlap("lime", explained="gold")


# --- the miniature -------------------------------------------------------------------------


def test_a_faithful_copy_overlaps_more_than_chance_and_less_than_its_ceiling(miniature_store):
    overlap = compare(ResultStore(miniature_store), "nli", "base", "distil").overlap("lime")
    assert overlap["chance"] < overlap["jaccard"] < overlap["ceiling_resampling"]


def test_a_summary_from_a_cold_start_imports_no_heavy_library(miniature_store):
    """Nothing of scipy, scikit-learn or statsmodels either: their imports alone take longer."""
    code = (
        "import sys\n"
        "from trusteq_core.evaluation import compare\n"
        "from trusteq_core.store import ResultStore\n"
        f"compare(ResultStore({str(miniature_store)!r}), 'nli', 'base', 'distil').summary()\n"
        "heavy = {'torch', 'transformers', 'scipy', 'sklearn', 'statsmodels', 'shap', 'lime'}\n"
        "print(*sorted(heavy & set(sys.modules)))\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == []

"""`trusteq_core.compare`: models in every form, and what the result shows of itself."""

from __future__ import annotations

import gc
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from counting import CountingClassifier
from miniature import miniature_examples

import trusteq_core
from trusteq_core import compare
from trusteq_core.equivalence import Margins
from trusteq_core.errors import DataError, UnknownName
from trusteq_core.store import parquet_bytes
from trusteq_core.tasks import get_task, segments_of
from trusteq_core.tasks.readers import DataMapping, read_examples

TASK = get_task("paraphrase")
EXAMPLES = miniature_examples(TASK, 60)
WEIGHTS = {"never": -2.0, "dog": 1.0, "sleeps": 0.5, "a": 0.3}
ASKED = {"explainers": ["lime", "occlusion"], "examples": 8}


@pytest.fixture(autouse=True)
def _nothing_ships(tmp_path: Path, monkeypatch):
    monkeypatch.setenv("TRUSTEQ_PRECOMPUTED", str(tmp_path / "nothing"))


def large() -> CountingClassifier:
    return CountingClassifier(TASK, WEIGHTS, "large")


def small() -> CountingClassifier:
    return CountingClassifier(TASK, {**WEIGHTS, "dog": -1.0}, "small")


def probabilities(model: CountingClassifier) -> np.ndarray:
    return model.predict(segments_of(EXAMPLES, TASK))


@pytest.fixture(scope="module")
def pair():
    """Large against small, both explained; nothing that ships is read."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("TRUSTEQ_PRECOMPUTED", "nothing-that-exists")
        return compare(large(), small(), EXAMPLES, **ASKED)


def test_two_classifiers_are_predicted_explained_and_joined(pair):
    gold = EXAMPLES["label"].map(TASK.label_index).to_numpy()
    expected = (probabilities(small()).argmax(axis=1) == gold).mean()
    assert pair.performance()["accuracy_compressed"] == pytest.approx(expected)
    assert pair.explainers == ["lime", "occlusion"]
    assert len(pair.example_table("lime")) == 8
    # Without another training seed the verdict needs the original under another sample.
    assert pair.overlap("lime")["ceiling_resampling"] is not None
    assert {f.criterion.id for f in pair.verdict().findings} >= {"accuracy", "overlap:lime"}


def test_the_same_model_twice_has_the_same_reasons():
    pair = compare(large(), large(), EXAMPLES, names=("one", "other"), **ASKED)
    assert pair.overlap("lime")["jaccard"] == 1
    assert pair.performance()["agreement"] == 1


def test_the_result_shows_itself(pair):
    tables = pair.tables(k=3)
    assert set(tables["criteria"]["criterion"]) >= {"accuracy", "brier", "overlap:occlusion"}
    assert set(pair.figures()) == {"criteria", "reliability", "overlap", "disagreement"}
    assert all(figure.data for figure in pair.figures().values())
    page = pair.to_html(n_examples=1, margins=Margins(accuracy=0.5))
    assert page.startswith("<!DOCTYPE html>")
    assert "large" in page
    assert pair.verdict().sentence.split(" is ")[0] in pair._repr_html_()
    assert "<script" not in pair._repr_html_()


def test_attributions_are_had_as_an_explanation_of_shap(pair):
    explanation = pair.shap("occlusion")
    words = pair.words(pair.example_table("occlusion")["id"].iloc[0], "occlusion")
    assert explanation[0].data.tolist() == words["word"].tolist()
    assert explanation.output_names == list(TASK.labels)
    one_class = words["value_compressed"].to_numpy()
    assert min(np.abs(explanation[0].values - one_class[:, None]).max(axis=0)) < 1e-12
    with pytest.raises(UnknownName, match="original, compressed"):
        pair.shap("occlusion", "larger")


@pytest.mark.parametrize("kind", ["array", "frame", "shuffled", "csv", "parquet"])
def test_a_table_of_probabilities_stands_for_a_model(tmp_path: Path, kind: str):
    p = probabilities(small())
    frame = pd.DataFrame(p, columns=list(TASK.labels)).assign(id=EXAMPLES["id"])
    labelled = frame.assign(label=EXAMPLES["label"])
    path = tmp_path / f"small.{kind}"
    if kind == "csv":
        labelled.to_csv(path, index=False)
    elif kind == "parquet":
        path.write_bytes(parquet_bytes(labelled))
    given = {
        "array": p,
        "frame": frame.drop(columns="id"),
        "shuffled": labelled.rename(columns={n: f"p_{n}" for n in TASK.labels})[::-1],
        "csv": path,
        "parquet": str(path),
    }[kind]
    pair = compare(large(), given, EXAMPLES)
    assert pair.explainers == []
    np.testing.assert_allclose(pair.compressed.probabilities, p, atol=1e-12)
    assert set(pair.figures()) == {"criteria", "reliability"}
    assert "explain" in pair.to_html()


def test_a_function_stands_for_a_model_and_is_asked_anew_each_time(tmp_path: Path):
    calls = []

    def judged(pairs: list[tuple[str, str]]) -> np.ndarray:
        calls.append(len(pairs))
        return small().predict(pairs)

    asked = {"explainers": ["occlusion"], "examples": 4, "store": tmp_path / "own"}
    pair = compare(large(), judged, EXAMPLES, **asked)
    np.testing.assert_allclose(pair.compressed.probabilities, probabilities(small()))
    assert (pair.compressed.name, pair.explainers) == ("judged", ["occlusion"])
    first = sum(calls)
    compare(large(), judged, EXAMPLES, **asked)
    assert sum(calls) == 2 * first


def test_two_tables_need_no_model_at_all():
    tables = probabilities(large()), probabilities(small())
    pair = compare(*tables, EXAMPLES, task="paraphrase")
    assert (pair.original.name, pair.compressed.name) == ("original", "compressed")
    assert pair.explainers == []


def test_examples_are_read_as_from_the_command_line(tmp_path: Path):
    path = tmp_path / "pairs.csv"
    EXAMPLES.rename(columns={"sentence1": "left"}).to_csv(path, index=False)
    mapping = DataMapping.parse(["sentence1=left"])
    pair = compare(large(), small(), read_examples(path, TASK, mapping=mapping), explainers=())
    assert len(pair.examples) == 60
    assert pair.report().split == "pairs"


def test_a_store_keeps_what_was_computed(tmp_path: Path):
    compare(large(), small(), EXAMPLES, store=tmp_path / "own", **ASKED)
    again = large(), small()
    pair = compare(*again, EXAMPLES, store=tmp_path / "own", **ASKED)
    assert [model.asked for model in again] == [0, 0]
    # What is stored beyond what is asked for is not in the comparison.
    fewer = compare(*again, EXAMPLES, store=tmp_path / "own", explainers=["lime"], examples=8)
    assert (pair.explainers, fewer.explainers) == (["lime", "occlusion"], ["lime"])


def test_without_a_store_nothing_is_left_behind():
    pair = compare(large(), small(), EXAMPLES, explainers=())
    folder = pair.results.store.stores[0].root
    assert folder.is_dir()
    del pair
    gc.collect()
    assert not folder.exists()


@pytest.mark.parametrize(
    ("change", "error", "message"),
    [
        ({"compressed": CountingClassifier(TASK, {}, "large")}, DataError, "names="),
        ({"compressed": np.ones((60, 3)) / 3}, DataError, "not of 60 examples and 2 labels"),
        ({"compressed": np.ones((59, 2)) / 2}, DataError, "some may have been left out"),
        ({"compressed": np.ones((60, 2))}, DataError, "sum"),
        ({"compressed": np.ones((60, 2)) / 2, "explainers": ["lime"]}, DataError, "explainers=()"),
        ({"compressed": pd.DataFrame({"yes": [1.0], "no": [0.0]})}, DataError, "has the classes"),
        (
            {"compressed": pd.DataFrame({"id": ["x"], "different": [1.0], "paraphrase": [0.0]})},
            DataError,
            "not among the examples",
        ),
        ({"compressed": CountingClassifier(get_task("nli"), {})}, DataError, "not those of task"),
        ({"compressed": 7}, DataError, "A int cannot be compared"),
        ({"compressed": "bse"}, UnknownName, "No paraphrase model"),
        ({"explainers": ["lme"]}, UnknownName, "Did you mean"),
        ({"task": "nil"}, UnknownName, "Did you mean"),
        ({"original": "base", "compressed": "tiny"}, DataError, "Say which task"),
    ],
)
def test_what_cannot_be_compared_is_refused_by_name(change: dict, error, message: str):
    asked = {"original": large(), "compressed": small(), "data": EXAMPLES, "explainers": ()}
    with pytest.raises(error, match=message.replace("(", r"\(").replace(")", r"\)")):
        compare(**{**asked, **change})


def test_the_package_names_what_it_offers_and_imports_it_when_asked():
    assert all(hasattr(trusteq_core, name) for name in trusteq_core.__all__)
    with pytest.raises(AttributeError, match="no attribute 'comparison'"):
        _ = trusteq_core.comparison
    code = (
        "import sys, trusteq_core; print(sorted({'pandas', 'numpy', 'torch'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"

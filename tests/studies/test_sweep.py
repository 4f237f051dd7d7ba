"""A sweep over compressions: made, evaluated, ranked, and resumed."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner
from miniature import miniature_examples
from tiny_models import save_tiny

from trusteq_core.cli import main
from trusteq_core.equivalence import Verdict
from trusteq_core.errors import DataError, UnknownName
from trusteq_core.evaluation.ranking import frontier, trust_ranking
from trusteq_core.store import ResultStore
from trusteq_core.studies.sweep import parse_variants
from trusteq_core.tasks import get_task

TASK = get_task("paraphrase")


@pytest.fixture
def arguments(tmp_path: Path) -> list[str]:
    """A sweep of a tiny model over a file of 40 examples."""
    miniature_examples(TASK, 40).to_csv(tmp_path / "pairs.csv", index=False)
    large = save_tiny(tmp_path / "large", TASK.labels, num_hidden_layers=2)
    options = {
        "--task": "paraphrase",
        "--test": tmp_path / "pairs.csv",
        "--out": tmp_path / "models",
        "--store": tmp_path / "store",
        "--explainers": "occlusion",
        "--examples": 31,
    }
    return ["sweep", str(large), *(str(part) for pair in options.items() for part in pair)]


def run(*arguments: str):
    return CliRunner().invoke(main, list(arguments))


def test_a_sweep_makes_evaluates_and_ranks_every_way(arguments: list[str], tmp_path: Path):
    done = run(*arguments, "--methods", "int8,prune:0.9,lowrank:2,drop-layers", "--json")
    assert done.exit_code == 0, done.output
    ranking = json.loads(done.stdout)["ranking"]
    assert {row["model"] for row in ranking} == {
        "large-int8",
        "large-prune-0.9",
        "large-lowrank-2",
        "large-drop-layers",
    }
    assert [path.name for path in (tmp_path / "models").glob(".*")] == []
    by_name = {row["model"]: row for row in ranking}
    assert by_name["large-int8"]["size_ratio"] < by_name["large-prune-0.9"]["size_ratio"]
    assert by_name["large-prune-0.9"]["size_ratio"] == pytest.approx(1, abs=0.05)
    ranks = [("equivalent", "inconclusive", "different").index(row["answer"]) for row in ranking]
    assert ranks == sorted(ranks)
    assert any(row["frontier"] for row in ranking)
    assert all(row["latency_ratio"] > 0 for row in ranking)


def test_a_second_sweep_computes_nothing(arguments: list[str], tmp_path: Path, monkeypatch):
    methods = ["--methods", "int8,prune:0.5"]
    first = run(*arguments, *methods, "--json")
    stamps = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*.safetensors")}
    monkeypatch.setattr(
        "trusteq_core.models.token_classifier.TokenClassifier.predict",
        lambda *_: pytest.fail("a model was asked again"),
    )
    again = run(*arguments, *methods, "--json")
    assert json.loads(again.stdout) == json.loads(first.stdout)
    assert stamps == {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*.safetensors")}


def test_a_sweep_trains_where_it_can_and_distils(arguments: list[str], tmp_path: Path):
    data = ["--data", str(tmp_path / "pairs.csv"), "--batch-size", "20"]
    done = run(*arguments, *data, "--methods", "distil:1,int8,prune")
    assert done.exit_code == 0, done.output
    assert "most trustworthy first" in done.stdout
    cards = {
        path.parent.name: json.loads(path.read_text())
        for path in (tmp_path / "models").glob("*/card.json")
    }
    assert cards["large-distil-1"]["kind"] == "distilled"
    assert cards["large-prune"]["made_with"]["examples"] == 40
    assert "examples" not in cards["large-int8"]["made_with"]


def test_the_same_model_ranks_before_a_worse_one(miniature_store: Path):
    """Against base, base itself uses up no margin."""
    store = ResultStore(miniature_store, writable=False)
    ranking = trust_ranking(store, "nli", "base", ["tiny", "base"])
    assert list(ranking["model"]) == ["base", "tiny"]
    assert ranking["worst_share"].iloc[0] <= ranking["worst_share"].iloc[1]
    assert ranking["accuracy_difference"].iloc[0] == 0


def test_no_row_of_the_frontier_is_dominated():
    costs = np.random.default_rng(0).integers(0, 4, (60, 3)).astype(float)
    kept = frontier(costs)
    for row, on in zip(costs, kept, strict=True):
        dominated = ((costs <= row).all(axis=1) & (costs < row).any(axis=1)).any()
        assert on == (not dominated)


def test_an_unknown_cost_counts_as_the_highest():
    assert frontier(np.array([[1.0, np.nan], [1.0, 5.0]])).tolist() == [False, True]


@pytest.mark.parametrize(
    ("texts", "error", "said"),
    [
        (["int8", "int8"], DataError, "named twice"),
        ([], DataError, "at least one"),
        (["distil:2"], DataError, "give examples"),
        (["int4"], UnknownName, "Known: int8"),
    ],
)
def test_ways_to_compress_that_make_no_sense_are_refused(texts, error, said: str):
    with pytest.raises(error, match=said):
        parse_variants(texts, trained=False)


def test_the_ranking_is_a_frame_with_a_row_a_model(miniature_store: Path):
    store = ResultStore(miniature_store, writable=False)
    ranking = trust_ranking(store, "nli", "base", ["distil", "tiny"])
    assert isinstance(ranking, pd.DataFrame)
    assert {"accuracy", "gap", "brier", "profile", "overlap:lime"} <= set(ranking.columns)


def test_a_model_found_among_several_is_judged_more_strictly(miniature_store: Path, monkeypatch):
    """Two models whose verdicts each have p = .03: alone both are shown, together neither."""
    monkeypatch.setattr(Verdict, "p_value", property(lambda _: 0.03))
    monkeypatch.setattr(Verdict, "answer", property(lambda _: "equivalent"))
    store = ResultStore(miniature_store, writable=False)
    both = trust_ranking(store, "nli", "base", ["distil", "tiny"])
    assert both["answer"].tolist() == ["equivalent", "equivalent"]
    assert both["among_all"].tolist() == ["inconclusive", "inconclusive"]
    assert trust_ranking(store, "nli", "base", ["tiny"])["among_all"].tolist() == ["equivalent"]

"""``trusteq evaluate`` and ``trusteq precompute``, with a counting classifier for the model."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner
from counting import CountingClassifier
from miniature import miniature_examples

from trusteq_core.cli import main
from trusteq_core.evaluation import compare
from trusteq_core.store import ResultStore
from trusteq_core.tasks import get_task

TASK = get_task("paraphrase")


@pytest.fixture
def pairs(tmp_path: Path) -> Path:
    path = tmp_path / "my pairs.csv"
    miniature_examples(TASK, 30).to_csv(path, index=False)
    return path


@pytest.fixture(autouse=True)
def counting(monkeypatch):
    """Every model is a counting classifier; `asked` tells what it was asked."""
    models = []

    def load(task, model, **_where):
        models.append(CountingClassifier(task, {"never": -2.0, "dog": 1.0}, str(model)))
        return models[-1]

    monkeypatch.setattr("trusteq_core.models.load_model", load)
    monkeypatch.setattr("trusteq_core.cli.evaluate.own_path", lambda *_where: None)
    return models


def run(*arguments: object):
    return CliRunner().invoke(main, ["evaluate", "--task", "paraphrase", *map(str, arguments)])


def test_evaluate_stores_what_it_made_and_prints_the_scores(pairs: Path, tmp_path: Path, counting):
    options = ["--data", pairs, "--explainers", "occlusion", "--store", tmp_path / "own", "--json"]
    done = run("--model", "base", *options)
    assert done.exit_code == 0, done.output
    document = json.loads(done.stdout)
    assert document["n"] == 30
    assert document["split"] == "my-pairs"
    assert document["stored"] is True
    assert 0 < document["accuracy"] < 1
    assert [result["kind"] for result in document["results"]] == ["predictions", "attributions"]
    run("--model", "other", *options)
    own = ResultStore(tmp_path / "own")
    pair = compare(own, "paraphrase", "base", "other", split="my-pairs")
    assert pair.performance()["accuracy_original"] == pytest.approx(document["accuracy"])
    run("--model", "base", *options)
    assert counting[-1].asked == 0


def test_limit_takes_fewer_examples_of_every_phenomenon(pairs: Path, tmp_path: Path):
    options = ["--explainers", "none", "--limit", 8, "--store", tmp_path / "own", "--json"]
    document = json.loads(run("--model", "base", "--data", pairs, *options).stdout)
    assert document["n"] == 8
    (entry,) = ResultStore(tmp_path / "own").find(kind="examples")
    assert ResultStore(tmp_path / "own").read(entry)["phenomenon"].nunique() == 4


def test_without_a_place_to_write_results_are_shown_not_stored(pairs: Path, tmp_path: Path):
    (tmp_path / "own").mkdir()
    place = tmp_path / "own" / "results"
    place.write_text("a file in its place")
    options = ["--data", pairs, "--explainers", "none", "--json"]
    done = CliRunner(env={"TRUSTEQ_STORE": str(place)}).invoke(
        main, ["evaluate", "--task", "paraphrase", "--model", "base", *map(str, options)]
    )
    assert done.exit_code == 0, done.output
    assert json.loads(done.stdout)["stored"] is False
    assert "was not stored" in done.stderr
    assert "Results are shown, and lost afterwards." in done.stderr


def test_seeds_and_mask_policy_reach_the_results(pairs: Path, tmp_path: Path):
    options = ["--explainers", "lime", "--examples", 1, "--seed", 0, "--seed", 3]
    store = ["--mask", "mask_token", "--store", tmp_path / "own"]
    done = run("--model", "base", "--data", pairs, *options, *store)
    assert done.exit_code == 0, done.output
    made = ResultStore(tmp_path / "own").find(kind="attributions")
    assert {entry.manifest.seed for entry in made} == {0, 3}
    assert {entry.manifest.settings["mask"] for entry in made} == {"mask_token"}


def test_without_a_file_the_examples_of_the_stored_results_are_used(
    miniature_store: Path, tmp_path: Path, monkeypatch
):
    monkeypatch.setenv("TRUSTEQ_PRECOMPUTED", str(tmp_path / "nothing"))
    own = shutil.copytree(miniature_store, tmp_path / "own")
    done = run("--model", "new", "--explainers", "none", "--store", own, "--json")
    assert done.exit_code == 0, done.output
    assert json.loads(done.stdout)["n"] == 160
    assert compare(ResultStore(own), "paraphrase", "base", "new").performance()


def test_a_wrong_mask_policy_is_refused_before_a_model_is_loaded(pairs: Path, counting):
    done = run("--model", "base", "--data", pairs, "--mask", "blank")
    assert done.exit_code == 2
    assert "Known: remove, mask_token" in done.stderr
    assert counting == []


def test_people_get_tables_and_the_next_step(pairs: Path, tmp_path: Path):
    done = run(
        "--model", "base", "--data", pairs, "--explainers", "none", "--store", tmp_path / "own"
    )
    assert "base on 30 examples of my-pairs" in done.stdout
    assert f"Stored in {tmp_path / 'own'}" in done.stdout


def test_a_wrong_explainer_is_refused_before_a_model_is_loaded(pairs: Path, counting):
    done = run("--model", "base", "--data", pairs, "--explainers", "lime,shap")
    assert done.exit_code == 2
    assert "Known: lime, shap-partition, shapley, occlusion" in done.stderr
    assert counting == []


def test_a_published_file_is_read_as_it_is_and_what_was_left_out_is_said(tmp_path: Path):
    path = tmp_path / "quora.tsv"
    path.write_text('1\t"Is ""it""?"\tIt is?\t1\n0\tA dog\tNever\t2\n0\t\tNever\t3\n')
    options = ["--format", "qqp", "--explainers", "none", "--store", tmp_path / "own", "--json"]
    done = run("--model", "base", "--data", path, *options)
    assert done.exit_code == 0, done.output
    document = json.loads(done.stdout)
    assert document["n"] == 2
    assert document["data"] == {
        "source": "quora.tsv",
        "format": "qqp",
        "rows": 3,
        "used": 2,
        "left_out": {"sentence1": 1},
        "replaced": 0,
    }
    assert "1 of 3 rows were left out: 1 without sentence1." in done.stderr


def test_columns_and_labels_are_mapped_by_options_and_by_a_file(tmp_path: Path):
    (tmp_path / "map.toml").write_text('[columns]\nsentence1 = "left"\n[labels]\nno = "different"')
    path = tmp_path / "log.csv"
    path.write_text("left,right,same\nA dog.,An animal.,yes\nA dog.,Never.,no\n")
    mapped = ["--mapping", tmp_path / "map.toml", "--column", "sentence2=right"]
    mapped += ["--column", "label=same", "--label", "yes=paraphrase"]
    options = ["--explainers", "none", "--store", tmp_path / "own", "--json"]
    done = run("--model", "base", "--data", path, *mapped, *options)
    assert done.exit_code == 0, done.output
    assert json.loads(done.stdout)["n"] == 2


def test_a_mistyped_column_is_an_error_before_a_model_is_loaded(pairs: Path, counting):
    done = run("--model", "base", "--data", pairs, "--column", "label=lable")
    assert done.exit_code == 2
    assert 'Did you mean "label"?' in done.stderr
    assert counting == []


def test_a_setting_of_an_explainer_is_used_and_recorded(pairs: Path, tmp_path: Path):
    options = ["--data", pairs, "--explainers", "shapley", "--examples", 3, "--store", tmp_path]
    done = run("--model", "base", *options, "--setting", "shapley.budget=16")
    assert done.exit_code == 0, done.output
    (entry,) = ResultStore(tmp_path).find(kind="attributions", task="paraphrase")
    assert entry.manifest.settings["budget"] == 16
    for wrong in ("shapley.bugdet=16", "shapley.budget=1", "shapley.budget", "shaply.budget=16"):
        refused = run("--model", "base", *options, "--setting", wrong)
        assert refused.exit_code == 2
        assert "Error" in refused.stderr

"""``trusteq models``: the catalogue joined with what is stored."""

from __future__ import annotations

import json
from pathlib import Path

from click.testing import CliRunner

from trusteq_core.cli import main
from trusteq_core.evaluation import compare
from trusteq_core.store import ResultStore


def write_card(models_dir: Path, name: str) -> None:
    folder = models_dir / "nli" / name
    folder.mkdir(parents=True)
    card = {"name": name, "title": "A title", "kind": "trained", "role": "compressed", "order": 3}
    (folder / "card.json").write_text(json.dumps(card))


def test_models_come_from_the_catalogue_and_from_the_store(miniature_store: Path, tmp_path: Path):
    write_card(tmp_path, "tiny")
    write_card(tmp_path, "unmeasured")
    options = ["--task", "nli", "--store", str(miniature_store), "--models-dir", str(tmp_path)]
    done = CliRunner().invoke(main, ["models", *options, "--json"])
    assert done.exit_code == 0
    found = {row["model"]: row for row in json.loads(done.stdout)}
    assert (found["tiny"]["loadable"], found["tiny"]["stored"]) == (True, True)
    assert (found["unmeasured"]["loadable"], found["unmeasured"]["stored"]) == (True, False)
    assert (found["distil"]["loadable"], found["distil"]["stored"]) == (False, True)
    accuracy = compare(ResultStore(miniature_store), "nli", "base", "tiny").performance()
    assert found["tiny"]["accuracy"] == accuracy["accuracy_compressed"]
    assert found["tiny"]["task"] == "nli"


def test_without_a_task_every_task_is_listed(miniature_store: Path, tmp_path: Path):
    options = ["--store", str(miniature_store), "--models-dir", str(tmp_path)]
    done = CliRunner().invoke(main, ["models", *options])
    assert done.exit_code == 0
    assert "Models of task nli" in done.stdout
    assert "Models of task paraphrase" in done.stdout


def test_models_without_any_result_are_still_listed(tmp_path: Path, monkeypatch):
    monkeypatch.setattr(
        "trusteq_core.store.default_store", lambda _: ResultStore(tmp_path / "nothing")
    )
    write_card(tmp_path, "tiny")
    done = CliRunner().invoke(main, ["models", "--task", "nli", "--models-dir", str(tmp_path)])
    assert done.exit_code == 0
    assert "tiny" in done.stdout


def test_no_models_is_said(tmp_path: Path, monkeypatch):
    monkeypatch.setattr("trusteq_core.store.default_store", lambda _: ResultStore(tmp_path))
    done = CliRunner().invoke(main, ["models", "--task", "nli", "--models-dir", str(tmp_path)])
    assert "No models of task nli" in done.stdout


def test_an_unknown_task_lists_the_valid_ones():
    done = CliRunner().invoke(main, ["models", "--task", "nil"])
    assert done.exit_code == 2
    assert 'No task "nil". Did you mean "nli"? Known: nli, paraphrase.' in done.stderr

"""``trusteq evaluate`` on models of one's own: outputs without names, number formats, functions."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from tiny_models import edit_json, save_tiny

from trusteq_core.cli import main
from trusteq_core.corpus import generate
from trusteq_core.evaluation import TaskResults
from trusteq_core.store import ResultStore


@pytest.fixture
def data(tmp_path: Path) -> Path:
    path = tmp_path / "pairs.csv"
    frame = generate("nli", "validation", limit=60)
    frame[["id", "premise", "hypothesis", "label"]].to_csv(path, index=False)
    return path


def evaluate(folder: Path, model: str | Path, data: Path, *options: str) -> Result:
    return CliRunner().invoke(
        main,
        [
            "evaluate",
            "--task=nli",
            f"--model={model}",
            f"--data={data}",
            "--explainers=none",
            f"--store={folder / 'store'}",
            *options,
        ],
    )


def test_outputs_without_names_are_refused_and_a_given_order_is_shown(tmp_path: Path, data: Path):
    model = save_tiny(tmp_path / "anonymous")
    edit_json(model / "config.json", id2label={n: f"LABEL_{n}" for n in range(3)})
    done = evaluate(tmp_path, model, data)
    assert done.exit_code == 2
    assert "does not name its outputs" in done.output
    assert "--label-order" in done.output
    order = "contradiction,neutral,entailment"
    done = evaluate(tmp_path, model, data, f"--label-order={order}")
    assert done.exit_code == 0
    assert "label order: contradiction, neutral, entailment" in done.output
    done = evaluate(tmp_path, model, data, f"--label-order={order}", "--json")
    assert json.loads(done.stdout)["notes"] == {"label_order": order.replace(",", ", ")}


def test_what_another_number_format_changes_is_shown(tmp_path: Path, data: Path):
    done = evaluate(tmp_path, save_tiny(tmp_path / "tiny"), data, "--dtype=bfloat16")
    assert done.exit_code == 0
    assert "dtype: bfloat16" in done.output
    assert "dtype largest change: 0.0" in done.output


def test_a_function_is_evaluated_where_its_file_may_be_run(tmp_path: Path, data: Path):
    path = tmp_path / "mine.py"
    path.write_text(
        'LABELS = ("entailment", "neutral", "contradiction")\nVERSION = "1"\n'
        "def rule(pairs):\n"
        "    return [[0.1, 0.1, 0.8] if ' not ' in second else [0.5, 0.4, 0.1]\n"
        "            for _, second in pairs]\n"
    )
    assert evaluate(tmp_path, f"{path}:rule", data).exit_code == 2
    done = evaluate(tmp_path, f"{path}:rule", data, "--run-code", "--json")
    assert done.exit_code == 0
    assert json.loads(done.stdout)["model"] == "rule"


def test_size_and_latency_of_an_own_model_are_stored_once(tmp_path: Path, data: Path):
    model = save_tiny(tmp_path / "tiny-one")
    for _ in range(2):
        assert evaluate(tmp_path, model, data).exit_code == 0
    (entry,) = ResultStore(tmp_path / "store").find(kind="profile", model="tiny-one")
    profile = ResultStore(tmp_path / "store").read(entry).iloc[0]
    assert profile["bytes"] == (model / "model.safetensors").stat().st_size
    assert profile["parameters"] > 0
    assert profile["latency_ms"] > 0


def test_two_folders_of_one_name_are_told_apart(tmp_path: Path, data: Path):
    first = save_tiny(tmp_path / "a" / "final", seed=1)
    second = save_tiny(tmp_path / "b" / "final", seed=2)
    assert "another model" not in evaluate(tmp_path, first, data).stderr
    assert 'another model named "final"' in evaluate(tmp_path, second, data).stderr
    done = evaluate(tmp_path, second, data, "--name=final-b", "--json")
    assert json.loads(done.stdout)["model"] == "final-b"
    assert "another model" not in done.stderr
    results = TaskResults.open(
        ResultStore(tmp_path / "store"), "nli", ("final", "final-b"), split="pairs"
    )
    assert results.model("final").fingerprint == results.model("final-b").fingerprint


def test_a_name_of_the_catalogue_or_of_no_result_is_refused(tmp_path: Path, data: Path):
    done = evaluate(tmp_path, save_tiny(tmp_path / "base"), data)
    assert done.exit_code == 2
    assert "--name" in done.output
    assert evaluate(tmp_path, tmp_path / "base", data, "--name=../x").exit_code == 2
    assert evaluate(tmp_path, tmp_path / "base", data, "--name=mine").exit_code == 0

"""``trusteq compress`` and ``trusteq distil``."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from miniature import miniature_examples
from tiny_models import edit_json, save_tiny

from trusteq_core.cli import main
from trusteq_core.models import load_model
from trusteq_core.tasks import get_task

TASK = get_task("paraphrase")


@pytest.fixture
def pairs(tmp_path: Path) -> Path:
    miniature_examples(TASK, 24).to_csv(tmp_path / "pairs.csv", index=False)
    return tmp_path / "pairs.csv"


@pytest.fixture
def model(tmp_path: Path) -> Path:
    return save_tiny(tmp_path / "large", TASK.labels)


def run(command: str, model: Path, *arguments: object):
    return CliRunner().invoke(main, [command, *map(str, (model, *arguments))])


def test_compress_makes_a_folder_that_loads(model: Path, tmp_path: Path):
    out = tmp_path / "small"
    options = ["--task", "paraphrase", "--method", "lowrank", "--amount", 4, "--out", out]
    done = run("compress", model, *options, "--json")
    assert done.exit_code == 0, done.output
    card = json.loads(done.stdout)
    assert (card["kind"], card["parent"]) == ("factorised", "large")
    assert card["title"] == "large, rank 4"
    assert load_model(TASK, out).predict([("A dog.", "A cat.")]).shape == (1, 2)


def test_compress_trains_a_little_when_given_examples(model: Path, pairs: Path, tmp_path: Path):
    options = ["--task", "paraphrase", "--method", "prune", "--out", tmp_path / "small"]
    done = run("compress", model, *options, "--data", pairs, "--validation", pairs)
    assert done.exit_code == 0, done.output
    card = json.loads((tmp_path / "small" / "card.json").read_text())
    assert card["made_with"]["examples"] == 24
    assert 0 <= card["validation_accuracy"] <= 1


def test_distil_makes_a_shallower_student(model: Path, pairs: Path, tmp_path: Path):
    options = ["--task", "paraphrase", "--layers", 1, "--data", pairs, "--epochs", 1]
    done = run("distil", model, *options, "--out", tmp_path / "student", "--json")
    assert done.exit_code == 0, done.output
    assert json.loads(done.stdout)["layers"] == 1


def test_an_unknown_method_is_named_and_an_existing_folder_kept(model: Path):
    done = run("compress", model, "--task", "paraphrase", "--method", "int4", "--out", model)
    assert done.exit_code == 2
    assert "int8" in done.stderr
    done = run("compress", model, "--task", "paraphrase", "--method", "int8", "--out", model)
    assert done.exit_code == 2
    assert "choose another folder" in done.stderr
    assert load_model(TASK, model)


@pytest.mark.parametrize("method", ["prune", "int8", "onnx"])
def test_outputs_without_names_get_them_where_the_order_is_given(
    method: str, model: Path, tmp_path: Path
):
    edit_json(model / "config.json", id2label={0: "LABEL_0", 1: "LABEL_1"})
    options = ["--task", "paraphrase", "--method", method, "--out", tmp_path / "small"]
    refused = run("compress", model, *options)
    assert refused.exit_code == 2
    assert "--label-order" in refused.output
    order = tuple(reversed(TASK.labels))
    done = run("compress", model, *options, "--label-order", ",".join(order))
    assert done.exit_code == 0, done.output
    assert load_model(TASK, tmp_path / "small").output_labels == order

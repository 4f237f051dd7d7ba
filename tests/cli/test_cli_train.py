"""``trusteq train``: from a pretrained folder and a file of examples to a classifier."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from miniature import miniature_examples
from tiny_models import save_tiny

from trusteq_core.cli import main
from trusteq_core.models import load_model
from trusteq_core.tasks import get_task

TASK = get_task("paraphrase")


@pytest.fixture
def pairs(tmp_path: Path) -> Path:
    miniature_examples(TASK, 30).to_csv(tmp_path / "pairs.csv", index=False)
    return tmp_path / "pairs.csv"


def run(*arguments: object):
    return CliRunner().invoke(main, ["train", *map(str, arguments)])


def test_train_writes_a_classifier_and_tells_its_card(pairs: Path, tmp_path: Path):
    base, out = save_tiny(tmp_path / "base"), tmp_path / "models" / "tuned"
    options = ["--task", "paraphrase", "--data", pairs, "--epochs", 1, "--out", out]
    done = run(base, *options, "--limit", 20, "--json")
    assert done.exit_code == 0, done.output
    card = json.loads(done.stdout)
    assert card["name"] == "tuned"
    assert card["path"] == str(out)
    assert load_model(TASK, out).predict([("A dog sleeps.", "A cat sleeps.")]).shape == (1, 2)
    assert "training base on 20 examples" in done.stderr
    table = run(base, *options, "--limit", 20)
    assert table.exit_code == 0
    assert str(card["parameters"]) in table.stdout.replace(",", "")


def test_a_folder_that_is_there_and_a_base_that_is_not_are_named(pairs: Path, tmp_path: Path):
    base, out = save_tiny(tmp_path / "base"), tmp_path / "taken"
    out.mkdir()
    done = run(base, "--task", "paraphrase", "--data", pairs, "--out", out)
    assert done.exit_code == 2
    assert "choose another folder" in done.stderr
    done = run(tmp_path / "none", "--task", "paraphrase", "--data", pairs, "--out", out)
    assert done.exit_code == 2
    assert "There is no folder" in done.stderr


def test_training_without_examples_is_a_usage_error(tmp_path: Path):
    base = save_tiny(tmp_path / "base")
    done = run(base, "--task", "paraphrase", "--out", tmp_path / "out")
    assert done.exit_code == 2
    assert "--data" in done.stderr

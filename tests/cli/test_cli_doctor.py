"""``trusteq doctor``: what it finds wrong, and that it then says no."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner
from safetensors.numpy import save_file

from trusteq_core.cli import checks, main
from trusteq_core.models.tuning import Trial
from trusteq_core.store import ResultStore


def diagnose(store: Path, models_dir: Path) -> tuple[int, dict[str, Any]]:
    options = ["--store", str(store), "--models-dir", str(models_dir), "--json"]
    done = CliRunner().invoke(main, ["doctor", *options])
    return done.exit_code, json.loads(done.stdout)


def write_model(models_dir: Path, name: str, **recipe: str) -> Path:
    folder = models_dir / "nli" / name
    folder.mkdir(parents=True)
    card = {"name": name, "title": name, "kind": "trained", "role": "original"}
    (folder / "card.json").write_text(json.dumps(card))
    if recipe:
        (folder / "recipe.json").write_text(json.dumps(recipe))
        return folder
    (folder / "config.json").write_text("{}")
    (folder / "tokenizer.json").write_text("{}")
    save_file({"weight": np.zeros(3, dtype=np.float32)}, folder / "model.safetensors")
    return folder


def details(report: dict[str, Any], state: str) -> list[str]:
    return [check["detail"] for check in report["checks"] if check["state"] == state]


@pytest.fixture
def store(miniature_store: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(miniature_store, tmp_path / "results"))


def test_a_sound_installation_is_healthy(store: Path, tmp_path: Path):
    write_model(tmp_path, "base")
    write_model(tmp_path, "int8", method="int8", parent="base")
    status, report = diagnose(store, tmp_path)
    assert details(report, "wrong") == []
    assert (status, report["healthy"]) == (0, True)
    assert any("base, int8" in detail for detail in details(report, "ok"))
    n = len(ResultStore(store).find())
    assert f"{n} readable result(s) in {store}" in details(report, "ok")


def test_the_table_says_the_same(store: Path, tmp_path: Path):
    options = ["--store", str(store), "--models-dir", str(tmp_path)]
    done = CliRunner().invoke(main, ["doctor", *options])
    assert done.exit_code == 0
    assert "python" in done.stdout
    assert str(store) in done.stdout


@pytest.mark.parametrize("spoil", ["truncated", "foreign"])
def test_a_file_of_no_use_is_listed_and_the_answer_is_no(store: Path, tmp_path: Path, spoil: str):
    victim = ResultStore(store).find(kind="attributions", task="nli", model="tiny")[0].path
    content = victim.read_bytes()
    victim.write_bytes(content[: len(content) // 2] if spoil == "truncated" else b"not a table")
    status, report = diagnose(store, tmp_path)
    assert (status, report["healthy"]) == (1, False)
    (problem,) = details(report, "wrong")
    assert victim.name in problem


def test_a_flipped_byte_inside_the_rows_is_found(store: Path, tmp_path: Path):
    victim = ResultStore(store).find(kind="predictions", task="nli", model="tiny")[0].path
    content = bytearray(victim.read_bytes())
    content[len(content) // 4] ^= 0xFF
    victim.write_bytes(content)
    status, report = diagnose(store, tmp_path)
    assert status == 1
    assert victim.name in details(report, "wrong")[0]


def test_a_model_folder_without_weights_is_named(store: Path, tmp_path: Path):
    (write_model(tmp_path, "base") / "model.safetensors").unlink()
    status, report = diagnose(store, tmp_path)
    assert status == 1
    assert any(check["what"] == "model nli/base" for check in report["checks"])


def test_truncated_weights_are_named(store: Path, tmp_path: Path):
    weights = write_model(tmp_path, "base") / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[:-4])
    status, report = diagnose(store, tmp_path)
    assert status == 1
    assert "is damaged" in details(report, "wrong")[0]


def test_a_recipe_without_its_parent_is_named(store: Path, tmp_path: Path):
    write_model(tmp_path, "int8", method="int8", parent="base")
    status, report = diagnose(store, tmp_path)
    assert status == 1
    assert any(check["what"] == "model nli/int8" for check in report["checks"])


def test_a_damaged_card_is_named(store: Path, tmp_path: Path):
    (write_model(tmp_path, "base") / "card.json").write_text("{")
    status, report = diagnose(store, tmp_path)
    assert status == 1
    assert "card.json" in details(report, "wrong")[0]


def test_an_old_python_is_wrong():
    assert checks.check_python((3, 10)).state == "wrong"
    assert checks.check_python((3, 11)).state == "ok"


def test_a_package_of_another_version_is_wrong_and_a_local_build_is_not(tmp_path: Path):
    file = tmp_path / "requirements.txt"
    file.write_text("click==0.0.1\nno-such-distribution==1.0\nnumpy==" + np.__version__ + "\n")
    found = list(checks.check_packages(file))
    assert [check.what for check in found if check.state == "wrong"] == [
        "package click",
        "package no-such-distribution",
    ]
    assert "pip install click==0.0.1" in found[0].detail
    assert found[-1].detail == "1 of 3 as pinned"


def test_this_environment_is_as_pinned():
    assert [check for check in checks.check_packages() if check.state == "wrong"] == []


def test_a_missing_browser_is_only_a_note(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(checks.shutil, "which", lambda _: None)
    assert checks.check_browser().state == "note"


def test_tune_recommends_the_fastest_way_that_changes_nothing(monkeypatch):
    trials = [
        Trial("torch", "float32", 1, 512, 100.0, 0.0),
        Trial("torch", "float32", 1, 1024, 150.0, 1e-7),
        Trial("torch", "bfloat16", 1, 1024, 900.0, 0.01),
    ]
    asked = []

    def tune(task, name, examples, **_options):
        asked.append((task.id, name, len(examples)))
        return trials

    monkeypatch.setattr("trusteq_core.models.tuning.tune", tune)
    done = CliRunner().invoke(main, ["doctor", "--tune", "base", "--task", "paraphrase", "--json"])
    assert done.exit_code == 0
    found = json.loads(done.stdout)
    assert found["recommended"] == found["trials"][1]
    assert asked == [("paraphrase", "base", 256)]
    table = CliRunner().invoke(main, ["doctor", "--tune", "base"]).stdout
    assert "Best of those" in table
    assert "1024 tokens a batch" in table
    assert table.index("bfloat16") < table.index("float32")  # the fastest first


def test_tuning_an_unknown_model_says_so():
    done = CliRunner().invoke(main, ["doctor", "--tune", "bert-bse"])
    assert done.exit_code == 2
    assert "bert-bse" in done.stderr

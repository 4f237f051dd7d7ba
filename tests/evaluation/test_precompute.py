"""``trusteq precompute``: the whole way from nothing to a comparison, on a miniature."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from click.testing import CliRunner

from trusteq_core.cli import main
from trusteq_core.evaluation import compare
from trusteq_core.evaluation.zoo import ZooRun, keep_only
from trusteq_core.store import Manifest, ResultStore


@pytest.mark.slow
def test_the_miniature_is_built_once_and_can_be_compared(tmp_path: Path):
    arguments = ["precompute", "--smoke", "--out", str(tmp_path), "--task", "paraphrase"]
    arguments += ["--models", "base,tiny", "--examples", "2"]
    done = CliRunner().invoke(main, arguments)
    assert done.exit_code == 0, done.output
    assert "paraphrase  predictions         4" in done.stdout
    assert "evaluating: " in done.stderr

    store = ResultStore(tmp_path / "results")
    explainers = ("lime", "shap-partition", "shapley", "occlusion")
    pair = compare(store, "paraphrase", "base", "tiny")
    assert tuple(pair.explainers) == explainers
    assert pair.original.profile["latency_ms"] > 0
    assert len(store.find(model="base", seed=1)) == 2  # lime and shapley draw by chance
    assert store.find(model="tiny", seed=1) == []

    before = {entry.path: entry.path.stat().st_mtime_ns for entry in store.find()}
    again = CliRunner().invoke(main, arguments)
    assert again.exit_code == 0, again.output
    after = {entry.path: entry.path.stat().st_mtime_ns for entry in store.find()}
    assert after == before


def test_an_unknown_task_is_refused_before_anything_is_built(tmp_path: Path):
    done = CliRunner().invoke(main, ["precompute", "--out", str(tmp_path), "--task", "nlp"])
    assert done.exit_code == 2
    assert "Known: nli, paraphrase" in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_results_of_former_models_and_examples_are_removed(tmp_path: Path):
    store = ResultStore(tmp_path)
    frame = pd.DataFrame({"id": ["a"]})

    def write(kind: str, data: str, **facts) -> str:
        return store.write(Manifest(kind, "nli", data_fingerprint=data, **facts), frame).address

    write("examples", "old")
    kept = {write("examples", "new")}
    write("predictions", "old", model="base")
    write("predictions", "new", model="former")
    made = write("predictions", "new", model="base")
    other = store.write(Manifest("predictions", "paraphrase", model="base"), frame).address
    removed = keep_only(ZooRun("nli", tmp_path, tmp_path), {made})
    assert removed == 3
    assert {entry.address for entry in store.find()} == kept | {made, other}

"""Comparisons as runs of MLflow: what is logged, and with the real library where it is there."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from miniature import miniature_examples

from trusteq_core import Comparison, compare
from trusteq_core.api.tracking import log_to_mlflow
from trusteq_core.errors import TrusteqError
from trusteq_core.tasks import get_task


class Recorder:
    """The few functions of `mlflow` that are called; keeps what they are given."""

    def __init__(self, active: object = None) -> None:
        self.active, self.logged, self.ended = active, {}, 0

    def active_run(self):
        return self.active

    def start_run(self, *, run_name: str):
        self.logged["name"] = run_name
        return SimpleNamespace(info=SimpleNamespace(run_id="new"))

    def end_run(self) -> None:
        self.ended += 1

    def set_tag(self, name: str, value: str) -> None:
        self.logged[name] = value

    def log_params(self, params: dict) -> None:
        self.logged["params"] = params

    def log_metrics(self, metrics: dict) -> None:
        self.logged["metrics"] = metrics

    def log_dict(self, content: dict, name: str) -> None:
        self.logged[name] = json.dumps(content)

    def log_text(self, text: str, name: str) -> None:
        self.logged[name] = text


@pytest.fixture(scope="module")
def pair() -> Comparison:
    rng = np.random.default_rng(0)
    tables = [np.column_stack([p, 1 - p]) for p in rng.uniform(0.05, 0.95, size=(2, 80))]
    examples = miniature_examples(get_task("paraphrase"), 80)
    return compare(*tables, examples, task="paraphrase", names=("large", "small"))


def test_what_was_measured_becomes_metrics_and_the_verdict_a_tag(pair, monkeypatch):
    recorder = Recorder()
    monkeypatch.setitem(sys.modules, "mlflow", recorder)
    assert log_to_mlflow(pair) == "new"
    logged, performance = recorder.logged, pair.performance()
    assert logged["name"] == "small against large"
    assert logged["trusteq.verdict"] == pair.verdict().answer
    assert logged["metrics"]["accuracy"] == performance["accuracy_compressed"]
    assert logged["metrics"]["agreement"] == performance["agreement"]
    assert {"ece", "criterion_brier"} <= set(logged["metrics"])
    assert all(np.isfinite(value) for value in logged["metrics"].values())
    assert logged["params"]["trusteq.margin.alpha"] == pair.verdict().margins.alpha
    assert logged["report.html"].startswith("<!DOCTYPE html>")
    assert recorder.ended == 1


def test_an_active_run_is_used_and_left_open(pair, monkeypatch):
    recorder = Recorder(SimpleNamespace(info=SimpleNamespace(run_id="theirs")))
    monkeypatch.setitem(sys.modules, "mlflow", recorder)
    assert log_to_mlflow(pair) == "theirs"
    assert recorder.ended == 0


def test_without_the_library_it_says_what_to_install(pair, monkeypatch):
    monkeypatch.setitem(sys.modules, "mlflow", None)
    with pytest.raises(TrusteqError, match="pip install"):
        log_to_mlflow(pair)


@pytest.mark.filterwarnings("ignore")  # the library's own
def test_the_library_itself_keeps_the_run(pair, tmp_path: Path, monkeypatch):
    """Not among what the tests install: it brings twenty packages with it."""
    mlflow = pytest.importorskip("mlflow")
    monkeypatch.setenv("MLFLOW_ALLOW_FILE_STORE", "true")
    mlflow.set_tracking_uri((tmp_path / "runs").as_uri())
    run = mlflow.get_run(log_to_mlflow(pair))
    assert run.data.tags["trusteq.verdict"] == pair.verdict().answer
    assert run.data.metrics["agreement"] == pytest.approx(pair.performance()["agreement"])
    assert run.data.params["trusteq.compressed"] == "small"
    kept = {item.path for item in mlflow.tracking.MlflowClient().list_artifacts(run.info.run_id)}
    assert kept == {"report.html", "verdict.json"}

"""The results that ship: every model of the zoo on the controlled corpora."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pandas as pd

from trusteq_core.attribution import DEFAULT_EXPLAINERS
from trusteq_core.corpus import generate
from trusteq_core.evaluation.plan import Request
from trusteq_core.evaluation.profiles import store_profile
from trusteq_core.evaluation.run import run_model
from trusteq_core.models import find_model, load_model
from trusteq_core.models.classifier import Classifier, Report
from trusteq_core.store import ResultStore
from trusteq_core.tasks import get_task, segments_of

__all__ = ["ZooRun", "evaluate_zoo_model", "keep_only", "profile_zoo_models"]

ORIGINAL = "base"
SPLITS = ("test", "validation")
_TIMED = 50


@dataclass(frozen=True, slots=True)
class ZooRun:
    """What to make of the models of one task.

    Attributes
    ----------
    task_id : str
        Id of the task.
    models_dir, results_dir : Path
        Where the models lie, and where the results go.
    examples : int
        How many test examples are explained.
    limit : int or None
        Rows of each example table; None for all.
    """

    task_id: str
    models_dir: Path
    results_dir: Path
    examples: int = 400
    limit: int | None = None

    def load(self, name: str) -> Classifier:
        """Load a model of the zoo, on one thread: the processes share out the cores."""
        model = load_model(self.task_id, name, models_dir=self.models_dir)
        import torch

        torch.set_num_threads(1)
        return model

    def tables(self) -> dict[str, pd.DataFrame]:
        """Return the example tables that are predicted, by split."""
        return {split: _table(self.task_id, split, self.limit) for split in SPLITS}


def profile_zoo_models(
    run: ZooRun, names: Sequence[str], *, report: Report | None = None
) -> list[str]:
    """Measure the profile of each model that has none stored, and return all their addresses.

    One model after the other, in one process: latencies measured side by side would disturb
    each other.
    """
    store = ResultStore(run.results_dir)
    task = get_task(run.task_id)
    texts = segments_of(run.tables()["test"].head(_TIMED), task)
    addresses = []
    for number, name in enumerate(names):
        if report is not None:
            report(number, len(names))
        model = run.load(name)
        card = find_model(run.task_id, name, run.models_dir)
        addresses.append(store_profile(store, task, model, card, texts).address)
    return addresses


def evaluate_zoo_model(run: ZooRun, name: str, *, report: Report | None = None) -> list[str]:
    """Make every stored result of one model but its profile, and return their addresses.

    Predictions on test and validation, attributions by every explainer; of the original under
    two seeds, for the resampling ceiling.
    """
    request = Request(
        explainers=DEFAULT_EXPLAINERS,
        examples=run.examples,
        seeds=(0, 1) if name == ORIGINAL else (0,),
    )
    entries = run_model(
        ResultStore(run.results_dir),
        get_task(run.task_id),
        run.load(name),
        run.tables(),
        request,
        report=report,
    )
    return [entry.address for entry in entries]


def keep_only(run: ZooRun, addresses: set[str]) -> int:
    """Remove the task's results of models and examples that are no more, and return how many."""
    store = ResultStore(run.results_dir)
    tables = {
        entry.manifest.data_fingerprint
        for entry in store.find(kind="predictions", task=run.task_id)
        if entry.address in addresses
    }
    outdated = [
        entry
        for entry in store.find(task=run.task_id)
        if entry.address not in addresses
        and not (entry.manifest.kind == "examples" and entry.manifest.data_fingerprint in tables)
    ]
    for entry in outdated:
        store.remove(entry)
    return len(outdated)


@cache
def _table(task_id: str, split: str, limit: int | None) -> pd.DataFrame:
    """Generate an example table once a process."""
    return generate(task_id, split, limit=limit)

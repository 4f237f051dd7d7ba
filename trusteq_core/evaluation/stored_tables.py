"""The examples that stored results are of: new results on them can be compared with the old."""

from __future__ import annotations

from collections import defaultdict

import pandas as pd

from trusteq_core.corpus import generate
from trusteq_core.evaluation.plan import Store
from trusteq_core.store import Entry
from trusteq_core.tasks import Task

__all__ = ["table_to_evaluate", "usual_number"]

SHIPPED_NUMBER = 200
"""How many examples of a task are explained where nothing is stored yet."""


def table_to_evaluate(store: Store, task: Task, split: str = "test") -> pd.DataFrame:
    """Return the stored example table on which most models have predictions.

    Where none is stored, it is the split of the task's corpus, generated.
    """
    models = defaultdict(set)
    for entry in store.find(kind="predictions", task=task.id, split=split):
        models[entry.manifest.data_fingerprint].add(entry.manifest.model)
    tables = store.find(kind="examples", task=task.id, split=split)
    if not tables:
        return generate(task.id, split)
    # Newest first: among equals the newest wins.
    best = max(tables, key=lambda entry: len(models[entry.manifest.data_fingerprint]))
    return store.read(best).reset_index(drop=True)


def usual_number(store: Store, task: Task, split: str = "test") -> int:
    """Return how many examples are explained for most models of the task."""
    models: dict[int, set[str | None]] = defaultdict(set)
    entries: list[Entry] = store.find(kind="attributions", task=task.id, split=split)
    for entry in entries:
        models[entry.manifest.n].add(entry.manifest.model)
    return max(models, key=lambda n: (len(models[n]), n), default=SHIPPED_NUMBER)

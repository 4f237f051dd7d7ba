"""Compare two models in one call: read, predict, explain, join."""

from __future__ import annotations

import shutil
import tempfile
import weakref
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd

from trusteq_core.api.comparison import Comparison
from trusteq_core.api.sides import Probabilities, Renamed, Side, as_side
from trusteq_core.attribution import get_explainer
from trusteq_core.errors import DataError
from trusteq_core.evaluation import TaskResults
from trusteq_core.evaluation.plan import Request
from trusteq_core.evaluation.run import run_model, store_examples
from trusteq_core.evaluation.stored_tables import SHIPPED_NUMBER, table_to_evaluate
from trusteq_core.models.classifier import Classifier, Report
from trusteq_core.store import Manifest, StoreStack, default_store
from trusteq_core.tasks import TASKS, Task, examples_fingerprint, get_task
from trusteq_core.tasks.readers import ExampleData, read_examples

__all__ = ["compare"]


def compare(
    original: Any,
    compressed: Any,
    data: Path | str | pd.DataFrame | ExampleData | None = None,
    *,
    task: Task | str | None = None,
    explainers: Sequence[str] | None = None,
    examples: int = SHIPPED_NUMBER,
    names: tuple[str, str] | None = None,
    store: Path | str | None = None,
    models_dir: Path | str | None = None,
    device: str = "cpu",
    report: Report | None = None,
) -> Comparison:
    """Compare a compressed model with its original: same answers, same reasons, as reliable?

    Parameters
    ----------
    original, compressed : str, Path, Classifier, callable, DataFrame or ndarray
        Each a name of the catalogue, a folder or a hub id, as `trusteq_core.models.load_model`
        takes them; a loaded classifier; a function from a list of examples (tuples of texts) to
        probabilities (n, K) in the task's label order; or a table of them: a frame with a column
        a class (and ``id``), an array (n, K) in that order, or a file of predictions (``.csv``,
        ``.tsv``, ``.parquet``).
    data : path, str, DataFrame or ExampleData, optional
        The examples, as `trusteq_core.tasks.readers.read_examples` takes or returns them; by
        default the test split of the stored results.
    task : Task or str, optional
        The task or its id. Where it is not given, a classifier's labels must tell it.
    explainers : sequence of str, optional
        Ids of explainers; by default LIME and SHAP, or none where a side is a table. Empty for
        none.
    examples : int, default 200
        How many examples are explained.
    names : tuple of str, optional
        What to call the two; by default what they are called.
    store : path, optional
        Folder in which results are kept, and found again by the next call; by default they go
        when the comparison does.
    models_dir, device
        As in `trusteq_core.models.load_model`.
    report : callable, optional
        ``report(done, total)`` in evaluations of a model; may raise to cancel.

    Returns
    -------
    Comparison
        With ``verdict()``, ``tables()``, ``figures()``, ``to_html()``; a notebook shows it.

    Raises
    ------
    DataError
        If a side, the examples or the names are of no use.
    UnknownName
        If a task, model or explainer does not exist.
    ModelError
        If a model cannot be loaded.
    """
    wanted = _task(task, original, compressed)
    kept = default_store(store) if store is not None else _store_of_its_own()
    table, split = _examples(data, wanted, kept)
    sides = [
        as_side(given, wanted, table, name=name, models_dir=models_dir, device=device)
        for given, name in ((original, "original"), (compressed, "compressed"))
    ]
    a, b = _named(sides, names)
    asked = _explainers(explainers, a, b)
    store_examples(kept, wanted, split, table)
    for side, seeds in ((a, (0, 1)), (b, (0,))):
        # A second seed of the original is the resampling ceiling.
        if isinstance(side, Probabilities):
            _store_probabilities(kept, wanted, side, table, split)
        else:
            request = Request(asked, split, examples, seeds)
            run_model(kept, wanted, side, {split: table}, request, report=report)
    results = TaskResults.open(kept, wanted.id, (a.name, b.name), split=split)
    return replace(Comparison.of(results, a.name, b.name), chosen=asked)


def _task(task: Task | str | None, *sides: Any) -> Task:
    if task is not None:
        return get_task(task) if isinstance(task, str) else task
    for side in sides:
        if isinstance(side, Classifier):
            for known in TASKS.values():
                if tuple(side.labels) == known.labels:
                    return known
    raise DataError(f"Say which task it is: task= one of {', '.join(TASKS)}.")


def _store_of_its_own() -> StoreStack:
    """Return a store over the one that ships whose folder goes when the store does."""
    folder = tempfile.mkdtemp(prefix="trusteq-")
    stack = default_store(folder)
    weakref.finalize(stack.stores[0], shutil.rmtree, folder, ignore_errors=True)
    return stack


def _examples(data: Any, task: Task, store: StoreStack) -> tuple[pd.DataFrame, str]:
    if data is None:
        return table_to_evaluate(store, task), "test"
    read = data if isinstance(data, ExampleData) else read_examples(data, task)
    return read.frame, read.name


def _named(sides: Sequence[Side], names: tuple[str, str] | None) -> tuple[Side, Side]:
    """Return both sides under names that tell them apart."""
    a, b = sides
    first, second = names or (a.name, b.name)
    if first == second:
        raise DataError(
            f'Both models are called "{first}". Say what to call them: names=("large", "small").'
        )
    return _renamed(a, first), _renamed(b, second)


def _renamed(side: Side, name: str) -> Side:
    if side.name == name:
        return side
    if isinstance(side, Probabilities):
        return Probabilities(name, side.fingerprint, side.frame)
    return Renamed(side, name)


def _explainers(asked: Sequence[str] | None, *sides: Side) -> tuple[str, ...]:
    tables = [side.name for side in sides if isinstance(side, Probabilities)]
    if asked is None:
        return () if tables else ("lime", "shap-partition")
    found = tuple(get_explainer(name).id for name in asked)
    if found and tables:
        raise DataError(
            f'"{tables[0]}" is a table of probabilities, which cannot be explained. Say '
            "explainers=(), or give the model."
        )
    return found


def _store_probabilities(
    store: StoreStack, task: Task, side: Probabilities, table: pd.DataFrame, split: str
) -> None:
    known = set(table["id"])
    strangers = [each for each in side.frame["id"] if each not in known]
    if strangers or side.frame["id"].duplicated().any():
        raise DataError(
            f'{len(strangers):,} of {len(side.frame):,} ids of "{side.name}" are not among the '
            f"examples, first {strangers[:3]}; or one occurs twice. Give a row for each example."
        )
    of_these = table[table["id"].isin(set(side.frame["id"]))]
    manifest = Manifest(
        "predictions",
        task.id,
        model=side.name,
        model_fingerprint=side.fingerprint,
        data_fingerprint=examples_fingerprint(of_these, task),
        split=split,
        n=len(side.frame),
    )
    if store.get(manifest) is None:
        store.write(manifest, side.frame)

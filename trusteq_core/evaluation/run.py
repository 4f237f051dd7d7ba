"""Running a plan: predictions and attributions of one model, stored as they are made."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial

import numpy as np
import pandas as pd

from trusteq_core.attribution import EXPLAINERS, Ask, ValueFunction, side_by_side
from trusteq_core.errors import ResultError
from trusteq_core.evaluation.explanations import attribution_rows
from trusteq_core.evaluation.plan import Request, Step, Store, make_plan, stored
from trusteq_core.models.classifier import Classifier, Report
from trusteq_core.store import Entry, Manifest, PartWriter
from trusteq_core.tasks import (
    Task,
    check_examples,
    example_seed,
    examples_fingerprint,
    segments_of,
)

__all__ = ["run_model", "store_examples"]

_CHUNK = 512
"""Examples predicted between two reports."""

_BETWEEN_PARTS = 5.0
"""Seconds that explaining some examples side by side may take, as far as one can tell before.

They are kept in one part file, so this is what a killed or cancelled run loses."""

_MOST_TOGETHER = 16
"""Examples explained side by side at most; more of them hardly fill batches better."""


def run_model(
    store: Store,
    task: Task,
    model: Classifier,
    tables: Mapping[str, pd.DataFrame],
    request: Request,
    *,
    report: Report | None = None,
) -> list[Entry]:
    """Make every result of a request that is not stored yet.

    Explanations are kept in parts as they are made: after an interruption the same call goes on
    where it stopped and gives the same result.

    Parameters
    ----------
    store : ResultStore or StoreStack
        Where results are looked for and written.
    task : Task
        The task.
    model : Classifier
        The model.
    tables : mapping of DataFrame
        Example tables by the name of their split. They are stored too.
    request : Request
        What is wanted.
    report : callable, optional
        ``report(done, total)`` in evaluations of the model; may raise to cancel.

    Returns
    -------
    list of Entry
        All results of the request, stored before or now.

    Raises
    ------
    StoreError
        If a result cannot be stored.
    DataError, TextError, ModelError
        If the examples or the model break their contract.
    """
    for split, table in tables.items():
        store_examples(store, task, split, table)
    plan = make_plan(store, task, model, tables, request)
    progress = _Progress(plan.evaluations, report)
    for step in plan.missing:
        if step.manifest.kind == "predictions":
            table = tables[str(step.manifest.split)]
            _predict(store, task, model, table, step.manifest, progress)
    missing = [step for step in plan.missing if step.manifest.kind == "attributions"]
    if missing:
        _attribute(store, task, model, plan.explained, missing, progress)
    progress.show(progress.total)
    return [_entry(store, step.manifest) for step in plan.steps]


def store_examples(store: Store, task: Task, split: str, table: pd.DataFrame) -> Entry:
    """Store an example table, unless it is stored already."""
    check_examples(table, task, need_label=False)
    manifest = Manifest(
        "examples",
        task.id,
        split=split,
        data_fingerprint=examples_fingerprint(table, task),
        n=len(table),
    )
    return stored(store, manifest) or store.write(manifest, table)


def _predict(
    store: Store,
    task: Task,
    model: Classifier,
    table: pd.DataFrame,
    manifest: Manifest,
    progress: _Progress,
) -> None:
    started = time.monotonic()
    texts = segments_of(table, task)
    rows = []
    for start in range(0, len(texts), _CHUNK):
        progress.show(progress.done)
        rows.append(model.predict(texts[start : start + _CHUNK]))
        progress.show(progress.done + len(rows[-1]))
    columns = [f"p_{label}" for label in task.labels]
    frame = pd.DataFrame(np.concatenate(rows), columns=columns)
    frame.insert(0, "id", table["id"].to_numpy())
    store.write(manifest.stamped(seconds=time.monotonic() - started), frame)


def _attribute(
    store: Store,
    task: Task,
    model: Classifier,
    examples: pd.DataFrame,
    steps: Sequence[Step],
    progress: _Progress,
) -> None:
    """Explain a few examples at a time, all explainers over one set of evaluations."""
    runs = [_Run(step, store.parts(step.manifest)) for step in steps]
    share = sum(step.evaluations for step in steps) / len(examples)
    pairs = list(zip(examples["id"], segments_of(examples, task), strict=True))
    together = 1
    while pairs:
        block, pairs = pairs[:together], pairs[together:]
        started = time.monotonic()
        try:
            _explain_together(task, model, block, runs, progress.part(share * len(block)))
        finally:
            # What is done is kept, also when the run is cancelled.
            _flush(runs)
        each = (time.monotonic() - started) / len(block)
        together = min(max(1, int(_BETWEEN_PARTS / each)), _MOST_TOGETHER)
    for run in runs:
        store.finish(run.parts, examples["id"].tolist())


def _explain_together(
    task: Task,
    model: Classifier,
    examples: Sequence[tuple[str, tuple[str, ...]]],
    runs: Sequence[_Run],
    report: Report,
) -> None:
    """Explain some examples side by side, so that their inputs share batches."""
    started = time.monotonic()
    side_by_side(
        model,
        [
            partial(_explain_example, task, model, example, segments, wanted)
            for example, segments in examples
            if (wanted := [run for run in runs if example not in run.done])
        ],
        report,
    )
    # The examples waited for each other: their explainers share the time that went by.
    waited = sum(run.seconds for run in runs) or 1.0
    for run in runs:
        run.seconds *= (time.monotonic() - started) / waited


def _explain_example(
    task: Task,
    model: Classifier,
    example: str,
    segments: tuple[str, ...],
    runs: Sequence[_Run],
    ask: Ask,
) -> None:
    mask = str(runs[0].step.manifest.settings["mask"])
    value = ValueFunction(model, segments, mask=mask, ask=ask)
    for run in runs:
        started = time.monotonic()
        settings = dict(run.step.manifest.settings)
        del settings["mask"]
        attribution = EXPLAINERS[str(run.step.manifest.explainer)].explain(
            value, seed=example_seed(example, run.step.manifest.seed or 0), **settings
        )
        run.waiting.append(attribution_rows(example, attribution, task))
        run.seconds += time.monotonic() - started


def _flush(runs: Sequence[_Run]) -> None:
    for run in runs:
        if run.waiting:
            run.parts.append(pd.concat(run.waiting, ignore_index=True), seconds=run.seconds)
            run.waiting, run.seconds = [], 0.0


def _entry(store: Store, manifest: Manifest) -> Entry:
    entry = store.get(manifest)
    if entry is None:
        raise ResultError(
            f"The {manifest.kind} of {manifest.model} were stored, but are gone. Run this again."
        )
    return entry


class _Progress:
    """Evaluations done so far, passed on to the caller."""

    def __init__(self, total: int, report: Report | None) -> None:
        self.total, self.done, self._report = total, 0.0, report

    def part(self, total: float) -> Report:
        """Return a report over rounds of inputs that are to add up to a part of the whole."""
        before, answered = self.done, 0

        def report(done: int, of_round: int) -> None:
            nonlocal answered
            self.show(before + min(answered + done, total))
            answered += of_round if done == of_round else 0

        return report

    def show(self, done: float) -> None:
        self.done = min(done, self.total)
        if self._report is not None:
            self._report(round(self.done), self.total)


@dataclass(slots=True, eq=False)
class _Run:
    """One explainer under one seed: what is in parts, and what waits for the next part."""

    step: Step
    parts: PartWriter
    done: set[str] = field(init=False)
    waiting: list[pd.DataFrame] = field(default_factory=list)
    seconds: float = 0.0

    def __post_init__(self) -> None:
        self.done = self.parts.done()

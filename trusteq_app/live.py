"""What the Live page computes: both models' attributions of a typed example."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection
from dataclasses import dataclass
from hashlib import blake2b
from typing import NamedTuple

import numpy as np
import pandas as pd

from trusteq_core.alignment import overlap_table
from trusteq_core.attribution import Attribution, ValueFunction, get_explainer
from trusteq_core.evaluation.overlap import explained_classes
from trusteq_core.evaluation.plan import most_evaluations
from trusteq_core.evaluation.word_frame import word_frame
from trusteq_core.models import Classifier, Report
from trusteq_core.tasks import Task, example_seed, get_task, word_grid

__all__ = ["SIDES", "LiveRequest", "LiveResult", "compute", "scores_of", "words_of"]

SIDES = ("original", "compressed")
# Steps in which each explanation reports, whatever its own number of evaluations.
_GRAIN = 1000


class LiveRequest(NamedTuple):
    """What to compute."""

    task_id: str
    original: str
    compressed: str
    texts: tuple[str, ...]
    explainers: tuple[str, ...]
    mask: str = "remove"

    @property
    def names(self) -> dict[str, str]:
        """What each side is called in figures."""
        return {"original": self.original, "compressed": self.compressed}

    @property
    def key(self) -> str:
        """The same for the same request: asking twice computes once."""
        return blake2b(repr(tuple(self)).encode(), digest_size=12).hexdigest()

    @property
    def evaluations(self) -> int:
        """How many inputs each model has to answer, at most."""
        sizes = [len(word_grid(self.texts))]
        return sum(
            most_evaluations(explainer, explainer.defaults, sizes)
            for explainer in map(get_explainer, self.explainers)
        )

    def without(self, words: Collection[int], *, mask_token: str | None = None) -> tuple[str, ...]:
        """Return the texts without these words of the grid, or with a mask token for each."""
        grid = word_grid(self.texts)
        keep = ~np.isin(np.arange(len(grid)), list(words))
        return grid.masked(keep, mask_token=mask_token)


@dataclass(frozen=True, slots=True, eq=False)
class LiveResult:
    """Both models' answers and attributions.

    Attributes
    ----------
    request : LiveRequest
        What was asked.
    probabilities : ndarray, shape (2, K)
        Of the original and the compressed model.
    attributions : dict
        From explainer id to the attributions of both models.
    unread : tuple of int
        How many words the original and the compressed model do not read.
    seconds : tuple of float
        How long each model took for one evaluation, loading aside.
    fingerprints : tuple of str
        Of the original and the compressed model.
    """

    request: LiveRequest
    probabilities: np.ndarray
    attributions: dict[str, tuple[Attribution, Attribution]]
    unread: tuple[int, int]
    seconds: tuple[float, float] = (0.0, 0.0)
    fingerprints: tuple[str, ...] = ("", "")

    @property
    def task(self) -> Task:
        """The task of the request."""
        return get_task(self.request.task_id)


def compute(
    request: LiveRequest, load: Callable[[str, str], Classifier], report: Report
) -> LiveResult:
    """Explain the texts for both models with every explainer of the request.

    Parameters
    ----------
    request : LiveRequest
        What to compute.
    load : callable
        ``load(task_id, name)`` returns the model.
    report : callable
        ``report(done, total)``; raises to cancel.
    """
    steps = len(SIDES) * len(request.explainers)
    found: dict[str, list[Attribution]] = {name: [] for name in request.explainers}
    seed = example_seed("\x1e".join(request.texts), 0)
    full, unread, seconds, fingerprints = [], [], [], []
    for place, name in enumerate((request.original, request.compressed)):
        report(place * len(request.explainers) * _GRAIN, steps * _GRAIN)
        model = load(request.task_id, name)
        started, asked = time.perf_counter(), 0
        for number, explainer in enumerate(request.explainers):
            step = place * len(request.explainers) + number
            value = ValueFunction(
                model, request.texts, mask=request.mask, report=_part(report, step, steps)
            )
            found[explainer].append(get_explainer(explainer).explain(value, seed=seed))
            asked += found[explainer][-1].evaluations
        full.append(value.full)
        fingerprints.append(model.fingerprint)
        unread.append(len(value.grid) - len(value.players))
        seconds.append((time.perf_counter() - started) / max(asked, 1))
    report(steps * _GRAIN, steps * _GRAIN)
    attributions = {name: (pair[0], pair[1]) for name, pair in found.items()}
    return LiveResult(
        request,
        np.array(full),
        attributions,
        (unread[0], unread[1]),
        (seconds[0], seconds[1]),
        tuple(fingerprints),
    )


def words_of(result: LiveResult, explainer: str, k: int, explained: str) -> pd.DataFrame:
    """Return one row per word, as `Comparison.words` does for a stored example."""
    a, b, targets = _towards(result, explainer, explained)
    return word_frame(
        result.task,
        result.request.texts,
        values=(a.values[:, targets[0]], b.values[:, targets[1]]),
        errors=(
            None if a.errors is None else a.errors[:, targets[0]],
            None if b.errors is None else b.errors[:, targets[1]],
        ),
        k=k,
    )


def scores_of(result: LiveResult, explainer: str, k: int, explained: str) -> dict[str, float]:
    """Return the overlap measures of the two models' attributions."""
    a, b, targets = _towards(result, explainer, explained)
    table = overlap_table([a.values[:, targets[0]]], [b.values[:, targets[1]]], k)
    return {str(name): float(value) for name, value in table.iloc[0].items()}


def _towards(
    result: LiveResult, explainer: str, explained: str
) -> tuple[Attribution, Attribution, tuple[int, int]]:
    predicted = result.probabilities.argmax(axis=1)
    a, b = (
        explained_classes(explained, result.task, reference=predicted[:1], own=own, gold=None)
        for own in (predicted[:1], predicted[1:])
    )
    return (*result.attributions[explainer], (int(a[0]), int(b[0])))


def _part(report: Report, step: int, steps: int) -> Report:
    """Return a report of one step that reports the whole."""

    def inner(done: int, total: int) -> None:
        share = min(done / total, 1.0) if total else 0.0
        report(int((step + share) * _GRAIN), steps * _GRAIN)

    return inner

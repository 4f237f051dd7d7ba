"""Which results a request needs, which are stored, and what the others will cost."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from hashlib import blake2b
from types import MappingProxyType
from typing import Any

import numpy as np
import pandas as pd

from trusteq_core.attribution import DEFAULT_EXPLAINERS, Explainer, get_explainer
from trusteq_core.errors import DataError, ResultError
from trusteq_core.models.classifier import Classifier
from trusteq_core.store import Entry, Manifest, ResultStore, StoreStack
from trusteq_core.tasks import Task, examples_fingerprint, segments_of, word_grid

__all__ = [
    "Plan",
    "Request",
    "Step",
    "choose_examples",
    "make_plan",
    "most_evaluations",
    "stored",
]

Store = ResultStore | StoreStack


@dataclass(frozen=True, slots=True)
class Request:
    """What is wanted of a model.

    Attributes
    ----------
    explainers : tuple of str
        Ids of the explainers.
    explained_split : str
        The split whose examples are explained.
    examples : int
        How many of them are explained; 0 for none.
    seeds : tuple of int
        Seeds of the run. Explainers that ignore their seed run under the first alone.
    mask : str
        Mask policy.
    settings : mapping
        Settings that differ from an explainer's defaults, by explainer.
    """

    explainers: tuple[str, ...] = DEFAULT_EXPLAINERS
    explained_split: str = "test"
    examples: int = 400
    seeds: tuple[int, ...] = (0,)
    mask: str = "remove"
    settings: Mapping[str, Mapping[str, Any]] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, slots=True)
class Step:
    """One result of a plan.

    Attributes
    ----------
    manifest : Manifest
        The result.
    stored : bool
        Whether it is there already and can be read.
    evaluations : int
        How many inputs the model will have to answer, at most; 0 if stored.
    """

    manifest: Manifest
    stored: bool
    evaluations: int


@dataclass(frozen=True, slots=True, eq=False)
class Plan:
    """The results of a request, in the order in which they are made.

    Attributes
    ----------
    steps : tuple of Step
        Predictions of each split, then attributions.
    explained : DataFrame
        The examples to explain.
    """

    steps: tuple[Step, ...]
    explained: pd.DataFrame

    @property
    def missing(self) -> tuple[Step, ...]:
        """The steps that are still to do."""
        return tuple(step for step in self.steps if not step.stored)

    @property
    def evaluations(self) -> int:
        """How many inputs the model will have to answer, at most."""
        return sum(step.evaluations for step in self.missing)


def make_plan(
    store: Store,
    task: Task,
    model: Classifier,
    tables: Mapping[str, pd.DataFrame],
    request: Request,
) -> Plan:
    """Return what a request needs of a model.

    Parameters
    ----------
    store : ResultStore or StoreStack
        Where results are looked for; a damaged one counts as missing.
    task : Task
        The task.
    model : Classifier
        The model.
    tables : mapping of DataFrame
        Example tables by the name of their split; all are predicted.
    request : Request
        What is wanted.

    Raises
    ------
    UnknownName
        If there is no such explainer.
    DataError
        If the split to explain is not among the tables.
    """
    predictions = [
        Manifest(
            "predictions",
            task.id,
            model=model.name,
            model_fingerprint=model.fingerprint,
            data_fingerprint=examples_fingerprint(table, task),
            split=split,
            n=len(table),
            notes=dict(getattr(model, "notes", {})),
        )
        for split, table in tables.items()
    ]
    steps = [_step(store, manifest, manifest.n) for manifest in predictions]
    if not request.explainers or not request.examples:
        return Plan(tuple(steps), pd.DataFrame({"id": []}))
    if request.explained_split not in tables:
        raise DataError(
            f'There are no examples of split "{request.explained_split}" to explain; '
            f"there are: {', '.join(tables)}."
        )
    chosen = choose_examples(tables[request.explained_split], request.examples, task)
    sizes = [len(word_grid(texts)) for texts in segments_of(chosen, task)]
    of_chosen = replace(
        predictions[0],
        kind="attributions",
        split=request.explained_split,
        data_fingerprint=examples_fingerprint(chosen, task),
        n=len(chosen),
    )
    for name in request.explainers:
        explainer = get_explainer(name)
        settings = {"mask": request.mask, **explainer.defaults, **request.settings.get(name, {})}
        cost = most_evaluations(explainer, settings, sizes)
        for seed in request.seeds[: 1 if explainer.deterministic else None]:
            manifest = replace(of_chosen, explainer=name, settings=settings, seed=seed)
            steps.append(_step(store, manifest, cost))
    return Plan(tuple(steps), chosen)


def most_evaluations(
    explainer: Explainer, settings: Mapping[str, Any], sizes: Sequence[int]
) -> int:
    """Return how many inputs are evaluated at most for examples of these numbers of words."""
    if explainer.budget is None:
        return sum(n_words + 2 for n_words in sizes)
    # A short text has fewer coalitions than the budget allows.
    return sum(min(settings[explainer.budget], 2 ** min(n_words, 60)) for n_words in sizes)


def choose_examples(frame: pd.DataFrame, n: int, task: Task) -> pd.DataFrame:
    """Choose examples to explain: each phenomenon in proportion, always the same ones.

    The choice depends on the ids alone, not on the order of the table, and a larger choice
    contains the smaller ones. Examples without any word are passed over.

    Parameters
    ----------
    frame : DataFrame
        An example table; without a column ``phenomenon`` all examples are alike.
    n : int
        How many; all of them if there are fewer.

    Returns
    -------
    DataFrame
        Rows of `frame`, in its order.
    """
    rank = frame["id"].map(lambda name: blake2b(str(name).encode(), digest_size=8).hexdigest())
    phenomenon = frame["phenomenon"] if "phenomenon" in frame else pd.Series("", index=frame.index)
    groups = rank.groupby(phenomenon)
    # Positions that run through every phenomenon evenly: a prefix takes from each its share.
    place = (groups.rank(method="first") - 0.5) / groups.transform("size")
    order = np.lexsort([rank.to_numpy(dtype=str), place.to_numpy()])
    texts = segments_of(frame, task)
    chosen: list[int] = []
    for row in order.tolist():
        if len(chosen) == n:
            break
        if len(word_grid(texts[row])):
            chosen.append(row)
    return frame.iloc[sorted(chosen)]


def stored(store: Store, manifest: Manifest) -> Entry | None:
    """Return a stored result that can be read to its end, or None."""
    entry = store.get(manifest)
    if entry is None:
        return None
    try:
        store.read(entry)
    except ResultError:
        # Damaged: the store lists it among its problems, and computing it again replaces it.
        return None
    return entry


def _step(store: Store, manifest: Manifest, evaluations: int) -> Step:
    there = stored(store, manifest) is not None
    return Step(manifest, there, 0 if there else evaluations)

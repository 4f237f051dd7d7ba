"""An evaluation that somebody asks for: what it is, whether it may be, what it will cost."""

from __future__ import annotations

import json
import statistics
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from hashlib import blake2b
from pathlib import Path
from typing import Any, cast

import pandas as pd

from trusteq_core.attribution import MASKS, get_explainer
from trusteq_core.errors import DataError, ModelError, UnknownName
from trusteq_core.evaluation.plan import Request, Store, make_plan
from trusteq_core.models import Classifier, catalogue, load_model
from trusteq_core.models.checkpoint import check_folder
from trusteq_core.store.manifest import check_name
from trusteq_core.tasks import get_task, segments_of
from trusteq_core.tasks.readers import split_name

__all__ = [
    "Estimate",
    "Order",
    "Pace",
    "check_order",
    "estimate",
    "locate_model",
    "measured_pace",
    "stored_pace",
]

_TIMED = 64
"""Inputs that are timed at once: about as many as a batch of masked texts holds."""


@dataclass(frozen=True, slots=True)
class Order:
    """An evaluation that is asked for.

    Attributes
    ----------
    task_id : str
        Id of the task.
    model : str
        Id in the catalogue, or a folder.
    explainers : tuple of str
        Ids; none for predictions alone.
    examples : int
        How many examples are explained.
    seeds : tuple of int
        Seeds of the run.
    mask : str
        Mask policy.
    data : str
        Path of a table of examples; empty for those that stored results are of.
    """

    task_id: str
    model: str
    explainers: tuple[str, ...] = ()
    examples: int = 200
    seeds: tuple[int, ...] = (0,)
    mask: str = "remove"
    data: str = ""

    @property
    def key(self) -> str:
        """The same for the same order: 24 characters that are safe in a file name."""
        return blake2b(json.dumps(asdict(self)).encode(), digest_size=12).hexdigest()

    @property
    def name(self) -> str:
        """The name under which the model's results are stored."""
        return Path(self.model).name

    @property
    def request(self) -> Request:
        """What the order wants of its model."""
        return Request(
            explainers=self.explainers,
            explained_split=self.split,
            examples=self.examples,
            seeds=self.seeds,
            mask=self.mask,
        )

    @property
    def split(self) -> str:
        """The name under which results on its examples are stored."""
        return split_name(self.data) if self.data else "test"

    def arguments(self) -> list[str]:
        """Return the arguments of ``trusteq`` that carry the order out."""
        return [
            "evaluate",
            f"--task={self.task_id}",
            f"--model={self.model}",
            f"--explainers={','.join(self.explainers) or 'none'}",
            f"--examples={self.examples}",
            *(f"--seed={seed}" for seed in self.seeds),
            f"--mask={self.mask}",
            *([f"--data={self.data}"] if self.data else []),
        ]

    @classmethod
    def from_json(cls, facts: Mapping[str, Any]) -> Order:
        """Return the order whose `asdict` was written as JSON."""
        tuples = {name: tuple(facts[name]) for name in ("explainers", "seeds")}
        return cls(**{**facts, **tuples})


@dataclass(frozen=True, slots=True)
class Pace:
    """How fast a model is here.

    Attributes
    ----------
    fingerprint : str
        Of the model.
    seconds : float
        For one input.
    measured : bool
        Whether it was timed here just now; else it is the stored latency of one input alone.
    """

    fingerprint: str
    seconds: float
    measured: bool


@dataclass(frozen=True, slots=True)
class Estimate:
    """What an order will cost.

    Attributes
    ----------
    evaluations : int
        How many inputs the model will have to answer, at most.
    stored, results : int
        Results that are stored already, and all of the order.
    seconds : float or None
        How long it will take, at most; None where the pace is not known.
    """

    evaluations: int
    stored: int
    results: int
    seconds: float | None


def check_order(order: Order, *, models_dir: Path | str | None, folders: bool) -> Order:
    """Return the order with its model located, or refuse it.

    Parameters
    ----------
    order : Order
        What is asked for.
    models_dir : path, optional
        Where the catalogue's models lie.
    folders : bool
        Whether a folder may be named in place of a model of the catalogue.

    Raises
    ------
    UnknownName
        If there is no such task, model, explainer or mask policy.
    ModelError
        If the folder is none that holds a classifier, or has the name of a model of the catalogue.
    DataError
        If a number is out of range.
    """
    get_task(order.task_id)
    for name in order.explainers:
        get_explainer(name)
    if order.mask not in MASKS:
        raise UnknownName("mask policy", order.mask, MASKS)
    if order.examples < 1:
        raise DataError(f"At least 1 example must be explained, got {order.examples}.")
    if not order.seeds or min(order.seeds) < 0:
        raise DataError(f"Seeds are whole numbers from 0, at least one, got {list(order.seeds)}.")
    model = locate_model(order.task_id, order.model, models_dir=models_dir, folders=folders)
    return replace(order, model=model)


def locate_model(task_id: str, text: str, *, models_dir: Path | str | None, folders: bool) -> str:
    """Return the id of a model of the catalogue, or the absolute path of a folder that may be used.

    Raises
    ------
    UnknownName, ModelError
        As `check_order`.
    """
    names = [card.name for card in catalogue(task_id, models_dir)]
    if text in names:
        return text
    if not folders:
        raise UnknownName(f"{task_id} model", text, names)
    if not text.strip():
        raise ModelError("No folder is named. Give the folder that save_pretrained() wrote.")
    try:
        folder = Path(text.strip()).expanduser().resolve()
        is_folder = folder.is_dir()
    except (OSError, RuntimeError, ValueError) as error:
        raise ModelError(f'"{text}" is no path: {error}. Give a folder that exists.') from None
    if not is_folder:
        raise ModelError(
            f'There is no folder "{text}". Give the folder that save_pretrained() wrote.'
        )
    check_folder(folder)
    check_name("model", folder.name)
    if folder.name in names:
        raise ModelError(
            f'"{folder.name}" is the name of a model of the catalogue. Rename the folder, so that '
            "the results of the two can be told apart."
        )
    return str(folder)


def stored_pace(store: Store, order: Order) -> Pace | None:
    """Return the latency that is stored of the order's model, or None; needs no torch."""
    for entry in store.find(kind="profile", task=order.task_id, model=order.name):
        frame = store.read(entry)
        return Pace(
            str(entry.manifest.model_fingerprint), float(frame["latency_ms"].iloc[0]) / 1000, False
        )
    return None


def measured_pace(
    order: Order, table: pd.DataFrame, *, models_dir: Path | str | None = None
) -> Pace:
    """Load the order's model and time a few of the examples on it; needs torch.

    Raises
    ------
    ModelError
        If the model cannot be loaded or does not fit the task.
    """
    task = get_task(order.task_id)
    model = load_model(task, order.model, models_dir=models_dir)
    texts = segments_of(table.head(_TIMED), task)
    model.predict(texts[:8])  # the first call sets things up
    times = []
    for _ in range(3):
        started = time.perf_counter()
        model.predict(texts)
        times.append(time.perf_counter() - started)
    return Pace(model.fingerprint, statistics.median(times) / len(texts), True)


def estimate(store: Store, order: Order, table: pd.DataFrame, pace: Pace | None) -> Estimate:
    """Return what an order will cost; what is stored already costs nothing.

    Parameters
    ----------
    store : ResultStore or StoreStack
        Where results are looked for.
    order : Order
        What is asked for.
    table : DataFrame
        The examples of the order's task.
    pace : Pace or None
        Of the order's model. Without it nothing counts as stored and the time is not known.
    """
    model = _Named(order.name, pace.fingerprint if pace else "unknown")
    plan = make_plan(
        store,
        get_task(order.task_id),
        cast(Classifier, model),
        {order.request.explained_split: table},
        order.request,
    )
    return Estimate(
        evaluations=plan.evaluations,
        stored=len(plan.steps) - len(plan.missing),
        results=len(plan.steps),
        seconds=plan.evaluations * pace.seconds if pace else None,
    )


@dataclass(frozen=True, slots=True)
class _Named:
    """What a plan needs to know of a model."""

    name: str
    fingerprint: str

"""Compressing a model in several ways and evaluating each."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from pathlib import Path

import pandas as pd

from trusteq_core.compression.compress import compress, distil
from trusteq_core.compression.finetune import Lessons
from trusteq_core.compression.methods import Compression, parse_compression
from trusteq_core.errors import DataError
from trusteq_core.evaluation.plan import Request, Store
from trusteq_core.evaluation.profiles import profile_own_model
from trusteq_core.evaluation.run import run_model
from trusteq_core.models import load_model
from trusteq_core.models.catalogue import locate_model
from trusteq_core.models.classifier import Classifier, Report
from trusteq_core.tasks import Task

__all__ = ["Sweep", "Variant", "parse_variants", "run_sweep"]

Stage = Callable[[str], AbstractContextManager[Report]]
"""``stage(title)``: shows the progress of one stage of the work."""

DISTIL = "distil"


@dataclass(frozen=True, slots=True)
class Variant:
    """One way to make a smaller model, with its amount.

    Attributes
    ----------
    text : str
        As it was given: ``prune:0.5``, ``int8``, ``distil:3``.
    method : Compression or None
        None for distillation.
    amount : float or None
        None for the method's default.
    """

    text: str
    method: Compression | None
    amount: float | None

    @property
    def suffix(self) -> str:
        """What the name of the model ends in."""
        return self.text.strip().replace(":", "-")


@dataclass(frozen=True, slots=True, eq=False)
class Sweep:
    """What to compress, how, and what to evaluate it on.

    Attributes
    ----------
    task : Task
        The task.
    model : str
        The original: a name of the catalogue, a folder or a hub id.
    variants : tuple of Variant
        The ways to compress it.
    lessons : Lessons or None
        What compressed models are trained on, and students from.
    table : DataFrame
        The examples to evaluate on.
    request : Request
        Which of them to explain, and how.
    out : Path
        Folder of the models that are made.
    models_dir : Path or None
        Where the catalogue's models lie.
    device : str
        Where to compute.
    label_order : tuple of str or None
        The task's labels in the order of the original's outputs; None to go by their names.
    """

    task: Task
    model: str
    variants: tuple[Variant, ...]
    lessons: Lessons | None
    table: pd.DataFrame
    request: Request
    out: Path
    models_dir: Path | None = None
    device: str = "cpu"
    label_order: tuple[str, ...] | None = None

    def load(self, name_or_path: str | Path) -> Classifier:
        """Load a model of this sweep; those that were made name their outputs."""
        order = self.label_order if name_or_path == self.model else None
        return load_model(
            self.task,
            name_or_path,
            models_dir=self.models_dir,
            device=self.device,
            label_order=order,
        )


def parse_variants(texts: Sequence[str], *, trained: bool) -> tuple[Variant, ...]:
    """Return the ways to compress that are named, each once.

    Parameters
    ----------
    texts : sequence of str
        ``METHOD`` or ``METHOD:AMOUNT`` each, ``distil:LAYERS`` among them.
    trained : bool
        Whether there are examples to train on; without, nothing can be distilled.

    Raises
    ------
    UnknownName
        If there is no such method.
    DataError
        If there is none at all, an amount is missing or is no number, or one is named twice.
    """
    variants: dict[str, Variant] = {}
    for text in texts:
        name, _, amount = text.strip().partition(":")
        if name == DISTIL:
            if not trained or not amount.isdigit():
                raise DataError(
                    f'"{text}" cannot be done. Write distil:LAYERS and give examples to train on.'
                )
            variant = Variant(text, None, float(amount))
        else:
            variant = Variant(text, *parse_compression(text))
        if variant.suffix in variants:
            raise DataError(f'"{text}" is named twice. Name each way to compress once.')
        variants[variant.suffix] = variant
    if not variants:
        raise DataError("Name at least one way to compress, such as int8 or prune:0.5.")
    return tuple(variants.values())


def run_sweep(sweep: Sweep, store: Store, *, stage: Stage) -> tuple[str, list[str]]:
    """Make and evaluate every model of a sweep that is not there yet.

    Parameters
    ----------
    sweep : Sweep
        What to do.
    store : ResultStore or StoreStack
        Where the results go.
    stage : callable
        Shows the progress of one stage.

    Returns
    -------
    str, list of str
        Name of the original, and those of the compressed models.
    """
    # The original under two seeds: the second is the resampling ceiling.
    ceilings = replace(sweep.request, seeds=(0, 1))
    original = _evaluate(sweep, store, sweep.model, ceilings, stage)
    names = []
    for variant in sweep.variants:
        out = sweep.out / f"{original.rsplit('/', 1)[-1]}-{variant.suffix}"
        with stage(f"making {out.name}") as report:
            _make(sweep, variant, out, report)
        names.append(_evaluate(sweep, store, out, sweep.request, stage))
    return original, names


def _make(sweep: Sweep, variant: Variant, out: Path, report: Report) -> None:
    parent = sweep.load(sweep.model)
    if variant.method is None and sweep.lessons is not None:
        distil(parent, int(variant.amount or 0), sweep.lessons, out, report=report)
    elif variant.method is not None:
        lessons = sweep.lessons if variant.method.trainable else None
        compress(parent, variant.method, out, amount=variant.amount, lessons=lessons, report=report)


def _evaluate(
    sweep: Sweep, store: Store, name_or_path: str | Path, request: Request, stage: Stage
) -> str:
    """Make a model's results and its profile, and return its name."""
    name, folder = locate_model(sweep.task, name_or_path, sweep.models_dir)
    model = sweep.load(name_or_path)
    tables = {request.explained_split: sweep.table}
    with stage(f"evaluating {name}") as report:
        run_model(store, sweep.task, model, tables, request, report=report)
    profile_own_model(store, sweep.task, model, folder, sweep.table)
    return model.name

"""What may stand on either side of a comparison: a model in any form, or its probabilities."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from typing import Any
from uuid import uuid4

import numpy as np
import pandas as pd

from trusteq_core.calibration import check_probabilities
from trusteq_core.errors import DataError
from trusteq_core.evaluation.prediction_files import PredictionFile
from trusteq_core.models import load_model
from trusteq_core.models.classifier import Classifier
from trusteq_core.models.function_classifier import FunctionClassifier
from trusteq_core.tasks import Task

__all__ = ["Probabilities", "Renamed", "Side", "as_side"]

_TABLES = (".csv", ".tsv", ".parquet")


@dataclass(frozen=True, slots=True, eq=False)
class Probabilities:
    """What a model predicted, without the model.

    Attributes
    ----------
    name : str
        Short id.
    fingerprint : str
        Hash of the table.
    frame : DataFrame
        ``id`` and ``p_<label>`` in the task's label order.
    """

    name: str
    fingerprint: str
    frame: pd.DataFrame

    @classmethod
    def of(cls, name: str, ids: Any, p: np.ndarray, task: Task) -> Probabilities:
        """Check a table (n, K) and give it its names."""
        checked = check_probabilities(np.asarray(p, dtype=float))
        frame = pd.DataFrame(checked, columns=[f"p_{label}" for label in task.labels])
        frame.insert(0, "id", [str(each) for each in ids])
        digest = blake2b("\x1f".join(frame["id"]).encode(), digest_size=12)
        digest.update(np.ascontiguousarray(checked).tobytes())
        return cls(name, digest.hexdigest(), frame)


Side = Classifier | Probabilities


class Renamed:
    """A classifier under another name; everything else is its own."""

    def __init__(self, model: Classifier, name: str) -> None:
        self._model, self.name = model, name

    def __getattr__(self, attribute: str) -> Any:
        return getattr(self._model, attribute)


def as_side(
    given: Any,
    task: Task,
    examples: pd.DataFrame,
    *,
    name: str,
    models_dir: Path | str | None,
    device: str,
) -> Side:
    """Return a model that can be run, or the probabilities that stand for it.

    Parameters
    ----------
    given : str, Path, DataFrame, ndarray, Classifier or callable
        As in `trusteq_core.compare`.
    task : Task
        The task.
    examples : DataFrame
        The examples, for a table without ids and to check the order of a model's labels.
    name : str
        What to call a table or a function, which have no name of their own.
    models_dir, device
        As in `trusteq_core.models.load_model`.

    Raises
    ------
    DataError
        If it is nothing that can be compared, or its classes are not the task's.
    """
    if isinstance(given, str | Path):
        path = Path(given).expanduser()
        if path.suffix.lower() in _TABLES and path.is_file():
            return _of_file(path, task)
        return load_model(task, given, models_dir=models_dir, device=device, examples=examples)
    if isinstance(given, pd.DataFrame):
        return _of_frame(given, task, examples, name)
    if isinstance(given, np.ndarray):
        return _of_array(given, task, examples, name)
    if isinstance(given, Classifier):
        if tuple(given.labels) != task.labels:
            raise DataError(
                f'The labels of "{given.name}" are {", ".join(given.labels)}, not those of task '
                f'"{task.id}": {", ".join(task.labels)}.'
            )
        return given
    if callable(given):
        # What a function computes cannot be seen, so nothing stored is ever taken for its answers.
        own = getattr(given, "__name__", name)
        called = name if own == "<lambda>" else own
        version = uuid4().hex
        return FunctionClassifier(given, task, labels=task.labels, name=called, version=version)
    raise DataError(
        f"A {type(given).__name__} cannot be compared. Give a name of the catalogue, a folder, a "
        "hub id, a classifier, a function, or a table of probabilities (frame, array or file)."
    )


def _of_file(path: Path, task: Task) -> Probabilities:
    file = PredictionFile.open(path)
    _check_classes(file.classes, task, f'"{path.name}"')
    rows = list(file.rows(task.labels))
    ids, p = (np.concatenate([getattr(each, part) for each in rows]) for part in ("ids", "p"))
    return Probabilities.of(path.stem, ids, p, task)


def _of_frame(frame: pd.DataFrame, task: Task, examples: pd.DataFrame, name: str) -> Probabilities:
    columns = {str(column).removeprefix("p_"): column for column in frame.columns}
    _check_classes([each for each in columns if each not in ("id", "label")], task, "The frame")
    p = frame[[columns[label] for label in task.labels]].to_numpy(dtype=float)
    if "id" in frame:
        return Probabilities.of(name, frame["id"], p, task)
    return _of_array(p, task, examples, name)


def _of_array(p: np.ndarray, task: Task, examples: pd.DataFrame, name: str) -> Probabilities:
    if p.shape != (len(examples), len(task.labels)):
        raise DataError(
            f"Probabilities of shape {p.shape} are not of {len(examples):,} examples and "
            f"{len(task.labels)} labels. Give a row for each example that is used (some may have "
            'been left out), or a frame with the column "id".'
        )
    return Probabilities.of(name, examples["id"], p, task)


def _check_classes(found: Any, task: Task, what: str) -> None:
    if set(found) != set(task.labels):
        raise DataError(
            f'{what} has the classes {", ".join(map(str, found)) or "none"}. Task "{task.id}" '
            f"has: {', '.join(task.labels)}, each a column of that name or p_<label>."
        )

"""Example tables: the one form in which examples travel, a pandas frame.

Columns: ``id`` (str, unique), one str column per segment of the task, ``label`` (str, one of the
task's labels). Optional: ``group`` (str, resampling unit), ``phenomenon`` (str), ``held_out``
(bool), ``reasons`` (list of int: word-grid indices of the words that decide the label) and
``true_<label>`` (float64: the true label distribution), the last two known for generated corpora.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import numpy as np
import pandas as pd

from trusteq_core.errors import DataError
from trusteq_core.tasks.task import Task

__all__ = [
    "check_examples",
    "example_seed",
    "examples_fingerprint",
    "label_codes",
    "segments_of",
    "true_probabilities",
]


def check_examples(frame: pd.DataFrame, task: Task, *, need_label: bool = True) -> pd.DataFrame:
    """Return `frame` if it keeps the contract of an example table.

    Raises
    ------
    DataError
        If a column is missing, the table is empty, an id is missing or repeated, a text is not a
        string, or a label is none of the task's.
    """
    needed = ["id", *task.segments, *(["label"] if need_label else [])]
    missing = [name for name in needed if name not in frame.columns]
    if missing:
        raise DataError(
            f"Missing column(s): {', '.join(missing)}. An example table of task "
            f'"{task.id}" has: {", ".join(needed)}.'
        )
    if frame.empty:
        raise DataError("The example table is empty. It needs at least one row.")
    if frame["id"].isna().any() or frame["id"].duplicated().any():
        repeated = frame["id"][frame["id"].duplicated()].astype(str).head(3).tolist()
        raise DataError(f"Every example needs an id of its own; repeated: {repeated}.")
    for name in task.segments:
        bad = ~frame[name].map(lambda text: isinstance(text, str))
        if bad.any():
            raise DataError(
                f'Column "{name}" has {int(bad.sum())} row(s) without text, first at id '
                f"{frame.loc[bad, 'id'].iloc[0]!r}."
            )
    if need_label:
        unknown = sorted(set(frame["label"].astype(str)) - set(task.labels))
        if unknown:
            raise DataError(
                f'Unknown label(s) {unknown[:3]}; labels of task "{task.id}": '
                f"{', '.join(task.labels)}."
            )
    return frame


def segments_of(frame: pd.DataFrame, task: Task) -> list[tuple[str, ...]]:
    """Return the texts of each row as a tuple, in the task's segment order."""
    return list(zip(*(frame[name].tolist() for name in task.segments), strict=True))


def label_codes(frame: pd.DataFrame, task: Task) -> np.ndarray:
    """Return the gold labels as positions among ``task.labels``, shape (n,)."""
    return np.array([task.label_index(label) for label in frame["label"]], dtype=int)


def true_probabilities(frame: pd.DataFrame, task: Task) -> np.ndarray | None:
    """Return the true label distributions, shape (n, K), or None where they are not known."""
    columns = [f"true_{label}" for label in task.labels]
    if not set(columns) <= set(frame.columns):
        return None
    return frame[columns].to_numpy(dtype=float)


def examples_fingerprint(frame: pd.DataFrame, task: Task) -> str:
    """Return a short hash of ids, texts and labels, in row order."""
    digest = hashlib.blake2b(task.id.encode(), digest_size=12)
    names: Sequence[str] = ["id", *task.segments, *(["label"] if "label" in frame else [])]
    for row in zip(*(frame[name].astype(str) for name in names), strict=True):
        for cell in row:
            raw = cell.encode()
            digest.update(len(raw).to_bytes(4, "little") + raw)
    return digest.hexdigest()


def example_seed(example_id: str, seed: int) -> int:
    """Return the seed of one example, from its id and the run's seed.

    Order, subset, batch size and number of workers therefore never change a result.

    Examples
    --------
    >>> example_seed("test-17", 0) == example_seed("test-17", 0)
    True
    >>> example_seed("test-17", 0) == example_seed("test-17", 1)
    False
    """
    digest = hashlib.blake2b(f"{seed}\x1f{example_id}".encode(), digest_size=4)
    return int.from_bytes(digest.digest(), "little")

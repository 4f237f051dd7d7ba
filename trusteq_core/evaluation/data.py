"""Reading a user's own example table."""

from __future__ import annotations

import re
from pathlib import Path

import pandas as pd

from trusteq_core.errors import DataError
from trusteq_core.tasks import Task, check_examples

__all__ = ["LARGEST_TABLE", "read_examples", "split_name"]

LARGEST_TABLE = 1_000_000
"""Rows beyond which a table is refused."""


def read_examples(path: Path | str, task: Task) -> pd.DataFrame:
    """Read an example table from a CSV, TSV or JSON-lines file.

    Parameters
    ----------
    path : path
        The file: ``.csv``, ``.tsv`` or ``.jsonl``, in UTF-8. It has a column for each segment of
        the task; optionally ``id`` (else rows are numbered), ``label`` and ``phenomenon``.
    task : Task
        The task.

    Raises
    ------
    DataError
        If the file cannot be read, is too large, or breaks the contract of an example table.
    """
    path = Path(path)
    readers = {".csv": _read_csv, ".tsv": _read_tsv, ".jsonl": _read_json_lines}
    if path.suffix.lower() not in readers:
        raise DataError(f'"{path.name}" is none of .csv, .tsv and .jsonl. Save it as one of them.')
    try:
        frame = readers[path.suffix.lower()](path)
    except (OSError, ValueError) as error:
        first = (str(error).strip().splitlines() or ["it is empty"])[0]
        raise DataError(f'"{path}" cannot be read as an example table: {first}') from error
    if len(frame) > LARGEST_TABLE:
        raise DataError(
            f'"{path.name}" has {len(frame):,} rows; {LARGEST_TABLE:,} are allowed. Split it up.'
        )
    if "id" not in frame:
        frame.insert(0, "id", [f"{split_name(path)}-{number}" for number in range(len(frame))])
    frame["id"] = frame["id"].astype(str)
    known = ["id", *task.segments, "label", "group", "phenomenon"]
    frame = frame[[name for name in known if name in frame.columns]]
    return check_examples(frame, task, need_label="label" in frame)


def split_name(path: Path | str) -> str:
    """Return the name under which a file's examples are stored: its own, made safe.

    Examples
    --------
    >>> split_name("data/my pairs (v2).csv")
    'my-pairs-v2'
    """
    return re.sub(r"[^A-Za-z0-9]+", "-", Path(path).stem).strip("-")[:60] or "data"


def _read_csv(path: Path, separator: str = ",") -> pd.DataFrame:
    # Texts stay texts: "NA" and "12" are words, not numbers or gaps.
    return pd.read_csv(
        path, sep=separator, dtype=str, keep_default_na=False, nrows=LARGEST_TABLE + 1
    )


def _read_tsv(path: Path) -> pd.DataFrame:
    return _read_csv(path, "\t")


def _read_json_lines(path: Path) -> pd.DataFrame:
    return pd.read_json(path, lines=True, dtype=False, nrows=LARGEST_TABLE + 1)

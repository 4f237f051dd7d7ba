"""From a user's table to an example table: columns found, labels named, gaps counted."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from pathlib import Path

import numpy as np
import pandas as pd

from trusteq_core.errors import DataError, TrusteqError, UnknownName
from trusteq_core.tasks.readers.example_data import ExampleData, ExampleTable
from trusteq_core.tasks.readers.formats import FORMATS, PublishedFormat, detect, get_format
from trusteq_core.tasks.readers.hub import PREFIX, HubDataset
from trusteq_core.tasks.readers.mapping import OPTIONAL, DataMapping
from trusteq_core.tasks.readers.source import Cells, TableSource, check_file
from trusteq_core.tasks.readers.text_files import DelimitedFile, JsonLinesFile
from trusteq_core.tasks.task import Task

__all__ = ["read_examples", "split_name"]

_SEPARATORS = {".csv": ",", ".tsv": "\t", ".txt": "\t"}
_ENDINGS = (*_SEPARATORS, ".jsonl", ".parquet")


def read_examples(
    data: Path | str | pd.DataFrame,
    task: Task,
    *,
    format: str | None = None,
    mapping: DataMapping | None = None,
    replace_bytes: bool = False,
) -> ExampleData:
    """Read an example table.

    Rows without a text or, where there is a column of labels, without a label are left out and
    counted; an ``id`` that is missing is the number of the row. Nothing else is mended.

    Parameters
    ----------
    data : path, str or DataFrame
        A file (``.csv``, ``.tsv`` or ``.txt``, ``.jsonl``, ``.parquet``), a data set's id
        (``datasets:NAME:SPLIT``), or a frame.
    task : Task
        The task.
    format : str, optional
        Id of a published format; by default what the columns tell without doubt, if anything.
    mapping : DataMapping, optional
        Where columns have other names than the task's, or labels have.
    replace_bytes : bool
        True to read bytes that are not UTF-8 as ``�`` and count their lines.

    Raises
    ------
    DataError
        If the table cannot be read, is too large, or is no example table of the task.
    UnknownName
        If a format, a column or a label does not exist.
    """
    mapping = mapping or DataMapping()
    mapping.check(task)
    source, name = _open(data, replace_bytes)
    chosen = format or mapping.format
    found = get_format(chosen, task) if chosen else detect(source.header, task)
    source, columns = _columns(source, task, found, mapping)
    cells = source.read(list(dict.fromkeys(columns.values())))
    return ExampleTable(source, task, columns, cells).examples(
        {**(found.labels if found else {}), **mapping.labels},
        name=name,
        format=found.id if found else None,
    )


def split_name(source: Path | str) -> str:
    """Return the name under which a file's examples are stored: its own, made safe.

    Examples
    --------
    >>> split_name("data/my pairs (v2).csv")
    'my-pairs-v2'
    """
    text = str(source)
    stem = text.removeprefix(PREFIX) if text.startswith(PREFIX) else Path(text).stem
    return re.sub(r"[^A-Za-z0-9]+", "-", stem).strip("-")[:60].strip("-") or "data"


class _Frame:
    """A frame as a source."""

    name, unit = "the frame", "row"

    def __init__(self, frame: pd.DataFrame) -> None:
        self._frame = frame
        self.header = tuple(str(name) for name in frame.columns)

    def read(self, wanted: Sequence[str]) -> Cells:
        columns = {
            name: self._frame.iloc[:, self.header.index(name)].astype(object).tolist()
            for name in wanted
        }
        return Cells(columns, np.arange(1, len(self._frame) + 1))


def _open(data: Path | str | pd.DataFrame, replace_bytes: bool) -> tuple[TableSource, str]:
    if isinstance(data, pd.DataFrame):
        return _Frame(data), "data"
    if str(data).startswith(PREFIX):
        return HubDataset(str(data)), split_name(data)
    path = Path(data).expanduser()
    suffix = path.suffix.lower()
    if suffix not in _ENDINGS:
        raise DataError(
            f'"{path.name}" is none of {", ".join(_ENDINGS)}. Save it as one of them; a data set '
            f"of the hub is {PREFIX}NAME:SPLIT."
        )
    check_file(path)
    name = split_name(path)
    if suffix == ".jsonl":
        return JsonLinesFile(path, replace_bytes=replace_bytes), name
    if suffix == ".parquet":
        from trusteq_core.tasks.readers.parquet_file import ParquetFile

        return ParquetFile(path), name
    return DelimitedFile(path, _SEPARATORS[suffix], replace_bytes=replace_bytes), name


def _columns(
    source: TableSource, task: Task, found: PublishedFormat | None, mapping: DataMapping
) -> tuple[TableSource, dict[str, str]]:
    """Return the source, told how to read itself, and the table's name of each of our columns."""
    usual: Mapping[str, str] = {name: name for name in (*task.segments, *OPTIONAL)}
    layout = None if found is None else found.layout(source.header, task)
    if isinstance(source, DelimitedFile):
        quotes = layout is None or layout.quotes
        quotes = quotes if mapping.quotes is None else mapping.quotes
        source = source.arranged(quotes=quotes, names=layout.names if layout else ())
    twice = [name for name, count in Counter(source.header).items() if count > 1]
    columns = {
        ours: theirs
        for ours, theirs in (layout.columns if layout else usual).items()
        if ours in mapping.columns or ours in task.segments or theirs in source.header
    } | dict(mapping.columns)
    columns = {ours: theirs for ours, theirs in columns.items() if theirs}
    for ours, theirs in columns.items():
        if theirs not in source.header:
            raise _no_column(source, task, ours, theirs, given=ours in mapping.columns)
        if theirs in twice:
            raise DataError(f'"{source.name}" has two columns "{theirs}". Leave one out.')
    for ours in task.segments:
        if ours not in columns:
            raise DataError(f'Task "{task.id}" needs the column "{ours}"; it cannot be left out.')
    return source, columns


def _no_column(
    source: TableSource, task: Task, ours: str, theirs: str, *, given: bool
) -> TrusteqError:
    """Return what to say of a table without a column, with what may be meant."""
    header = source.header
    if given:
        return UnknownName(f'column of "{source.name}"', theirs, header)
    said = f'Missing column: "{source.name}" has no column "{theirs}".'
    other = next((mark for mark in ",;\t|" if len(header) == 1 and mark in header[0]), None)
    if other is not None:
        shown = "tabs" if other == "\t" else f'"{other}"'
        return DataError(
            f"{said} Its columns seem to be separated by {shown}: .csv needs commas, "
            ".tsv and .txt tabs."
        )
    elsewhere = [each for each in FORMATS.values() if each.task != task.id and each.marks(header)]
    if elsewhere:
        return DataError(
            f'{said} Its columns are those of {elsewhere[0].title}, of task "{elsewhere[0].task}".'
        )
    lowered = {name.lower().strip(): name for name in reversed(header)}
    near = get_close_matches(theirs, lowered, n=1)
    hint = f' Did you mean "{lowered[near[0]]}"?' if near else ""
    meant = lowered[near[0]] if near else "NAME"
    formats = ", ".join(each.id for each in FORMATS.values() if each.task == task.id)
    listed = ", ".join(header[:12]) + (", …" if len(header) > 12 else "")
    return DataError(
        f"{said}{hint} Found: {listed[:400]}. Say which it is: --column {ours}={meant}; or what is "
        f"published so: --format {formats}."
    )

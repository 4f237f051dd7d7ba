"""The examples of a table: texts checked, labels named, what is missing left out and counted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any

import numpy as np
import pandas as pd

from trusteq_core.errors import DataError
from trusteq_core.tasks.examples import check_examples
from trusteq_core.tasks.label_names import label_meaning
from trusteq_core.tasks.readers.formats import FORMATS
from trusteq_core.tasks.readers.source import Cells, TableSource
from trusteq_core.tasks.task import Task

__all__ = ["ExampleData", "ExampleTable"]


@dataclass(frozen=True, slots=True, eq=False)
class ExampleData:
    """Examples as they were read, and what was left out.

    Attributes
    ----------
    frame : DataFrame
        An example table; ``label``, ``group`` and ``phenomenon`` where the source has them.
    name : str
        Name under which results on them are stored: that of the file, made safe.
    source : str
        What was read, as messages call it.
    format : str or None
        Id of the published format it was read as.
    rows : int
        Rows of the source.
    left_out : mapping of int
        Rows that were left out, by what they lack.
    replaced : int
        Lines with bytes that are not UTF-8, read as ``�``.
    """

    frame: pd.DataFrame
    name: str
    source: str
    format: str | None
    rows: int
    left_out: Mapping[str, int] = field(default_factory=dict)
    replaced: int = 0

    @property
    def notes(self) -> list[str]:
        """What a reader of the results must know of the data, a sentence each."""
        said = []
        if self.format is not None:
            said.append(f'"{self.source}" was read as {FORMATS[self.format].title}.')
        if self.left_out:
            reasons = ", ".join(
                f"{count:,} without {what}" for what, count in self.left_out.items()
            )
            said.append(
                f"{self.rows - len(self.frame):,} of {self.rows:,} rows were left out: {reasons}."
            )
        if self.replaced:
            said.append(f'{self.replaced:,} lines hold bytes that are not UTF-8, read as "�".')
        return said

    def to_dict(self) -> dict[str, Any]:
        """Return what was read, ready for JSON."""
        return {
            "source": self.source,
            "format": self.format,
            "rows": self.rows,
            "used": len(self.frame),
            "left_out": dict(self.left_out),
            "replaced": self.replaced,
        }


@dataclass(frozen=True, slots=True, eq=False)
class ExampleTable:
    """Cells of a table on their way to an example table.

    Attributes
    ----------
    source : TableSource
        Where they are from.
    task : Task
        The task.
    columns : mapping
        Our column -> the table's.
    cells : Cells
        The table's columns.
    """

    source: TableSource
    task: Task
    columns: Mapping[str, str]
    cells: Cells

    def examples(self, labels: Mapping[str, str], *, name: str, format: str | None) -> ExampleData:
        """Return the rows that can be used, under the contract of an example table.

        Raises
        ------
        DataError
            If a cell is of no use, an id occurs twice, or no row is left.
        """
        n = len(self.cells.numbers)
        frame, lacks = {}, np.full(n, "", dtype=object)
        for segment in self.task.segments:
            frame[segment], missing = self._texts(segment)
            lacks[missing & (lacks == "")] = segment
        if "label" in self.columns:
            frame["label"] = self._labels(labels)
            missing = np.array([label is None for label in frame["label"]], dtype=bool)
            lacks[missing & (lacks == "")] = "a label"
        frame["id"] = self._ids(name)
        for optional in ("group", "phenomenon"):
            if optional in self.columns:
                frame[optional] = self._optional(optional, frame["id"])
        used = pd.DataFrame(frame).astype(object)[lacks == ""].reset_index(drop=True)
        left_out = dict(Counter(lacks[lacks != ""].tolist()))
        if n and used.empty:
            reasons = ", ".join(f"{count:,} without {what}" for what, count in left_out.items())
            raise DataError(f'No row of "{self.source.name}" can be used: {reasons}.')
        order = ["id", *self.task.segments, "label", "group", "phenomenon"]
        used = used[[column for column in order if column in used]]
        check_examples(used, self.task, need_label="label" in used)
        return ExampleData(used, name, self.source.name, format, n, left_out, self.cells.replaced)

    def _column(self, name: str) -> list[Any]:
        return self.cells.columns[self.columns[name]]

    def _place(self, row: int) -> str:
        return f'"{self.source.name}", {self.source.unit} {self.cells.numbers[row]},'

    def _texts(self, segment: str) -> tuple[list[Any], np.ndarray]:
        """Return a segment's texts, and where there is none."""
        texts = self._column(segment)
        missing = np.zeros(len(texts), dtype=bool)
        for row, text in enumerate(texts):
            if not isinstance(text, str):
                missing[row] = _is_gap(text)
                if not missing[row]:
                    raise DataError(
                        f"{self._place(row)} holds {str(text)[:40]!r} in column "
                        f'"{self.columns[segment]}", which is no text. Write it as text.'
                    )
            elif not text.strip():
                missing[row] = True
            elif not _is_unicode(text):
                raise DataError(
                    f"{self._place(row)} holds half a character (a lone surrogate) in column "
                    f'"{self.columns[segment]}". Write the text anew as UTF-8.'
                )
        return texts, missing

    def _labels(self, meanings: Mapping[str, str]) -> list[str | None]:
        """Return the task's label of each row, None where there is none."""
        names = [_name(cell) for cell in self._column("label")]
        known: dict[str | None, str | None] = {None: None}
        for name in filter(None, dict.fromkeys(names)):
            if name in meanings:
                known[name] = meanings[name] or None
            else:
                known[name] = label_meaning(name, self.task)
                if known[name] is None:
                    raise self._unknown(name, names)
        return [known[name] for name in names]

    def _unknown(self, name: str, names: Sequence[str | None]) -> DataError:
        near = get_close_matches(name, self.task.labels, n=1)
        meant = near[0] if near else self.task.labels[0]
        hint = f' Did you mean "{meant}"?' if near else ""
        return DataError(
            f'{self._place(names.index(name))} has the label "{name[:60]}" '
            f'({names.count(name):,} rows have). Unknown label; those of task "{self.task.id}": '
            f"{', '.join(self.task.labels)}.{hint} Say what it means: --label {name[:60]}={meant}."
        )

    def _ids(self, name: str) -> list[str]:
        if "id" not in self.columns:
            return [f"{name}-{row}" for row in range(len(self.cells.numbers))]
        first: dict[str, int] = {}
        for row, cell in enumerate(self._column("id")):
            example = _name(cell)
            if example is None:
                raise DataError(
                    f"{self._place(row)} has no id. Fill it in, or have the rows numbered: "
                    "--column id="
                )
            if example in first:
                raise DataError(
                    f"Every example needs an id of its own: {self._place(row)} repeats "
                    f'"{example[:60]}" of {self.source.unit} '
                    f"{self.cells.numbers[first[example]]}. Leave one out, or have the rows "
                    "numbered: --column id="
                )
            first[example] = row
        return list(first)

    def _optional(self, column: str, ids: Sequence[str]) -> list[str]:
        """Return a group or a phenomenon; a row without a group is a group of its own."""
        names = [_name(cell) for cell in self._column(column)]
        if column == "phenomenon":
            return [name or "" for name in names]
        return [name or example for name, example in zip(names, ids, strict=True)]


def _is_gap(cell: Any) -> bool:
    """Return whether a cell that is no text is empty: None, NaN or pandas' NA."""
    return bool(np.ndim(cell) == 0 and pd.isna(cell))


def _is_unicode(text: str) -> bool:
    if text.isascii():
        return True
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _name(cell: Any) -> str | None:
    """Return a label, an id or a group as text, None where it is empty: 1 and 1.0 are "1"."""
    if isinstance(cell, str):
        return cell.strip() or None
    if _is_gap(cell):
        return None
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    return str(cell)

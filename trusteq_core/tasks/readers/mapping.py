"""What a user says about a table: which column is what, and what its labels mean."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from trusteq_core.errors import DataError, UnknownName
from trusteq_core.tasks.task import Task

__all__ = ["OPTIONAL", "DataMapping"]

OPTIONAL = ("label", "id", "group", "phenomenon")
"""Columns that an example table may have besides the segments of the task."""

_KEYS = ("format", "quotes", "columns", "labels")


@dataclass(frozen=True, slots=True)
class DataMapping:
    """Where the columns of an example table are found, and what its labels mean.

    Attributes
    ----------
    columns : mapping
        Our column (a segment, ``label``, ``id``, ``group``, ``phenomenon``) -> the table's; an
        empty name leaves it out.
    labels : mapping
        The table's label -> the task's; an empty one means that there is no label.
    format : str or None
        Id of a published format.
    quotes : bool or None
        Whether a quotation mark encloses a cell of a CSV or TSV file; as usual for its format
        where not said.
    """

    columns: Mapping[str, str] = field(default_factory=dict)
    labels: Mapping[str, str] = field(default_factory=dict)
    format: str | None = None
    quotes: bool | None = None

    @classmethod
    def read(cls, path: Path | str) -> DataMapping:
        """Read a mapping from a TOML file with ``format``, ``quotes``, [columns] and [labels].

        Raises
        ------
        DataError
            If it cannot be read or holds anything else.
        """
        path = Path(path)
        try:
            content = tomllib.loads(path.read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise DataError(f'"{path}" cannot be read as TOML: {error}.') from error
        for key in content:
            if key not in _KEYS:
                raise UnknownName(f'entry of the mapping "{path.name}"', key, _KEYS)
        quotes, format = content.get("quotes"), content.get("format")
        if quotes is not None and not isinstance(quotes, bool):
            raise DataError(f'"{path.name}": quotes is true or false, got {quotes!r}.')
        if format is not None and not isinstance(format, str):
            raise DataError(f'"{path.name}": format is a name, got {format!r}.')
        columns, labels = (_names(path, content, key) for key in ("columns", "labels"))
        return cls(columns, labels, format, quotes)

    @classmethod
    def parse(cls, columns: Iterable[str] = (), labels: Iterable[str] = ()) -> DataMapping:
        """Return what settings such as ``premise=sentence1`` and ``0=entailment`` say.

        Raises
        ------
        DataError
            If one has no ``=``.

        Examples
        --------
        >>> DataMapping.parse(["premise=text a"], ["yes=entailment"]).columns
        {'premise': 'text a'}
        """
        return cls(
            dict(_setting(each, "premise=sentence1") for each in columns),
            dict(_setting(each, "0=entailment", last=True) for each in labels),
        )

    def over(self, other: DataMapping) -> DataMapping:
        """Return this mapping with what it leaves open taken from another."""
        return DataMapping(
            {**other.columns, **self.columns},
            {**other.labels, **self.labels},
            self.format or other.format,
            other.quotes if self.quotes is None else self.quotes,
        )

    def check(self, task: Task) -> None:
        """Raise `UnknownName` if it names a column or a label that the task does not have."""
        for name in self.columns:
            if name not in (*task.segments, *OPTIONAL):
                known = (*task.segments, *OPTIONAL)
                raise UnknownName(f"column of an example table of task {task.id}", name, known)
        for label in self.labels.values():
            if label and label not in task.labels:
                raise UnknownName(f"label of task {task.id}", label, task.labels)


def _setting(text: str, example: str, *, last: bool = False) -> tuple[str, str]:
    """Split at the first ``=``, or at the last: labels of a file may hold one, ours do not."""
    name, sign, value = text.rpartition("=") if last else text.partition("=")
    if not sign or not name:
        raise DataError(f'"{text}" is no setting. Write it as in {example}.')
    return name, value


def _names(path: Path, content: Mapping[str, Any], key: str) -> dict[str, str]:
    table = content.get(key, {})
    if not isinstance(table, dict) or not all(isinstance(each, str) for each in table.values()):
        raise DataError(f'"{path.name}": [{key}] is a table of names in quotation marks.')
    return dict(table)

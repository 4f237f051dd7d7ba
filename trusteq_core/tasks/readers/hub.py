"""Data sets by their id, through the `datasets` library where it is installed."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import numpy as np

from trusteq_core.errors import DataError
from trusteq_core.tasks.readers import source
from trusteq_core.tasks.readers.source import Cells

__all__ = ["PREFIX", "HubDataset"]

PREFIX = "datasets:"
"""What a data set's id begins with, so that a mistyped file name never asks the network."""

_ADDRESS = re.compile(
    r"(?P<name>[^:@]+)(?:@(?P<revision>[\w./-]+))?(?::(?P<config>[^:@]+))??(?::(?P<split>[^:@[]+(?:\[[^\]]*\])?))?"
)


class HubDataset:
    """One split of a data set: ``datasets:NAME[@REVISION][:CONFIGURATION][:SPLIT]``.

    Without a split it is ``test``. Names of classes take the place of their numbers; the number
    -1 means that there is no label.
    """

    unit = "row"

    def __init__(self, address: str) -> None:
        self.name = address.removeprefix(PREFIX)
        parts = _ADDRESS.fullmatch(self.name)
        if parts is None:
            raise DataError(
                f'"{address}" is no data set. Write {PREFIX}NAME, {PREFIX}NAME:SPLIT or '
                f"{PREFIX}NAME:CONFIGURATION:SPLIT, with NAME@REVISION to pin a revision."
            )
        split = parts["split"] or "test"
        self._data = _load(self.name, parts["name"], parts["config"], split, parts["revision"])
        if len(self._data) > source.LARGEST_TABLE:
            raise DataError(
                f'"{self.name}" has {len(self._data):,} rows; {source.LARGEST_TABLE:,} are '
                f"allowed. Take a part of it: {PREFIX}NAME:{split}[:100000]."
            )
        self.header = tuple(self._data.column_names)

    def read(self, wanted: Sequence[str]) -> Cells:
        """Read some columns."""
        columns = {name: self._column(name) for name in wanted}
        return Cells(columns, np.arange(1, len(self._data) + 1))

    def _column(self, name: str) -> list[Any]:
        cells = list(self._data[name])
        classes = getattr(self._data.features.get(name), "names", None)
        if not classes:
            return cells
        return [None if cell is None or cell < 0 else classes[cell] for cell in cells]


def _load(shown: str, name: str, config: str | None, split: str, revision: str | None) -> Any:
    try:
        import datasets
    except ImportError as error:
        raise DataError(
            f'"{PREFIX}{shown}" needs the library "datasets". Install it: pip install '
            '"trusteq[datasets]"; or save the split as a file (CSV, TSV, JSON lines, Parquet).'
        ) from error
    try:
        return datasets.load_dataset(name, config, split=split, revision=revision)
    except Exception as error:
        first = (str(error).strip().splitlines() or [type(error).__name__])[0].rstrip(".")
        raise DataError(
            f'"{PREFIX}{shown}" cannot be had: {first}. Check its name, configuration and split.'
        ) from error

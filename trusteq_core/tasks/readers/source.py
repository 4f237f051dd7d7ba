"""What every kind of file is read into: named columns of cells, each row with its place."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from trusteq_core.errors import DataError

__all__ = [
    "LARGEST_FILE",
    "LARGEST_TABLE",
    "LONGEST_LINE",
    "Cells",
    "TableSource",
    "check_file",
    "collect",
]

LARGEST_FILE = 1 << 30
"""Bytes beyond which a file is refused before it is read."""

LARGEST_TABLE = 1_000_000
"""Rows beyond which a table is refused."""

LONGEST_LINE = 1 << 20
"""Bytes beyond which a line is refused: what is read at once is bounded."""


@dataclass(frozen=True, slots=True, eq=False)
class Cells:
    """Some columns of a table.

    Attributes
    ----------
    columns : dict of list
        The cells of each column that was asked for, as they stand; None where there is none.
    numbers : ndarray of int, shape (n,)
        Where each row stands: the line on which it begins, or its row; counted from 1.
    replaced : int
        Lines with bytes that are not UTF-8, read as ``�``.
    """

    columns: dict[str, list[Any]]
    numbers: np.ndarray
    replaced: int = 0


class TableSource(Protocol):
    """A table that is about to be read.

    Attributes
    ----------
    name : str
        What messages call it.
    unit : str
        What a place is counted in: ``"line"`` or ``"row"``.
    header : tuple of str
        Names of its columns; for a file that may lack them, its first record.
    """

    name: str
    unit: str
    header: tuple[str, ...]

    def read(self, wanted: Sequence[str]) -> Cells:
        """Read the columns of these names."""
        ...


def check_file(path: Path) -> None:
    """Raise `DataError` unless there is a file here that is neither empty nor too large."""
    if not path.exists():
        raise DataError(f'There is no file "{path}". Give the path of an example table.')
    if not path.is_file():
        raise DataError(f'"{path}" is no file. Give the path of an example table.')
    size = path.stat().st_size
    if size == 0:
        raise DataError(f'"{path.name}" is empty. An example table has at least one row.')
    if size > LARGEST_FILE:
        raise DataError(
            f'"{path.name}" has {size:,} bytes; {LARGEST_FILE:,} are allowed. Split it up, or '
            "leave out the columns that are not needed."
        )


def collect(
    name: str, wanted: Sequence[str], rows: Iterable[tuple[int, Sequence[Any]]]
) -> tuple[dict[str, list[Any]], np.ndarray]:
    """Gather numbered rows of the wanted cells into columns, up to `LARGEST_TABLE` of them."""
    columns: dict[str, list[Any]] = {each: [] for each in wanted}
    numbers: list[int] = []
    for number, cells in rows:
        if len(numbers) == LARGEST_TABLE:
            raise DataError(
                f'"{name}" has more than {LARGEST_TABLE:,} rows, which is what is allowed. '
                "Split it up."
            )
        numbers.append(number)
        for column, cell in zip(columns.values(), cells, strict=True):
            column.append(cell)
    return columns, np.array(numbers, dtype=np.int64)

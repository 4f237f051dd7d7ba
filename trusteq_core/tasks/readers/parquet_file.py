"""Parquet files of examples, read in pieces, only the columns that are wanted."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
from pyarrow import parquet

from trusteq_core.errors import DataError
from trusteq_core.tasks.readers import source
from trusteq_core.tasks.readers.source import Cells, collect

__all__ = ["ParquetFile"]

_ROWS = 4096
"""Rows that are unpacked at a time."""


class ParquetFile:
    """A Parquet file."""

    unit = "row"

    def __init__(self, path: Path) -> None:
        self.path, self.name = path, path.name
        try:
            facts = parquet.read_metadata(path)
        except (OSError, pa.ArrowException) as error:
            raise _unreadable(path, error) from error
        if facts.num_rows > source.LARGEST_TABLE:
            raise DataError(
                f'"{path.name}" has {facts.num_rows:,} rows; {source.LARGEST_TABLE:,} are '
                "allowed. Split it up."
            )
        self.header = tuple(facts.schema.to_arrow_schema().names)

    def read(self, wanted: Sequence[str]) -> Cells:
        """Read some columns."""
        try:
            found, numbers = collect(self.name, wanted, self._rows(list(wanted)))
        except (OSError, pa.ArrowException) as error:
            raise _unreadable(self.path, error) from error
        return Cells(found, numbers)

    def _rows(self, wanted: list[str]) -> Iterator[tuple[int, tuple[Any, ...]]]:
        number = unpacked = 0
        with parquet.ParquetFile(self.path) as file:
            for batch in file.iter_batches(batch_size=_ROWS, columns=wanted):
                unpacked += batch.nbytes
                if unpacked > source.LARGEST_FILE:
                    raise DataError(
                        f'"{self.name}" unpacks to more than {source.LARGEST_FILE:,} bytes, which '
                        "is what is allowed. Split it up."
                    )
                columns = [batch.column(batch.schema.get_field_index(name)) for name in wanted]
                for cells in zip(*(column.to_pylist() for column in columns), strict=True):
                    number += 1
                    yield number, cells


def _unreadable(path: Path, error: Exception) -> DataError:
    first = (str(error).strip().splitlines() or ["unknown reason"])[0].rstrip(".")
    return DataError(f'"{path}" cannot be read as Parquet: {first}. Write it again.')

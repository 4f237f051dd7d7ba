"""Files of predictions: CSV, TSV or Parquet, read in pieces, every row checked.

A file has a row for each example and the columns ``id``, ``label`` (the name of the gold class)
and one for each class: its probability, or its logit. The columns of the classes may all be named
``p_<class>``. CSV and TSV are in UTF-8, with a point in numbers. Ids are text: ``007`` is not
``7``.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv as pa_csv
from pyarrow import parquet

from trusteq_core.calibration import check_probabilities, softmax
from trusteq_core.calibration.probabilities import TOLERANCE
from trusteq_core.errors import DataError

__all__ = ["PredictionFile", "PredictionRows"]

ROWS = 1 << 16
"""Rows of a Parquet file that are read at a time."""

_BLOCK = 1 << 22  # bytes of a CSV file that are read at a time
_NUMBERS = (pa.types.is_floating, pa.types.is_integer, pa.types.is_decimal)
_SEPARATORS = {".csv": ",", ".tsv": "\t"}
_INDEX = "__index_level_"  # what pandas calls an index without a name
_LOOSE = 0.05
"""Rows that sum to one as nearly as this were probabilities before they were rounded."""


@dataclass(frozen=True, slots=True, eq=False)
class PredictionRows:
    """Some rows of a file.

    Attributes
    ----------
    ids : ndarray of str, shape (m,)
        Ids of the examples.
    y : ndarray of int, shape (m,)
        Gold labels, as positions in the list of classes that was asked for.
    p : ndarray, shape (m, K)
        Probabilities that sum to one, classes in that order.
    """

    ids: np.ndarray
    y: np.ndarray
    p: np.ndarray


@dataclass(frozen=True, slots=True)
class PredictionFile:
    """A file of one model's predictions.

    Attributes
    ----------
    path : Path
        The file.
    classes : tuple of str
        Names of the classes, in the order of their columns.
    columns : tuple of str
        The columns of the classes.
    logits : bool
        True if they hold logits.
    """

    path: Path
    classes: tuple[str, ...]
    columns: tuple[str, ...]
    logits: bool = False

    @classmethod
    def open(cls, path: Path | str, *, logits: bool = False) -> PredictionFile:
        """Look at the columns of a file.

        Raises
        ------
        DataError
            If the file cannot be read, lacks a column, or has no two classes.
        """
        path = Path(path)
        names = _column_names(path)
        for needed in ("id", "label"):
            if needed not in names:
                raise DataError(_lacking(path, needed, names))
        columns = [name for name in names if name not in ("id", "label")]
        if len(columns) < 2:
            raise DataError(
                f'"{path.name}" has {len(columns)} column(s) besides "id" and "label". Needed is '
                "one for each class, at least two."
            )
        prefixed = all(name.startswith("p_") and name != "p_" for name in columns)
        classes = [name.removeprefix("p_") if prefixed else name for name in columns]
        return cls(path, tuple(classes), tuple(columns), logits)

    def rows(self, classes: Iterable[str] | None = None) -> Iterator[PredictionRows]:
        """Read the file from the start, piece by piece.

        Parameters
        ----------
        classes : iterable of str, optional
            The file's classes in the order in which they are wanted; by default as they stand.

        Raises
        ------
        DataError
            At the first row that breaks the contract, which is named. At the end, if every row
            of logits was a probability distribution.
        """
        wanted = list(self.classes if classes is None else classes)
        columns = [self.columns[self.classes.index(name)] for name in wanted]
        done, probable = 0, True
        for batch in _batches(self.path, columns):
            ids = _texts(batch, "id")
            values = _numbers(batch, columns, self.path)
            self._check_filled(ids, "id", done)
            y = self._codes(batch, ids, wanted, done)
            self._check_values(values, ids, columns, done)
            if self.logits:
                probable = probable and _look_like_probabilities(values)
                values = values - values.max(axis=1, keepdims=True)  # the same softmax
            yield PredictionRows(ids, y, (softmax if self.logits else check_probabilities)(values))
            done += len(ids)
        if self.logits and done and probable:
            raise DataError(
                f'The logits in "{self.path.name}" are probabilities already: every row lies '
                "within 0..1 and sums to 1. Leave out --logits."
            )

    def ids(self) -> Iterator[np.ndarray]:
        """Read the ids alone, piece by piece."""
        return (_texts(batch, "id") for batch in _batches(self.path, []))

    def _codes(
        self, batch: pa.RecordBatch, ids: np.ndarray, classes: list[str], done: int
    ) -> np.ndarray:
        labels = _texts(batch, "label")
        self._check_filled(labels, "label", done)
        codes = pc.index_in(pa.array(labels, pa.string()), pa.array(classes, pa.string()))
        y = codes.fill_null(-1).to_numpy(zero_copy_only=False)
        if (y < 0).any():
            row = int(np.argmax(y < 0))
            raise DataError(
                f'{self._place(row, ids, done)}: label "{labels[row]}" is none of the classes '
                f"{', '.join(classes)}. Labels are the names of the columns of the classes."
            )
        return y.astype(np.int16)

    def _check_filled(self, texts: np.ndarray, column: str, done: int) -> None:
        empty = texts == ""
        if empty.any():
            raise DataError(
                f'"{self.path.name}", row {done + int(np.argmax(empty)) + 1}, has no {column}. '
                "Fill it in or leave the row out."
            )

    def _check_values(
        self, values: np.ndarray, ids: np.ndarray, columns: list[str], done: int
    ) -> None:
        """Raise `DataError` that names the first row that is of no use."""
        missing = ~np.isfinite(values)
        if missing.any():
            row, column = map(int, np.argwhere(missing)[0])
            raise DataError(
                f'{self._place(row, ids, done)}: column "{columns[column]}" is empty, NaN or '
                "infinite. Every class needs a finite number."
            )
        if self.logits:
            return
        outside = ((values < 0) | (values > 1 + TOLERANCE)).any(axis=1)
        if outside.any():
            row = int(np.argmax(outside))
            raise DataError(
                f"{self._place(row, ids, done)}: {_shown(values[row])} lie outside 0..1; these "
                "look like logits. Pass probabilities, or say --logits so that a softmax is taken."
            )
        sums = values.sum(axis=1)
        off = np.abs(sums - 1.0) > TOLERANCE
        if off.any():
            row = int(np.argmax(off))
            raise DataError(
                f"{self._place(row, ids, done)}: {_shown(values[row])} sum to {sums[row]:.6g}, "
                f"not to 1 (within {TOLERANCE}). Give every class its probability, with all "
                "digits."
            )

    def _place(self, row: int, ids: np.ndarray, done: int) -> str:
        return f'"{self.path.name}", row {done + row + 1} (id "{ids[row]}")'


def _column_names(path: Path) -> list[str]:
    """Return the names of the columns, each once and none empty."""
    try:
        if path.suffix.lower() == ".parquet":
            names = [n for n in parquet.read_schema(path).names if not n.startswith(_INDEX)]
        elif path.suffix.lower() in _SEPARATORS:
            with path.open(encoding="utf-8-sig", newline="") as file:
                names = next(csv.reader(file, delimiter=_SEPARATORS[path.suffix.lower()]), [])
        else:
            raise DataError(
                f'"{path.name}" is none of .csv, .tsv and .parquet. Save it as one of them.'
            )
    except UnicodeDecodeError as error:
        raise DataError(_encoding(path)) from error
    except (OSError, pa.ArrowException, csv.Error) as error:
        raise DataError(_unreadable(path, error)) from error
    if not names:
        raise DataError(f'"{path.name}" is empty. Needed are the columns id, label and classes.')
    if "" in names:
        raise DataError(
            f'"{path.name}": column {names.index("") + 1} has no name. Leave it out (pandas: '
            "to_csv(…, index=False))."
        )
    twice = [name for name in names if names.count(name) > 1]
    if twice:
        raise DataError(f'"{path.name}" has two columns "{twice[0]}". Leave one out.')
    return names


def _lacking(path: Path, needed: str, names: list[str]) -> str:
    """Return what to say of a file without a column."""
    said = f'"{path.name}" has no column "{needed}".'
    other = next((mark for mark in ",;\t|" if len(names) == 1 and mark in names[0]), None)
    if other is not None:
        shown = "tabs" if other == "\t" else f'"{other}"'
        return f"{said} Its columns seem to be separated by {shown}: .csv needs commas, .tsv tabs."
    lowered = {name.lower().strip(): name for name in reversed(names)}
    near = get_close_matches(needed, lowered, n=1, cutoff=0.5)
    hint = f' Is "{lowered[near[0]]}" meant? Then rename it.' if near else ""
    listed = ", ".join(names[:12]) + (", …" if len(names) > 12 else "")
    return f"{said}{hint} Found: {listed}."


def _batches(path: Path, columns: list[str]) -> Iterator[pa.RecordBatch]:
    """Yield the rows of a file with the columns id, label and those asked for."""
    wanted = ["id", "label", *columns]
    try:
        if path.suffix.lower() == ".parquet":
            with parquet.ParquetFile(path) as file:
                yield from file.iter_batches(batch_size=ROWS, columns=wanted)
            return
        with pa_csv.open_csv(
            path,
            read_options=pa_csv.ReadOptions(block_size=_BLOCK, use_threads=False),
            parse_options=pa_csv.ParseOptions(
                delimiter=_SEPARATORS[path.suffix.lower()], newlines_in_values=True
            ),
            convert_options=pa_csv.ConvertOptions(
                include_columns=wanted,
                column_types={
                    **dict.fromkeys(columns, pa.float64()),
                    "id": pa.string(),
                    "label": pa.string(),
                },
            ),
        ) as reader:
            yield from reader
    except (OSError, pa.ArrowException) as error:
        if "UTF8" in str(error):
            raise DataError(_encoding(path)) from error
        raise DataError(_unreadable(path, error)) from error


def _texts(batch: pa.RecordBatch, name: str) -> np.ndarray:
    """Return a column as text; what is missing is empty."""
    column = batch.column(batch.schema.get_field_index(name))
    try:
        texts = column if pa.types.is_string(column.type) else column.cast(pa.string())
    except pa.ArrowException as error:
        raise DataError(f'The column "{name}" holds {column.type}, not text.') from error
    return texts.fill_null("").to_numpy(zero_copy_only=False)


def _numbers(batch: pa.RecordBatch, columns: list[str], path: Path) -> np.ndarray:
    """Return columns as a table of float64; what is missing is NaN."""
    table = np.empty((batch.num_rows, len(columns)))
    for place, name in enumerate(columns):
        column = batch.column(batch.schema.get_field_index(name))
        kind = column.type
        if not any(is_kind(kind) for is_kind in _NUMBERS):
            raise DataError(
                f'"{path.name}": column "{name}" holds {kind}, not numbers. Keep id, label and '
                "one column of numbers for each class."
            )
        table[:, place] = column.cast(pa.float64(), safe=False).to_numpy(zero_copy_only=False)
    return table


def _look_like_probabilities(values: np.ndarray) -> bool:
    """Return whether every row would be a distribution but for its rounding."""
    within = values.min() >= 0 and values.max() <= 1
    return bool(within and (np.abs(values.sum(axis=1) - 1.0) <= _LOOSE).all())


def _encoding(path: Path) -> str:
    return f'"{path.name}" is not in UTF-8. Save it as UTF-8 (in a spreadsheet: "CSV UTF-8").'


def _unreadable(path: Path, error: Exception) -> str:
    reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    first = (reason.strip().splitlines() or ["unknown reason"])[0].rstrip(".")
    said = f'"{path}" cannot be read as a table of predictions: {first}.'
    if "conversion error to double" in first:
        said += ' Every column besides "id" and "label" is a class and holds numbers.'
    return said


def _shown(row: np.ndarray) -> str:
    return ", ".join(f"{value:.4g}" for value in row[:4]) + (", …" if row.size > 4 else "")

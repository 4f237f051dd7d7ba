"""Two files of predictions joined by id, in memory that hardly grows with their length.

Each file is read once. Probabilities wait in an unnamed temporary file (8 bytes a class and row),
which the system removes when they are closed or the process ends. While the files are joined, 10
bytes a row and file are held in memory (a 64-bit hash of each id, the number of each label), 8
more to sort the hashes, and 24 more where the rows stand in another order; 2 to 10 of them stay.
Two different ids share a hash with a probability of n²/2⁶⁵, less than one in ten million at a
million rows.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Literal

import numpy as np
import pandas as pd

from trusteq_core.errors import DataError
from trusteq_core.evaluation.prediction_files import ROWS, PredictionFile

__all__ = ["PredictionPair", "open_pair"]

_SHOWN = 3
"""Examples that a message names."""


class _Spool:
    """A table of float64 in a temporary file."""

    def __init__(self, n_columns: int, file: BinaryIO) -> None:
        self.n, self._columns, self._file = 0, n_columns, file

    def append(self, table: np.ndarray) -> None:
        """Write rows behind those that are there."""
        try:
            self._file.write(np.ascontiguousarray(table, dtype=np.float64).data)
            self._file.flush()
        except OSError as error:
            raise DataError(
                f"The predictions do not fit in {tempfile.gettempdir()}: {error.strerror}. Make "
                "room, or set TMPDIR to a folder that has it."
            ) from error
        self.n += len(table)

    def read(self, rows: slice | np.ndarray) -> np.ndarray:
        """Return a copy of some rows, shape (m, columns)."""
        # Mapped anew each time: pages that were read do not stay with the process.
        table = np.memmap(self._file, np.float64, mode="r", shape=(self.n, self._columns))
        return np.array(table[rows])


@dataclass(frozen=True, slots=True, eq=False)
class _Read:
    """What is kept of a file: hashes of its ids (n,), numbers of its labels (n,), probabilities."""

    file: PredictionFile
    hashes: np.ndarray
    y: np.ndarray
    spool: _Spool

    @property
    def name(self) -> str:
        """The file's name as it stands in messages."""
        return f'"{self.file.path.name}"'


@dataclass(frozen=True, slots=True, eq=False)
class PredictionPair:
    """Two models' predictions for the same examples.

    Attributes
    ----------
    names : tuple of str
        Names of the models: those of their files.
    classes : tuple of str
        Names of the classes, in the order of the original's columns.
    y : ndarray of int, shape (n,)
        Gold labels as positions among the classes, in the order of the original's rows.
    """

    names: tuple[str, str]
    classes: tuple[str, ...]
    y: np.ndarray
    _spools: tuple[_Spool, _Spool]
    _order: np.ndarray | None  # for each row of the original, that of the compressed model

    @property
    def n(self) -> int:
        """Number of examples."""
        return len(self.y)

    def probabilities(self, model: Literal[0, 1], rows: slice) -> np.ndarray:
        """Return probabilities of the original (0) or the compressed model (1), shape (m, K)."""
        chosen = self._order[rows] if model == 1 and self._order is not None else rows
        return self._spools[model].read(chosen)

    def slices(self) -> Iterator[slice]:
        """Yield the pieces in which the rows are worked on."""
        return (slice(start, min(start + ROWS, self.n)) for start in range(0, self.n, ROWS))


@contextmanager
def open_pair(
    original: Path | str, compressed: Path | str, *, logits: bool = False
) -> Iterator[PredictionPair]:
    """Read two files of predictions and join them by id; their temporary files close at the end.

    Parameters
    ----------
    original, compressed : path
        Files as `trusteq_core.evaluation.prediction_files` describes them.
    logits : bool
        True if the columns of the classes hold logits.

    Raises
    ------
    DataError
        If a file breaks its contract; classes, ids or labels of the two differ; an id occurs
        twice; or there is nothing that could be compared: fewer than two examples, a single gold
        class, or a model whose confidence is always 1.
    """
    files = [PredictionFile.open(path, logits=logits) for path in (original, compressed)]
    _check_classes(*files)
    with ExitStack() as stack:
        temporary = [stack.enter_context(tempfile.TemporaryFile()) for _ in files]
        yield _pair(files, temporary)


def _pair(files: Sequence[PredictionFile], temporary: Sequence[BinaryIO]) -> PredictionPair:
    """Read both files and join them; what only the joining needs is not kept."""
    classes = files[0].classes
    a, b = (_read(file, classes, into) for file, into in zip(files, temporary, strict=True))
    order = _joined(a, b)
    if len(np.unique(a.y)) == 1:
        raise DataError(
            f'Every label in {a.name} is "{classes[a.y[0]]}". Confidence cannot be held against '
            "accuracy on one class alone: give examples of every class."
        )
    names = _model_names(files[0].path, files[1].path)
    return PredictionPair(names, classes, a.y, (a.spool, b.spool), order)


def _read(file: PredictionFile, classes: tuple[str, ...], temporary: BinaryIO) -> _Read:
    """Read a whole file and refuse one with which nothing can be done."""
    spool = _Spool(len(classes), temporary)
    hashes, labels, certain = [], [], True
    for rows in file.rows(classes):
        hashes.append(pd.util.hash_array(rows.ids, categorize=False))
        labels.append(rows.y)
        certain = certain and bool((rows.p.max(axis=1) == 1.0).all())
        spool.append(rows.p)
    name = f'"{file.path.name}"'
    if spool.n < 2:
        count = "no example" if spool.n == 0 else "one example"
        raise DataError(f"{name} holds {count}. Nothing can be compared on so few.")
    if certain:
        raise DataError(
            f"Every confidence in {name} is 1: these are answers, not probabilities. Save the "
            "probabilities in double precision."
        )
    read = _Read(file, np.concatenate(hashes), np.concatenate(labels), spool)
    _check_once(read)
    return read


def _check_classes(a: PredictionFile, b: PredictionFile) -> None:
    only = [sorted(set(x.classes) - set(y.classes)) for x, y in ((a, b), (b, a))]
    if only[0] or only[1]:
        told = [
            f'only in "{file.path.name}": {", ".join(names)}'
            for file, names in zip((a, b), only, strict=True)
            if names
        ]
        raise DataError(
            f"The two files do not have the same classes ({'; '.join(told)}). Give both models' "
            "columns the same names."
        )


def _check_once(read: _Read) -> None:
    """Raise `DataError` if an id stands in more than one row."""
    ordered = np.sort(read.hashes)
    repeated = np.unique(ordered[1:][ordered[1:] == ordered[:-1]])
    if not repeated.size:
        return
    shown = _ids_of(read.file, repeated)
    raise DataError(
        f"{repeated.size:,} id(s) stand in more than one row of {read.name}: {shown}. An example "
        "has one row."
    )


def _joined(a: _Read, b: _Read) -> np.ndarray | None:
    """Return the row of b for each row of a, or None if they stand in the same order."""
    order = None
    if not np.array_equal(a.hashes, b.hashes):
        _check_same_ids(a, b)
        place = np.empty(len(a.hashes), dtype=np.intp)
        place[np.argsort(a.hashes)] = np.argsort(b.hashes)
        order = place
    labels = b.y if order is None else b.y[order]
    differ = a.y != labels
    if differ.any():
        shown = _ids_of(a.file, a.hashes[differ])
        raise DataError(
            f"{int(differ.sum()):,} of {len(a.y):,} examples have another label in {a.name} than "
            f"in {b.name}: {shown}. Both need the gold label."
        )
    return order


def _check_same_ids(a: _Read, b: _Read) -> None:
    told = []
    for one, other in ((a, b), (b, a)):
        lost = one.hashes[~np.isin(one.hashes, other.hashes, kind="sort")]
        if lost.size:
            shown = _ids_of(one.file, lost)
            told.append(
                f"{lost.size:,} of {len(one.hashes):,} ids of {one.name} are not in "
                f"{other.name}: {shown}"
            )
    if told:
        raise DataError(f"{'; '.join(told)}. Keep the examples that both models predicted.")


def _ids_of(file: PredictionFile, hashes: np.ndarray) -> str:
    """Return the first ids of a file with one of these hashes, as a message shows them."""
    found: dict[str, None] = {}
    for ids in file.ids():
        hit = np.isin(pd.util.hash_array(ids, categorize=False), hashes, kind="sort")
        found.update(dict.fromkeys(ids[hit]))
        if len(found) >= _SHOWN:
            break
    names = [f'"{name}"' for name in list(found)[:_SHOWN]]
    return ", ".join(names) + (", …" if hashes.size > len(names) else "")


def _model_names(a: Path, b: Path) -> tuple[str, str]:
    """Return short names that tell the models apart."""
    for names in ((a.stem, b.stem), (a.name, b.name), (str(a), str(b))):
        if names[0] != names[1]:
            return names
    return a.stem, b.stem

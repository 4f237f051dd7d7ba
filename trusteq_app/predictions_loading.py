"""What the Predictions page computes: two uploads compared, of which nothing is kept on disk."""

from __future__ import annotations

import re
from hashlib import blake2b
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

import streamlit as st

from trusteq_core.equivalence import Margins
from trusteq_core.errors import DataError
from trusteq_core.evaluation.prediction_comparison import PredictionComparison, compare_predictions
from trusteq_core.evaluation.prediction_files import PredictionFile

__all__ = ["Choices", "Upload", "compare_uploads", "comparison", "file_names"]

MOST_COMPARISONS = 8
MOST_ROWS = 1_000_000
MOST_NUMBERS = 20_000_000
"""Rows times classes: a Parquet file of a few megabytes can hold any number of equal rows."""

_LONGEST_STEM, _LONGEST_SUFFIX = 60, 10
_NOT_IN_NAMES = re.compile(r"[/\\\x00-\x1f\x7f]")


class Upload(NamedTuple):
    """A file as the visitor's browser sent it."""

    name: str
    content: bytes


class Choices(NamedTuple):
    """How two files of predictions are compared."""

    n_bins: int
    scheme: str
    logits: bool
    margins: Margins


def comparison(original: Upload, compressed: Upload, choices: Choices) -> PredictionComparison:
    """Return the comparison of two uploads; computed once for these contents, names and choices.

    It is kept in memory for this visitor alone, until the visit ends.

    Raises
    ------
    DataError
        As `compare_uploads`.
    """
    uploads = (original, compressed)
    contents = tuple((each.name, blake2b(each.content).hexdigest()) for each in uploads)
    return _comparison(uploads, choices, contents)


@st.cache_resource(
    max_entries=MOST_COMPARISONS, show_spinner="Comparing the predictions …", scope="session"
)
def _comparison(
    _uploads: tuple[Upload, Upload],
    choices: Choices,
    contents: tuple[tuple[str, str], ...],  # noqa: ARG001  what stands for the uploads in the key
) -> PredictionComparison:
    return compare_uploads(*_uploads, choices)


def compare_uploads(original: Upload, compressed: Upload, choices: Choices) -> PredictionComparison:
    """Compare two uploads in a temporary folder, which is removed whatever happens.

    Raises
    ------
    DataError
        If a file breaks its contract, the two do not fit each other, one is longer than the
        dashboard compares, or the temporary folder has no room.
    """
    names = file_names(original.name, compressed.name)
    with TemporaryDirectory(prefix="trusteq-") as folder:
        paths = [Path(folder, name) for name in names]
        try:
            for path, upload in zip(paths, (original, compressed), strict=True):
                _write(path, upload.content)
                _check_length(path)
            return compare_predictions(*paths, **choices._asdict())
        except DataError as error:
            raise DataError(str(error).replace(f"{folder}/", "")) from error


def file_names(original: str, compressed: str) -> tuple[str, str]:
    """Return the names under which two uploads are written: without folders, short, not the same.

    Examples
    --------
    >>> file_names("base.csv", "../tiny.csv")
    ('base.csv', '_tiny.csv')
    >>> file_names("test.csv", "test.csv")
    ('test (original).csv', 'test (compressed).csv')
    """
    sides = ("original", "compressed")
    (a, a_end), (b, b_end) = (
        _parts(name, side) for name, side in zip((original, compressed), sides, strict=True)
    )
    if (a + a_end).casefold() == (b + b_end).casefold():
        a, b = f"{a} (original)", f"{b} (compressed)"
    return a + a_end, b + b_end


def _parts(name: str, instead: str) -> tuple[str, str]:
    """Return a harmless stem and the suffix of a file name."""
    clean = _NOT_IN_NAMES.sub("_", name.encode("utf-8", "replace").decode())
    path = Path(clean.strip(" .") or instead)
    suffix = path.suffix if len(path.suffix) <= _LONGEST_SUFFIX else ""
    stem = path.name.removesuffix(suffix) if suffix else path.name
    return stem[:_LONGEST_STEM], suffix


def _write(path: Path, content: bytes) -> None:
    try:
        path.write_bytes(content)
    except OSError as error:
        raise DataError(
            f"The uploads do not fit in the server's temporary folder: {error.strerror}. Make "
            "room there, or set TMPDIR to a folder that has it."
        ) from error


def _check_length(path: Path) -> None:
    """Raise `DataError` if a file is longer than the dashboard compares."""
    file = PredictionFile.open(path)
    most = min(MOST_ROWS, MOST_NUMBERS // len(file.classes))
    n = 0
    for ids in file.ids():
        n += len(ids)
        if n > most:
            raise DataError(
                f'"{path.name}" has more than {most:,} rows, the most that the dashboard compares '
                f'with {len(file.classes)} classes. "trusteq calibrate" has no such limit.'
            )

"""CSV, TSV and JSON lines, read line by line: bounded, strict UTF-8, every error with its line."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from copy import copy
from pathlib import Path
from typing import Any, BinaryIO

from trusteq_core.errors import DataError
from trusteq_core.tasks.readers import source
from trusteq_core.tasks.readers.source import Cells, collect

__all__ = ["DelimitedFile", "JsonLinesFile"]

_BYTE_ORDER_MARKS = (b"\xff\xfe", b"\xfe\xff")  # of UTF-16


class _Lines:
    """The lines of a file as text, each of bounded length."""

    def __init__(self, name: str, file: BinaryIO, replace: bool) -> None:
        self.name, self._file, self._replace = name, file, replace
        self.number = self.replaced = 0

    def __iter__(self) -> Iterator[str]:
        # Looked up when called, so that the limit has one home.
        while line := self._file.readline(source.LONGEST_LINE + 1):
            self.number += 1
            if len(line) > source.LONGEST_LINE:
                raise DataError(
                    f"{self.place(self.number)} has more than {source.LONGEST_LINE:,} bytes, "
                    "which is what is allowed. It is no table of texts, or lacks line breaks."
                )
            if self.number == 1 and line.startswith(_BYTE_ORDER_MARKS):
                raise DataError(f'"{self.name}" is in UTF-16. Save it as UTF-8.')
            yield self._decode(line)

    def place(self, number: int) -> str:
        return f'"{self.name}", line {number},'

    def _decode(self, line: bytes) -> str:
        encoding = "utf-8-sig" if self.number == 1 else "utf-8"
        try:
            return line.decode(encoding)
        except UnicodeDecodeError as error:
            if not self._replace:
                raise DataError(
                    f"{self.place(self.number)} holds bytes that are not UTF-8. Save the file as "
                    'UTF-8, or have them read as "�" with --replace-bytes (replace_bytes=True).'
                ) from error
            self.replaced += 1
            return line.decode(encoding, errors="replace")


class _TextFile:
    unit = "line"

    def __init__(self, path: Path, *, replace_bytes: bool) -> None:
        self.path, self.name, self._replace = path, path.name, replace_bytes

    @contextmanager
    def _lines(self) -> Iterator[_Lines]:
        try:
            with self.path.open("rb") as file:
                yield _Lines(self.name, file, self._replace)
        except OSError as error:
            raise DataError(f'"{self.path}" cannot be read: {error.strerror}.') from error


class DelimitedFile(_TextFile):
    """A CSV or TSV file; `arranged` says what its first record does not."""

    def __init__(self, path: Path, separator: str, *, replace_bytes: bool) -> None:
        super().__init__(path, replace_bytes=replace_bytes)
        self._separator, self._quotes, self._headless = separator, True, False
        with self._lines() as lines:
            # The first record is read without quotes where it could not be read with them.
            try:
                first = next(self._records(lines, quotes=True), (1, []))
            except DataError:
                with self._lines() as again:
                    first = next(self._records(again, quotes=False), (1, []))
        self.header = tuple(first[1])
        if not self.header:
            raise DataError(f'"{self.name}" holds no row. An example table has at least one.')

    def arranged(self, *, quotes: bool, names: Sequence[str] = ()) -> DelimitedFile:
        """Return the same file to be read otherwise.

        Parameters
        ----------
        quotes : bool
            Whether a quotation mark encloses a cell; else it is part of the text.
        names : sequence of str
            Names of the columns, where the first record is a row already.
        """
        other = copy(self)
        other._quotes = quotes
        if names:
            other._headless, other.header = True, tuple(names)
        return other

    def read(self, wanted: Sequence[str]) -> Cells:
        """Read some columns; each row must have as many cells as there are columns."""
        places = [self.header.index(each) for each in wanted]
        with self._lines() as lines:
            records = self._records(lines, quotes=self._quotes)
            if not self._headless:
                next(records)
            rows = (
                (number, [cells[place] for place in places])
                for number, cells in self._checked(lines, records)
            )
            found, numbers = collect(self.name, wanted, rows)
            return Cells(found, numbers, lines.replaced)

    def _checked(
        self, lines: _Lines, records: Iterator[tuple[int, list[str]]]
    ) -> Iterator[tuple[int, list[str]]]:
        for number, cells in records:
            if len(cells) != len(self.header):
                raise DataError(
                    f"{lines.place(number)} has {len(cells)} column(s); expected are "
                    f"{len(self.header)}. Mend the line: a cell that holds the separator needs "
                    "quotation marks."
                )
            yield number, cells

    def _records(self, lines: _Lines, *, quotes: bool) -> Iterator[tuple[int, list[str]]]:
        """Yield each record with the line on which it begins; blank lines are passed over."""
        reader = csv.reader(
            lines,
            delimiter=self._separator,
            quoting=csv.QUOTE_MINIMAL if quotes else csv.QUOTE_NONE,
            strict=True,
        )
        while True:
            number = lines.number + 1
            try:
                cells = next(reader)
            except StopIteration:
                return
            except csv.Error as error:
                raise DataError(
                    f"{lines.place(number)} cannot be read: {error}. If quotation marks are part "
                    "of the texts, say quotes = false in a mapping file (--mapping)."
                ) from error
            if cells:
                yield number, cells


class JsonLinesFile(_TextFile):
    """A file with a JSON object on each line; the keys of the first are its columns."""

    def __init__(self, path: Path, *, replace_bytes: bool) -> None:
        super().__init__(path, replace_bytes=replace_bytes)
        with self._lines() as lines:
            first = next(_objects(lines), None)
        if first is None:
            raise DataError(f'"{self.name}" holds no row. An example table has at least one.')
        self.header = tuple(first[1])

    def read(self, wanted: Sequence[str]) -> Cells:
        """Read some keys; what a line lacks is None."""
        with self._lines() as lines:
            rows = (
                (number, [content.get(each) for each in wanted])
                for number, content in _objects(lines)
            )
            found, numbers = collect(self.name, wanted, rows)
            return Cells(found, numbers, lines.replaced)


def _objects(lines: _Lines) -> Iterator[tuple[int, dict[str, Any]]]:
    for line in lines:
        if not line.strip():
            continue
        try:
            content = json.loads(line)
        except (ValueError, RecursionError) as error:
            raise DataError(
                f"{lines.place(lines.number)} is no JSON: {error}. JSON lines have one whole "
                "object on each line."
            ) from error
        if not isinstance(content, dict):
            raise DataError(
                f"{lines.place(lines.number)} holds no JSON object but "
                f"{type(content).__name__}. Write each row as {{column: value}}."
            )
        yield lines.number, content

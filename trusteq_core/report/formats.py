"""The formats in which a report can be had, each a line in one table."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import PurePath
from typing import Any

from trusteq_core.errors import DataError, UnknownName
from trusteq_core.evaluation import Comparison
from trusteq_core.report.html import render_html
from trusteq_core.report.model_card import model_card_section
from trusteq_core.report.options import ReportOptions
from trusteq_core.report.report import Report, build_report
from trusteq_core.report.tables import csv_files, latex_tables, parquet_files

__all__ = ["FORMATS", "Format", "format_of", "get_format", "report_files", "to_html"]


@dataclass(frozen=True, slots=True)
class Format:
    """One format.

    Attributes
    ----------
    id : str
        Name on the command line.
    title : str
        Name shown to a person.
    summary : str
        What it is for, in a sentence.
    suffix : str
        Ending of its file; empty where it is a folder of files.
    mime : str
        Media type of a download.
    write : callable
        ``write(report)``: a text, or the bytes of each file by name.
    """

    id: str
    title: str
    summary: str
    suffix: str
    mime: str
    write: Callable[[Report], str | dict[str, bytes]] = field(repr=False)

    @property
    def is_folder(self) -> bool:
        """Whether it is several files."""
        return not self.suffix


FORMATS: dict[str, Format] = {
    each.id: each
    for each in (
        Format(
            "html",
            "HTML",
            "The whole report in one file, for a browser or for print.",
            ".html",
            "text/html",
            render_html,
        ),
        Format(
            "markdown",
            "Markdown",
            "A section for a model card; its front matter holds the metrics.",
            ".md",
            "text/markdown",
            model_card_section,
        ),
        Format(
            "latex",
            "LaTeX",
            "Every table as a table of a paper; of the examples those that are shown.",
            ".tex",
            "text/x-tex",
            latex_tables,
        ),
        Format("csv", "CSV", "Every table, one file each.", "", "application/zip", csv_files),
        Format(
            "parquet",
            "Parquet",
            "Every table with its column types, one file each.",
            "",
            "application/zip",
            parquet_files,
        ),
    )
}
"""Every format, by id."""

_ALSO = {".htm": "html", ".markdown": "markdown"}


def get_format(name: str) -> Format:
    """Return the format of this id.

    Raises
    ------
    UnknownName
        If there is none.
    """
    if name not in FORMATS:
        raise UnknownName("format", name, FORMATS)
    return FORMATS[name]


def format_of(path: PurePath) -> Format:
    """Return the format that the ending of a file name asks for.

    Raises
    ------
    DataError
        If none has this ending.

    Examples
    --------
    >>> format_of(PurePath("report.HTML")).id
    'html'
    """
    suffix = path.suffix.lower()
    endings = {each.suffix: each for each in FORMATS.values() if each.suffix}
    endings |= {ending: FORMATS[name] for ending, name in _ALSO.items()}
    if suffix not in endings:
        raise DataError(
            f'The ending of "{path}" names no format. End it with {", ".join(endings)}, '
            f"or say --format {', '.join(FORMATS)}."
        )
    return endings[suffix]


def report_files(report: Report, format: Format, name: str) -> dict[str, bytes]:
    """Return what a format writes, by file name; a format of one file calls it `name`."""
    written = format.write(report)
    return {name: written.encode()} if isinstance(written, str) else written


def to_html(comparison: Comparison, **options: Any) -> str:
    """Return a comparison as one self-contained HTML document.

    Parameters
    ----------
    comparison : Comparison
        Two models on what is stored of them.
    **options
        Any field of `ReportOptions`.
    """
    return render_html(build_report(comparison, ReportOptions(**options)))

"""What commands print: tables for people, JSON for machines, progress on standard error."""

from __future__ import annotations

import json
import math
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from trusteq_core.models import ModelCard
    from trusteq_core.models.classifier import Report

__all__ = ["cell", "jsonable", "print_card", "print_json", "print_table", "progress"]

_MISSING = "–"


def jsonable(value: Any) -> Any:
    """Return `value` in JSON's own types: NaN becomes None, arrays become lists.

    Examples
    --------
    >>> import numpy as np
    >>> jsonable({"ece": np.float64("nan"), "bins": np.arange(3), "where": Path("a")})
    {'ece': None, 'bins': [0, 1, 2], 'where': 'a'}
    """
    if hasattr(value, "tolist"):  # numpy scalars and arrays, without importing numpy
        value = value.tolist()
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, Mapping):
        return {str(key): jsonable(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [jsonable(item) for item in value]
    return str(value) if isinstance(value, Path) else value


def print_json(value: Any) -> None:
    """Print `value` as one JSON document on standard output."""
    click.echo(json.dumps(jsonable(value), indent=2, ensure_ascii=False, allow_nan=False))


def cell(value: Any, digits: int = 3) -> str:
    """Return the text of one table cell: floats rounded, missing values as a dash.

    Examples
    --------
    >>> cell(-0.00012), cell(float("nan")), cell(1234567), cell(True)
    ('0.000', '–', '1,234,567', 'yes')
    """
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return _MISSING
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{round(value, digits) + 0.0:.{digits}f}"  # + 0.0: no negative zero
    return f"{value:,}" if isinstance(value, int) else str(value)


def print_table(columns: Sequence[str], rows: Sequence[Sequence[Any]], *, title: str = "") -> None:
    """Print a table on standard output: drawn on a terminal, plain columns when piped.

    Parameters
    ----------
    columns : sequence of str
        Column heads.
    rows : sequence of sequence
        One value for each column; numbers are aligned to the right.
    title : str, optional
        One line above the table.
    """
    right = [
        bool(rows) and all(isinstance(row[k], (int, float, type(None))) for row in rows)
        for k in range(len(columns))
    ]
    texts = [[cell(value) for value in row] for row in rows]
    if sys.stdout.isatty():
        _draw(columns, texts, right, title)
    else:
        _write_plain(columns, texts, right, title)


def _draw(columns: Sequence[str], texts: list[list[str]], right: list[bool], title: str) -> None:
    from rich.box import SIMPLE_HEAD
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(title=Text(title) if title else None, title_justify="left", box=SIMPLE_HEAD)
    for name, to_right in zip(columns, right, strict=True):
        table.add_column(Text(name), justify="right" if to_right else "left")
    for row in texts:
        table.add_row(*(Text(text) for text in row))  # Text: brackets in data are no markup
    Console().print(table)


def _write_plain(
    columns: Sequence[str], texts: list[list[str]], right: list[bool], title: str
) -> None:
    if title:
        click.echo(title)
    lines = [list(columns), *texts]
    widths = [max(len(line[k]) for line in lines) for k in range(len(columns))]
    for line in lines:
        padded = (
            text.rjust(width) if to_right else text.ljust(width)
            for text, width, to_right in zip(line, widths, right, strict=True)
        )
        click.echo("  ".join(padded).rstrip())


def print_card(card: ModelCard, *, as_json: bool) -> None:
    """Print what is known of a model that was made, and what can be done with it."""
    facts = {**card.to_json(), "path": card.path}
    if as_json:
        print_json(facts)
        return
    shown = ("name", "title", "kind", "parent", "layers", "hidden", "parameters", "bytes")
    rows = [[name, facts[name]] for name in shown if facts[name] is not None]
    print_table(["model", str(card.path)], rows)


@contextmanager
def progress(title: str) -> Iterator[Report]:
    """Show the progress of long work on standard error.

    Parameters
    ----------
    title : str
        What is being done.

    Yields
    ------
    callable
        ``report(done, total)``: a bar on a terminal, else a line at every tenth of the work.
    """
    if not sys.stderr.isatty():
        yield _line_report(title)
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as bar:
        line = bar.add_task(title, total=None)
        yield lambda done, total: bar.update(line, completed=done, total=total)


def _line_report(title: str) -> Report:
    shown = -1

    def report(done: int, total: int) -> None:
        nonlocal shown
        tenth = 10 * done // max(total, 1)
        if tenth > shown:
            shown = tenth
            click.echo(f"{title}: {done:,} of {total:,}", err=True)

    return report

"""The options of every command that reads examples, and what reading them says."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from trusteq_core.tasks import Task
    from trusteq_core.tasks.readers import ExampleData

__all__ = ["data_options", "read_data"]

_OPTIONS = (
    click.option(
        "--data",
        metavar="FILE",
        help="Examples: .csv, .tsv or .txt, .jsonl, .parquet, or datasets:NAME:SPLIT.",
    ),
    click.option(
        "--format",
        "data_format",
        metavar="NAME",
        help="Published form of the data: snli, multinli, sick, mrpc, qqp or paws.",
    ),
    click.option(
        "--column",
        "columns",
        multiple=True,
        metavar="OURS=THEIRS",
        help="Name of a column in the data: of a segment, label, id, group or phenomenon. May be "
        "repeated.",
    ),
    click.option(
        "--label",
        "labels",
        multiple=True,
        metavar="THEIRS=OURS",
        help="What a label of the data means; empty: no label. May be repeated.",
    ),
    click.option(
        "--mapping",
        type=click.Path(dir_okay=False, path_type=Path),
        metavar="FILE",
        help="TOML with format, quotes, [columns] and [labels]; the options go before it.",
    ),
    click.option(
        "--replace-bytes",
        is_flag=True,
        help="Read bytes that are not UTF-8 as \N{REPLACEMENT CHARACTER} and count their lines.",
    ),
)


def data_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options of example tables; `read_data` takes what they say as keywords."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


def read_data(
    task: Task,
    data: str,
    *,
    data_format: str | None = None,
    columns: tuple[str, ...] = (),
    labels: tuple[str, ...] = (),
    mapping: Path | None = None,
    replace_bytes: bool = False,
) -> ExampleData:
    """Read examples as the options say, and tell on standard error what is to be known of them."""
    from trusteq_core.tasks.readers import DataMapping, read_examples

    said = DataMapping.parse(columns, labels)
    found = read_examples(
        data,
        task,
        format=data_format,
        mapping=said.over(DataMapping.read(mapping)) if mapping else said,
        replace_bytes=replace_bytes,
    )
    for note in found.notes:
        click.echo(note, err=True)
    return found

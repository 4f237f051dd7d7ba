"""``trusteq report``: what is known of a pair as a file, for people, papers and programs."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import click

from trusteq_core.cli.options import (
    bins_option,
    explained_option,
    explainers_option,
    json_option,
    margin_options,
    pair_options,
    split_option,
    store_option,
    task_option,
    top_option,
)
from trusteq_core.cli.output import print_json
from trusteq_core.errors import StoreError

__all__ = ["report"]


@click.command()
@task_option
@pair_options
@split_option
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    required=True,
    metavar="PATH",
    help="The file to write; for csv and parquet a folder, which gets a file for each table.",
)
@click.option(
    "--format",
    "format_id",
    metavar="NAME",
    help="html, markdown, latex, csv or parquet; by default what the ending of PATH says.",
)
@explainers_option
@top_option
@bins_option
@explained_option
@click.option(
    "--examples",
    "n_examples",
    type=click.IntRange(min=0),
    default=3,
    show_default=True,
    help="Examples of each kind to show; 0 keeps every text of the data out.",
)
@margin_options
@click.option("--force", is_flag=True, help="Write over what is there.")
@store_option
@json_option
def report(
    task_id: str,
    original: str,
    compressed: str,
    split: str,
    output: Path,
    format_id: str | None,
    explainers: tuple[str, ...],
    k: int,
    n_bins: int,
    explained: str,
    n_examples: int,
    margins_file: Path | None,
    margin_settings: tuple[str, ...],
    force: bool,
    store: Path | None,
    as_json: bool,
) -> None:
    """Write a report on two models: verdict, figures, worst examples, methods, provenance.

    Reads stored results only; computes no model. The HTML is one file that asks no network.
    """
    from trusteq_core.equivalence import read_margins
    from trusteq_core.evaluation import compare
    from trusteq_core.report import ReportOptions, build_report, report_files
    from trusteq_core.report.formats import format_of, get_format
    from trusteq_core.store import default_store

    chosen = get_format(format_id) if format_id else format_of(output)
    options = ReportOptions(
        explainers=explainers or None,
        k=k,
        n_bins=n_bins,
        explained=explained,
        n_examples=n_examples,
        margins=read_margins(margins_file, margin_settings),
    )
    if not force and not chosen.is_folder:
        refuse_existing(output)
    comparison = compare(default_store(store), task_id, original, compressed, split=split)
    built = build_report(comparison, options)
    folder = output if chosen.is_folder else output.parent
    files = report_files(built, chosen, output.name)
    write_files(folder, files, force=force, make_folder=chosen.is_folder)
    written = {str(folder / name): len(content) for name, content in files.items()}
    if as_json:
        print_json({"files": written, "format": chosen.id, "verdict": built.verdict.to_dict()})
        return
    for path, size in written.items():
        click.echo(f"{path}  {size:,} bytes")
    click.echo(built.verdict.sentence)


def refuse_existing(path: Path) -> None:
    """Raise `StoreError` if there is something under this name."""
    if path.exists():
        raise StoreError(
            f'"{path}" is there already. Write to another name, or say --force to write over it.'
        )


def write_files(
    folder: Path, files: Mapping[str, bytes], *, force: bool, make_folder: bool
) -> None:
    """Write files into a folder; without `force` none of them may be there.

    Raises
    ------
    StoreError
        If one is there already, or the folder cannot be written.
    """
    if not force:
        for name in files:
            refuse_existing(folder / name)
    try:
        if make_folder:
            folder.mkdir(parents=True, exist_ok=True)
        for name, content in files.items():
            with (folder / name).open("wb" if force else "xb") as file:
                file.write(content)
    except OSError as error:
        raise StoreError(
            f'The report was not written: "{error.filename or folder}" cannot be written '
            f"({error.strerror or error}). Give a path that can be."
        ) from error

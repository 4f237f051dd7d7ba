"""``trusteq reproduce paper``: the paper's experiment, from its checkpoints to its tables."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from trusteq_core.cli.options import device_option, json_option
from trusteq_core.cli.output import print_json, print_table, progress
from trusteq_core.errors import UnknownName

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["reproduce"]

_STUDIES = ("paper",)
_FOLDER = click.Path(file_okay=False, path_type=Path)
_PRINTED = {
    "accuracy": ["task", "model", "paper_accuracy", "accuracy", "n", "parameters"],
    "overlap": [
        *["task", "original", "compressed", "preset", "explainer"],
        *["jaccard", "variance", "chance", "ceiling"],
    ],
    "calibration": [
        *["task", "original", "compressed", "preset"],
        *["ece_original", "ece_compressed", "brier_original", "brier_compressed"],
    ],
    "verdict": ["task", "original", "compressed", "accuracy_difference", "agreement", "answer"],
}


@click.command()
@click.argument("study", metavar="paper")
@click.option("--data-dir", type=_FOLDER, metavar="DIR", help="Folder of the published data files.")
@click.option(
    "--models",
    metavar="NAME[=CHECKPOINT],...",
    help="Some of bert-base, distilbert, bert-medium, bert-mini and bert-tiny; each may name "
    "another folder or hub id.  [default: all]",
)
@click.option(
    "--task", "task_ids", multiple=True, metavar="TASK", help="May be repeated; both by default."
)
@click.option(
    "--examples",
    type=click.IntRange(min=1),
    help="How many test examples are explained.  [default: all, as in the paper]",
)
@click.option(
    "--limit", type=click.IntRange(min=1), help="Use only this many examples of each file."
)
@click.option("--smoke", is_flag=True, help="The same code on a miniature made from nothing.")
@click.option("--out", type=_FOLDER, required=True, metavar="DIR", help="Where everything goes.")
@device_option
@json_option
def reproduce(
    study: str,
    data_dir: Path | None,
    models: str | None,
    task_ids: tuple[str, ...],
    examples: int | None,
    limit: int | None,
    smoke: bool,
    out: Path,
    device: str,
    as_json: bool,
) -> None:
    """Fine-tune the paper's five checkpoints, evaluate them and compare all ten pairs.

    Models go to DIR/models, results to DIR/results, tables to DIR/tables. Can be interrupted at any
    time: the same command goes on from what is there.
    """
    from trusteq_core.studies.paper import PAPER_EPOCHS, select_models
    from trusteq_core.studies.paper_tables import paper_tables
    from trusteq_core.studies.reproduce import Reproduction
    from trusteq_core.studies.reproduce import reproduce as run
    from trusteq_core.tasks import get_task

    if study not in _STUDIES:
        raise UnknownName("study", study, _STUDIES)
    tasks = [get_task(task_id) for task_id in task_ids or PAPER_EPOCHS]
    chosen = select_models([name.strip() for name in (models or "").split(",") if name.strip()])
    if smoke:
        from trusteq_core.studies.smoke import miniature_reproduction

        plan = miniature_reproduction(out, chosen, tasks)
    elif data_dir is None:
        raise click.UsageError("Give --data-dir with the published files, or --smoke.")
    else:
        plan = Reproduction(data_dir, out, chosen, examples=examples, limit=limit, device=device)
    run(plan, tasks, stage=progress, say=partial(click.echo, err=True))
    tables = paper_tables(plan, tasks)
    write_tables(tables, out / "tables")
    if as_json:
        print_json({name: table.to_dict(orient="records") for name, table in tables.items()})
    else:
        print_tables(tables, smoke=smoke)


def write_tables(tables: dict[str, pd.DataFrame], folder: Path) -> None:
    """Write each table as a CSV file of its name."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, table in tables.items():
        table.to_csv(folder / f"{name}.csv", index=False)


def print_tables(tables: dict[str, pd.DataFrame], *, smoke: bool) -> None:
    """Print the columns of each table that matter most; the files have them all."""
    for name, columns in _PRINTED.items():
        rows = tables[name][columns].to_dict(orient="records")
        print_table(columns, [[row[column] for column in columns] for row in rows], title=name)
        click.echo()
    if smoke:
        click.echo(
            "Made of random checkpoints and a few hundred examples: it shows that everything runs, "
            "and nothing else."
        )

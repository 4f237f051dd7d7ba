"""``trusteq precompute``: train the zoo and make the results that ship."""

from __future__ import annotations

import os
from functools import partial
from pathlib import Path

import click

from trusteq_core.cli.output import print_table

__all__ = ["precompute"]

SMOKE_OUT = Path("work-in-progress") / "smoke"
SMOKE_ROWS = 60
SMOKE_EXAMPLES = 6
LARGEST = 30e6  # bytes of results that a clone should have to carry


@click.command()
@click.option("--smoke", is_flag=True, help="The same code on a miniature, in minutes.")
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="DIR",
    help=f"Where models/ and results/ go.  [default: precomputed; with --smoke {SMOKE_OUT}]",
)
@click.option(
    "--task", "task_ids", multiple=True, metavar="TASK", help="May be repeated; all by default."
)
@click.option("--models", metavar="ID,ID", help="Only these models and those they are made from.")
@click.option(
    "--examples",
    type=click.IntRange(min=1),
    default=200,
    show_default=True,
    help="How many test examples of each task are explained.",
)
@click.option("--workers", type=click.IntRange(min=1), help="Processes.  [default: one a core]")
def precompute(
    smoke: bool,
    out: Path | None,
    task_ids: tuple[str, ...],
    models: str | None,
    examples: int,
    workers: int | None,
) -> None:
    """Train the models and make the results that ship, whatever of them is missing.

    Can be interrupted at any time: the same command goes on from what is there.
    """
    from trusteq_core.tasks import TASKS, get_task

    tasks = [get_task(task_id).id for task_id in task_ids] or list(TASKS)
    out = out or (SMOKE_OUT if smoke else Path("precomputed"))
    names = [name.strip() for name in models.split(",") if name.strip()] if models else None
    workers = workers or os.cpu_count() or 1
    build_models(tasks, out / "models", names, smoke=smoke, workers=workers)
    make_results(
        tasks,
        out,
        names,
        examples=min(examples, SMOKE_EXAMPLES) if smoke else examples,
        limit=SMOKE_ROWS if smoke else None,
        workers=workers,
    )
    print_sizes(tasks, out / "results")


def build_models(
    tasks: list[str], models_dir: Path, names: list[str] | None, *, smoke: bool, workers: int
) -> None:
    """Train the zoo of each task, the tasks side by side."""
    from trusteq_core.compression import build_zoo
    from trusteq_core.evaluation.pool import WorkUnit, run_units

    units = [
        WorkUnit(task_id, partial(build_zoo, task_id, models_dir, smoke=smoke, models=names))
        for task_id in tasks
    ]
    run_units(units, workers=workers, title="training")


def make_results(
    tasks: list[str],
    out: Path,
    names: list[str] | None,
    *,
    examples: int,
    limit: int | None,
    workers: int,
) -> None:
    """Profile and evaluate every model; without `names`, remove the results of former models."""
    from trusteq_core.evaluation.pool import WorkUnit, run_units
    from trusteq_core.evaluation.zoo import (
        ZooRun,
        evaluate_zoo_model,
        keep_only,
        profile_zoo_models,
    )
    from trusteq_core.models import catalogue

    runs = [ZooRun(task, out / "models", out / "results", examples, limit) for task in tasks]
    chosen = {
        run.task_id: [
            card.name
            for card in catalogue(run.task_id, run.models_dir)
            if names is None or card.name in names
        ]
        for run in runs
    }
    profiles = run_units(
        [
            WorkUnit(run.task_id, partial(profile_zoo_models, run, chosen[run.task_id]))
            for run in runs
        ],
        workers=1,
        title="measuring",
    )
    results = run_units(
        [
            WorkUnit(f"{run.task_id}/{name}", partial(evaluate_zoo_model, run, name))
            for run in runs
            for name in chosen[run.task_id]
        ],
        workers=workers,
        title="evaluating",
    )
    for run in runs if names is None else []:
        made = [*profiles[run.task_id]]
        for name in chosen[run.task_id]:
            made += results[f"{run.task_id}/{name}"]
        removed = keep_only(run, set(made))
        if removed:
            click.echo(f"{run.task_id}: removed {removed} outdated result(s)", err=True)


def print_sizes(tasks: list[str], results_dir: Path) -> None:
    """Print how many results there are of each kind, and their size."""
    from trusteq_core.store import KINDS, ResultStore

    store = ResultStore(results_dir, writable=False)
    rows, whole = [], 0
    for task_id in tasks:
        for kind in KINDS:
            sizes = [entry.path.stat().st_size for entry in store.find(task=task_id, kind=kind)]
            if sizes:
                rows.append([task_id, kind, len(sizes), sum(sizes) / 1e6])
            whole += sum(sizes)
    print_table(
        ["task", "kind", "results", "MB"], rows, title=f"{results_dir}: {whole / 1e6:.1f} MB"
    )
    if whole > LARGEST:
        click.echo(f"That is more than the {LARGEST / 1e6:.0f} MB meant to ship.", err=True)

"""``trusteq doctor``: whether this installation can do its work, and what to mend."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import click

from trusteq_core.cli.options import json_option, models_dir_option, store_option
from trusteq_core.cli.output import print_json, print_table, progress

__all__ = ["doctor"]

_INPUTS_EACH = 64


@click.command()
@click.option(
    "--tune",
    "tuned",
    metavar="MODEL",
    help="Measure how this model answers fastest on this machine, in place of the checks.",
)
@click.option("--task", "task_id", default="nli", show_default=True, help="The task of MODEL.")
@store_option
@models_dir_option
@json_option
@click.pass_context
def doctor(
    ctx: click.Context,
    tuned: str | None,
    task_id: str,
    store: Path | None,
    models_dir: Path | None,
    as_json: bool,
) -> None:
    """Check interpreter, packages, stored results, models, browser and machine.

    The exit status is 1 when something is wrong. With --tune nothing is checked and nothing is
    changed: sizes of batches, threads, number formats and backends are measured on masked inputs
    of the task, with what each changes in the probabilities, and one is recommended.
    """
    if tuned is not None:
        _tune(task_id, tuned, models_dir, as_json=as_json)
        return
    from trusteq_core.cli import checks

    results = [
        checks.check_python(),
        *checks.check_packages(),
        *checks.check_stores(store),
        *checks.check_models(models_dir),
        checks.check_browser(),
        checks.check_machine(),
    ]
    healthy = all(result.state != "wrong" for result in results)
    if as_json:
        print_json({"healthy": healthy, "checks": [asdict(result) for result in results]})
    else:
        print_table(
            ["state", "what", "detail"],
            [[result.state, result.what, result.detail] for result in results],
        )
    ctx.exit(0 if healthy else 1)


def _tune(task_id: str, name: str, models_dir: Path | None, *, as_json: bool) -> None:
    """Print what was measured of a model, the best way first."""
    import os

    from trusteq_core.models.tuning import TOLERANCE, best_trial, tune
    from trusteq_core.tasks import get_task

    task = get_task(task_id)
    cores = os.cpu_count() or 1
    with progress(f"{name} on {task.id}") as report:
        trials = tune(
            task, name, _masked_examples(task_id), models_dir=models_dir,
            threads=sorted({1, cores}), report=report,
        )  # fmt: skip
    best = best_trial(trials)
    if as_json:
        print_json(
            {
                "model": name,
                "task": task.id,
                "tolerance": TOLERANCE,
                "trials": [asdict(trial) for trial in trials],
                "recommended": asdict(best),
            }
        )
        return
    base = trials[0].inputs_per_second
    ranked = sorted(trials, key=lambda trial: -trial.inputs_per_second)
    print_table(
        ["backend", "number format", "threads", "tokens a batch", "inputs/s", "as loaded = 1",
         "largest change"],
        [
            [trial.backend, trial.dtype, trial.threads, trial.token_budget,
             round(trial.inputs_per_second), round(trial.inputs_per_second / base, 2),
             f"{trial.largest_change:.1g}"]
            for trial in ranked
        ],
    )  # fmt: skip
    click.echo(
        f"Best of those that change no probability by more than {TOLERANCE:g}: {best.backend} in "
        f"{best.dtype}, {best.token_budget} tokens a batch, {best.threads} thread(s) a process."
    )


def _masked_examples(task_id: str) -> list[tuple[str, ...]]:
    """Return masked versions of a few examples, as explainers ask for them."""
    import numpy as np

    from trusteq_core.corpus import generate
    from trusteq_core.tasks import get_task, segments_of, word_grid

    rng, found = np.random.default_rng(0), []
    for segments in segments_of(generate(task_id, "test", seed=0, limit=4), get_task(task_id)):
        grid = word_grid(segments)
        for share in rng.random(_INPUTS_EACH):
            found.append(grid.masked(rng.random(len(grid)) < share))
    return found

"""``trusteq sweep``: a model compressed in several ways, ranked by trust beside size and speed."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from trusteq_core.cli.data import read_data
from trusteq_core.cli.evaluate import writable_store
from trusteq_core.cli.learning import lessons_from, training_options
from trusteq_core.cli.options import (
    device_option,
    json_option,
    label_order_option,
    margin_options,
    models_dir_option,
    parse_label_order,
    store_option,
    task_option,
    top_option,
)
from trusteq_core.cli.output import print_json, print_table, progress
from trusteq_core.cli.settings import parse_settings, setting_option

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["sweep"]


@click.command()
@click.argument("model", metavar="MODEL")
@task_option
@click.option(
    "--methods",
    default="int8,prune,lowrank,drop-layers",
    show_default=True,
    metavar="ID[:AMOUNT],...",
    help="Ways to compress, each with its amount or without: prune:0.5, lowrank:96, "
    "drop-layers:3, distil:3, onnx-int8.",
)
@click.option(
    "--test", required=True, metavar="FILE", help="Labelled examples to evaluate all models on."
)
@training_options(epochs=1)
@click.option(
    "--explainers", default="lime,shapley", show_default=True, metavar="ID,ID", help="Explainers."
)
@click.option(
    "--examples",
    type=click.IntRange(min=1),
    default=200,
    show_default=True,
    help="How many of the examples are explained.",
)
@setting_option
@top_option
@margin_options
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    required=True,
    metavar="DIR",
    help="Folder of the models that are made, one folder each.",
)
@store_option
@models_dir_option
@label_order_option
@device_option
@json_option
def sweep(
    model: str,
    task_id: str,
    methods: str,
    test: str,
    explainers: str,
    examples: int,
    settings: tuple[str, ...],
    k: int,
    margins_file: Path | None,
    margin_settings: tuple[str, ...],
    out: Path,
    store: Path | None,
    models_dir: Path | None,
    label_order: str | None,
    device: str,
    as_json: bool,
    **training: Any,
) -> None:
    """Compress MODEL in several ways, evaluate each on --test and rank them by trust.

    With --data the compressed models are trained a little. What is made or stored already is not
    done again, so an interrupted sweep goes on where it stopped.
    """
    from trusteq_core.attribution import get_explainer
    from trusteq_core.equivalence import read_margins
    from trusteq_core.evaluation.plan import Request
    from trusteq_core.evaluation.ranking import trust_ranking
    from trusteq_core.studies.sweep import Sweep, parse_variants, run_sweep
    from trusteq_core.tasks import get_task

    task, margins = get_task(task_id), read_margins(margins_file, margin_settings)
    variants = parse_variants(listed(methods), trained=training["data"] is not None)
    chosen = tuple(get_explainer(name).id for name in listed(explainers))
    lessons = lessons_from(task, **training) if training["data"] else None
    reading = {name: training[name] for name in _READING}
    read = read_data(task, test, **reading)
    request = Request(chosen, read.name, examples, settings=parse_settings(settings))
    plan = Sweep(
        task,
        model,
        variants,
        lessons,
        read.frame,
        request,
        out,
        models_dir,
        device,
        parse_label_order(label_order),
    )
    with ExitStack() as stack:
        target, _ = writable_store(store, stack)
        original, names = run_sweep(plan, target, stage=progress)
        ranking = trust_ranking(
            target, task.id, original, names, split=read.name, k=k, margins=margins
        )
    if as_json:
        rows = ranking.to_dict(orient="records")
        print_json({"task": task.id, "original": original, "split": read.name, "ranking": rows})
    else:
        print_ranking(ranking, original, len(read.frame))


_READING = ("data_format", "columns", "labels", "mapping", "replace_bytes")


def listed(text: str) -> Sequence[str]:
    """Return the names in a list with commas."""
    return [name.strip() for name in text.split(",") if name.strip()]


def print_ranking(ranking: pd.DataFrame, original: str, n: int) -> None:
    """Print the models in their order, and what the columns mean."""
    columns = {
        "model": "model",
        "answer": "verdict",
        "among_all": "among all",
        "worst": "worst criterion",
        "worst_share": "of its margin",
        "accuracy_difference": "accuracy",
        "size_ratio": "size",
        "latency_ratio": "latency",
        "frontier": "frontier",
    }
    print_table(
        list(columns.values()),
        [[row[name] for name in columns] for row in ranking.to_dict(orient="records")],
        title=f"Compressed models against {original} on {n:,} examples, most trustworthy first",
    )
    click.echo(
        "Among all: the verdict with Holm's correction for trying several models. "
        "Accuracy is the difference to the original; size and latency are shares of the "
        "original's. On the frontier, no other model is at least as good in trust, size and "
        "latency and better in one."
    )

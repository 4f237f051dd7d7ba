"""``trusteq compress``: a smaller classifier out of one's own."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from trusteq_core.cli.learning import lessons_from, training_options
from trusteq_core.cli.options import (
    device_option,
    json_option,
    label_order_option,
    models_dir_option,
    out_option,
    parse_label_order,
    task_option,
)
from trusteq_core.cli.output import print_card, progress

__all__ = ["compress"]


@click.command()
@click.argument("model", metavar="MODEL")
@task_option
@click.option(
    "--method",
    required=True,
    metavar="ID",
    help="int8, prune, lowrank, drop-layers, onnx or onnx-int8.",
)
@click.option(
    "--amount",
    type=float,
    metavar="NUMBER",
    help="Share of the weights to prune, rank of the factors, or layers to keep.  "
    "[default: half of the weights or layers, a quarter of the width as rank]",
)
@training_options(epochs=1)
@out_option
@models_dir_option
@label_order_option
@device_option
@json_option
def compress(
    model: str,
    task_id: str,
    method: str,
    amount: float | None,
    out: Path,
    models_dir: Path | None,
    label_order: str | None,
    device: str,
    as_json: bool,
    **training: Any,
) -> None:
    """Compress MODEL, a classifier, and write the smaller one to a folder.

    With --data the compressed model is trained a little, as pruning, factorising and dropping
    layers need. An interrupted run goes on where it stopped when the same command is given again; a
    folder that exists is never overwritten.
    """
    from trusteq_core.compression.compress import compress as run
    from trusteq_core.compression.methods import get_compression
    from trusteq_core.models import load_model
    from trusteq_core.tasks import get_task

    task, chosen = get_task(task_id), get_compression(method)
    lessons = lessons_from(task, **training) if training["data"] else None
    order = parse_label_order(label_order)
    parent = load_model(task, model, models_dir=models_dir, device=device, label_order=order)
    with progress(f"compressing {parent.name}: {method}") as report:
        card = run(parent, chosen, out, amount=amount, lessons=lessons, report=report)
    print_card(card, as_json=as_json)

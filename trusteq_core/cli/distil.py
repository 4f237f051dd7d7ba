"""``trusteq distil``: a shallower student that learns what its teacher predicts."""

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

__all__ = ["distil"]


@click.command()
@click.argument("teacher", metavar="TEACHER")
@task_option
@click.option("--layers", type=click.IntRange(min=1), required=True, help="Layers of the student.")
@click.option(
    "--temperature",
    type=click.FloatRange(0, min_open=True),
    default=2.0,
    show_default=True,
    help="Softens both distributions: how much of the small probabilities is learnt.",
)
@click.option(
    "--gold-weight",
    type=click.FloatRange(0, 1),
    default=0.3,
    show_default=True,
    help="Share of the gold labels in what is learnt.",
)
@training_options(epochs=3)
@out_option
@models_dir_option
@label_order_option
@device_option
@json_option
def distil(
    teacher: str,
    task_id: str,
    layers: int,
    temperature: float,
    gold_weight: float,
    out: Path,
    models_dir: Path | None,
    label_order: str | None,
    device: str,
    as_json: bool,
    **training: Any,
) -> None:
    """Distil TEACHER, a classifier, into one with fewer layers and write it to a folder.

    The student starts from evenly spaced layers of the teacher. An interrupted run goes on where
    it stopped when the same command is given again; a folder that exists is never overwritten.
    """
    from trusteq_core.compression.compress import distil as run
    from trusteq_core.models import load_model
    from trusteq_core.tasks import get_task

    task = get_task(task_id)
    lessons = lessons_from(task, **training)
    order = parse_label_order(label_order)
    parent = load_model(task, teacher, models_dir=models_dir, device=device, label_order=order)
    with progress(f"distilling {parent.name} into {layers} layers") as report:
        card = run(
            parent,
            layers,
            lessons,
            out,
            temperature=temperature,
            gold_weight=gold_weight,
            report=report,
        )
    print_card(card, as_json=as_json)

"""``trusteq train``: fine-tune a pretrained encoder into a classifier of a task."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from trusteq_core.cli.learning import lessons_from, training_options
from trusteq_core.cli.options import (
    device_option,
    json_option,
    models_dir_option,
    out_option,
    task_option,
)
from trusteq_core.cli.output import print_card, progress

__all__ = ["train"]


@click.command()
@click.argument("base", metavar="BASE")
@task_option
@training_options(epochs=3)
@out_option
@models_dir_option
@device_option
@json_option
def train(
    base: str,
    task_id: str,
    out: Path,
    models_dir: Path | None,
    device: str,
    as_json: bool,
    **training: Any,
) -> None:
    """Fine-tune BASE, a pretrained encoder, for a task and write the classifier to a folder.

    BASE is a folder, a hub id or a model of the catalogue. An interrupted run goes on where it
    stopped when the same command is given again; a folder that exists is never overwritten.
    """
    from trusteq_core.compression.finetune import finetune
    from trusteq_core.models.catalogue import locate_model
    from trusteq_core.tasks import get_task

    task = get_task(task_id)
    lessons = lessons_from(task, **training)
    name, folder = locate_model(task, base, models_dir)
    with progress(f"training {name} on {len(lessons.examples):,} examples") as report:
        card = finetune(folder, task, lessons, out, device=device, report=report)
    print_card(card, as_json=as_json)

"""``trusteq tasks``: which tasks there are, with their segments and labels."""

from __future__ import annotations

import click

from trusteq_core.cli.options import json_option
from trusteq_core.cli.output import print_json, print_table

__all__ = ["tasks"]


@click.command()
@json_option
def tasks(as_json: bool) -> None:
    """List the tasks, their segments and their labels."""
    from trusteq_core.tasks import TASKS

    if as_json:
        print_json(
            [
                {
                    "id": task.id,
                    "title": task.title,
                    "segments": task.segments,
                    "labels": task.labels,
                }
                for task in TASKS.values()
            ]
        )
        return
    print_table(
        ["task", "title", "segments", "labels"],
        [
            [task.id, task.title, ", ".join(task.segments), ", ".join(task.labels)]
            for task in TASKS.values()
        ],
    )

"""The options of every command that trains, and what they make of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import click

from trusteq_core.cli.data import data_options, read_data

if TYPE_CHECKING:
    from trusteq_core.compression.finetune import Lessons
    from trusteq_core.tasks import Task

__all__ = ["lessons_from", "training_options"]


def training_options(
    *, epochs: int, learning_rate: float = 5e-5
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Return a decorator that adds the options of a training, with these defaults.

    What they say comes to the command as keywords, which `lessons_from` takes.
    """
    options = (
        click.option(
            "--validation",
            metavar="FILE",
            help="More of the same form as --data, to measure after each epoch.",
        ),
        click.option(
            "--epochs",
            type=click.IntRange(min=1),
            default=epochs,
            show_default=True,
            help="Passes over the examples.",
        ),
        click.option(
            "--learning-rate",
            type=click.FloatRange(0, min_open=True),
            default=learning_rate,
            show_default=True,
            metavar="RATE",
            help="Peak of the schedule.",
        ),
        click.option(
            "--batch-size",
            type=click.IntRange(min=1),
            default=32,
            show_default=True,
            help="Examples of a step.",
        ),
        click.option(
            "--max-tokens",
            type=click.IntRange(min=8),
            default=128,
            show_default=True,
            help="Longer examples are cut in training.",
        ),
        click.option(
            "--limit", type=click.IntRange(min=1), help="Use only this many of the examples."
        ),
        click.option(
            "--seed",
            type=click.IntRange(min=0),
            default=0,
            show_default=True,
            help="Decides new weights, dropout and the order of the examples.",
        ),
    )

    def decorate(command: Callable[..., Any]) -> Callable[..., Any]:
        for option in reversed(options):
            command = option(command)
        return data_options(command)

    return decorate


def lessons_from(
    task: Task,
    *,
    data: str | None,
    validation: str | None,
    epochs: int,
    learning_rate: float,
    batch_size: int,
    max_tokens: int,
    limit: int | None,
    seed: int,
    **reading: Any,
) -> Lessons:
    """Read the example tables and return what the options ask for."""
    from trusteq_core.compression.finetune import Lessons
    from trusteq_core.compression.training import Schedule
    from trusteq_core.evaluation.plan import choose_examples

    if data is None:
        raise click.UsageError("Give --data: a model is trained on labelled examples.")
    examples = read_data(task, data, **reading).frame
    if limit is not None:
        examples = choose_examples(examples, limit, task)
    return Lessons(
        examples,
        Schedule(epochs, learning_rate, seed=seed, batch_size=batch_size),
        read_data(task, validation, **reading).frame if validation else None,
        max_tokens,
    )

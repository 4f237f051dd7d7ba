"""``trusteq explain``: how each word of one text moves one model's probabilities."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from trusteq_core.cli.options import (
    explainer_option,
    json_option,
    load_settings,
    loading_options,
    models_dir_option,
    seed_option,
    task_option,
)
from trusteq_core.cli.output import print_json, print_table, progress
from trusteq_core.cli.settings import parse_settings, setting_option

if TYPE_CHECKING:
    from trusteq_core.attribution import Attribution
    from trusteq_core.tasks import Task, WordGrid

__all__ = ["explain"]


@click.command()
@task_option
@click.option("--model", "model_name", required=True, metavar="ID", help="Model id or folder.")
@click.argument("texts", nargs=-1, required=True, metavar="TEXT [TEXT2]")
@explainer_option
@click.option(
    "--mask",
    default="remove",
    show_default=True,
    metavar="POLICY",
    help="Masked words: remove, or mask_token for the model's own.",
)
@setting_option
@seed_option
@models_dir_option
@loading_options
@json_option
def explain(
    task_id: str,
    model_name: str,
    texts: tuple[str, ...],
    explainer: str,
    mask: str,
    settings: tuple[str, ...],
    seed: int,
    models_dir: Path | None,
    as_json: bool,
    **loading: Any,
) -> None:
    """Explain a model's answer on TEXT, or on TEXT and TEXT2 where the task takes a pair.

    Shapley values can stop early: --setting shapley.error=0.01 at that standard error, or
    shapley.stability=0.9 where another draw would give the same top words; shapley.budget limits
    both.
    """
    import numpy as np

    from trusteq_core.attribution import explain as attribute
    from trusteq_core.attribution import get_explainer
    from trusteq_core.errors import DataError
    from trusteq_core.models import load_model
    from trusteq_core.tasks import get_task, word_grid

    task = get_task(task_id)
    task.check_segments(texts)
    get_explainer(explainer)  # a wrong name is refused before a model is loaded
    chosen = parse_settings(settings)
    if set(chosen) - {explainer}:
        raise DataError(
            f'A setting of "{next(iter(set(chosen) - {explainer}))}" was given, but the explainer '
            f"is {explainer}."
        )
    model = load_model(task, model_name, models_dir=models_dir, **load_settings(task, loading))
    with progress(f"{explainer} on {model.name}") as report:
        attribution = attribute(
            model,
            texts,
            explainer,
            seed=seed,
            mask=mask,
            report=report,
            **chosen.get(explainer, {}),
        )
    grid = word_grid(texts)
    unread = int(np.isnan(attribution.values).all(axis=1).sum())
    if unread:
        click.echo(
            f"{unread:,} of {len(grid):,} words are not read by {model.name}, whose input is "
            "too short for them; they have no value.",
            err=True,
        )
    if as_json:
        print_json(as_document(task, model.name, grid, attribution, seed))
    else:
        print_attribution(task, model.name, grid, attribution)


def as_document(
    task: Task, model_name: str, grid: WordGrid, attribution: Attribution, seed: int
) -> dict[str, Any]:
    """Return the attribution as one JSON-ready document, values by word, then by label.

    ``stability`` is that of the top five words, by label, where errors are estimated. ``seed`` is
    the run's, from which the text's own is derived.
    """
    return {
        "task": task.id,
        "model": model_name,
        "explainer": attribution.explainer,
        "settings": dict(attribution.settings),
        "seed": seed,
        "labels": task.labels,
        "words": [
            {"text": word.text, "segment": task.segments[word.segment], "position": word.position}
            for word in grid.words
        ],
        "values": attribution.values,
        "errors": attribution.errors,
        "stability": attribution.stability(),
        "base": attribution.base,
        "full": attribution.full,
        "evaluations": attribution.evaluations,
    }


def print_attribution(
    task: Task, model_name: str, grid: WordGrid, attribution: Attribution
) -> None:
    """Print the attribution as two tables: the probabilities, then the words."""
    print_table(
        ["", *task.labels],
        [
            ["text as it is", *attribution.full.tolist()],
            ["every word masked", *attribution.base.tolist()],
        ],
        title=f"{model_name}: probabilities",
    )
    click.echo()
    print_table(
        ["segment", "word", *task.labels],
        [
            [task.segments[word.segment], word.text, *values]
            for word, values in zip(grid.words, attribution.values.tolist(), strict=True)
        ],
        title=(
            f"{attribution.explainer}: what each word adds to the probability "
            f"({attribution.evaluations:,} evaluations)"
        ),
    )

"""``trusteq models``: which models there are, and what is known of each."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from trusteq_core.cli.options import json_option, models_dir_option, store_option
from trusteq_core.cli.output import print_json, print_table

if TYPE_CHECKING:
    from trusteq_core.models import ModelCard
    from trusteq_core.store import StoreStack
    from trusteq_core.tasks import Task

__all__ = ["models"]

# What a person sees, in this order; `--json` has every field.
_COLUMNS = {
    "model": "model",
    "title": "title",
    "role": "role",
    "parameters": "parameters",
    "bytes": "bytes",
    "latency_ms": "latency (ms)",
    "accuracy": "accuracy",
    "ece": "ECE",
    "loadable": "loadable",
}


@click.command()
@click.option("--task", "task_id", metavar="TASK", help="One task only; all by default.")
@click.option(
    "--capabilities",
    "show_capabilities",
    is_flag=True,
    help="What each model that can be loaded is able to do, in place of what was measured.",
)
@click.option(
    "--model",
    "paths",
    multiple=True,
    metavar="PATH",
    help="With --capabilities: a folder or an ONNX file of yours. May be repeated.",
)
@store_option
@models_dir_option
@json_option
def models(
    task_id: str | None,
    show_capabilities: bool,
    paths: tuple[str, ...],
    store: Path | None,
    models_dir: Path | None,
    as_json: bool,
) -> None:
    """List the models that can be loaded or have stored results, with what was measured."""
    from trusteq_core.models import catalogue
    from trusteq_core.store import default_store
    from trusteq_core.tasks import TASKS, get_task

    chosen = [get_task(task_id)] if task_id else list(TASKS.values())
    if show_capabilities:
        print_capabilities(capability_rows(chosen, models_dir, paths), as_json=as_json)
        return
    stack = default_store(store)
    rows = {
        task.id: joined(catalogue(task.id, models_dir), stored_facts(stack, task.id))
        for task in chosen
    }
    if as_json:
        print_json([{"task": task, **row} for task, found in rows.items() for row in found])
        return
    for task, found in rows.items():
        print_table(
            list(_COLUMNS.values()),
            [[row.get(name) for name in _COLUMNS] for row in found],
            title=f"Models of task {task}" if found else f"No models of task {task}",
        )


def capability_rows(
    tasks: list[Task], models_dir: Path | None, paths: tuple[str, ...]
) -> list[dict[str, Any]]:
    """Return how each model is loaded and what it can do, those of the catalogue first."""
    from trusteq_core.models import catalogue
    from trusteq_core.models.adapters import capabilities_of, find_adapter
    from trusteq_core.models.catalogue import locate_model

    found = [
        (task.id, card.name, card.path) for task in tasks for card in catalogue(task.id, models_dir)
    ]
    found += [("", *locate_model(tasks[0], path, models_dir)) for path in paths]
    return [
        {
            "task": task,
            "model": name,
            "loaded_as": find_adapter(path).title,
            **capabilities_of(path).to_json(),
        }
        for task, name, path in found
    ]


def print_capabilities(rows: list[dict[str, Any]], *, as_json: bool) -> None:
    """Print what the models can do, for a person or for a machine."""
    if as_json:
        print_json(rows)
        return
    heads = list(rows[0]) if rows else ["task", "model"]
    print_table(
        [head.replace("_", " ") for head in heads],
        [list(row.values()) for row in rows],
        title="What the models can do",
    )


def stored_facts(store: StoreStack, task_id: str) -> dict[str, dict[str, Any]]:
    """Return the measured facts of each model with stored predictions, by name."""
    from trusteq_core.evaluation import model_table

    names = {
        entry.manifest.model
        for entry in store.find(kind="predictions", task=task_id, split="test")
        if entry.manifest.model
    }
    if not names:
        return {}
    original = "base" if "base" in names else min(names)
    table = model_table(store, task_id, original)
    facts = ("title", "role", "kind", "parameters", "bytes", "latency_ms", "layers", "hidden", "n")
    scores = ("accuracy", "macro_f1", "signed_gap", "ece", "brier", "nll")
    return {
        row["model"]: {name: row[name] for name in (*facts, *scores)}
        for row in table.to_dict(orient="records")
    }


def joined(cards: list[ModelCard], stored: dict[str, dict[str, Any]]) -> list[dict[str, Any]]:
    """Return a row for each model: those of the catalogue, then those with results alone."""
    rows = [
        {
            "model": card.name,
            **stored.get(card.name, {}),
            **{key: fact for key, fact in card.to_json().items() if key not in {"name", "order"}},
            "loadable": True,
            "stored": card.name in stored,
        }
        for card in cards
    ]
    known = {card.name for card in cards}
    others = [
        {"model": name, **facts, "loadable": False, "stored": True}
        for name, facts in stored.items()
        if name not in known
    ]
    return rows + others

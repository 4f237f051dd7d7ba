"""``trusteq evaluate``: predictions and attributions of one model, stored for comparisons."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from trusteq_core.cli.options import (
    device_option,
    json_option,
    models_dir_option,
    seed_option,
    store_option,
    task_option,
)
from trusteq_core.cli.output import print_json, print_table, progress

if TYPE_CHECKING:
    import pandas as pd

    from trusteq_core.models.classifier import Classifier
    from trusteq_core.store import Entry, ResultStore, StoreStack
    from trusteq_core.tasks import Task

__all__ = ["evaluate"]

_SCORES = ("signed_gap", "ece", "mce", "brier", "nll")


@click.command()
@task_option
@click.option(
    "--model", "model_name", required=True, metavar="PATH_OR_ID", help="Model id or folder."
)
@click.option(
    "--data",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Examples as CSV, TSV or JSON lines; by default the test split of the task's corpus.",
)
@click.option(
    "--explainers",
    default="lime,shap-partition,shapley,occlusion",
    show_default=True,
    metavar="ID,ID",
    help='Explainers, separated by commas; "none" for predictions alone.',
)
@click.option(
    "--examples",
    type=click.IntRange(min=1),
    default=400,
    show_default=True,
    help="How many of the examples are explained.",
)
@click.option("--limit", type=click.IntRange(min=1), help="Use only this many of the examples.")
@seed_option
@store_option
@models_dir_option
@device_option
@json_option
def evaluate(
    task_id: str,
    model_name: str,
    data: Path | None,
    explainers: str,
    examples: int,
    limit: int | None,
    seed: int,
    store: Path | None,
    models_dir: Path | None,
    device: str,
    as_json: bool,
) -> None:
    """Run a model on examples and store its predictions and attributions.

    Nothing that is stored already is computed again. An interrupted run goes on where it stopped.
    """
    from trusteq_core.attribution import get_explainer
    from trusteq_core.evaluation.data import split_name
    from trusteq_core.evaluation.plan import Request
    from trusteq_core.evaluation.run import run_model
    from trusteq_core.models import load_model
    from trusteq_core.tasks import get_task

    task = get_task(task_id)
    names = [] if explainers == "none" else [n.strip() for n in explainers.split(",") if n.strip()]
    request = Request(
        explainers=tuple(get_explainer(name).id for name in names),
        explained_split=split_name(data) if data else "test",
        examples=examples,
        seeds=(seed,),
    )
    table = example_table(task, data, limit)
    model = load_model(task, model_name, models_dir=models_dir, device=device)
    with ExitStack() as stack:
        target, kept = writable_store(store, stack)
        with progress(f"{model.name} on {len(table):,} examples") as report:
            tables = {request.explained_split: table}
            entries = run_model(target, task, model, tables, request, report=report)
        document = as_document(task, model, table, target, entries, kept=kept)
    if as_json:
        print_json(document)
    else:
        print_document(document)


def example_table(task: Task, data: Path | None, limit: int | None) -> pd.DataFrame:
    """Return the examples to use: a file's, or the corpus's; with `limit` some of each kind."""
    from trusteq_core.corpus import generate
    from trusteq_core.evaluation.data import read_examples
    from trusteq_core.evaluation.plan import choose_examples

    table = read_examples(data, task) if data else generate(task.id, "test")
    return table if limit is None else choose_examples(table, limit, task)


def writable_store(store: Path | None, stack: ExitStack) -> tuple[ResultStore | StoreStack, bool]:
    """Return the store to use and whether it keeps what it is given.

    Where the user's folder cannot be written, results go to a folder that is deleted afterwards:
    they are shown, not stored.
    """
    from tempfile import TemporaryDirectory

    from trusteq_core.errors import StoreError
    from trusteq_core.store import ResultStore, default_store

    chosen = default_store(store)
    try:
        chosen.check_writable()
    except StoreError as error:
        click.echo(f"{error} Results are shown, and lost afterwards.", err=True)
        return ResultStore(stack.enter_context(TemporaryDirectory())), False
    return chosen, True


def as_document(
    task: Task,
    model: Classifier,
    table: pd.DataFrame,
    store: ResultStore | StoreStack,
    entries: list[Entry],
    *,
    kept: bool,
) -> dict[str, Any]:
    """Return what was made as one JSON-ready document."""
    from trusteq_core.calibration import score_all
    from trusteq_core.equivalence import macro_f1
    from trusteq_core.tasks import label_codes

    predictions = store.read(entries[0])
    p = predictions[[f"p_{label}" for label in task.labels]].to_numpy()
    document: dict[str, Any] = {
        "task": task.id,
        "model": model.name,
        "fingerprint": model.fingerprint,
        "split": entries[0].manifest.split,
        "n": len(table),
        "stored": kept,
        "results": [
            {
                "kind": entry.manifest.kind,
                "explainer": entry.manifest.explainer,
                "seed": entry.manifest.seed,
                "n": entry.manifest.n,
                "seconds": entry.manifest.seconds,
                "path": entry.path if kept else None,
            }
            for entry in entries
        ],
    }
    if "label" in table:
        y = label_codes(table, task)
        scores = score_all(p, y)
        document["accuracy"] = float((p.argmax(axis=1) == y).mean())
        document["macro_f1"] = macro_f1(y, p.argmax(axis=1), len(task.labels))
        document.update({name: scores[name] for name in _SCORES})
    return document


def print_document(document: dict[str, Any]) -> None:
    """Print the scores, then the results and where they are."""
    shown = [name for name in ("accuracy", "macro_f1", *_SCORES) if name in document]
    title = f"{document['model']} on {document['n']:,} examples of {document['split']}"
    print_table(["measure", "value"], [[name, document[name]] for name in shown], title=title)
    click.echo()
    rows = [
        [result["kind"], result["explainer"], result["seed"], result["n"], result["seconds"]]
        for result in document["results"]
    ]
    print_table(["result", "explainer", "seed", "examples", "seconds"], rows)
    if document["stored"]:
        folder = document["results"][0]["path"].parents[2]
        click.echo(
            f"\nStored in {folder}. Next: trusteq compare --task {document['task']} "
            f"--compressed {document['model']}"
        )

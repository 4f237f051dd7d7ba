"""``trusteq evaluate``: predictions and attributions of one model, stored for comparisons."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from trusteq_core.cli.data import data_options, read_data
from trusteq_core.cli.options import (
    json_option,
    load_settings,
    loading_options,
    models_dir_option,
    store_option,
    task_option,
)
from trusteq_core.cli.output import cell, print_json, print_table, progress
from trusteq_core.cli.settings import parse_settings, setting_option

if TYPE_CHECKING:
    import pandas as pd

    from trusteq_core.models.classifier import Classifier
    from trusteq_core.store import Entry, ResultStore, StoreStack
    from trusteq_core.tasks import Task
    from trusteq_core.tasks.readers import ExampleData

__all__ = ["evaluate"]

_SCORES = ("signed_gap", "ece", "mce", "brier", "nll")


@click.command()
@task_option
@click.option(
    "--model", "model_name", required=True, metavar="PATH_OR_ID", help="Model id or folder."
)
@click.option(
    "--name",
    "stored_name",
    metavar="NAME",
    help="What the model is called in the results, in place of its folder's name.",
)
@data_options
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
@click.option(
    "--seed",
    "seeds",
    type=click.IntRange(min=0),
    multiple=True,
    default=(0,),
    show_default="0",
    help="Seed of the run. May be repeated.",
)
@click.option(
    "--mask",
    default="remove",
    show_default=True,
    metavar="POLICY",
    help="What becomes of masked words: remove or mask_token.",
)
@setting_option
@store_option
@models_dir_option
@loading_options
@click.option(
    "--status",
    type=click.Path(dir_okay=False, path_type=Path),
    hidden=True,
    help="For the dashboard: progress goes to this file, and the work ends with standard input.",
)
@json_option
def evaluate(
    task_id: str,
    model_name: str,
    stored_name: str | None,
    data: str | None,
    explainers: str,
    examples: int,
    limit: int | None,
    seeds: tuple[int, ...],
    mask: str,
    settings: tuple[str, ...],
    store: Path | None,
    models_dir: Path | None,
    status: Path | None,
    as_json: bool,
    **given: Any,
) -> None:
    """Run a model on examples and store its predictions and attributions.

    Without --data the examples are the test split that stored results are of, else that of the
    task's corpus.

    Nothing that is stored already is computed again. An interrupted run goes on where it stopped.
    Of a model of your own the size and the latency are stored too.
    """
    from trusteq_core.attribution import MASKS, get_explainer
    from trusteq_core.cli.status import status_file
    from trusteq_core.errors import UnknownName
    from trusteq_core.evaluation.plan import Request
    from trusteq_core.evaluation.profiles import profile_own_model
    from trusteq_core.evaluation.run import run_model
    from trusteq_core.models import load_model
    from trusteq_core.store.manifest import check_name
    from trusteq_core.tasks import get_task

    task = get_task(task_id)
    loading = load_settings(task, given)
    if stored_name is not None:
        check_name("model", stored_name)
    names = [] if explainers == "none" else [n.strip() for n in explainers.split(",") if n.strip()]
    if mask not in MASKS:
        raise UnknownName("mask policy", mask, MASKS)
    chosen = tuple(get_explainer(name).id for name in names)
    with ExitStack() as stack:
        report = stack.enter_context(status_file(status)) if status else None
        read = read_data(task, data, **given) if data else None
        split = read.name if read else "test"
        request = Request(chosen, split, examples, seeds, mask, parse_settings(settings))
        target, kept = writable_store(store, stack)
        table = example_table(target, task, read, limit)
        path = own_path(task, model_name, models_dir)
        model = load_model(
            task, model_name, models_dir=models_dir, examples=table, name=stored_name, **loading
        )
        check_namesakes(target, task, model, own=path is not None, models_dir=models_dir)
        if report is None:
            title = f"{model.name} on {len(table):,} examples"
            report = stack.enter_context(progress(title))
        entries = run_model(target, task, model, {split: table}, request, report=report)
        if path is not None:
            profile_own_model(target, task, model, path, table)
        document = as_document(task, model, table, target, entries, kept=kept)
        if read is not None:
            document["data"] = read.to_dict()
    if as_json:
        print_json(document)
    else:
        print_document(document)


def check_namesakes(
    store: ResultStore | StoreStack,
    task: Task,
    model: Classifier,
    *,
    own: bool,
    models_dir: Path | None,
) -> None:
    """Refuse a model of one's own named as one of the catalogue; tell of another of its name.

    Raises
    ------
    ModelError
        If the catalogue has a model of the same name.
    """
    from trusteq_core.errors import ModelError
    from trusteq_core.models import catalogue

    if own and model.name in {card.name for card in catalogue(task.id, models_dir)}:
        raise ModelError(
            f'"{model.name}" is the name of a model of the catalogue. Give this one another with '
            "--name, so that the results of the two can be told apart."
        )
    stored = store.find(kind="predictions", task=task.id, model=model.name)
    if any(entry.manifest.model_fingerprint != model.fingerprint for entry in stored):
        click.echo(
            f'Results of another model named "{model.name}" are stored too; comparisons take the '
            "newest. --name tells them apart.",
            err=True,
        )


def own_path(task: Task, model_name: str, models_dir: Path | None) -> Path | None:
    """Return where a model of one's own lies; None for the catalogue's, and for a function."""
    from trusteq_core.models import catalogue
    from trusteq_core.models.catalogue import locate_model
    from trusteq_core.models.function_classifier import function_file

    if function_file(model_name) is not None:
        return None
    path = locate_model(task, model_name, models_dir)[1]
    known = {card.path.resolve() for card in catalogue(task.id, models_dir)}
    return None if path.resolve() in known else path


def example_table(
    store: ResultStore | StoreStack, task: Task, data: ExampleData | None, limit: int | None
) -> pd.DataFrame:
    """Return the examples to use, at most `limit`: those read, or those of the stored results.

    Where nothing is stored they are the test split of the task's corpus.
    """
    from trusteq_core.evaluation.plan import choose_examples
    from trusteq_core.evaluation.stored_tables import table_to_evaluate

    table = data.frame if data is not None else table_to_evaluate(store, task)
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
        "notes": dict(entries[0].manifest.notes),
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
    for name, note in document["notes"].items():
        click.echo(f"{name.replace('_', ' ')}: {cell(note)}")
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

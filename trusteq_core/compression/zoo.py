"""Building the model zoo of a task: one folder a model, in the format of transformers.

``python -m trusteq_core.compression.zoo --task nli --out precomputed/models`` builds what is
missing and logs a line per epoch on stderr.
"""

from __future__ import annotations

import argparse
import copy
import json
import logging
import shutil
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from trusteq_core.models import environment  # noqa: F401  sets the libraries up, so it comes first

from trusteq_core.compression.architecture import ZooModel, miniature, select  # isort: skip
from trusteq_core.compression.folders import write_model, write_recipe
from trusteq_core.compression.makers import Made, maker_of, training_steps
from trusteq_core.compression.quantise import int8_bytes
from trusteq_core.compression.workshop import Workshop, open_workshop
from trusteq_core.errors import ModelError
from trusteq_core.models.catalogue import ModelCard
from trusteq_core.models.checkpoint import read_json, weight_files
from trusteq_core.models.classifier import Report
from trusteq_core.models.load import load_path
from trusteq_core.models.prompt import PROMPT_FILE
from trusteq_core.models.recipes import Recipe
from trusteq_core.tasks import get_task, label_codes, segments_of

from transformers import PreTrainedModel  # isort: skip

__all__ = ["build_zoo", "main"]

log = logging.getLogger(__name__)


def build_zoo(
    task_id: str,
    out_dir: Path | str,
    *,
    smoke: bool = False,
    models: Sequence[str] | None = None,
    report: Report | None = None,
) -> list[ModelCard]:
    """Train and compress the models of a task, those that are not built yet.

    Each model's folder appears under its name only when it is complete, so an interrupted build
    goes on where it stopped. A model whose settings have changed since is built anew, and so is
    all that was made from it.

    Parameters
    ----------
    task_id : str
        Id of the task.
    out_dir : path
        Folder with one folder a task, ``<out_dir>/<task>/<model>``.
    smoke : bool
        Miniature models on a few hundred examples: the same code in seconds.
    models : sequence of str, optional
        Names of the models to build; those they are made from are built first. All that the task
        has by default.
    report : Report, optional
        Called as ``report(step, steps)`` over the training steps of all models to build.

    Returns
    -------
    list of ModelCard
        The cards of the models that were built now.

    Raises
    ------
    UnknownName
        If the task or a model does not exist.
    """
    task = get_task(task_id)
    folder = Path(out_dir) / task.id
    specs = [
        miniature(spec) if smoke else spec
        for spec in _with_parents(models)
        if spec.tasks is None or task.id in spec.tasks
    ]
    todo = _outdated(specs, folder)
    if not todo:
        log.info("%s: every model is built", task.id)
        return []
    workshop = open_workshop(task, smoke=smoke)
    steps = [training_steps(spec, len(workshop.training)) for spec in todo]
    cards = []
    for number, spec in enumerate(todo):
        log.info("%s/%s: building", task.id, spec.name)
        cards.append(_build(spec, workshop, folder, _part(report, sum(steps[:number]), sum(steps))))
    return cards


def _build(spec: ZooModel, workshop: Workshop, folder: Path, report: Report | None) -> ModelCard:
    """Make one model, write it beside its final place and rename it when complete."""
    target, scratch = folder / spec.name, folder / f".{spec.name}.partial"
    shutil.rmtree(scratch, ignore_errors=True)
    scratch.mkdir(parents=True)
    made = maker_of(spec.kind)(spec, workshop, folder, report)
    _write(made, spec, scratch)
    card = _card(made.model, spec, target, scratch)
    validation = _validation_accuracy(scratch, workshop, spec)
    content = card.to_json() | {"validation_accuracy": validation, "made_with": _settings(spec)}
    (scratch / "card.json").write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")
    shutil.rmtree(target, ignore_errors=True)
    scratch.rename(target)
    log.info(
        "%s/%s: %d parameters, %.2f MB, validation accuracy %.4f",
        workshop.task.id,
        spec.name,
        card.parameters,
        card.bytes / 1e6,
        validation,
    )
    return card


def _write(made: Made, spec: ZooModel, folder: Path) -> None:
    recipe = _recipe(spec)
    if recipe is not None and spec.kind == "quantised":
        write_recipe(folder, recipe)  # over the parent's weights, which ship already
    else:
        write_model(folder, copy.deepcopy(made.model).half(), made.tokenizer, recipe)
    if made.prompt is not None:
        text = json.dumps(made.prompt.to_json(), indent=2)
        (folder / PROMPT_FILE).write_text(text + "\n", encoding="utf-8")


def _recipe(spec: ZooModel) -> Recipe | None:
    if spec.kind == "quantised":
        return Recipe("int8", str(spec.parent))
    if spec.kind == "factorised":
        return Recipe("lowrank", str(spec.parent), spec.rank)
    return None


def _card(model: PreTrainedModel, spec: ZooModel, target: Path, written: Path) -> ModelCard:
    if spec.kind == "quantised":
        size = int8_bytes(model)
    else:
        size = sum(path.stat().st_size for path in weight_files(written))
    return ModelCard(
        name=spec.name,
        title=spec.title,
        kind=spec.kind,
        role=spec.role,
        path=target,
        parent=spec.parent,
        order=[model.name for model in select()].index(spec.name),
        layers=spec.layers,
        hidden=spec.hidden,
        parameters=sum(weight.numel() for weight in model.parameters()),
        bytes=size,
    )


def _validation_accuracy(folder: Path, workshop: Workshop, spec: ZooModel) -> float:
    """Measure the model as it was written, rounding and recipe included."""
    model = load_path(folder, workshop.task, name=spec.name)
    predicted = model.predict(segments_of(workshop.validation, workshop.task)).argmax(axis=1)
    return float((predicted == label_codes(workshop.validation, workshop.task)).mean())


def _settings(spec: ZooModel) -> dict[str, object]:
    """Everything about a model that decides its weights."""
    others = ("title", "role", "tasks")
    return {key: value for key, value in asdict(spec).items() if key not in others}


def _with_parents(names: Sequence[str] | None) -> tuple[ZooModel, ...]:
    wanted = select(list(names) if names is not None else None)
    parents = [spec.parent for spec in wanted if spec.parent is not None]
    return select([spec.name for spec in wanted] + parents)


def _outdated(specs: Sequence[ZooModel], folder: Path) -> list[ZooModel]:
    """Return the models that are missing, damaged or made with other settings, in order."""
    todo: list[ZooModel] = []
    for spec in specs:
        renewed = spec.parent in [other.name for other in todo]
        if renewed or _built_with(folder / spec.name) != _settings(spec):
            todo.append(spec)
    return todo


def _built_with(folder: Path) -> object:
    try:
        return read_json(folder / "card.json").get("made_with")
    except ModelError:
        return None


def _part(report: Report | None, done: int, total: int) -> Report | None:
    """Return a report of one model's steps as part of the steps of all."""
    if report is None:
        return None
    return lambda step, _: report(done + step, total)


def main(arguments: Sequence[str] | None = None) -> int:
    """Build the zoo of one task from the command line; progress goes to stderr."""
    parser = argparse.ArgumentParser(description="Build the model zoo of a task.")
    parser.add_argument("--task", required=True)
    parser.add_argument("--out", required=True, type=Path)
    parser.add_argument("--models", nargs="*", help="names of the models; all by default")
    parser.add_argument("--smoke", action="store_true", help="miniature models, in seconds")
    options = parser.parse_args(arguments)
    logging.basicConfig(
        level=logging.INFO, stream=sys.stderr, format="%(asctime)s  %(message)s", datefmt="%H:%M:%S"
    )
    build_zoo(options.task, options.out, smoke=options.smoke, models=options.models)
    return 0


if __name__ == "__main__":
    sys.exit(main())

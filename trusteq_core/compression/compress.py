"""Compressing a classifier of one's own, and distilling a shallower one from it."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from trusteq_core.models import environment  # noqa: F401  sets the libraries up, so it comes first

from trusteq_core.compression.distil import distillation_loss  # isort: skip
from trusteq_core.compression.encoded import Encoded
from trusteq_core.compression.finetune import Lessons, learn
from trusteq_core.compression.folders import Workpiece, fits_half, write_model
from trusteq_core.compression.methods import COMPRESSIONS, Compression
from trusteq_core.compression.prune import make_permanent_
from trusteq_core.compression.training import Loss, predict_logits
from trusteq_core.errors import DataError, ModelError
from trusteq_core.models.catalogue import ModelCard
from trusteq_core.models.classifier import Classifier, Report
from trusteq_core.models.describe import card_of
from trusteq_core.models.recipes import Recipe, is_plain
from trusteq_core.models.transformers_classifier import TransformersClassifier

from transformers import PreTrainedModel  # isort: skip

__all__ = ["compress", "distil"]


def compress(
    parent: Classifier,
    method: Compression,
    out: Path,
    *,
    amount: float | None = None,
    lessons: Lessons | None = None,
    report: Report | None = None,
) -> ModelCard:
    """Compress a classifier and write it to a folder that loads like any other.

    An interrupted training goes on where it stopped when the same call is made again; a finished
    model is left as it is.

    Parameters
    ----------
    parent : Classifier
        A transformers classifier, as `trusteq_core.models.load_model` returns it; it is used up.
    method : Compression
        What to do.
    out : Path
        The folder to make.
    amount : float, optional
        How much; the method's default otherwise.
    lessons : Lessons, optional
        What to train the compressed model on; without them it is left as the method makes it.
    report : Report, optional
        Called as ``report(step, steps)`` after each training step.

    Returns
    -------
    ModelCard
        Of the model, made now or before.

    Raises
    ------
    ModelError
        If the parent is of another kind or `out` holds something else.
    DataError
        If the amount is out of bounds, the examples break their contract, or the method leaves
        nothing to train.
    """
    model = _trainable(parent)
    chosen = method.check(model.model, amount)
    if lessons is not None and not method.trainable:
        raise DataError(f"What {method.id} makes cannot be trained. Leave out the examples.")
    return _make(model, method, method.id, chosen, lessons, out, report=report)


def distil(
    teacher: Classifier,
    layers: int,
    lessons: Lessons,
    out: Path,
    *,
    temperature: float = 2.0,
    gold_weight: float = 0.3,
    report: Report | None = None,
) -> ModelCard:
    """Distil a shallower classifier from a teacher and write it to a folder.

    The student starts from the teacher's evenly spaced layers and learns its distributions and
    the gold labels together (`distillation_loss`). Interrupted and finished work as in `compress`.

    Parameters
    ----------
    teacher : Classifier
        A transformers classifier; it is used up.
    layers : int
        Layers of the student, fewer than the teacher has.
    lessons : Lessons
        Examples and schedule.
    out : Path
        The folder to make.
    temperature : float
        Above 0; higher values show more of the teacher's small probabilities.
    gold_weight : float
        Share of the gold labels in the loss, in 0..1.
    report : Report, optional
        Called as ``report(step, steps)`` after each training step.

    Raises
    ------
    ModelError, DataError
        As `compress`.
    """
    if not (temperature > 0 and 0 <= gold_weight <= 1):
        raise DataError(
            "Distillation takes a temperature above 0 and a gold weight from 0 to 1, got "
            f"{temperature:g} and {gold_weight:g}."
        )
    model = _trainable(teacher)
    method = COMPRESSIONS["drop-layers"]
    chosen = method.check(model.model, layers)

    def loss_over(training: Encoded) -> Loss:
        logits = predict_logits(model.model, training)
        return distillation_loss(
            training.labels, logits, temperature=temperature, gold_weight=gold_weight
        )

    settings = {"temperature": temperature, "gold_weight": gold_weight}
    return _make(
        model, method, "distil", chosen, lessons, out, loss_over, report=report, **settings
    )


def _make(
    parent: TransformersClassifier,
    method: Compression,
    name: str,
    amount: float,
    lessons: Lessons | None,
    out: Path,
    loss_over: Callable[[Encoded], Loss] | None = None,
    *,
    report: Report | None,
    **settings: float,
) -> ModelCard:
    """Change the parent as the method says, train what comes out, and write it."""
    amounts: dict[str, Any] = {method.amount: amount} if method.amount else {}
    recipe = Recipe(name, _as_folder(parent.name), **amounts)
    made_with = {**recipe.to_json(), "base": parent.fingerprint, **settings}
    if lessons is not None:
        lessons.check(parent.task)
        made_with |= lessons.facts(parent.task)
    work = Workpiece(out, made_with)
    finished = work.finished()
    if finished is not None:
        return finished
    # A child is stored in the precision of its parent, or their sizes could not be compared.
    halved = method.id != "int8" and fits_half(parent.model)
    model = method.change(parent.model, amount)
    facts = _taught(model, parent, lessons, work, loss_over, report)
    if method.id == "prune":
        make_permanent_(model)
    card = card_of(
        model,
        out,
        title=f"{parent.name}, {method.title.format(amount)}",
        kind="distilled" if name == "distil" else method.kind,
        role="compressed",
        parent=parent.name,
    )
    draft, model = work.draft(), model.cpu().eval()
    if method.exports:
        _export(parent, draft, quantise=method.id == "onnx-int8")
    else:
        write_model(draft, model.half() if halved else model, parent.tokenizer, recipe)
    return work.finish(card, **facts)


def _taught(
    model: PreTrainedModel,
    parent: TransformersClassifier,
    lessons: Lessons | None,
    work: Workpiece,
    loss_over: Callable[[Encoded], Loss] | None,
    report: Report | None,
) -> dict[str, float]:
    """Train a changed model, where there is something to train it on; return what was measured."""
    if lessons is None:
        return {}
    return learn(
        model,
        parent.tokenizer,
        parent.task,
        lessons,
        work,
        outputs=parent.outputs,
        loss_over=loss_over,
        report=report,
    )


def _export(model: TransformersClassifier, folder: Path, *, quantise: bool) -> None:
    """Write a model as an ONNX file; what its folder is fingerprinted by is the file."""
    from trusteq_core.models.export import export_onnx, quantise_onnx

    if not quantise:
        export_onnx(model, folder)
        return
    with TemporaryDirectory(dir=folder.parent) as plain:
        export_onnx(model, plain)
        quantise_onnx(plain, folder)


def _trainable(model: Classifier) -> TransformersClassifier:
    """Return the model if its weights are plain floats, as every method needs them."""
    if not isinstance(model, TransformersClassifier):
        raise ModelError(
            f'"{model.name}" is no transformers classifier. Give the folder or hub id of one.'
        )
    if not is_plain(model.model):
        raise ModelError(
            f'"{model.name}" is quantised or factorised already. Compress the model it was made '
            "from."
        )
    # What is made from a model whose outputs have no names, or wrong ones, has the right ones.
    names = dict(enumerate(model.output_labels or ()))
    model.model.config.id2label = names
    model.model.config.label2id = {label: output for output, label in names.items()}
    return model


def _as_folder(name: str) -> str:
    """Return a model's name as a recipe holds it: of a hub id, the part behind the slash."""
    return re.sub(r"[^A-Za-z0-9._-]+", "-", name.rsplit("/", 1)[-1]).strip("-._") or "model"

"""How each kind of model of the zoo is made; one function a kind."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from transformers import PreTrainedModel

from trusteq_core.compression.architecture import ZooModel
from trusteq_core.compression.distil import copy_layers_, distillation_loss
from trusteq_core.compression.initialise import build_encoder
from trusteq_core.compression.lowrank import factorise_
from trusteq_core.compression.pretrain import pretrain
from trusteq_core.compression.prune import make_permanent_, prune_
from trusteq_core.compression.training import Loss, Schedule, predict_logits, train
from trusteq_core.compression.workshop import Workshop
from trusteq_core.models.classifier import Report
from trusteq_core.models.transformers_classifier import load_folder

__all__ = ["Maker", "maker_of", "training_steps"]

Maker = Callable[[ZooModel, Workshop, Path, Report | None], PreTrainedModel]
"""``maker(spec, workshop, folder, report)``: the made model; parents lie in `folder`."""


def maker_of(kind: str) -> Maker:
    """Return the function that makes models of this kind."""
    return _MAKERS[kind]


def training_steps(spec: ZooModel, n_examples: int) -> int:
    """Return how many training steps a model takes, pre-training included."""
    pretraining, training = _schedules(spec)
    return pretraining.steps(n_examples) + training.steps(n_examples)


def _from_scratch(
    spec: ZooModel, workshop: Workshop, _folder: Path, report: Report | None
) -> PreTrainedModel:
    material = workshop.material(spec.tokenizer)
    model = build_encoder(spec, workshop.task, len(material.tokenizer))
    schedule, _ = _schedules(spec)
    model.set_attn_implementation("eager")
    pretrain(model, material.tokenizer, material.training, schedule, report=report)
    before = schedule.steps(len(material.training.ids))
    _train(model, spec, workshop, _after(report, before))
    return model


def _distilled(
    spec: ZooModel, workshop: Workshop, folder: Path, report: Report | None
) -> PreTrainedModel:
    teacher = _parent(spec, workshop, folder)
    material = workshop.material(spec.tokenizer)
    student = build_encoder(spec, workshop.task, len(material.tokenizer))
    copy_layers_(student, teacher)
    loss = distillation_loss(material.training.labels, predict_logits(teacher, material.training))
    _train(student, spec, workshop, report, loss=loss)
    return student


def _pruned(
    spec: ZooModel, workshop: Workshop, folder: Path, report: Report | None
) -> PreTrainedModel:
    model = _parent(spec, workshop, folder)
    prune_(model, spec.sparsity)
    _train(model, spec, workshop, report)
    make_permanent_(model)
    return model


def _factorised(
    spec: ZooModel, workshop: Workshop, folder: Path, report: Report | None
) -> PreTrainedModel:
    model = _parent(spec, workshop, folder)
    factorise_(model, spec.rank)
    _train(model, spec, workshop, report)
    return model


def _quantised(
    spec: ZooModel, workshop: Workshop, folder: Path, _report: Report | None
) -> PreTrainedModel:
    # Quantised each time it is loaded; here the parent's weights are needed only to weigh them.
    return _parent(spec, workshop, folder)


_MAKERS: dict[str, Maker] = {
    "trained": _from_scratch,
    "distilled": _distilled,
    "pruned": _pruned,
    "factorised": _factorised,
    "quantised": _quantised,
}


def _parent(spec: ZooModel, workshop: Workshop, folder: Path) -> PreTrainedModel:
    """Load the parent as it is stored, so that resuming later gives the same as going on now."""
    name = str(spec.parent)
    return load_folder(folder / name, workshop.task, name=name).model


def _train(
    model: PreTrainedModel,
    spec: ZooModel,
    workshop: Workshop,
    report: Report | None,
    *,
    loss: Loss | None = None,
) -> None:
    material = workshop.material(spec.tokenizer)
    # For texts this short, explicit attention trains twice as fast on a CPU as the fused kernel.
    model.set_attn_implementation("eager")
    _, schedule = _schedules(spec)
    train(model, material.training, material.validation, schedule, loss=loss, report=report)


def _schedules(spec: ZooModel) -> tuple[Schedule, Schedule]:
    """Return the schedules of pre-training and of training."""
    return (
        Schedule(spec.pretraining, spec.learning_rate, seed=spec.seed),
        Schedule(spec.epochs, spec.learning_rate, seed=spec.seed),
    )


def _after(report: Report | None, before: int) -> Report | None:
    """Return a report that counts the steps taken before."""
    if report is None:
        return None
    return lambda step, steps: report(before + step, before + steps)

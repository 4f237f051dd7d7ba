"""How each kind of model of the zoo is made; one function a kind."""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from transformers import PreTrainedModel, PreTrainedTokenizerBase

from trusteq_core.compression.architecture import ZooModel
from trusteq_core.compression.causal import (
    ZOO_PROMPTS,
    Answering,
    causal_from,
    encode_prompts,
    start_only,
)
from trusteq_core.compression.distil import distillation_loss
from trusteq_core.compression.finetune import ATTENTION
from trusteq_core.compression.initialise import build_encoder
from trusteq_core.compression.lowrank import factorise_
from trusteq_core.compression.methods import drop_layers
from trusteq_core.compression.pretrain import pretrain
from trusteq_core.compression.prune import make_permanent_, prune_
from trusteq_core.compression.training import Loss, Schedule, predict_logits, train
from trusteq_core.compression.workshop import Material, Workshop
from trusteq_core.models.classifier import Report
from trusteq_core.models.loading import load_folder
from trusteq_core.models.prompt import Prompt

__all__ = ["Made", "Maker", "maker_of", "training_steps"]


@dataclass(frozen=True, slots=True, eq=False)
class Made:
    """A model that is ready to be written, the tokenizer it reads with, what it is asked."""

    model: PreTrainedModel
    tokenizer: PreTrainedTokenizerBase
    prompt: Prompt | None = None


Maker = Callable[[ZooModel, Workshop, Path, Report | None], Made]
"""``maker(spec, workshop, folder, report)``; the models it is made from lie in `folder`."""


def maker_of(kind: str) -> Maker:
    """Return the function that makes models of this kind."""
    return _MAKERS[kind]


def training_steps(spec: ZooModel, n_examples: int) -> int:
    """Return how many training steps a model takes, pre-training included."""
    pretraining, training = _schedules(spec)
    return pretraining.steps(n_examples) + training.steps(n_examples)


def _from_scratch(spec: ZooModel, workshop: Workshop, _folder: Path, report: Report | None) -> Made:
    material = workshop.material(spec.tokenizer)
    model = build_encoder(spec, workshop.task, len(material.tokenizer))
    schedule, _ = _schedules(spec)
    model.set_attn_implementation(ATTENTION)
    pretrain(model, material.tokenizer, material.training, schedule, report=report)
    before = schedule.steps(len(material.training.ids))
    _train(model, spec, material, _after(report, before))
    return Made(model, material.tokenizer)


def _distilled(spec: ZooModel, workshop: Workshop, folder: Path, report: Report | None) -> Made:
    teacher, material = _parent(spec, workshop, folder)
    student = drop_layers(teacher, spec.layers)
    targets = predict_logits(teacher, material.training)
    loss = distillation_loss(material.training.labels, targets)
    _train(student, spec, material, report, loss=loss)
    return Made(student, material.tokenizer)


def _pruned(spec: ZooModel, workshop: Workshop, folder: Path, report: Report | None) -> Made:
    model, material = _parent(spec, workshop, folder)
    prune_(model, spec.sparsity)
    _train(model, spec, material, report)
    make_permanent_(model)
    return Made(model, material.tokenizer)


def _factorised(spec: ZooModel, workshop: Workshop, folder: Path, report: Report | None) -> Made:
    model, material = _parent(spec, workshop, folder)
    factorise_(model, spec.rank)
    _train(model, spec, material, report)
    return Made(model, material.tokenizer)


def _quantised(spec: ZooModel, workshop: Workshop, folder: Path, _report: Report | None) -> Made:
    # Quantised each time it is loaded; here the parent's weights are needed only to weigh them.
    model, material = _parent(spec, workshop, folder)
    return Made(model, material.tokenizer)


def _causal(spec: ZooModel, workshop: Workshop, folder: Path, report: Report | None) -> Made:
    teacher, material = _parent(spec, workshop, folder)
    task, prompt = workshop.task, ZOO_PROMPTS[workshop.task.id]
    targets = predict_logits(teacher, material.training)
    model = causal_from(teacher, spec.layers, spec.seed)
    model.set_attn_implementation(ATTENTION)
    tokenizer = start_only(copy.deepcopy(material.tokenizer))
    student = Answering(model, tokenizer, prompt, task)
    _, schedule = _schedules(spec)
    train(
        student,
        encode_prompts(tokenizer, workshop.training, task, prompt),
        encode_prompts(tokenizer, workshop.validation, task, prompt),
        schedule,
        loss=student.with_next_token(distillation_loss(material.training.labels, targets)),
        report=report,
    )
    return Made(model, tokenizer, prompt)


_MAKERS: dict[str, Maker] = {
    "trained": _from_scratch,
    "distilled": _distilled,
    "pruned": _pruned,
    "factorised": _factorised,
    "quantised": _quantised,
    "causal": _causal,
}


def _parent(spec: ZooModel, workshop: Workshop, folder: Path) -> tuple[PreTrainedModel, Material]:
    """Load the parent as it is stored, so that resuming later gives the same as going on now."""
    name = str(spec.parent)
    parent = load_folder(folder / name, workshop.task, name=name)
    parent.model.set_attn_implementation(ATTENTION)
    return parent.model, workshop.material_for(parent.tokenizer)


def _train(
    model: PreTrainedModel,
    spec: ZooModel,
    material: Material,
    report: Report | None,
    *,
    loss: Loss | None = None,
) -> None:
    model.set_attn_implementation(ATTENTION)
    _, schedule = _schedules(spec)
    train(model, material.training, material.validation, schedule, loss=loss, report=report)


def _schedules(spec: ZooModel) -> tuple[Schedule, Schedule]:
    """Return the schedules of pre-training and of training."""
    return (
        Schedule(spec.pretraining, spec.learning_rate, seed=spec.seed),
        Schedule(
            spec.epochs,
            spec.learning_rate,
            seed=spec.seed,
            # A causal model learns its direction in many small steps.
            batch_size=32 if spec.kind == "causal" else 64,
        ),
    )


def _after(report: Report | None, before: int) -> Report | None:
    """Return a report that counts the steps taken before."""
    if report is None:
        return None
    return lambda step, steps: report(before + step, before + steps)

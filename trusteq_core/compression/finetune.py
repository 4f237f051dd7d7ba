"""Fine-tuning a pretrained encoder into a classifier of a task."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from trusteq_core.models import environment  # noqa: F401  sets the libraries up, so it comes first

from trusteq_core.compression.checkpoints import Checkpoints  # isort: skip
from trusteq_core.compression.encoded import Encoded, encode
from trusteq_core.compression.folders import Workpiece, write_model
from trusteq_core.compression.tokenizer import MAX_TOKENS
from trusteq_core.compression.training import Loss, Schedule, train
from trusteq_core.errors import DataError, ModelError
from trusteq_core.models.catalogue import ModelCard
from trusteq_core.models.checkpoint import check_folder, fingerprint, read_json, weight_files
from trusteq_core.models.classifier import Report
from trusteq_core.models.describe import card_of
from trusteq_core.models.labels import output_order
from trusteq_core.models.loading import to_device
from trusteq_core.models.pretrained import guarded, load_tokenizer, longest_input
from trusteq_core.tasks import Task, check_examples, examples_fingerprint

import torch  # isort: skip
from transformers import (  # isort: skip
    AutoConfig,
    AutoModelForSequenceClassification,
    PreTrainedModel,
    PreTrainedTokenizerBase,
)

__all__ = ["ATTENTION", "Lessons", "finetune", "learn"]

# For texts this short, explicit attention trains twice as fast on a CPU as the fused kernel.
ATTENTION = "eager"
# Weights without which a base is no pretrained encoder; a head or a pooler may be new.
_ENCODER = re.compile(r"embeddings|[._]layers?\.\d")


@dataclass(frozen=True, slots=True, eq=False)
class Lessons:
    """What a model is trained on, and how.

    Attributes
    ----------
    examples : DataFrame
        An example table with gold labels.
    schedule : Schedule
        Epochs, learning rate, batch size and seed.
    validation : DataFrame or None
        Another table, on which the model is measured as it learns.
    max_tokens : int
        Longer examples are cut.
    """

    examples: pd.DataFrame
    schedule: Schedule
    validation: pd.DataFrame | None = None
    max_tokens: int = MAX_TOKENS

    def check(self, task: Task) -> None:
        """Raise `DataError` where a table is not one of this task, or has no labels."""
        for table in (self.examples, self.validation):
            if table is not None:
                check_examples(table, task)
        if self.schedule.epochs < 1 or not self.schedule.learning_rate > 0:
            raise DataError(
                "Training takes at least one epoch and a learning rate above 0, got "
                f"{self.schedule.epochs} and {self.schedule.learning_rate}."
            )

    def facts(self, task: Task) -> dict[str, Any]:
        """Return all of it that decides the weights, ready for JSON."""
        return {
            # Texts, labels and their order decide; what the examples are called does not.
            "data": examples_fingerprint(self.examples.assign(id=""), task),
            "examples": len(self.examples),
            "max_tokens": self.max_tokens,
            **asdict(self.schedule),
        }


def finetune(
    base: Path,
    task: Task,
    lessons: Lessons,
    out: Path,
    *,
    device: str = "cpu",
    report: Report | None = None,
) -> ModelCard:
    """Fine-tune a pretrained encoder for a task and write the classifier to a folder.

    The same seed on the same machine gives the same weights. An interrupted run goes on where it
    stopped when the same call is made again; a finished one is left as it is.

    Parameters
    ----------
    base : Path
        A folder in the format of ``save_pretrained``: an encoder, or a classifier of this task to
        train further. A head that it lacks is drawn from the seed.
    task : Task
        The task.
    lessons : Lessons
        Examples and schedule.
    out : Path
        The folder to make.
    device : str
        Where to compute, as torch names it.
    report : Report, optional
        Called as ``report(step, steps)`` after each step.

    Returns
    -------
    ModelCard
        Of the model, made now or before.

    Raises
    ------
    ModelError
        If the base cannot be loaded, or `out` holds something else.
    DataError
        If the examples break their contract.
    """
    lessons.check(task)
    check_folder(base)
    tokenizer = load_tokenizer(base)
    origin = fingerprint(
        weight_files(base),
        read_json(base / "config.json"),
        tokenizer.backend_tokenizer.to_str(),
        {},
    )
    work = Workpiece(out, {"method": "train", "base": origin, **lessons.facts(task)})
    finished = work.finished()
    if finished is not None:
        return finished
    torch.manual_seed(lessons.schedule.seed)
    model, outputs = _to_fine_tune(base, task)
    to_device(model, device)
    facts = learn(model, tokenizer, task, lessons, work, outputs=outputs, report=report)
    card = card_of(model, out, title=out.name, kind="trained", role="original")
    write_model(work.draft(), model.cpu(), tokenizer, None)
    return work.finish(card, **facts)


def learn(
    model: PreTrainedModel,
    tokenizer: PreTrainedTokenizerBase,
    task: Task,
    lessons: Lessons,
    work: Workpiece,
    *,
    outputs: Sequence[int] | None = None,
    loss_over: Callable[[Encoded], Loss] | None = None,
    report: Report | None = None,
) -> dict[str, float]:
    """Train a model in place and return what was measured of it, for its card.

    Parameters
    ----------
    model, tokenizer
        What is trained, and what it reads with.
    task, lessons
        The task, its examples and the schedule.
    work : Workpiece
        Keeps the checkpoints.
    outputs : sequence of int, optional
        As in `encode`.
    loss_over : callable, optional
        ``loss_over(training)``: the loss over the tokenised examples; by default that of their
        gold labels.
    report : Report, optional
        Called as ``report(step, steps)`` after each step.
    """
    longest = min(lessons.max_tokens, longest_input(model.config, tokenizer))

    def read(table: pd.DataFrame) -> Encoded:
        return encode(tokenizer, table, task, outputs=outputs, max_tokens=longest)

    training = read(lessons.examples)
    model.set_attn_implementation(ATTENTION)
    accuracies = train(
        model,
        training,
        None if lessons.validation is None else read(lessons.validation),
        lessons.schedule,
        loss=loss_over(training) if loss_over else None,
        checkpoints=Checkpoints(work.checkpoint, work.key),
        report=report,
    )
    return {"validation_accuracy": accuracies[-1]} if accuracies else {}


def _to_fine_tune(base: Path, task: Task) -> tuple[PreTrainedModel, list[int]]:
    """Return the base with a head for the task, and which output means which label.

    A head that names the task's labels is kept; any other is replaced by a new one.
    """
    config = guarded(base, AutoConfig.from_pretrained)
    try:
        outputs = output_order(config.id2label, task)
    except ModelError:
        outputs = list(range(len(task.labels)))
        config.id2label = dict(enumerate(task.labels))
        config.label2id = {label: number for number, label in enumerate(task.labels)}
    model, loading = guarded(
        base,
        AutoModelForSequenceClassification.from_pretrained,
        config=config,
        dtype=torch.float32,
        use_safetensors=True,
        ignore_mismatched_sizes=True,
        output_loading_info=True,
    )
    missing = sorted(key for key in loading["missing_keys"] if _ENCODER.search(key))
    if missing:
        raise ModelError(
            f'"{base}" has no weights for {", ".join(missing[:3])}. Give a whole pretrained '
            "encoder, as model.save_pretrained(folder) writes it."
        )
    return model, outputs

"""The paper's experiment: fine-tune its checkpoints, evaluate each, compare all pairs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import pandas as pd

from trusteq_core.compression.finetune import Lessons, finetune
from trusteq_core.compression.training import Schedule
from trusteq_core.evaluation.plan import Request, choose_examples
from trusteq_core.evaluation.presets import PRESETS, Preset
from trusteq_core.evaluation.profiles import store_profile
from trusteq_core.evaluation.run import run_model
from trusteq_core.models import load_model
from trusteq_core.models.catalogue import locate_model
from trusteq_core.models.describe import describe
from trusteq_core.store import ResultStore
from trusteq_core.studies.paper import PAPER_EPOCHS, PAPER_MODELS, PaperModel, paper_data
from trusteq_core.studies.sweep import Stage
from trusteq_core.tasks import Task, segments_of

__all__ = ["Reproduction", "reproduce"]

SPLIT = "test"
_TIMED = 50


@dataclass(frozen=True, slots=True)
class Reproduction:
    """What of the experiment to do, and where.

    Attributes
    ----------
    data_dir : Path
        Folder of the published files.
    out : Path
        ``models/`` and ``results/`` go here.
    models : tuple of PaperModel
        At least two, the largest first.
    presets : tuple of Preset
        The ways to compare; the last one wins where settings differ.
    epochs : mapping of int
        Passes over the training examples, by task.
    learning_rate : float
        Peak of the schedule.
    examples : int or None
        How many test examples are explained; None for all, as in the paper.
    limit : int or None
        Training and test examples to use of each file.
    device : str
        Where to compute.
    """

    data_dir: Path
    out: Path
    models: tuple[PaperModel, ...] = PAPER_MODELS
    presets: tuple[Preset, ...] = (PRESETS["paper"], PRESETS["default"])
    epochs: dict[str, int] | None = None
    learning_rate: float = 1e-5
    examples: int | None = None
    limit: int | None = None
    device: str = "cpu"

    @property
    def store(self) -> ResultStore:
        """The results store."""
        return ResultStore(self.out / "results")


def reproduce(
    plan: Reproduction,
    tasks: Sequence[Task],
    *,
    stage: Stage,
    say: Callable[[str], None] = lambda _: None,
) -> None:
    """Train and evaluate every model on every task, whatever of it is not done yet.

    Parameters
    ----------
    plan : Reproduction
        What to do.
    tasks : sequence of Task
        Of ``nli`` and ``paraphrase``.
    stage : callable
        Shows the progress of one stage of the work.
    say : callable, optional
        Takes what is to be known of the data.
    """
    for task in tasks:
        tables = paper_data(plan.data_dir, task, say=say)
        training, test = (_limited(table, plan, task) for table in tables)
        for model in plan.models:
            folder = plan.out / "models" / task.id / model.name
            _train(plan, task, model, training, folder, stage)
            _evaluate(plan, task, folder, test, stage)


def _limited(table: pd.DataFrame, plan: Reproduction, task: Task) -> pd.DataFrame:
    return table if plan.limit is None else choose_examples(table, plan.limit, task)


def _train(
    plan: Reproduction,
    task: Task,
    model: PaperModel,
    training: pd.DataFrame,
    folder: Path,
    stage: Stage,
) -> None:
    """Fine-tune as the paper did: AdamW, batches of 32."""
    epochs = (plan.epochs or PAPER_EPOCHS)[task.id]
    lessons = Lessons(training, Schedule(epochs, plan.learning_rate, batch_size=32))
    _, checkpoint = locate_model(task, model.checkpoint, None)
    with stage(f"training {task.id}/{model.name}") as report:
        finetune(checkpoint, task, lessons, folder, device=plan.device, report=report)


def _evaluate(
    plan: Reproduction, task: Task, folder: Path, test: pd.DataFrame, stage: Stage
) -> None:
    model = load_model(task, folder, device=plan.device)
    for preset in plan.presets:
        settings = preset.settings(task.id)
        request = Request(
            tuple(settings), SPLIT, plan.examples or len(test), preset.seeds, settings=settings
        )
        with stage(f"evaluating {task.id}/{model.name}: {preset.id}") as report:
            run_model(plan.store, task, model, {SPLIT: test}, request, report=report)
    card = replace(describe(model, folder), title=folder.name)
    store_profile(plan.store, task, model, card, segments_of(test.head(_TIMED), task))

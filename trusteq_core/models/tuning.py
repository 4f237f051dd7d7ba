"""Measuring how a model answers fastest on this machine, and what each way changes."""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np

from trusteq_core.errors import ModelError
from trusteq_core.models.catalogue import locate_model
from trusteq_core.models.classifier import Report
from trusteq_core.models.load import load_model
from trusteq_core.models.token_classifier import TokenClassifier
from trusteq_core.models.token_rows import TokenRows
from trusteq_core.tasks import Task

__all__ = ["TOLERANCE", "Trial", "best_trial", "tune"]

TOLERANCE = 1e-4
"""Largest change of a probability of a way of computing that may be recommended."""

_BUDGETS = (256, 512, 1024, 2048, 4096, 8192)
_TURNS = 3


@dataclass(frozen=True, slots=True)
class Trial:
    """One way of computing, as it was measured.

    Attributes
    ----------
    backend : str
        ``torch``, ``onnx`` or ``openvino``.
    dtype : str
        What it computes in.
    threads : int
        Threads of one process.
    token_budget : int
        Tokens of a batch.
    inputs_per_second : float
        Median over a few turns.
    largest_change : float
        Largest difference of a probability from torch in float32 as it is loaded.
    """

    backend: str
    dtype: str
    threads: int
    token_budget: int
    inputs_per_second: float = 0.0
    largest_change: float = 0.0


def tune(
    task: Task,
    name_or_path: str | Path,
    examples: Sequence[tuple[str, ...]],
    *,
    models_dir: Path | None = None,
    threads: Sequence[int] = (1,),
    report: Report | None = None,
) -> list[Trial]:
    """Measure ways to compute a model: tokens a batch, threads, number formats and backends.

    Nothing is kept: it is for a person to choose. Backends that are not installed, or that the
    model cannot be brought to, are left out.

    Parameters
    ----------
    task : Task
        The task.
    name_or_path : str or Path
        A model as `load_model` takes it.
    examples : sequence of tuple of str
        What it shall answer; as different in length as in use.
    models_dir : path, optional
        Where the catalogue's models lie.
    threads : sequence of int
        Numbers of threads to try.
    report : callable, optional
        ``report(done, total)``; may raise to cancel.

    Returns
    -------
    list of Trial
        The first is the model as it is loaded.

    Raises
    ------
    ModelError
        If the model cannot be loaded, or takes no token ids (a function, say).
    """
    import torch

    model = load_model(task, name_or_path, models_dir=models_dir)
    if not isinstance(model, TokenClassifier):
        raise ModelError(f'"{model.name}" decides itself how it computes: there is nothing to try.')
    tokens, before = model.tokens(examples), torch.get_num_threads()
    native = "torch" if hasattr(model, "model") else type(model.forward).__name__
    asked = list(dict.fromkeys(threads)) or [before]
    start = Trial(native, "float32", asked[0], model.token_budget)
    torch.set_num_threads(asked[0])
    try:
        expected = _answers(model, tokens)  # the first batches may be checked, which takes longer
        measure = _Measure(tokens, expected, report, 2 + len(_BUDGETS) + len(asked) + 4)
        trials = [measure(model, start)]
        trials += [measure(model, replace(start, token_budget=size)) for size in _BUDGETS]
        best = best_trial(trials)
        for count in asked[1:]:
            torch.set_num_threads(count)
            trials.append(measure(model, replace(best, threads=count)))
        torch.set_num_threads(asked[0])
        for backend, dtype, other in _others(task, name_or_path, models_dir, model):
            trial = replace(best, backend=backend, dtype=dtype)
            trials.append(measure(other, trial))
        measure.finish()
        return trials
    finally:
        torch.set_num_threads(before)


def best_trial(trials: Sequence[Trial]) -> Trial:
    """Return the fastest way a thread among those that change no probability by more than 1e-4."""
    faithful = [trial for trial in trials if trial.largest_change <= TOLERANCE]
    return max(faithful, key=lambda trial: trial.inputs_per_second / trial.threads)


class _Measure:
    """Times a classifier on inputs and compares its answers."""

    def __init__(
        self, tokens: TokenRows, expected: np.ndarray, report: Report | None, total: int
    ) -> None:
        self.tokens, self.expected, self.report = tokens, expected, report
        self.done, self.total = 0, total

    def __call__(self, model: TokenClassifier, trial: Trial) -> Trial:
        if self.report is not None:
            self.report(min(self.done, self.total - 1), self.total)
        self.done += 1
        before, model.token_budget = model.token_budget, trial.token_budget
        seconds = []
        try:
            answers = _answers(model, self.tokens)
            for _ in range(_TURNS):
                started = time.perf_counter()
                answers = _answers(model, self.tokens)
                seconds.append(time.perf_counter() - started)
        finally:
            model.token_budget = before
        return replace(
            trial,
            inputs_per_second=len(self.tokens) / statistics.median(seconds),
            largest_change=float(np.abs(answers - self.expected).max()),
        )

    def finish(self) -> None:
        """Say that all is done."""
        if self.report is not None:
            self.report(self.total, self.total)


def _answers(model: TokenClassifier, tokens: TokenRows) -> np.ndarray:
    found = np.empty((len(tokens), len(model.labels)))
    for rows, answers in model.predict_tokens(tokens):
        found[rows] = answers
    return found


def _others(
    task: Task, name_or_path: str | Path, models_dir: Path | None, model: Any
) -> Iterator[tuple[str, str, TokenClassifier]]:
    """Yield the model in other number formats and on other backends, where that can be had."""
    if not hasattr(model, "model"):
        return
    path = locate_model(task, name_or_path, models_dir)[1]
    loads: list[tuple[str, str, Callable[[Path], Any]]] = [
        ("torch", "bfloat16", lambda _: load_model(task, path, dtype="bfloat16"))
    ]
    if find_spec("onnxruntime") and find_spec("onnxscript"):
        loads.append(("onnx", "float32", lambda folder: _as_onnx(task, model, folder)))
        if find_spec("openvino"):
            loads.append(("openvino", "float32", lambda folder: _as_openvino(task, model, folder)))
    with tempfile.TemporaryDirectory() as folder:
        for backend, dtype, load in loads:
            try:
                other = load(Path(folder))
            except ModelError:
                continue  # not for this kind of model
            yield backend, dtype, other


def _as_onnx(task: Task, model: Any, folder: Path) -> Any:
    from trusteq_core.models.export import export_onnx

    export_onnx(model, folder / "onnx")
    return load_model(task, folder / "onnx", label_order=model.output_labels)


def _as_openvino(task: Task, model: Any, folder: Path) -> Any:
    import shutil

    import openvino

    from trusteq_core.models.checkpoint import ONNX_FILE, OPENVINO_FILE

    source, target = folder / "onnx", folder / "openvino"
    if not (source / ONNX_FILE).is_file():
        raise ModelError("There is no ONNX file to convert.")
    shutil.copytree(source, target, ignore=lambda *_: [ONNX_FILE])
    openvino.save_model(
        openvino.convert_model(source / ONNX_FILE), target / OPENVINO_FILE, compress_to_fp16=False
    )
    return load_model(task, target, label_order=model.output_labels)

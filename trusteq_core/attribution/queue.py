"""What examples ask of a model, answered in batches that they share."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from trusteq_core.attribution.masking import Inputs, Predictor
from trusteq_core.errors import ModelError
from trusteq_core.models.classifier import Report
from trusteq_core.models.token_rows import TokenRows

__all__ = ["Ask", "Request", "answer", "side_by_side"]

_CHUNK = 256
"""Texts handed at a time to a model that takes no token ids: to report and cancel in between."""


@dataclass(frozen=True, slots=True, eq=False)
class Request:
    """Inputs that one example wants answered.

    Attributes
    ----------
    inputs : TokenRows or list of tuple of str
        Token ids for a model that takes them, else texts.
    enter : callable
        ``enter(places, answers)`` takes answers as they come: the numbers of some inputs, and
        their probabilities, shape (m, K).
    """

    inputs: Inputs
    enter: Callable[[np.ndarray, np.ndarray], None]


Ask = Callable[[Request, Report | None], None]
"""``ask(request, report)`` returns when every input of the request is answered."""


def answer(model: Predictor, requests: Sequence[Request], report: Report | None = None) -> None:
    """Answer requests together: their inputs are sorted by length and share batches.

    Parameters
    ----------
    model : Predictor
        The model that all requests are made for.
    requests : sequence of Request
        Answers reach each as soon as a batch is done.
    report : callable, optional
        ``report(done, total)`` over the inputs of all; may raise to cancel.

    Raises
    ------
    ModelError
        If the model gives a wrong shape or numbers that are not finite.
    """
    sizes = [len(request.inputs) for request in requests]
    starts, total, done = np.cumsum([0, *sizes]), sum(sizes), 0
    batches = _batches(model, [request.inputs for request in requests])
    while True:
        if report is not None:
            report(done, total)
        batch = next(batches, None)
        if batch is None:
            return
        rows, answers = batch
        owner = np.searchsorted(starts, rows, side="right") - 1
        for number in np.unique(owner):
            mine = owner == number
            requests[number].enter(rows[mine] - starts[number], answers[mine])
        done += len(rows)


def _batches(model: Any, inputs: Sequence[Any]) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Yield the numbers of some inputs and their answers, batch by batch."""
    if not sum(map(len, inputs)):
        return
    if hasattr(model, "predict_tokens"):
        for rows, answers in model.predict_tokens(TokenRows.join(inputs)):
            yield rows, _checked(answers, len(rows))
        return
    texts = [text for part in inputs for text in part]
    for start in range(0, len(texts), _CHUNK):
        chunk = texts[start : start + _CHUNK]
        answers = _checked(model.predict(chunk), len(chunk))
        yield np.arange(start, start + len(chunk)), answers


def _checked(answers: Any, n: int) -> np.ndarray:
    """Return a model's answers to n inputs, checked for shape and finiteness."""
    answers = np.asarray(answers, dtype=np.float64)
    if answers.ndim != 2 or len(answers) != n:
        raise ModelError(
            f"The model gave an array of shape {answers.shape} for {n} input(s). It must give one "
            "row per input, one column per class."
        )
    if not np.isfinite(answers).all():
        bad = int((~np.isfinite(answers).all(axis=1)).sum())
        raise ModelError(
            f"The model gave NaN or infinite probabilities for {bad} of {n} masked input(s); it "
            "cannot be explained on this text."
        )
    return answers


def side_by_side(
    model: Predictor, tasks: Sequence[Callable[[Ask], None]], report: Report | None = None
) -> None:
    """Run tasks that ask a model, and answer together what they ask at one time.

    Each task has a thread, so it may ask in the middle of any code, a library's too. Only one of
    them runs at a time, up to its next question, and each finds numpy's global generator as it
    left it: the result is that of running one after the other.

    Parameters
    ----------
    model : Predictor
        The model they ask.
    tasks : sequence of callable
        Called with the function that they ask by.
    report : callable, optional
        ``report(done, total)`` over the inputs of one round of questions; may raise to cancel.

    Raises
    ------
    Exception
        Whatever a task, the model or `report` raises; the other tasks are stopped.
    """
    before = np.random.get_state()  # noqa: NPY002
    workers = [_Worker(task) for task in tasks]
    try:
        running = workers
        while running:
            for worker in running:
                worker.go_on()
            running = [worker for worker in running if worker.request is not None]
            answer(model, [worker.request for worker in running if worker.request], report)
    finally:
        for worker in workers:
            worker.stop()
        np.random.set_state(before)  # noqa: NPY002


class _StoppedError(BaseException):
    """Ends a task from its next question; no Exception, so that no task takes it for its own."""


class _Worker:
    """A task in a thread of its own that takes turns with the thread that runs it."""

    def __init__(self, task: Callable[[Ask], None]) -> None:
        self.request: Request | None = None
        self._task = task
        self._error: BaseException | None = None
        self._stopped = False
        self._mine, self._theirs = threading.Semaphore(0), threading.Semaphore(0)
        self._thread = threading.Thread(target=self._run, daemon=True)

    def go_on(self) -> None:
        """Let the task run until it asks, which leaves a request, or ends."""
        self.request = None
        if self._thread.ident is None:
            self._thread.start()
        else:
            self._mine.release()
        self._theirs.acquire()
        if self._error is not None:
            raise self._error

    def stop(self) -> None:
        """End the task at the question where it waits."""
        self._stopped = True
        if self._thread.is_alive():
            self._mine.release()
            self._thread.join()

    def _run(self) -> None:
        try:
            self._task(self._ask)
        except _StoppedError:
            pass
        except BaseException as error:  # noqa: BLE001  raised again by go_on
            self._error = error
        finally:
            self._theirs.release()

    def _ask(self, request: Request, report: Report | None) -> None:
        del report  # progress is that of all tasks together
        state = np.random.get_state()  # noqa: NPY002
        self.request = request
        self._theirs.release()
        self._mine.acquire()
        if self._stopped:
            raise _StoppedError
        np.random.set_state(state)  # noqa: NPY002

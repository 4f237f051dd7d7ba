"""A process pool for long work: one thread of linear algebra a process, progress on stderr."""

from __future__ import annotations

import multiprocessing
import os
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from trusteq_core.errors import TrusteqError
from trusteq_core.models.classifier import Report

__all__ = ["Board", "WorkUnit", "print_progress", "run_units"]

_THREADS = ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS")
_BETWEEN_REPORTS = 0.5
_BETWEEN_LINES = 15.0


@dataclass(frozen=True, slots=True)
class WorkUnit:
    """A piece of work for one process.

    Attributes
    ----------
    name : str
        Shown in the progress.
    work : callable
        ``work(report=...)``; it and its result must survive being sent to another process.
    """

    name: str
    work: Callable[..., Any]


def run_units(
    units: Sequence[WorkUnit],
    *,
    workers: int | None = None,
    title: str = "",
    say: Callable[[str], None] | None = None,
) -> dict[str, Any]:
    """Run units of work in processes and return their results by name.

    A unit that fails does not stop the others.

    Parameters
    ----------
    units : sequence of WorkUnit
        In the order in which they are started.
    workers : int, optional
        Processes; as many as there are cores by default.
    title : str
        What the progress lines begin with.
    say : callable, optional
        Takes a progress line; `print_progress` by default.

    Raises
    ------
    TrusteqError
        If a unit failed or a process died; what is stored by then stays, so the same work can
        be started again.
    """
    if not units:
        return {}
    board = Board(title, [unit.name for unit in units], say or print_progress)
    count = min(workers or os.cpu_count() or 1, len(units))
    spawn = multiprocessing.get_context("spawn")
    queue = spawn.SimpleQueue()
    listener = threading.Thread(target=_listen, args=(queue, board), daemon=True)
    results: dict[str, Any] = {}
    failures: list[str] = []
    with (
        _one_thread(),
        ProcessPoolExecutor(count, spawn, initializer=_set_up, initargs=(queue,)) as pool,
    ):
        listener.start()
        futures = {pool.submit(_work, unit): unit.name for unit in units}
        try:
            for future in as_completed(futures):
                name = futures[future]
                try:
                    results[name] = future.result()
                    board.finish(name)
                except TrusteqError as error:
                    failures.append(f"{name}: {error}")
                except BrokenProcessPool as error:
                    raise TrusteqError(
                        "A process of the pool died, perhaps for want of memory. Run the same "
                        "command again: it goes on from what is stored."
                    ) from error
        finally:
            pool.shutdown(wait=False, cancel_futures=True)
    queue.put(None)
    listener.join()
    if failures:
        raise TrusteqError(f"{len(failures)} of {len(units)} failed. " + " ".join(failures))
    return results


def print_progress(line: str) -> None:
    """Print a line on standard error."""
    print(line, file=sys.stderr, flush=True)


class Board:
    """How far every unit is, and a line about all of them every few seconds.

    Parameters
    ----------
    title : str
        What the lines begin with.
    names : sequence of str
        The units.
    say : callable
        Takes a line.
    """

    def __init__(self, title: str, names: Sequence[str], say: Callable[[str], None]) -> None:
        self.title, self.say = title, say
        self.share = dict.fromkeys(names, 0.0)
        self.started = self.said = time.monotonic()

    def update(self, name: str, done: int, total: int) -> None:
        """Note how far a unit is."""
        self.share[name] = max(self.share[name], done / total if total else 0.0)
        if time.monotonic() - self.said >= _BETWEEN_LINES:
            self._line(f"{name} {self.share[name]:.0%}")

    def finish(self, name: str) -> None:
        """Note that a unit is done, and say so."""
        self.share[name] = 1.0
        self._line(f"{name} done")

    def _line(self, what: str) -> None:
        self.said = time.monotonic()
        gone = self.said - self.started
        overall = sum(self.share.values()) / len(self.share)
        left = f", about {_clock(gone / overall * (1 - overall))} left" if overall > 0 else ""
        head = f"{self.title}: " if self.title else ""
        self.say(f"{head}{what}; {overall:.0%} of all in {_clock(gone)}{left}")


def _clock(seconds: float) -> str:
    """Return a duration as h:mm:ss."""
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes // 60}:{minutes % 60:02d}:{rest:02d}"


def _listen(queue: Any, board: Board) -> None:
    while (message := queue.get()) is not None:
        board.update(*message)


_queue: Any = None


def _set_up(queue: Any) -> None:
    """Remember, in a new process, where progress goes, and end when the parent does."""
    global _queue
    _queue = queue
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    """Wait for the parent's end, however it comes; what is stored by then is whole."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _work(unit: WorkUnit) -> Any:
    try:
        return unit.work(report=_throttled(unit.name))
    except TrusteqError as error:
        # Only the message travels: errors with arguments of their own do not survive pickling.
        raise TrusteqError(str(error)) from None


def _throttled(name: str) -> Report:
    last = 0.0

    def report(done: int, total: int) -> None:
        nonlocal last
        now = time.monotonic()
        if _queue is not None and now - last >= _BETWEEN_REPORTS:
            last = now
            _queue.put((name, done, total))

    return report


@contextmanager
def _one_thread() -> Iterator[None]:
    """Let processes that are started meanwhile use one thread each: there is one a core."""
    before = {name: os.environ.get(name) for name in _THREADS}
    os.environ.update(dict.fromkeys(_THREADS, "1"))
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value

"""One bounded queue of background jobs, however many visitors ask."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable
from typing import Any, Literal

from trusteq_core.errors import TrusteqError
from trusteq_core.models.classifier import Report

__all__ = ["BusyError", "Job", "JobCancelled", "JobRunner"]

State = Literal["queued", "running", "done", "failed", "cancelled"]
_FINISHED: tuple[State, ...] = ("done", "failed", "cancelled")
_REMEMBERED = 32


class BusyError(TrusteqError):
    """The queue is full."""


class JobCancelled(Exception):
    """Raised inside a job's `report` when the job was cancelled."""


class Job:
    """One piece of background work and how far it is.

    Attributes
    ----------
    key : str
        What the job computes: two submissions with one key are one job.
    state : {"queued", "running", "done", "failed", "cancelled"}
        Where it stands.
    done, total : int
        Steps reported so far, and in all (0 before the first report).
    result : object
        What the function returned; None until done.
    error : Exception or None
        Why the job failed.
    """

    def __init__(self, key: str, work: Callable[[Report], Any]) -> None:
        self.key = key
        self.state: State = "queued"
        self.done = 0
        self.total = 0
        self.result: Any = None
        self.error: Exception | None = None
        self._work = work
        self._started: float | None = None
        self._ended: float | None = None
        self._cancelled = threading.Event()
        self._finished = threading.Event()

    def __repr__(self) -> str:
        return f"Job({self.key!r}, {self.state}, {self.done} of {self.total})"

    @property
    def finished(self) -> bool:
        """Whether nothing more will happen."""
        return self.state in _FINISHED

    @property
    def wanted(self) -> bool:
        """Whether it waits or runs and nobody has asked it to stop."""
        return not self.finished and not self._cancelled.is_set()

    @property
    def seconds(self) -> float:
        """How long the job has run; 0 while it is queued."""
        if self._started is None:
            return 0.0
        return (self._ended or time.monotonic()) - self._started

    @property
    def remaining_seconds(self) -> float | None:
        """How long it will still run at the pace so far; None where that is not known."""
        if self.state != "running" or not self.done or not self.total:
            return None
        return self.seconds / self.done * max(0, self.total - self.done)

    def cancel(self) -> None:
        """Ask the job to stop; a running one stops at its next report."""
        self._cancelled.set()

    def wait(self, timeout: float | None = None) -> bool:
        """Wait until the job is finished, and return whether it is."""
        return self._finished.wait(timeout)

    def _report(self, done: int, total: int) -> None:
        if self._cancelled.is_set():
            raise JobCancelled(self.key)
        self.done, self.total = done, total

    def _run(self) -> None:
        self._started = time.monotonic()
        self.state = "running"
        state: State = "failed"
        try:
            self._report(0, 0)
            self.result = self._work(self._report)
            state = "done"
        except JobCancelled:
            state = "cancelled"
        except Exception as error:  # noqa: BLE001  whatever goes wrong in a job is the job's answer
            self.error = error
        finally:
            self._ended = time.monotonic()
            self.state = state
            self._finished.set()


class JobRunner:
    """Runs jobs on a few threads, in the order they were submitted.

    Parameters
    ----------
    max_workers : int, default 1
        Jobs that run at once.
    max_queued : int, default 8
        Jobs that may wait; a further one is refused.

    Examples
    --------
    >>> runner = JobRunner()
    >>> job = runner.submit("sum", lambda report: sum(range(10)))
    >>> job.wait(10), job.result, runner.submit("sum", lambda report: 0) is job
    (True, 45, True)
    """

    def __init__(self, max_workers: int = 1, max_queued: int = 8) -> None:
        self.max_workers = max_workers
        self.max_queued = max_queued
        self._queue: deque[Job] = deque()
        self._jobs: dict[str, Job] = {}
        self._running = 0
        self._lock = threading.Lock()

    def submit(self, key: str, work: Callable[[Report], Any]) -> Job:
        """Queue ``work(report)`` under `key` and return its job at once.

        A job with this key that is queued, running or done is returned as it is; one that failed,
        was cancelled or is about to stop is started anew.

        Raises
        ------
        BusyError
            If `max_queued` jobs are waiting.
        """
        with self._lock:
            self._drop_cancelled()
            known = self._jobs.get(key)
            if known is not None and (known.state == "done" or known.wanted):
                return known
            if self._running >= self.max_workers and len(self._queue) >= self.max_queued:
                raise BusyError(
                    f"{len(self._queue)} computations are waiting already. Try again when one "
                    "of them is done."
                )
            job = Job(key, work)
            self._forget_oldest()
            self._jobs[key] = job
            self._queue.append(job)
            if self._running < self.max_workers:
                self._running += 1
                threading.Thread(target=self._work_off, name="trusteq-job", daemon=True).start()
            return job

    def get(self, key: str) -> Job | None:
        """Return the job with this key, if it is remembered."""
        return self._jobs.get(key)

    def jobs(self) -> list[Job]:
        """Return the remembered jobs, oldest first."""
        with self._lock:
            return list(self._jobs.values())

    def _work_off(self) -> None:
        while True:
            with self._lock:
                self._drop_cancelled()
                if not self._queue:
                    self._running -= 1
                    return
                job = self._queue.popleft()
            job._run()

    def _drop_cancelled(self) -> None:
        """Finish the waiting jobs that were cancelled, so that they take no place in the queue."""
        for job in [job for job in self._queue if job._cancelled.is_set()]:
            self._queue.remove(job)
            job.state = "cancelled"
            job._finished.set()

    def _forget_oldest(self) -> None:
        finished = [key for key, job in self._jobs.items() if job.finished]
        for key in finished[: max(0, len(finished) + 1 - _REMEMBERED)]:
            del self._jobs[key]

"""Evaluations in the background: one process at a time, a record on disk for each.

A record outlives the visitor's page, their browser and the server. The process of an evaluation
ends with its server; what it had stored by then is taken up when it is started again.
"""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
import uuid
import weakref
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any, Literal

import trusteq_core
from trusteq_core.errors import StoreError, TrusteqError
from trusteq_core.evaluation.jobs import Job, JobCancelled, JobRunner
from trusteq_core.evaluation.order import Order, check_order
from trusteq_core.evaluation.uploads import Uploads
from trusteq_core.models.classifier import Report
from trusteq_core.store import ResultStore

__all__ = ["COMMAND", "Evaluation", "Evaluations"]

State = Literal["queued", "running", "done", "failed", "cancelled", "interrupted"]
_OPEN: tuple[State, ...] = ("queued", "running")
_PROGRESS = ("done", "total", "seconds")
"""What the process itself writes, into a file of its own."""
_REMEMBERED = 20
_BETWEEN_LOOKS = 0.25
_GRACE = 15.0
"""Seconds that a cancelled process has to store what is done."""

COMMAND = (sys.executable, "-m", "trusteq_core.cli")
PROJECT = Path(trusteq_core.__file__).resolve().parents[1]


@dataclass(frozen=True, slots=True)
class Evaluation:
    """One evaluation and how far it is.

    Attributes
    ----------
    order : Order
        What is evaluated.
    state : {"queued", "running", "done", "failed", "cancelled", "interrupted"}
        Where it stands; interrupted is one whose server ended before it did.
    owner : str
        The server that runs it.
    created, ended : float
        Seconds since the epoch; 0 for not yet.
    error : str
        Why it failed, in a sentence.
    done, total : int
        Evaluations of the model so far and in all; 0 before the first report.
    seconds : float
        How long it has computed.
    """

    order: Order
    state: State
    owner: str
    created: float
    ended: float = 0.0
    error: str = ""
    done: int = 0
    total: int = 0
    seconds: float = 0.0

    @property
    def key(self) -> str:
        """Key of its order."""
        return self.order.key

    @property
    def is_open(self) -> bool:
        """Whether it waits or runs."""
        return self.state in _OPEN

    @property
    def share(self) -> float:
        """How much of it is done, in [0, 1]."""
        return min(self.done / self.total, 1.0) if self.total else 0.0

    @property
    def remaining_seconds(self) -> float | None:
        """How long it will still run at the pace so far; None where that is not known."""
        if self.state != "running" or not self.done:
            return None
        return self.seconds / self.done * max(0, self.total - self.done)


class Evaluations:
    """The evaluations of one results store, carried out one after the other.

    Parameters
    ----------
    store : ResultStore
        Where results go; the records are kept beside them, in ``.jobs``.
    models_dir : path, optional
        Where the catalogue's models lie.
    folders : bool, default False
        Whether an order may name a folder in place of a model of the catalogue.
    command : sequence of str, optional
        What runs the arguments of an order.
    max_queued : int, default 8
        Evaluations that may wait; a further one is refused.
    """

    def __init__(
        self,
        store: ResultStore,
        *,
        models_dir: Path | str | None = None,
        folders: bool = False,
        command: Sequence[str] | None = None,
        max_queued: int = 8,
    ) -> None:
        self.store = store
        self.models_dir = Path(models_dir).resolve() if models_dir else None
        self.folders = folders
        self._command = tuple(command or COMMAND)
        self.uploads = Uploads(store.root / ".data")
        self._root = store.root / ".jobs"
        self._runner = JobRunner(max_workers=1, max_queued=max_queued)
        self._jobs: dict[str, Job] = {}
        self._lock = threading.RLock()
        self._owner = ""

    def submit(self, order: Order) -> None:
        """Queue an order; one that waits or runs already is left as it is.

        Raises
        ------
        TrusteqError
            If the order is refused (`check_order`), results cannot be stored, or the queue is full.
        """
        order = check_order(order, models_dir=self.models_dir, folders=self.folders)
        self.uploads.check(order.data)
        self.store.check_writable()
        with self._lock:
            known = self.get(order.key)
            if known is not None and known.is_open:
                return
            self._become_owner()
            self._forget_oldest()
            self._folder(order.key).mkdir(parents=True, exist_ok=True)
            (self._folder(order.key) / "status.json").unlink(missing_ok=True)
            self._write(Evaluation(order, "queued", self._owner, time.time()))
            try:
                # Each start is a job of its own: results may have been deleted since the last.
                self._jobs[order.key] = self._runner.submit(
                    uuid.uuid4().hex, partial(self._run, order.key)
                )
            except TrusteqError:
                shutil.rmtree(self._folder(order.key), ignore_errors=True)
                raise

    def cancel(self, key: str) -> None:
        """Ask an evaluation of this server to stop; what is done of it stays stored."""
        with self._lock:
            job = self._jobs.get(key)
            if job is None or job.finished:
                return
            job.cancel()
            if job.state == "queued":
                self._update(key, state="cancelled", ended=time.time())

    def get(self, key: str) -> Evaluation | None:
        """Return the evaluation with this key, if it is remembered."""
        try:
            record = _read_json(self._folder(key) / "record.json")
            found = Evaluation(**{**record, "order": Order.from_json(record["order"])})
        except (OSError, ValueError, TypeError, KeyError):
            return None
        with suppress(OSError, ValueError, TypeError, KeyError):
            status = _read_json(self._folder(key) / "status.json")
            progress = {name: status[name] for name in _PROGRESS}
            found = replace(found, **progress)
        if found.is_open and found.owner != self._owner and not self._is_alive(found.owner):
            return replace(found, state="interrupted")
        return found

    def all(self) -> list[Evaluation]:
        """Return the remembered evaluations, newest first."""
        keys = [path.parent.name for path in self._root.glob("*/record.json")]
        found = [each for each in map(self.get, keys) if each is not None]
        return sorted(found, key=lambda each: each.created, reverse=True)

    def is_mine(self, key: str) -> bool:
        """Return whether this server runs the evaluation, and so can cancel it."""
        return key in self._jobs

    def wait(self, key: str, timeout: float | None = None) -> bool:
        """Wait until an evaluation of this server is finished, and return whether it is."""
        return self._jobs[key].wait(timeout)

    def _run(self, key: str, report: Report) -> None:
        """Carry an order out in a process of its own; runs in the thread of the queue."""
        found = self._update(key, state="running")
        try:
            code = self._compute(found.order, report)
        except JobCancelled:
            self._update(key, state="cancelled", ended=time.time())
            raise
        except OSError as error:
            self._update(key, state="failed", ended=time.time(), error=f"It did not start: {error}")
            raise
        if code == 0:
            self._update(key, state="done", ended=time.time())
        elif code in (130, -signal.SIGINT):
            self._update(key, state="interrupted", ended=time.time())
        else:
            reason = _reason(self._folder(key) / "log.txt", code)
            self._update(key, state="failed", ended=time.time(), error=reason)

    def _compute(self, order: Order, report: Report) -> int:
        folder = self._folder(order.key)
        arguments = [
            *self._command,
            *order.arguments(),
            f"--store={self.store.root}",
            f"--status={folder / 'status.json'}",
        ]
        if self.models_dir is not None:
            arguments.append(f"--models-dir={self.models_dir}")
        with (folder / "log.txt").open("wb") as log:
            process = subprocess.Popen(  # noqa: S603  our own command, no shell
                arguments,
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
                stderr=log,
                cwd=PROJECT,
            )
        try:
            while process.poll() is None:
                report(0, 0)  # raises where the evaluation was cancelled
                with suppress(subprocess.TimeoutExpired):
                    process.wait(_BETWEEN_LOOKS)
        finally:
            _stop(process)
        return process.returncode

    def _folder(self, key: str) -> Path:
        return self._root / key

    def _write(self, evaluation: Evaluation) -> None:
        path = self._folder(evaluation.key) / "record.json"
        facts = asdict(evaluation)
        for name in _PROGRESS:
            del facts[name]
        new = path.with_suffix(".new")
        try:
            new.write_text(json.dumps(facts, indent=1), encoding="utf-8")
            new.replace(path)
        except OSError as error:
            raise StoreError(
                f"The record of an evaluation cannot be written to {path} ({error.strerror})."
            ) from error

    def _update(self, key: str, **facts: Any) -> Evaluation:
        with self._lock:
            found = self.get(key)
            if found is None:
                raise StoreError(f"The record of evaluation {key} is gone.")
            found = replace(found, **facts)
            self._write(found)
            return found

    def _forget_oldest(self) -> None:
        finished = [each for each in self.all() if not each.is_open]
        for each in finished[_REMEMBERED - 1 :]:
            shutil.rmtree(self._folder(each.key), ignore_errors=True)

    def _become_owner(self) -> None:
        """Take a lock that the system releases when this server ends, however it ends."""
        if self._owner:
            return
        owner = uuid.uuid4().hex
        self._root.mkdir(parents=True, exist_ok=True)
        for path in self._root.glob("*.owner"):
            if not self._is_alive(path.stem):
                path.unlink(missing_ok=True)
        handle = os.open(self._root / f"{owner}.owner", os.O_CREAT | os.O_RDWR)
        fcntl.flock(handle, fcntl.LOCK_EX)
        weakref.finalize(self, os.close, handle)
        self._owner = owner

    def _is_alive(self, owner: str) -> bool:
        try:
            handle = os.open(self._root / f"{owner}.owner", os.O_RDWR)
        except OSError:
            return False
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return True
        finally:
            os.close(handle)
        return False


def _stop(process: subprocess.Popen[bytes]) -> None:
    """Tell a process to store what is done and end; end it where it does not."""
    if process.stdin is not None:
        with suppress(OSError):
            process.stdin.close()
    try:
        process.wait(_GRACE)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _reason(log: Path, code: int) -> str:
    """Return in a sentence why a process failed, from what it wrote on standard error."""
    lines = [line for line in log.read_text("utf-8", "replace").splitlines() if line.strip()]
    told = [line.removeprefix("Error: ") for line in lines if line.startswith("Error: ")]
    if told:
        return told[-1]
    if code < 0:
        return (
            f"The process was ended from outside by signal {-code}, perhaps for want of memory. "
            "Start it again: it goes on from what is stored."
        )
    last = lines[-1].strip() if lines else f"exit status {code}"
    return f"The process ended unexpectedly: {last}"


def _read_json(path: Path) -> dict[str, Any]:
    content: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return content

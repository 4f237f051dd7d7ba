"""Progress of a command that another process started: in a file, and only as long as it cares."""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from trusteq_core.models.classifier import Report

__all__ = ["status_file"]

_BETWEEN_WRITES = 0.5


@contextmanager
def status_file(path: Path) -> Iterator[Report]:
    """Write progress to a file as JSON, and interrupt the work when standard input closes.

    Standard input closes when the process that holds its other end closes it, or ends.

    Parameters
    ----------
    path : Path
        Holds ``done``, ``total`` and ``seconds`` since the first report.

    Yields
    ------
    callable
        ``report(done, total)``.
    """
    # A process started in the background may have been told to ignore interrupts.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    began: float | None = None
    last = 0.0

    def report(done: int, total: int) -> None:
        nonlocal began, last
        now = time.monotonic()
        began = now if began is None else began
        if now - last >= _BETWEEN_WRITES or done >= total:
            last = now
            new = path.with_suffix(".new")
            new.write_text(json.dumps({"done": done, "total": total, "seconds": now - began}))
            new.replace(path)

    try:
        yield report
    finally:
        signal.signal(signal.SIGINT, before)


def _end_with_parent() -> None:
    # Not through the buffer of standard input, whose lock would be held when python ends.
    while os.read(sys.stdin.fileno(), 1024):
        pass
    signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGINT)

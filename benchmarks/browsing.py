"""A running dashboard and a Chromium to look at it: for browser tests, screenshots and timings."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
CHROMIUM = Path(os.environ.get("CHROMIUM", "/usr/bin/chromium"))
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
# Generous, because the machine may be busy: nothing here waits longer than it has to.
PATIENCE_MS = 120_000

# The script has run to its end, and nothing on the page stands in for what is still to come.
SETTLED = """() => {
  const app = document.querySelector('[data-testid="stApp"]');
  return app && app.dataset.testScriptState === 'notRunning'
    && document.querySelector('[data-testid="stMain"] [data-testid="stMarkdown"]')
    && !document.querySelector('[data-testid="stSkeleton"], [data-stale="true"]');
}"""


@contextmanager
def dashboard(folder: Path, script: Path | str = "app.py", **environment: str) -> Iterator[str]:
    """Serve the dashboard on a free port and yield its address.

    Parameters
    ----------
    folder : Path
        Takes the server's log.
    script : path
        Another app in its place.
    **environment : str
        Variables for the server: ``TRUSTEQ_STORE`` and its like.
    """
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "streamlit", "run", str(script), f"--server.port={port}"]
    log = folder / "server.log"
    with log.open("w") as output:
        process = subprocess.Popen(
            command,
            cwd=ROOT,
            env={**os.environ, "OMP_NUM_THREADS": "1", **environment},
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    address = f"http://127.0.0.1:{port}"
    try:
        _wait_until_up(f"{address}/_stcore/health", process, log)
        yield address
    finally:
        process.terminate()
        process.wait(PATIENCE_MS / 1000)


@contextmanager
def chromium() -> Iterator[Any]:
    """Yield a running Chromium, which the variable ``CHROMIUM`` may name."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=str(CHROMIUM), args=FLAGS)
        try:
            yield browser
        finally:
            browser.close()


def visit(page: Any, address: str) -> None:
    """Open an address and wait until the page is drawn."""
    page.goto(address)
    settle(page)


def settle(page: Any) -> None:
    """Wait until the script has run to its end and all that it draws is there."""
    page.wait_for_function(SETTLED, polling=50)


def _wait_until_up(address: str, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + PATIENCE_MS / 1000
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with urllib.request.urlopen(address, timeout=5):  # noqa: S310  our own server
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.2)
    raise RuntimeError(f"The server did not come up:\n{log.read_text()[-2000:]}")

"""A real Chromium against a running server over the miniature store."""

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

import pytest

ROOT = Path(__file__).resolve().parents[2]
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
PATIENCE_MS = 60_000


@pytest.fixture(scope="session")
def chromium() -> Iterator[object]:
    """Return a running Chromium; skip where there is none."""
    if not CHROMIUM.is_file():
        pytest.skip(f"no Chromium at {CHROMIUM}; apt-get install -y chromium, or set CHROMIUM")
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=str(CHROMIUM), args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def models_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder of real models: the shipped ones, else miniatures trained now."""
    shipped = ROOT / "precomputed" / "models"
    if all((shipped / "nli" / name / "card.json").is_file() for name in ("base", "tiny")):
        return shipped
    from trusteq_core.compression import build_zoo

    folder = tmp_path_factory.mktemp("models")
    build_zoo("nli", folder, smoke=True, models=["base", "tiny"])
    return folder


@pytest.fixture(scope="session")
def server(
    miniature_store: Path, models_dir: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """Return the address of a dashboard over the miniature store."""
    with running(miniature_store, models_dir, tmp_path_factory.mktemp("server")) as address:
        yield address


@pytest.fixture
def fresh_server(miniature_store: Path, tmp_path: Path) -> Iterator[str]:
    """Return the address of a dashboard that nobody has visited yet."""
    with running(miniature_store, tmp_path / "no models", tmp_path) as address:
        yield address


@contextmanager
def running(store: Path, models: Path, folder: Path) -> Iterator[str]:
    """Run a server on a free port, its log in `folder`."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {
        **os.environ,
        "TRUSTEQ_STORE": str(store),
        "TRUSTEQ_PRECOMPUTED": str(folder / "nothing"),
        "TRUSTEQ_MODELS": str(models),
        "OMP_NUM_THREADS": "1",
    }
    command = [sys.executable, "-m", "streamlit", "run", "app.py", f"--server.port={port}"]
    log = folder / "server.log"
    with log.open("w") as output:
        process = subprocess.Popen(
            command, cwd=ROOT, env=environment, stdout=output, stderr=subprocess.STDOUT
        )
    address = f"http://127.0.0.1:{port}"
    try:
        _wait_until_up(f"{address}/_stcore/health", process, log)
        yield address
    finally:
        process.terminate()
        process.wait(20)


def _wait_until_up(address: str, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + PATIENCE_MS / 1000
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with urllib.request.urlopen(address, timeout=5):  # noqa: S310  our own server
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.2)
    pytest.fail(f"the server did not come up:\n{log.read_text()[-2000:]}")


@pytest.fixture
def page(chromium) -> Iterator[object]:
    """Return a fresh browser page: a session of its own."""
    context = chromium.new_context(viewport={"width": 1280, "height": 900})
    context.set_default_timeout(PATIENCE_MS)
    yield context.new_page()
    context.close()

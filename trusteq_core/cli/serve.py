"""``trusteq serve``: the dashboard, on this machine only unless told otherwise."""

from __future__ import annotations

import os
import sys
from importlib.util import find_spec
from pathlib import Path

import click

from trusteq_core.cli.options import store_option
from trusteq_core.errors import TrusteqError

__all__ = ["serve"]

ROOT = Path(__file__).resolve().parents[2]


@click.command()
@click.option("--port", type=click.IntRange(1, 65535), default=8501, show_default=True)
@click.option(
    "--address",
    default="127.0.0.1",
    show_default=True,
    help="Where to listen. Another address lets other machines in.",
)
@store_option
@click.option(
    "--demo",
    is_flag=True,
    help="For a public link: stored results are shown, nothing is computed, nothing accepted "
    "(no own texts, evaluations, files or folders).",
)
def serve(port: int, address: str, store: Path | None, demo: bool) -> None:
    """Serve the dashboard; stop it with Ctrl-C."""
    script = ROOT / "app.py"
    if not script.is_file():
        raise TrusteqError(
            f"No dashboard at {script}. It is part of the repository, not of the package: "
            "clone the repository and use `make run` there."
        )
    if find_spec("streamlit") is None:
        raise TrusteqError("streamlit is not installed: pip install -r requirements.txt")
    own = store or Path(os.environ.get("TRUSTEQ_STORE", "results"))
    os.environ["TRUSTEQ_STORE"] = str(own.expanduser().resolve())
    if demo:
        os.environ["TRUSTEQ_DEMO"] = "1"
    command = [sys.executable, "-m", "streamlit", "run", str(script)]
    options = [f"--server.address={address}", f"--server.port={port}"]
    os.chdir(ROOT)  # streamlit reads .streamlit/config.toml from the working folder
    os.execv(sys.executable, [*command, *options])  # noqa: S606 - our own interpreter, no shell

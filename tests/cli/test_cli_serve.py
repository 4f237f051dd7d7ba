"""``trusteq serve``: what it would start."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from trusteq_core.cli import main
from trusteq_core.cli import serve as serve_module


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[list[str]]:
    """Catch the command that would replace this process, in a clone with an ``app.py``."""
    clone = tmp_path / "clone"
    clone.mkdir()
    (clone / "app.py").touch()
    commands: list[list[str]] = []
    monkeypatch.setattr(serve_module, "ROOT", clone)
    monkeypatch.setattr(os, "execv", lambda _, command: commands.append(command))
    monkeypatch.chdir(tmp_path)  # serve changes the working folder; this puts it back
    monkeypatch.setenv("TRUSTEQ_STORE", "")
    monkeypatch.delenv("TRUSTEQ_STORE")
    monkeypatch.setenv("TRUSTEQ_DEMO", "")
    return commands


def test_the_dashboard_is_open_to_this_machine_only(started: list[list[str]]):
    assert CliRunner().invoke(main, ["serve"]).exit_code == 0
    (command,) = started
    assert command[:4] == [sys.executable, "-m", "streamlit", "run"]
    assert command[5:] == ["--server.address=127.0.0.1", "--server.port=8501"]


def test_results_of_the_folder_it_was_called_from_are_served(
    started: list[list[str]], tmp_path: Path
):
    assert CliRunner().invoke(main, ["serve", "--port", "9000"]).exit_code == 0
    assert started[0][-1] == "--server.port=9000"
    assert os.environ["TRUSTEQ_STORE"] == str(tmp_path / "results")
    assert Path.cwd().name == "clone"


def test_the_named_store_is_served(started: list[list[str]], tmp_path: Path):
    assert CliRunner().invoke(main, ["serve", "--store", "mine"]).exit_code == 0
    assert os.environ["TRUSTEQ_STORE"] == str(tmp_path / "mine")
    assert started


def test_without_a_clone_it_says_where_the_dashboard_is(
    started: list[list[str]], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
):
    monkeypatch.setattr(serve_module, "ROOT", tmp_path)
    done = CliRunner().invoke(main, ["serve"])
    assert (done.exit_code, started) == (2, [])
    assert "clone the repository" in done.stderr


def test_a_port_that_is_none_is_refused():
    assert CliRunner().invoke(main, ["serve", "--port", "99999"]).exit_code == 2


def test_a_demo_is_asked_for_by_name(started: list[list[str]]):
    assert CliRunner().invoke(main, ["serve"]).exit_code == 0
    assert os.environ["TRUSTEQ_DEMO"] == ""
    assert CliRunner().invoke(main, ["serve", "--demo"]).exit_code == 0
    assert os.environ["TRUSTEQ_DEMO"] == "1"
    assert started[0] == started[1]
    words = CliRunner().invoke(main, ["serve", "--help"]).output.split()
    assert "nothing is computed, nothing accepted" in " ".join(words)

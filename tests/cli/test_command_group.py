"""The frame of the command line: what is found, what is refused, and with which status."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from trusteq_core.cli import main
from trusteq_core.cli import tasks as tasks_module
from trusteq_core.cli.group import CommandLine
from trusteq_core.errors import StoreError

TRUSTEQ = Path(sys.executable).with_name("trusteq")


def test_help_names_every_command():
    done = CliRunner().invoke(main, ["--help"])
    assert done.exit_code == 0
    assert [name for name in CommandLine.COMMANDS if f"\n  {name} " not in done.stdout] == []


@pytest.mark.parametrize("name", CommandLine.COMMANDS)
def test_every_command_explains_itself(name: str):
    done = CliRunner().invoke(main, [name, "--help"])
    assert done.exit_code == 0
    assert done.stdout.startswith(f"Usage: main {name} ")


def test_an_unknown_command_lists_the_valid_ones():
    done = CliRunner().invoke(main, ["compere"])
    assert done.exit_code == 2
    assert 'No command "compere". Did you mean "compare"?' in done.stderr
    assert all(name in done.stderr for name in CommandLine.COMMANDS)


def test_an_unknown_option_is_an_error():
    assert CliRunner().invoke(main, ["tasks", "--wrong"]).exit_code == 2


def test_an_error_for_the_user_goes_to_stderr_with_status_2(monkeypatch: pytest.MonkeyPatch):
    def fails(*_: object) -> None:
        raise StoreError("The disk is full.")

    monkeypatch.setattr(tasks_module, "print_table", fails)
    done = CliRunner().invoke(main, ["tasks"])
    assert (done.exit_code, done.stdout, done.stderr) == (2, "", "Error: The disk is full.\n")


def test_a_defect_is_not_hidden_as_an_error_of_the_user(monkeypatch: pytest.MonkeyPatch):
    def fails(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(tasks_module, "print_table", fails)
    assert isinstance(CliRunner().invoke(main, ["tasks"]).exception, ZeroDivisionError)


def test_an_interrupt_ends_quietly_with_status_130(monkeypatch: pytest.MonkeyPatch):
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(tasks_module, "print_table", interrupted)
    done = CliRunner().invoke(main, ["tasks"])
    assert (done.exit_code, done.output) == (130, "")


def test_the_installed_command_prints_tasks_for_machines():
    done = subprocess.run([TRUSTEQ, "tasks", "--json"], capture_output=True, text=True, check=True)
    tasks = {task["id"]: task for task in json.loads(done.stdout)}
    assert tasks["nli"]["segments"] == ["premise", "hypothesis"]
    assert tasks["nli"]["labels"] == ["entailment", "neutral", "contradiction"]
    assert tasks["paraphrase"]["labels"] == ["different", "paraphrase"]


def test_the_installed_command_shows_no_traceback():
    done = subprocess.run([TRUSTEQ, "compere"], capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert done.stderr.startswith("Error: No command")
    assert "Traceback" not in done.stderr

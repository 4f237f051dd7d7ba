"""What the commands print."""

from __future__ import annotations

import json

import numpy as np
import pytest

from trusteq_core.cli import output


def test_json_has_null_where_a_number_is_missing(capsys: pytest.CaptureFixture[str]):
    output.print_json({"jaccard": np.float32("nan"), "values": np.array([[0.5, np.inf]])})
    assert json.loads(capsys.readouterr().out) == {"jaccard": None, "values": [[0.5, None]]}


def test_json_keeps_the_text_as_it_is(capsys: pytest.CaptureFixture[str]):
    output.print_json(["<b>", "$`x`", "東京 👍🏽", "שלום"])
    printed = capsys.readouterr().out
    assert "東京 👍🏽" in printed
    assert json.loads(printed) == ["<b>", "$`x`", "東京 👍🏽", "שלום"]


def test_a_piped_table_is_plain_and_complete(capsys: pytest.CaptureFixture[str]):
    long = "word " * 60
    output.print_table(["text", "p"], [[long, 0.25], ["[bold]x", None]], title="Words")
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "Words"
    assert lines[1].split() == ["text", "p"]
    assert lines[2] == f"{long}  0.250"
    assert lines[3].split() == ["[bold]x", "–"]


def test_numbers_are_aligned_to_the_right(capsys: pytest.CaptureFixture[str]):
    output.print_table(["model", "n"], [["base", 5], ["tiny", 1200]])
    assert capsys.readouterr().out.splitlines()[1:] == ["base       5", "tiny   1,200"]


def test_a_table_drawn_on_a_terminal_takes_no_markup_from_data(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    output.print_table(["word [red]"], [["[bold]not bold[/bold]"]])
    assert "[bold]not bold[/bold]" in capsys.readouterr().out


def test_piped_progress_is_at_most_a_line_every_tenth(capsys: pytest.CaptureFixture[str]):
    with output.progress("lime") as report:
        for done in range(1001):
            report(done, 1000)
    captured = capsys.readouterr()
    assert captured.out == ""
    assert len(captured.err.splitlines()) == 11
    assert captured.err.splitlines()[-1] == "lime: 1,000 of 1,000"


def test_progress_of_no_work_does_not_fail(capsys: pytest.CaptureFixture[str]):
    with output.progress("nothing") as report:
        report(0, 0)
    assert capsys.readouterr().err == "nothing: 0 of 0\n"

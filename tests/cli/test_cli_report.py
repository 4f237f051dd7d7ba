"""``trusteq report``: files for people and programs, never over another file unasked."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest
from click.testing import CliRunner, Result

from trusteq_core.cli import main
from trusteq_core.evaluation import compare
from trusteq_core.report import to_html
from trusteq_core.store import ResultStore

PAIR = {"--task": "nli", "--original": "base", "--compressed": "tiny"}


def run(store: Path, output: Path, *arguments: str, **changed: str) -> Result:
    options = PAIR | {f"--{name}": value for name, value in changed.items()}
    pieces = [piece for option in options.items() for piece in option]
    return CliRunner().invoke(
        main, ["report", *pieces, "-o", str(output), *arguments, "--store", str(store)]
    )


def test_the_file_is_the_report_of_the_comparison(miniature_store: Path, tmp_path: Path):
    done = run(miniature_store, tmp_path / "report.html")
    assert done.exit_code == 0
    written = (tmp_path / "report.html").read_text(encoding="utf-8")
    comparison = compare(ResultStore(miniature_store), "nli", "base", "tiny")
    assert written == to_html(comparison)
    assert comparison.verdict().sentence in done.stdout


def test_results_on_a_file_of_ones_own_are_reported_by_its_name(
    miniature_store: Path, tmp_path: Path
):
    assert run(miniature_store, tmp_path / "r.html", "--split", "test").exit_code == 0
    done = run(miniature_store, tmp_path / "mine.html", "--split", "mine")
    assert done.exit_code == 2
    assert 'split "mine"' in done.stderr
    assert not (tmp_path / "mine.html").exists()


@pytest.mark.parametrize(
    ("name", "begins"), [("card.md", "---\n"), ("tables.tex", "% TrustEQ"), ("r.htm", "<!DOCTYPE")]
)
def test_the_ending_says_the_format(miniature_store: Path, tmp_path: Path, name: str, begins: str):
    assert run(miniature_store, tmp_path / name).exit_code == 0
    assert (tmp_path / name).read_text(encoding="utf-8").startswith(begins)


@pytest.mark.parametrize("name", ["csv", "parquet"])
def test_tables_go_into_a_folder(miniature_store: Path, tmp_path: Path, name: str):
    done = run(miniature_store, tmp_path / "new" / "tables", format=name)
    assert done.exit_code == 0
    file = tmp_path / "new" / "tables" / f"criteria.{name}"
    frame = pd.read_csv(file) if name == "csv" else pd.read_parquet(file)
    assert frame["criterion"].tolist()[:4] == ["accuracy", "gap", "brier", "profile"]


def test_options_reach_the_report(miniature_store: Path, tmp_path: Path):
    margins = tmp_path / "margins.toml"
    margins.write_text("[margins]\ngap = 0.25\n")
    options = ("--explainer", "occlusion", "--k", "3", "--bins", "7", "--examples", "0")
    done = run(
        miniature_store,
        tmp_path / "out",
        *options,
        format="csv",
        margins=str(margins),
        margin="brier=0.5",
        explained="gold",
    )
    assert done.exit_code == 0
    criteria = pd.read_csv(tmp_path / "out" / "criteria.csv").set_index("criterion")
    assert criteria["margin"][["gap", "brier", "accuracy"]].tolist() == [0.25, 0.5, 0.02]
    alignment = pd.read_csv(tmp_path / "out" / "alignment.csv")
    comparison = compare(ResultStore(miniature_store), "nli", "base", "tiny")
    assert alignment["explainer"].tolist() == ["occlusion"]
    expected = comparison.overlap("occlusion", 3, "gold")["jaccard"]
    assert alignment["jaccard"][0] == pytest.approx(expected)
    assert len(pd.read_csv(tmp_path / "out" / "reliability.csv")) == 2 * 7
    assert "premise" not in pd.read_csv(tmp_path / "out" / "examples.csv")


@pytest.mark.parametrize("name", ["html", "csv"])
def test_a_file_that_is_there_stays_without_force(miniature_store: Path, tmp_path: Path, name: str):
    there = tmp_path / ("report.html" if name == "html" else "criteria.csv")
    there.write_text("mine")
    output = there if name == "html" else tmp_path
    done = run(miniature_store, output, format=name)
    assert done.exit_code == 2
    assert "--force" in done.stderr
    assert there.read_text() == "mine"
    assert [path.name for path in tmp_path.iterdir()] == [there.name]
    assert run(miniature_store, output, "--force", format=name).exit_code == 0
    assert there.read_text() != "mine"


def test_json_names_the_files_and_the_verdict(miniature_store: Path, tmp_path: Path):
    done = run(miniature_store, tmp_path / "report.html", "--json")
    document = json.loads(done.stdout)
    size = (tmp_path / "report.html").stat().st_size
    assert document["files"] == {str(tmp_path / "report.html"): size}
    assert document["verdict"]["answer"] in ("equivalent", "different", "inconclusive")


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"format": "pdf"}, ['No format "pdf"', "html, markdown, latex, csv, parquet"]),
        ({"compressed": "tinny"}, ['"tinny"', "tiny"]),
        ({"explainer": "lyme"}, ['"lyme"', "lime"]),
        ({"explained": "entails"}, ['"entails"', "reference"]),
        ({"examples": "21"}, ["0 to 20"]),
        ({"margins": "no-such.toml"}, ["no-such.toml", "cannot be read"]),
    ],
    ids=lambda value: next(iter(value)) if isinstance(value, dict) else "",
)
def test_bad_input_is_one_sentence_and_status_2(
    miniature_store: Path, tmp_path: Path, changed: dict[str, str], said: list[str]
):
    done = run(miniature_store, tmp_path / "report.html", **changed)
    assert done.exit_code == 2
    assert [text for text in said if text not in done.stderr] == []
    assert "Traceback" not in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_an_ending_that_names_no_format_lists_those_that_do(miniature_store: Path, tmp_path: Path):
    done = run(miniature_store, tmp_path / "report.docx")
    assert done.exit_code == 2
    assert ".html, .md, .tex" in done.stderr


def test_a_folder_that_is_not_there_is_named(miniature_store: Path, tmp_path: Path):
    done = run(miniature_store, tmp_path / "nowhere" / "report.html")
    assert done.exit_code == 2
    assert "nowhere" in done.stderr

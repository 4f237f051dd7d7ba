"""``trusteq gate``: the exit status that a pipeline stops at, and the report it shows."""

from __future__ import annotations

import json
from pathlib import Path
from xml.etree import ElementTree

import pytest
from click.testing import CliRunner, Result

from trusteq_core.cli import main
from trusteq_core.cli.junit import junit_document
from trusteq_core.equivalence import Criterion, Evidence, Finding, Margins, Verdict
from trusteq_core.evaluation import compare
from trusteq_core.store import ResultStore

LOOSE = [f"{name}=0.99" for name in ("accuracy", "overlap", "gap", "brier", "profile")]


def run(store: Path, *arguments: object, compressed: str = "tiny") -> Result:
    pair = ("--task", "nli", "--original", "base", "--compressed", compressed)
    return CliRunner().invoke(main, ["gate", *pair, "--store", str(store), *map(str, arguments)])


def with_margins(*settings: str) -> list[str]:
    return [piece for setting in settings for piece in ("--margin", setting)]


def suite_of(text: str) -> ElementTree.Element:
    """Return the one suite of a JUnit file."""
    root = ElementTree.fromstring(text.encode("utf-8"))  # noqa: S314 - our own output
    suites = root.findall("testsuite")
    assert len(suites) == 1
    return suites[0]


def document(store: Path, *arguments: object) -> dict:
    return json.loads(run(store, *arguments, "--json").stdout)


def test_equivalent_passes_with_status_0(miniature_store: Path):
    done = run(miniature_store, *with_margins(*LOOSE))
    assert done.exit_code == 0
    assert "verdict: equivalent" in done.stdout
    assert done.stdout.endswith("gate: passed\n")


def test_different_fails_with_status_1_whatever_is_allowed(miniature_store: Path):
    tight = with_margins(*LOOSE, "overlap=0.0001")
    for options in (tight, [*tight, "--allow-inconclusive"]):
        done = run(miniature_store, *options)
        assert done.exit_code == 1
        assert "verdict: different" in done.stdout
        assert done.stdout.endswith("gate: not passed\n")


def test_inconclusive_fails_unless_it_is_allowed(miniature_store: Path):
    unsure = with_margins(*LOOSE, "accuracy=0.0001")
    assert document(miniature_store, *unsure)["answer"] == "inconclusive"
    assert run(miniature_store, *unsure).exit_code == 1
    assert run(miniature_store, *unsure, "--allow-inconclusive").exit_code == 0


def test_an_error_is_status_2(miniature_store: Path):
    done = run(miniature_store, "--json", compressed="tinny")
    assert (done.exit_code, done.stdout) == (2, "")
    assert '"tinny"' in done.stderr
    assert run(miniature_store, "--margin", "gap=0").exit_code == 2
    assert 'split "mine"' in run(miniature_store, "--split", "mine").stderr


def test_json_is_the_verdict_of_the_comparison_with_its_margins(miniature_store: Path):
    found = document(miniature_store, "--margin", "gap=0.04", "--explainer", "lime")
    verdict = compare(ResultStore(miniature_store), "nli", "base", "tiny").verdict(
        ["lime"], margins=Margins(gap=0.04)
    )
    about = {name: found.pop(name) for name in ("task", "passed", "allow_inconclusive")}
    assert about["task"] == "nli"
    assert about["passed"] == (verdict.answer == "equivalent")
    assert found == json.loads(json.dumps(verdict.to_dict()))
    assert found["margins"]["gap"] == 0.04
    assert "overlap:lime" in {finding["criterion"] for finding in found["findings"]}


def test_the_margins_of_a_file_count(miniature_store: Path, tmp_path: Path):
    file = tmp_path / "margins.toml"
    lines = [setting.replace("=", " = ") for setting in LOOSE]
    file.write_text("\n".join(["[margins]", *lines]), encoding="utf-8")
    assert run(miniature_store, "--margins", file).exit_code == 0


def test_junit_has_a_case_for_each_criterion(miniature_store: Path, tmp_path: Path):
    path = tmp_path / "gate.xml"
    options = with_margins(*LOOSE, "accuracy=0.0001")
    done = run(miniature_store, *options, "--junit", path, "--json")
    findings = json.loads(done.stdout)["findings"]
    suite = suite_of(path.read_text(encoding="utf-8"))
    assert [case.get("name") for case in suite.iter("testcase")] == [
        finding["criterion"] for finding in findings
    ]
    assert (suite.get("tests"), suite.get("failures")) == (str(len(findings)), "1")
    failed = [case for case in suite.iter("testcase") if case.find("failure") is not None]
    assert [case.get("name") for case in failed] == ["accuracy"]
    assert failed[0].find("failure").text == findings[0]["sentence"]
    values = {each.get("name"): each.get("value") for each in suite.iter("property")}
    assert values["margin.accuracy"] == "0.0001"
    run(miniature_store, *options, "--junit", path, "--allow-inconclusive")
    suite = suite_of(path.read_text(encoding="utf-8"))
    assert (suite.get("failures"), suite.get("skipped")) == ("0", "1")


def test_an_error_takes_the_place_of_an_older_report(miniature_store: Path, tmp_path: Path):
    path = tmp_path / "gate.xml"
    assert run(miniature_store, *with_margins(*LOOSE), "--junit", path).exit_code == 0
    done = run(miniature_store, "--margin", "gap=none", "--junit", path)
    assert done.exit_code == 2
    suite = suite_of(path.read_text(encoding="utf-8"))
    assert (suite.get("tests"), suite.get("errors")) == ("1", "1")
    assert "NAME=VALUE" in next(suite.iter("error")).get("message")


def test_a_report_that_cannot_be_written_is_an_error(miniature_store: Path, tmp_path: Path):
    done = run(miniature_store, "--junit", tmp_path / "missing" / "gate.xml")
    assert done.exit_code == 2
    assert "cannot be written" in done.stderr


@pytest.mark.parametrize("name", ["<b>&\"'", "bell\x07 and \ud800 half", "ünï 文"])
def test_any_name_makes_a_well_formed_report(name: str):
    evidence = Evidence(0.05, 0.04, 0.06, 1.0, 500, 500, 0.01)
    finding = Finding.of(Criterion("gap", name, "the gap", 0.02), evidence)
    text = junit_document(name, Verdict((finding,), Margins(), name, name).to_dict())
    case = suite_of(text).find("testcase/failure")
    assert case.get("type") == "different"
    assert case.get("message").startswith("".join("?" if c in "\x07\ud800" else c for c in name))

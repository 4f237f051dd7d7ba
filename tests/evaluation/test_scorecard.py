"""The verdict taken apart by axis keeps every finding and the rule of three answers."""

import pytest

from trusteq_core.equivalence import Criterion, Evidence, Finding, Margins, Verdict
from trusteq_core.evaluation.scorecard import AXES, scorecard


def finding(name, answer):
    evidence = Evidence(0.0, -0.01, 0.01, 0.01, 500, 500, 0.01)
    return Finding(Criterion(name, name, f"the {name}", 0.02), answer, evidence)


@pytest.fixture
def verdict():
    findings = (
        finding("accuracy", "equivalent"),
        finding("gap", "equivalent"),
        finding("profile", "inconclusive"),
        finding("overlap:lime", "equivalent"),
        finding("overlap:occlusion", "different"),
    )
    return Verdict(findings, Margins(gap=0.01), "base", "tiny")


def test_every_finding_stands_on_one_axis(verdict):
    parts = scorecard(verdict)
    assert list(parts) == list(AXES)
    held = [each.criterion.id for part in parts.values() for each in part.findings]
    assert sorted(held) == sorted(each.criterion.id for each in verdict.findings)


def test_an_axis_is_equivalent_only_if_all_its_criteria_are(verdict):
    answers = {axis: part.answer for axis, part in scorecard(verdict).items()}
    assert answers == {
        "performance": "equivalent",
        "explanations": "different",
        "calibration": "inconclusive",
    }


def test_an_axis_without_findings_is_not_decided(verdict):
    alone = Verdict(verdict.findings[:1], verdict.margins)
    assert scorecard(alone)["explanations"].answer == "inconclusive"


def test_margins_travel_with_each_part(verdict):
    assert {part.margins.gap for part in scorecard(verdict).values()} == {0.01}

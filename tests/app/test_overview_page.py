"""The Overview says the verdict that the core gives, with the margins that the visitor set."""

import re
from pathlib import Path

import pytest

from trusteq_app.wording import changed_margins, definition, finding_line, provable_line
from trusteq_core.equivalence import Criterion, Evidence, Finding, Margins, Verdict
from trusteq_core.figures import ANSWERS

ROOT = Path(__file__).resolve().parents[2]


def html_of(app):
    return "".join(element.proto.body for element in app.get("html"))


def stored_verdict(**margins):
    from trusteq_app import loading
    from trusteq_app.selection import Pair, View

    return loading.verdict(
        Pair("nli", "base", "distil"), View("", 5, "reference"), Margins(**margins)
    )


def test_the_banner_is_the_verdict_in_one_sentence(app):
    assert stored_verdict().sentence in html_of(app)


def test_the_banner_and_the_table_have_one_word_for_an_outcome(app):
    chips = re.findall(r'class="tq-outcome"[^>]*>([^<]+)<', html_of(app))
    assert {each.lower() for each in chips} <= {f"{a.mark} {a.word}" for a in ANSWERS.values()}


def test_every_criterion_is_told_with_outcome_interval_margin_and_evidence(app):
    table = next(each.value for each in app.dataframe if "provable" in each.value.columns)
    findings = stored_verdict().findings
    assert table["criterion"].tolist() == [each.criterion.id for each in findings]
    for row, found in zip(table.to_dict("records"), findings, strict=True):
        assert found.answer in row["answer"]
        told = found.to_dict()
        assert [row["low"], row["high"]] == pytest.approx(
            [float("nan") if told[end] is None else told[end] for end in ("low", "high")],
            nan_ok=True,
        )
        assert (row["margin"], row["n"]) == (found.margin, found.n)
    told = "\n".join(each.value for each in app.markdown)
    assert all(finding_line(found) in told for found in findings)


def test_margins_of_the_visitor_judge_and_are_named(app):
    app.number_input(key="margin_overlap").set_value(0.4).run()
    told = "\n".join(each.value for each in app.caption)
    assert "Margins changed: overlap 0.4 (default 0.1)" in told
    assert stored_verdict(overlap=0.4).sentence in html_of(app)


def test_margins_begin_at_the_defaults(app):
    for name, value in Margins().to_dict().items():
        assert app.number_input(key=f"margin_{name}").value == pytest.approx(value)


def finding(answer, *, n=900, low=-0.004, high=0.012):
    criterion = Criterion("gap", "Signed gap", "the difference of the signed gaps", 0.02)
    return Finding(criterion, answer, Evidence(0.004, low, high, 0.01, n, n, 0.03))


def test_a_finding_is_a_line_with_mark_word_and_numbers():
    line = finding_line(finding("equivalent"))
    assert line.startswith("✓ **Signed gap** equivalent")
    assert "+0.40 points (−0.40 to +1.20 points)" in line
    assert "±2 points" in line
    assert line.endswith("n = 900")


def test_too_few_examples_are_called_so():
    assert "12 independent examples decide nothing" in finding_line(finding("inconclusive", n=12))


def test_evidence_that_cannot_prove_a_margin_is_named():
    verdict = Verdict((finding("inconclusive"),), Margins())
    told = provable_line(verdict)
    assert "900 predicted examples, too few to be likely to prove the margin of Signed gap" in told


@pytest.mark.parametrize("answer", ["equivalent", "different"])
def test_what_is_decided_lacks_no_evidence(answer):
    told = provable_line(Verdict((finding(answer),), Margins()))
    assert told == "Evidence: 900 predicted examples."


def test_every_model_is_judged_once_that_is_asked_for(app):
    assert "among_all" not in {name for each in app.dataframe for name in each.value.columns}
    app.toggle(key="ranked").set_value(True).run()
    ranking = next(each.value for each in app.dataframe if "among_all" in each.value.columns)
    assert {"base", *ranking["model"]} == set(
        next(each.value for each in app.dataframe if "agreement" in each.value.columns)["model"]
    )


def test_changed_margins_name_what_was_changed():
    assert changed_margins(Margins()) == "Margins: the defaults."
    assert "gap 0.01 (default 0.02)" in changed_margins(Margins(gap=0.01))


def defined():
    """Return part -> headings of docs/definitions.md."""
    from trusteq_app.definitions import sections

    parts = sections((ROOT / "docs" / "definitions.md").read_text(encoding="utf-8"))
    return {part: re.findall(r"^### (.+)$", text, re.MULTILINE) for part, text in parts.items()}


def linked():
    """Return every heading that a page links to."""
    source = "".join(path.read_text() for path in sorted((ROOT / "trusteq_app").glob("*.py")))
    return sorted(set(re.findall(r"definition\([\"'](.+?)[\"']\)", source)))


@pytest.mark.parametrize("heading", linked())
def test_a_link_to_a_definition_leads_to_its_heading(heading):
    from urllib.parse import parse_qs, urlsplit

    address = urlsplit(definition(heading).partition("(")[2].rstrip(")"))
    part = parse_qs(address.query)["method"][0]
    assert heading in defined()[part]
    assert address.fragment

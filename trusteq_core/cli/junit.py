"""JUnit XML of a verdict: one test case for each criterion."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from typing import Any
from xml.etree import ElementTree

__all__ = ["junit_document"]

_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def junit_document(
    suite: str,
    verdict: Mapping[str, Any] | None = None,
    *,
    allowed: Collection[str] = ("equivalent",),
    error: str = "",
) -> str:
    """Return a verdict, or the error that took its place, as a JUnit file.

    Parameters
    ----------
    suite : str
        Name of the suite.
    verdict : mapping, optional
        As `trusteq_core.equivalence.Verdict.to_dict` returns it.
    allowed : collection of str
        Answers that let a criterion pass. ``"inconclusive"`` among them counts as skipped.
    error : str
        What went wrong, where there is no verdict.
    """
    cases = [_case(suite, finding, allowed) for finding in (verdict or {}).get("findings", ())]
    if error:
        cases.append(_with(_named(suite, "verdict"), "error", "error", error))
    told = {
        "tests": len(cases),
        "failures": sum(case.find("failure") is not None for case in cases),
        "errors": sum(case.find("error") is not None for case in cases),
        "skipped": sum(case.find("skipped") is not None for case in cases),
    }
    counts = {name: str(count) for name, count in told.items()}
    root = ElementTree.Element("testsuites", {"name": "trusteq gate", **counts})
    element = ElementTree.SubElement(root, "testsuite", {"name": _clean(suite), **counts})
    if verdict is not None:
        properties = ElementTree.SubElement(element, "properties")
        for name, value in verdict["margins"].items():
            facts = {"name": f"margin.{name}", "value": f"{value:g}"}
            ElementTree.SubElement(properties, "property", facts)
    element.extend(cases)
    ElementTree.indent(root)
    return ElementTree.tostring(root, encoding="unicode", xml_declaration=True) + "\n"


def _case(suite: str, finding: Mapping[str, Any], allowed: Collection[str]) -> ElementTree.Element:
    case, answer, told = _named(suite, finding["criterion"]), finding["answer"], finding["sentence"]
    if answer == "equivalent":
        ElementTree.SubElement(case, "system-out").text = _clean(told)
        return case
    return _with(case, "skipped" if answer in allowed else "failure", answer, told)


def _named(suite: str, name: str) -> ElementTree.Element:
    return ElementTree.Element("testcase", {"classname": _clean(suite), "name": _clean(name)})


def _with(case: ElementTree.Element, outcome: str, kind: str, told: str) -> ElementTree.Element:
    element = ElementTree.SubElement(case, outcome, {"message": _clean(told)})
    if outcome != "skipped":  # JUnit gives a skipped case no type
        element.set("type", kind)
    element.text = _clean(told)
    return case


def _clean(text: str) -> str:
    """Return a text without the characters that XML cannot hold."""
    return _NOT_XML.sub("?", text)

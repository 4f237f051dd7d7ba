"""The report as one HTML file: no script, no network, every user's text escaped.

The templates escape by default. What passes as markup is `trusteq_core.figures.word_maps_html`,
which escapes its own texts. A content security policy in the file forbids scripts and every
request, should a text get through nonetheless.
"""

from __future__ import annotations

from functools import cache
from itertools import zip_longest
from pathlib import Path
from typing import Any

import pandas as pd
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from trusteq_core import __version__
from trusteq_core.attribution import EXPLAINERS, explainer_title
from trusteq_core.calibration import MEASURES
from trusteq_core.figures import ANSWERS, MODEL_STYLES, PALETTES, Panel, word_maps_html
from trusteq_core.report import geometry, wording
from trusteq_core.report.report import Report
from trusteq_core.report.worst import KINDS, WorstExample

__all__ = ["render_html", "summary_html"]

TEMPLATES = Path(__file__).with_name("templates")
MOST_BYTES = 4_000_000
"""So much room the word maps have: the whole file stays below 5 MB, however long the texts."""

ARROWS = {"lower": "↓", "higher": "↑", "zero": "→ 0", "one": "→ 1"}


def render_html(report: Report) -> str:
    """Return the whole report as one self-contained HTML document."""
    findings = report.verdict.findings
    alignment = _records(report.tables["alignment"])
    measures = report.tables["calibration"]["measure"]
    names = report.names
    shown = _word_maps(report)
    return (
        _environment()
        .get_template("report.html")
        .render(
            _facts(report),
            css=Markup((TEMPLATES / "report.css").read_text(encoding="utf-8")),  # noqa: S704  ours
            criteria=list(zip(findings, geometry.intervals(findings), strict=True)),
            performance=_records(report.tables["performance"]),
            alignment=[(row, geometry.bullet(row)) for row in alignment],
            segments=report.task.segments,
            calibration=_records(report.tables["calibration"]),
            diagram=geometry.diagram(report.tables["reliability"], len(report.task.labels), names),
            models=_records(report.tables["models"]),
            results=_records(report.tables["results"]),
            kinds={kind: (meaning, shown[kind]) for kind, meaning in KINDS.items()},
            left_out=len(report.worst) - sum(map(len, shown.values())),
            settled=[f.sentence for f in findings if f.sentence not in report.verdict.reasons],
            measures=[MEASURES[name] for name in measures],
            explainer_facts=[EXPLAINERS[name] for name in report.explainers if name in EXPLAINERS],
        )
    )


def summary_html(report: Report) -> str:
    """Return the verdict and its criteria as a fragment of HTML, for a notebook."""
    findings = report.verdict.findings
    return (
        _environment()
        .get_template("summary.html")
        .render(
            _facts(report), criteria=list(zip(findings, geometry.intervals(findings), strict=True))
        )
    )


def _facts(report: Report) -> dict[str, Any]:
    """Return what every template needs."""
    return {
        "report": report,
        "verdict": report.verdict,
        "options": report.options,
        "styles": MODEL_STYLES,
        "answers": ANSWERS,
        "arrows": ARROWS,
        "frames": geometry,
        "version": __version__,
        "first_explainer": explainer_title(report.explainers[0]) if report.explainers else "",
    }


def _records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Return the rows of a frame with None for what is missing."""
    return frame.astype(object).where(frame.notna(), None).to_dict("records")  # type: ignore[return-value]


def _word_maps(report: Report) -> dict[str, list[tuple[WorstExample, Markup]]]:
    """Return the examples of each kind with their word maps, the worst first, as many as fit.

    Each kind gets its turn, so that long texts of one do not crowd out the other.
    """
    shown: dict[str, list[tuple[WorstExample, Markup]]] = {kind: [] for kind in KINDS}
    waiting = {kind: [each for each in report.worst if each.kind == kind] for kind in KINDS}
    room = MOST_BYTES
    for turn in zip_longest(*waiting.values()):
        for example in filter(None, turn):
            drawn = _word_map(report, example)
            room -= len(drawn.encode())
            if room < 0:
                return shown
            shown[example.kind].append((example, drawn))
    return shown


def _word_map(report: Report, example: WorstExample) -> Markup:
    panels = []
    for side in MODEL_STYLES:
        answer, confidence = example.row[f"predicted_{side}"], example.row[f"confidence_{side}"]
        panels.append(Panel(side, report.names[side], f"{answer} {wording.percent(confidence)}"))
    maps = word_maps_html(
        example.texts,
        example.words,
        panels,
        segment_names=report.task.segments,
        k=report.options.k,
        palette=PALETTES[report.options.palette],
    )
    return Markup(maps)  # noqa: S704  word_maps_html escapes every text


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {name: getattr(wording, name) for name in wording.__all__}
    return environment

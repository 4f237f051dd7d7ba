"""The Method page: the definitions of docs/definitions.md and the declared facts of the core."""

from __future__ import annotations

import re
from pathlib import Path

import pandas as pd
import streamlit as st

from trusteq_core.attribution import EXPLAINERS

__all__ = ["INTRODUCTION", "sections", "show_sections"]

DEFINITIONS = Path(__file__).resolve().parents[1] / "docs" / "definitions.md"

READING_WIDTH = 860
NOTATION, EXPLAINERS_TITLE = "Notation", "Explainers"

INTRODUCTION = (
    "A compressed model with the accuracy of its original may still answer for other reasons, or "
    "with other confidence. TrustEQ asks both: **overlap** of the explanations, read between "
    "chance and what the original scores against itself, and **calibration**, read beside the "
    "noise floor of this many examples."
)


def show_sections() -> None:
    """Show the project's own definitions, a tab for each part, and the facts of the explainers."""
    parts = sections(_definitions())
    st.markdown(parts.pop(NOTATION))
    titles = [*parts, EXPLAINERS_TITLE]
    tabs = st.tabs(titles, on_change="rerun", key="method", bind="query-params")
    for title, tab in zip(titles, tabs, strict=True):
        if not tab.open:
            continue
        with tab, st.container(width=READING_WIDTH):
            if title == EXPLAINERS_TITLE:
                _show_explainers()
            else:
                st.markdown(parts[title])


def sections(text: str) -> dict[str, str]:
    r"""Split a Markdown text at its second-level headings; what stands before is "Notation".

    Examples
    --------
    >>> sections("# All\n\nBegin.\n\n## One\n\nText.\n\n### Within\n\n## Two\n\nMore.")
    {'Notation': 'Begin.', 'One': 'Text.\n\n### Within', 'Two': 'More.'}
    """
    first, *rest = re.split(r"^## ", text, flags=re.MULTILINE)
    found = {NOTATION: re.sub(r"^# .*$", "", first, count=1, flags=re.MULTILINE).strip()}
    for part in rest:
        title, _, body = part.partition("\n")
        found[title.strip()] = body.strip()
    return found


def _definitions() -> str:
    if DEFINITIONS.is_file():
        return DEFINITIONS.read_text(encoding="utf-8")
    return "The definitions are in docs/definitions.md of the repository, which is not here."


def _show_explainers() -> None:
    """Show what is known of every explainer."""
    rows = [
        {
            "Explainer": explainer.title,
            "What its values are": explainer.summary,
            "Same under any seed": "yes" if explainer.deterministic else "no",
            "Standard errors": "yes" if explainer.estimates_error else "no",
            "Defaults": ", ".join(
                f"{name} {value}" for name, value in explainer.defaults.items() if value is not None
            )
            or "none needed",
        }
        for explainer in EXPLAINERS.values()
    ]
    st.table(pd.DataFrame(rows).set_index("Explainer"))

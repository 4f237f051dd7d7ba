"""The Method page: the definitions of docs/definitions.md and the declared facts of the core."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from trusteq_app.definitions import NOTATION, parts_of_definitions
from trusteq_core.attribution import EXPLAINERS

__all__ = ["INTRODUCTION", "show_sections"]

READING_WIDTH = 860
EXPLAINERS_TITLE = "Explainers"

INTRODUCTION = (
    "A compressed model with the accuracy of its original may still answer for other reasons, or "
    "with other confidence. TrustEQ asks both: **overlap** of the explanations, read between "
    "chance and what the original scores against itself, and **calibration**, read beside the "
    "noise floor of this many examples."
)


def show_sections() -> None:
    """Show the project's own definitions, a tab for each part, and the facts of the explainers."""
    parts = dict(parts_of_definitions())
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

"""The Method page: the definitions of docs/definitions.md and the declared facts of the core."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import streamlit as st

from trusteq_app.tables import ARROWS
from trusteq_core.attribution import EXPLAINERS
from trusteq_core.calibration import MEASURES

__all__ = ["INTRODUCTION", "show_definitions", "show_explainers", "show_measures"]

DEFINITIONS = Path(__file__).resolve().parents[1] / "docs" / "definitions.md"

INTRODUCTION = (
    "A compressed model with the accuracy of its original may still answer for other reasons, or "
    "with other confidence. TrustEQ asks both: **overlap** of the explanations, read between "
    "chance and what the original scores against itself, and **calibration**, read beside the "
    "noise floor of this many examples."
)


def show_definitions() -> None:
    """Show the project's own definitions."""
    if DEFINITIONS.is_file():
        st.markdown(DEFINITIONS.read_text(encoding="utf-8"))
    else:
        st.info(
            "The definitions are in docs/definitions.md of the repository, which is not here.",
            icon=":material/info:",
        )


def show_measures() -> None:
    """Show the facts that every calibration measure declares."""
    rows = [
        {
            "Measure": measure.title,
            "Better": ARROWS.get(measure.better, measure.better),
            "Range": f"{measure.bounds[0]:g} to {measure.bounds[1]:g}",
            "What it says": measure.definition,
            "Source": measure.reference or "elementary",
        }
        for measure in MEASURES.values()
    ]
    st.table(pd.DataFrame(rows).set_index("Measure"))


def show_explainers() -> None:
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

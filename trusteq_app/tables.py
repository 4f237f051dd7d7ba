"""Tables as the pages show them: named columns, help on each, and a download."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
import streamlit as st

from trusteq_core.calibration import MEASURES

__all__ = ["download", "example_columns", "model_columns", "show_measures"]

ARROWS = {"lower": "↓", "higher": "↑", "zero": "→ 0", "one": "→ 1"}


def download(frame: pd.DataFrame, name: str, *, key: str, label: str = "CSV") -> None:
    """Draw a button that downloads `frame` as ``<name>.csv``."""
    st.download_button(
        label,
        data=frame.to_csv(index=False).encode(),
        file_name=f"{name}.csv",
        mime="text/csv",
        key=key,
        icon=":material/download:",
        type="tertiary",
        on_click="ignore",
    )


def show_measures(
    frame: pd.DataFrame, names: Mapping[str, str], *, key: str, only: Sequence[str] = ()
) -> None:
    """Show calibration measures of both models beside their noise floors.

    Parameters
    ----------
    frame : DataFrame
        One row per measure: `measure, original, compressed, difference, floor_original,
        floor_compressed`.
    names : mapping
        Names of the two models.
    key : str
        Key of the widget.
    only : sequence of str, optional
        Ids of the measures to show; all of them without it.
    """
    rows = frame[frame["measure"].isin(only)] if only else frame
    facts = [MEASURES.get(name) for name in rows["measure"]]
    shown = rows.assign(
        measure=[
            fact.title if fact else str(name)
            for fact, name in zip(facts, rows["measure"], strict=True)
        ],
        better=[ARROWS.get(fact.better, "") if fact else "" for fact in facts],
    )
    number = {"format": "%.4f", "width": "small"}
    st.dataframe(
        shown,
        hide_index=True,
        key=key,
        width="stretch",
        height="content",
        column_order=[
            "measure",
            "better",
            "original",
            "compressed",
            "difference",
            "floor_original",
            "floor_compressed",
        ],
        column_config={
            "measure": st.column_config.TextColumn("Measure", width="medium"),
            "better": st.column_config.TextColumn(
                "Better", width=60, help="Which direction is better: lower, higher, or near zero."
            ),
            "original": st.column_config.NumberColumn(f"● {names['original']}", **number),
            "compressed": st.column_config.NumberColumn(f"◆ {names['compressed']}", **number),
            "difference": st.column_config.NumberColumn(
                "Difference", help="Compressed minus original.", format="%+.4f", width="small"
            ),
            "floor_original": st.column_config.NumberColumn(
                f"Floor {names['original']}", help=FLOOR_HELP, **number
            ),
            "floor_compressed": st.column_config.NumberColumn(
                f"Floor {names['compressed']}", help=FLOOR_HELP, **number
            ),
        },
        alt="Calibration measures of both models with their noise floors",
    )


FLOOR_HELP = (
    "What a perfectly calibrated model with these confidences and this many examples would show "
    "by chance alone. A value near its floor is no evidence of miscalibration."
)


def example_columns(segments: Sequence[str], names: Mapping[str, str]) -> dict[str, Any]:
    """Return the column settings of a table of examples."""
    column = st.column_config
    original, compressed = names["original"], names["compressed"]
    return {
        "id": column.TextColumn("Example", width="small"),
        **{name: column.TextColumn(name.capitalize(), width="medium") for name in segments},
        "label": column.TextColumn("Gold", width="small"),
        "phenomenon": column.TextColumn("Phenomenon", width="small"),
        "predicted_original": column.TextColumn(f"● {original}", width="small"),
        "predicted_compressed": column.TextColumn(f"◆ {compressed}", width="small"),
        "confidence_original": column.NumberColumn(
            "● confidence", help=f"Of {original} in its own answer.", format="%.3f", width="small"
        ),
        "confidence_compressed": column.NumberColumn(
            "◆ confidence", help=f"Of {compressed} in its own answer.", format="%.3f", width="small"
        ),
        "predicted": column.TextColumn("Answer", width="small"),
        "confidence": column.NumberColumn("Confidence", format="%.3f", width="small"),
        "correct": column.CheckboxColumn("Right", width="small"),
        "outcome": column.TextColumn("Outcome", width="small"),
        "jaccard": column.ProgressColumn(
            "Overlap",
            help="Jaccard of the two models' top K words: 0 none shared, 1 the same words.",
            min_value=0.0,
            max_value=1.0,
            format="%.2f",
            width="small",
        ),
        "spearman": column.NumberColumn(
            "Rank corr.",
            help="Spearman correlation of the signed attributions over all words, −1 to 1.",
            format="%.2f",
            width="small",
        ),
    }


def model_columns(explainers: Mapping[str, str]) -> dict[str, Any]:
    """Return the column settings of the table of models.

    Parameters
    ----------
    explainers : mapping
        From column of the table to the title of the explainer.
    """
    column = st.column_config
    share = {"format": "percent", "width": "small"}
    return {
        "model": column.TextColumn("Model", width="small"),
        "title": column.TextColumn("What it is", width="medium"),
        "role": column.TextColumn("Role", width="small"),
        "parameters": column.NumberColumn("Parameters", format="compact", width="small"),
        "bytes": column.NumberColumn("Size", format="bytes", width="small"),
        "latency_ms": column.NumberColumn(
            "Latency", help="One example, one thread, in ms.", format="%.1f ms", width="small"
        ),
        "accuracy": column.NumberColumn("Accuracy", **share),
        "agreement": column.NumberColumn(
            "Agreement", help="Share of examples with the original's answer.", **share
        ),
        **{
            name: column.NumberColumn(
                f"Overlap, {title}",
                help="Mean Jaccard of the top K words with the original's.",
                format="%.2f",
                width="small",
            )
            for name, title in explainers.items()
        },
        "ece": column.NumberColumn(
            "ECE", help="Expected calibration error: lower is better.", format="%.3f", width="small"
        ),
        "signed_gap": column.NumberColumn(
            "Gap",
            help="Mean confidence minus accuracy; above zero is overconfident.",
            format="%+.3f",
            width="small",
        ),
        "brier": column.NumberColumn(
            "Brier (0-2)", help="Lower is better.", format="%.3f", width="small"
        ),
    }

"""Tables as the pages show them: named columns, help on each, and a download."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from functools import partial
from typing import Any

import pandas as pd
import streamlit as st
from pandas.io.formats.style import Styler

from trusteq_core.calibration import MEASURES
from trusteq_core.figures.numbers import number as told

__all__ = ["captioned", "example_columns", "model_columns", "show_measures", "told_numbers"]

ARROWS = {"lower": "↓", "higher": "↑", "zero": "→ 0", "one": "→ 1"}


FLOOR_HELP = (
    "What a perfectly calibrated model with these confidences and this many examples would show "
    "by chance alone. A value near its floor is no evidence of miscalibration."
)
LONGEST_TITLE = 36


def captioned(text: str, frame: pd.DataFrame, name: str, *, key: str) -> None:
    """Draw the caption of a chart or table beside a button that downloads ``<name>.csv``."""
    with st.container(horizontal=True, vertical_alignment="center", wrap=False):
        st.caption(text, width="stretch")
        st.download_button(
            "CSV",
            data=frame.to_csv(index=False).encode(),
            file_name=f"{name}.csv",
            mime="text/csv",
            key=key,
            icon=":material/download:",
            type="tertiary",
            on_click="ignore",
        )


def told_numbers(frame: pd.DataFrame, digits: int, *, signed: Collection[str] = ()) -> Styler:
    """Return a small table whose fractions are told as in running text, and still sort as numbers.

    The grid's own formats write a negative number with a hyphen.

    Parameters
    ----------
    frame : DataFrame
        The table.
    digits : int
        Digits after the point.
    signed : collection of str
        Columns that carry a plus sign too.
    """
    formats: dict[Any, Any] = {
        name: partial(told, digits=digits, signed=name in signed)
        for name in frame.select_dtypes("float")
    }
    return frame.style.format(formats)


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
        Ids of the measures to show, in this order; all of them without it.
    """
    rows = frame.set_index("measure").loc[list(only)].reset_index() if only else frame
    column = st.column_config
    number = partial(column.NumberColumn, width=68)
    titles = [_measure_title(name, short=bool(only)) for name in rows["measure"]]
    st.dataframe(
        told_numbers(rows.assign(measure=titles), 4, signed=["difference"]),
        hide_index=True,
        key=key,
        height="content",
        placeholder="–",
        column_config={
            "measure": column.TextColumn(
                "Measure", help="The arrow says which way is better.", width=96 if only else 222
            ),
            "original": number(f"● {names['original']}"),
            "compressed": number(f"◆ {names['compressed']}"),
            "difference": column.NumberColumn(
                "Difference", help="Compressed minus original.", width=74
            ),
            "floor_original": number("● floor", help=FLOOR_HELP),
            "floor_compressed": number("◆ floor", help=FLOOR_HELP),
        },
        alt="Calibration measures of both models with their noise floors",
    )


def _measure_title(name: str, *, short: bool) -> str:
    """Return a measure's title, or its symbol, with an arrow towards better."""
    fact = MEASURES.get(name)
    if fact is None:
        return name
    arrow = ARROWS.get(fact.better, "")
    title = fact.symbol if short or len(fact.title) > LONGEST_TITLE else fact.title
    return f"{title} {arrow}".strip()


def example_columns(segments: Sequence[str], names: Mapping[str, str]) -> dict[str, Any]:
    """Return the column settings of a table of examples."""
    column = st.column_config
    confidence = partial(column.NumberColumn, format="%.3f", width=92)
    return {
        "id": column.TextColumn("Example", width=112),
        **{name: column.TextColumn(name.capitalize(), width=205) for name in segments},
        "label": column.TextColumn("Gold", width=95),
        "predicted_original": column.TextColumn(f"● {names['original']}", width=95),
        "predicted_compressed": column.TextColumn(f"◆ {names['compressed']}", width=95),
        "outcome": column.TextColumn("Outcome", width=95),
        "jaccard": column.ProgressColumn(
            "Overlap",
            help="Jaccard of the two models' top K words: 0 none shared, 1 the same words.",
            min_value=0.0,
            max_value=1.0,
            format="%.2f",
            width=90,
        ),
        "confidence_original": confidence(
            "● confidence", help=f"Of {names['original']} in its own answer."
        ),
        "confidence_compressed": confidence(
            "◆ confidence", help=f"Of {names['compressed']} in its own answer."
        ),
        "spearman": column.NumberColumn(
            "Rank corr.",
            help="Spearman correlation of the signed attributions over all words, −1 to 1.",
            format="%.2f",
            width=84,
        ),
        "phenomenon": column.TextColumn("Phenomenon", width=120),
    }


def model_columns(overlap: str | None, title: str) -> dict[str, Any]:
    """Return the column settings of the table of models.

    Parameters
    ----------
    overlap : str or None
        The column of overlap to show.
    title : str
        Title of its explainer.
    """
    column = st.column_config
    number = partial(column.NumberColumn, format="%.3f", width=82)
    columns = {
        "model": column.TextColumn("Model", width=80),
        "title": column.TextColumn("What it is", width=230),
        "role": column.TextColumn("Role", width=90),
        "parameters": column.NumberColumn("Parameters", format="compact", width=86),
        "bytes": column.NumberColumn("Size", format="bytes", width=72),
        "latency_ms": column.NumberColumn(
            "Latency", help="One example, one thread.", format="%.1f ms", width=78
        ),
        "accuracy": number("Accuracy"),
        "agreement": number("Agreement", help="Share of examples with the original's answer."),
    }
    if overlap:
        columns[overlap] = column.NumberColumn(
            "Overlap",
            help=f"Mean Jaccard of the top K words with the original's, by {title}.",
            format="%.2f",
            width=76,
        )
    return columns | {
        "ece": number("ECE", help="Expected calibration error: lower is better."),
        "signed_gap": column.NumberColumn(
            "Gap",
            help="Mean confidence minus accuracy; above zero is overconfident.",
            format="%+.3f",
            width=76,
        ),
        "brier": number("Brier (0-2)", help="Lower is better."),
    }

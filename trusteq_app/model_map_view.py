"""Every model of the task: what it costs against what it keeps."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from trusteq_app import loading
from trusteq_app.charts import show_chart
from trusteq_app.selection import Pair, View
from trusteq_app.tables import captioned, model_columns
from trusteq_app.wording import definition, explainer_title
from trusteq_core.equivalence import Margins
from trusteq_core.figures import ANSWERS, COSTS, model_map_figure

__all__ = ["show_models", "show_ranking", "take_model"]

COST_TITLES = {"parameters": "Parameters", "bytes": "Size on disk", "latency_ms": "Latency"}
CALIBRATIONS = {"ece": "ECE", "brier": "Brier score", "nll": "NLL"}


def show_models(pair: Pair, explainers: tuple[str, ...], k: int) -> None:
    """Show the map and the table of all models of the task; a pick becomes the compressed one."""
    st.subheader("Every model of the task", anchor=False)
    table = loading.table_of_models(pair, k)
    overlaps = {f"jaccard_{name}": explainer_title(name) for name in explainers}
    overlaps = {name: title for name, title in overlaps.items() if name in table}
    with st.container(horizontal=True, gap="large"):
        cost = _pick("Cost", "cost", {name: COST_TITLES[name] for name in COSTS})
        overlap = _pick("Overlap by", "map_overlap", overlaps) if overlaps else None
        calibration = _pick("Calibration by", "map_calibration", CALIBRATIONS)
    axes = {"accuracy": "Accuracy ↑"}
    if overlap:
        axes[overlap] = f"Overlap, {overlaps[overlap]} ↑"
    axes[calibration] = f"{CALIBRATIONS[calibration]} ↓"
    show_chart(
        model_map_figure(table, cost=cost, axes=axes, selected=pair.compressed),
        table[["model", "role", cost, *axes]],
        name="model_map",
        on_select=take_model,
        selection_mode="points",
        alt="Accuracy, overlap and calibration error of every model against its cost; the table "
        "beneath has the numbers",
        caption="The arrows say which way is better. The star is the original, the open circle "
        "its retraining control. Click a compressed model to make it the pair's.",
    )
    columns = model_columns(overlap, overlaps.get(overlap or "", ""))
    st.dataframe(
        table,
        key="model_table",
        hide_index=True,
        height="content",
        placeholder="–",
        column_order=[name for name in columns if name in table],
        column_config=columns,
        alt="All models of the task with size, latency, accuracy, agreement, overlap, calibration",
    )
    captioned(
        f"All against the original. {definition('Agreement and churn')}",
        table,
        "models",
        key="models_csv",
    )


def show_ranking(pair: Pair, view: View, margins: Margins) -> None:
    """Show, once it is asked for, the verdict on every model, the most trustworthy first."""
    if not st.toggle(
        "Judge every model against the original",
        key="ranked",
        bind="query-params",
        help="Takes some seconds the first time: every model gets a verdict of its own.",
    ):
        return
    frame = loading.ranking(pair, view, margins)
    styles = {answer: f"{style.mark} {style.word}" for answer, style in ANSWERS.items()}
    column = st.column_config
    st.dataframe(
        frame.assign(**{name: frame[name].map(styles) for name in ("answer", "among_all")}),
        key="ranking",
        hide_index=True,
        height="content",
        placeholder="–",
        column_order=["model", "title", "among_all", "answer", "worst", "worst_share", "bytes"],
        column_config={
            "model": column.TextColumn("Model", width=80),
            "title": column.TextColumn("What it is", width=230),
            "among_all": column.TextColumn(
                "Among all",
                help="The verdict with Holm's correction for looking at all of these models.",
            ),
            "answer": column.TextColumn("Alone", help="The verdict as if it were the only one."),
            "worst": column.TextColumn(
                "Worst criterion", help="The one that uses up most of its margin."
            ),
            "worst_share": column.NumberColumn(
                "Of its margin",
                help="How much of the margin the estimate uses up. Lower is better.",
                format="percent",
            ),
            "bytes": column.NumberColumn("Size", format="bytes", width=72),
        },
        alt="Every model of the task with its verdict, its worst criterion and its size",
    )
    captioned(
        "Most trustworthy first. Who picks one of several models by its verdict has looked "
        f"several times: read the column **Among all**. {definition('Verdict')}",
        frame,
        "ranking",
        key="ranking_csv",
    )


def take_model() -> None:
    """Make the model that was clicked in the map the compressed one of the pair."""
    points = st.session_state["model_map"]["selection"]["points"]
    name = points[0].get("customdata") if points else None
    name = name[0] if isinstance(name, list) else name
    if name and name != st.session_state["original"]:
        st.session_state["compressed"] = name


def _pick(title: str, key: str, choices: Mapping[str, str]) -> str:
    """Draw the picker of one axis, and return the column to draw."""
    picked = st.segmented_control(
        title,
        list(choices),
        default=next(iter(choices)),
        required=True,
        format_func=lambda name: choices[name],
        key=key,
        bind="query-params",
    )
    return picked or next(iter(choices))

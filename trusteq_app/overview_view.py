"""The pair at a glance, and every compressed model of the task beside it."""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

from trusteq_app import loading
from trusteq_app.selection import Pair, View
from trusteq_app.tables import download, model_columns, show_measures
from trusteq_app.wording import explainer_title, headline, percent, points, score
from trusteq_core.figures import (
    CONFIG,
    COSTS,
    describe_overlap,
    model_map_figure,
    overlap_figure,
    overlap_frame,
)

__all__ = ["show_calibration", "show_headline", "show_models", "show_overlap", "show_performance"]

FIRST_MEASURES = ("ece", "mce_30", "brier", "signed_gap")


def show_headline(pair: Pair, view: View | None) -> None:
    """Say in three sentences how the pair stands."""
    found: dict[str, dict[str, Any]] = {}
    if view:
        found[explainer_title(view.explainer)] = loading.overlap(pair, view)
    measures = loading.calibration(pair, 15, "width").set_index("measure")
    gap = measures.loc["signed_gap"]
    text = headline(
        pair.names,
        loading.performance(pair),
        found,
        {"original": gap["original"], "compressed": gap["compressed"]},
    )
    with st.container(border=True, key="headline"):
        st.markdown(text)


def show_performance(pair: Pair) -> None:
    """Show accuracy, agreement and flips as a row of numbers."""
    found = loading.performance(pair)
    n = len(loading.comparison(pair).examples)
    change = found["accuracy_compressed"] - found["accuracy_original"]
    best = found.get("bayes_accuracy")
    ceiling = f" No model can exceed {percent(best)} on these labels." if best else ""
    cells = st.columns(6)
    cells[0].metric(
        "Accuracy, original",
        percent(found["accuracy_original"]),
        help=f"Share of right answers on {n:,} test examples.{ceiling}",
        border=True,
        height="stretch",
    )
    cells[1].metric(
        "Accuracy, compressed",
        percent(found["accuracy_compressed"]),
        points(change),
        help="The change is in percentage points against the original.",
        border=True,
        height="stretch",
    )
    rest = (
        ("Agreement", percent(found["agreement"]), "Share of equal answers, right or wrong."),
        (
            "Flips, right to wrong",
            percent(found["negative_flips"]),
            "Share of examples where the original was right and the compressed model is wrong.",
        ),
        (
            "Flips, wrong to right",
            percent(found["positive_flips"]),
            "Share of examples where the original was wrong and the compressed model is right.",
        ),
        (
            "Divergence (KL)",
            score(found["kl_mean"], 3),
            "Mean Kullback-Leibler divergence from the original's probabilities to the compressed "
            "model's, in nats; 0 means equal.",
        ),
    )
    for cell, (label, value, text) in zip(cells[2:], rest, strict=True):
        cell.metric(label, value, help=text, border=True, height="stretch")


def show_overlap(pair: Pair, explainers: tuple[str, ...], k: int) -> None:
    """Show the overlap of every explainer between chance and ceiling."""
    st.subheader("Explanations: do they rest on the same words?", anchor=False)
    if not explainers:
        st.info("No explainer has stored attributions of both models.", icon=":material/info:")
        return
    found = {
        explainer_title(name): loading.overlap(pair, View(name, k, "reference"))
        for name in explainers
    }
    frame = overlap_frame(found)
    st.plotly_chart(
        overlap_figure(frame, k=k),
        key="overview_overlap",
        config=CONFIG,
        alt=describe_overlap(frame),
    )
    n = max(int(entry["n"]) for entry in found.values())
    left, right = st.columns([4, 1], vertical_alignment="center")
    left.caption(
        f"Mean over {n} explained examples, towards the original's prediction. **Chance** is two "
        "random sets of words; the **ceilings** are the original against itself: under another "
        "sample (resampling) and another training seed (retraining)."
    )
    with right:
        download(frame, "overlap", key="overlap_csv")


def show_calibration(pair: Pair) -> None:
    """Show the first calibration measures of both models beside their noise floors."""
    st.subheader("Calibration: are its probabilities as reliable?", anchor=False)
    show_measures(
        loading.calibration(pair, 15, "width"),
        pair.names,
        key="overview_measures",
        only=FIRST_MEASURES,
    )
    st.caption(
        "15 equal-width bins. A value near its **floor** is what a perfectly calibrated model of "
        "this size would show. The Calibration page has the diagrams and every measure."
    )


def show_models(pair: Pair, explainers: tuple[str, ...], k: int) -> None:
    """Show the map and the table of all models of the task; a pick becomes the compressed one."""
    st.subheader("Every model of the task", anchor=False)
    table = loading.table_of_models(pair.task_id, pair.original, k)
    cost, quality = st.columns(2, vertical_alignment="bottom")
    with cost:
        axis = st.segmented_control(
            "Cost",
            list(COSTS),
            default="parameters",
            required=True,
            format_func=lambda name: COSTS[name].split(" (")[0].split(" of")[0],
            key="cost",
            persist_state="session",
        )
    overlaps = {f"jaccard_{name}": explainer_title(name) for name in explainers}
    overlaps = {name: title for name, title in overlaps.items() if name in table}
    with quality:
        shown = (
            st.selectbox(
                "Overlap by",
                list(overlaps),
                format_func=lambda name: overlaps[name],
                key="map_overlap",
                persist_state="session",
            )
            if overlaps
            else None
        )
    axes = {"accuracy": "Accuracy ↑"}
    if shown:
        axes[shown] = f"Overlap, {overlaps[shown]} ↑"
    axes["ece"] = "ECE ↓"
    st.plotly_chart(
        model_map_figure(table, cost=axis or "parameters", axes=axes, selected=pair.compressed),
        key="model_map",
        config=CONFIG,
        on_select=_take_model,
        selection_mode="points",
        alt="Accuracy, overlap and calibration error of every model against its cost; the table "
        "beneath has the numbers",
    )
    _table(table, overlaps)


def _table(table: pd.DataFrame, overlaps: dict[str, str]) -> None:
    columns = model_columns(overlaps)
    st.dataframe(
        table,
        key="model_table",
        hide_index=True,
        height="content",
        column_order=[name for name in columns if name in table],
        column_config=columns,
        alt="All models of the task with size, latency, accuracy, agreement, overlap, calibration",
    )
    left, right = st.columns([5, 1], vertical_alignment="center")
    left.caption("Click a compressed model in the map to compare it with the original.")
    with right:
        download(table, "models", key="models_csv")


def _take_model() -> None:
    points = st.session_state["model_map"]["selection"]["points"]
    name = points[0].get("customdata") if points else None
    name = name[0] if isinstance(name, list) else name
    if name and name != st.session_state["original"]:
        st.session_state["compressed"] = name

"""The pair at a glance, and every compressed model of the task beside it."""

from __future__ import annotations

from functools import partial
from typing import Any

import streamlit as st

from trusteq_app import loading
from trusteq_app.selection import Pair, View
from trusteq_app.tables import captioned, model_columns, show_measures
from trusteq_app.wording import explainer_title, headline, percent, points, score
from trusteq_core.figures import (
    CONFIG,
    COSTS,
    describe_overlap,
    describe_reliability,
    model_map_figure,
    overlap_figure,
    overlap_frame,
    reliability_figure,
)

__all__ = ["show_calibration", "show_models", "show_overlap", "show_performance", "summary"]

FIRST_MEASURES = ("ece", "mce_30", "brier", "signed_gap")


def summary(pair: Pair, view: View | None) -> str:
    """Return in three sentences how the pair stands."""
    found: dict[str, dict[str, Any]] = {}
    if view:
        found[explainer_title(view.explainer)] = loading.overlap(pair, view)
    measures = loading.calibration(pair, 15, "width").set_index("measure")
    gaps = {side: float(measures[side]["signed_gap"]) for side in ("original", "compressed")}
    return headline(pair.names, loading.performance(pair), found, gaps)


def show_performance(pair: Pair) -> None:
    """Show accuracy, agreement and flips as a row of numbers."""
    found = loading.performance(pair)
    n = int(found["n"])
    best = found.get("bayes_accuracy")
    cards = (
        (
            "Accuracy, original",
            percent(found["accuracy_original"]),
            f"best possible {percent(best)}" if best else f"{n:,} examples",
            f"Share of right answers on {n:,} test examples. The labels are drawn from known "
            "probabilities, so no model can be sure to exceed the best possible.",
        ),
        (
            "Accuracy, compressed",
            percent(found["accuracy_compressed"]),
            points(found["accuracy_compressed"] - found["accuracy_original"]),
            "Beneath: the change against the original, in percentage points.",
        ),
        (
            "Agreement",
            percent(found["agreement"]),
            f"{found['flips']:,} of {n:,} flip",
            "Share of examples with the same answer, right or wrong. The others are flips.",
        ),
        (
            "Flips, right to wrong",
            percent(found["negative_flips"]),
            f"{round(found['negative_flips'] * n):,} examples",
            "The original was right and the compressed model is wrong.",
        ),
        (
            "Flips, wrong to right",
            percent(found["positive_flips"]),
            f"{round(found['positive_flips'] * n):,} examples",
            "The original was wrong and the compressed model is right.",
        ),
        (
            "Divergence (KL)",
            score(found["kl_mean"], 3),
            f"95 % below {score(found['kl_p95'], 2)}",
            "Mean Kullback-Leibler divergence from the original's probabilities to the compressed "
            "model's, in nats; 0 means equal.",
        ),
    )
    for cell, (label, value, note, text) in zip(st.columns(6), cards, strict=True):
        cell.metric(
            label,
            value,
            note,
            delta_color="off",
            delta_arrow="off",
            help=text,
            border=True,
            height="stretch",
        )


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
    captioned(
        f"Mean over {n} explained examples, towards the original's prediction. **Chance** is two "
        "random sets of words; the **ceilings** are the original against itself: under another "
        "sample (resampling) and another training seed (retraining).",
        frame,
        "overlap",
        key="overlap_csv",
    )
    _show_reasons(pair, explainers)


def show_calibration(pair: Pair) -> None:
    """Show the first calibration measures of both models beside their noise floors."""
    st.subheader("Calibration: are its probabilities as reliable?", anchor=False)
    bins = loading.reliability(pair, 15, "width")
    st.plotly_chart(
        reliability_figure(bins, n_classes=len(pair.task.labels), names=pair.names, height=300),
        key="overview_reliability",
        config=CONFIG,
        alt=describe_reliability(bins, pair.names),
    )
    table = loading.calibration(pair, 15, "width")
    show_measures(table, pair.names, key="overview_measures", only=FIRST_MEASURES)
    captioned(
        "15 equal-width bins. The **floor** is what a perfectly calibrated model would show by "
        "chance with this many examples. The Calibration page has every measure.",
        table,
        "calibration",
        key="calibration_csv",
    )


def show_models(pair: Pair, explainers: tuple[str, ...], k: int) -> None:
    """Show the map and the table of all models of the task; a pick becomes the compressed one."""
    st.subheader("Every model of the task", anchor=False)
    table = loading.table_of_models(pair.task_id, pair.original, k)
    overlaps = {f"jaccard_{name}": explainer_title(name) for name in explainers}
    overlaps = {name: title for name, title in overlaps.items() if name in table}
    cost, overlap = _pick_axes(overlaps)
    axes = {"accuracy": "Accuracy ↑"}
    if overlap:
        axes[overlap] = f"Overlap, {overlaps[overlap]} ↑"
    st.plotly_chart(
        model_map_figure(table, cost=cost, axes=axes | {"ece": "ECE ↓"}, selected=pair.compressed),
        key="model_map",
        config=CONFIG,
        on_select=_take_model,
        selection_mode="points",
        alt="Accuracy, overlap and calibration error of every model against its cost; the table "
        "beneath has the numbers",
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
        "All against the original. Click a compressed model in the map to make it the pair's.",
        table,
        "models",
        key="models_csv",
    )


def _show_reasons(pair: Pair, explainers: tuple[str, ...]) -> None:
    """Show how often the top words are those known to decide, where the corpus knows them."""
    found = loading.reasons(pair, explainers)
    if "precision_original" not in found:
        return
    column = st.column_config
    number = partial(column.NumberColumn, format="%.2f", width=90)
    st.dataframe(
        found.assign(explainer=[explainer_title(name) for name in found["explainer"]]),
        key="reasons",
        hide_index=True,
        height="content",
        placeholder="–",
        column_order=["explainer", "precision_original", "precision_compressed", "chance"],
        column_config={
            "explainer": column.TextColumn("Top words that decide", width=170),
            "precision_original": number(f"● {pair.names['original']}"),
            "precision_compressed": number(f"◆ {pair.names['compressed']}"),
            "chance": number("Chance"),
        },
        alt="Share of each model's top words that are known to decide the label",
    )
    st.caption(
        "The corpus knows which words decide each label. Of as many top words as there are "
        "deciding ones, this share is deciding: higher is better."
    )


def _pick_axes(overlaps: dict[str, str]) -> tuple[str, str | None]:
    """Draw the pickers of the map's axes; return the cost and the column of overlap."""
    left, right = st.columns(2, vertical_alignment="bottom")
    with left:
        cost = st.segmented_control(
            "Cost",
            list(COSTS),
            default="parameters",
            required=True,
            format_func=lambda name: COSTS[name].split(" (")[0].split(" of")[0],
            key="cost",
            bind="query-params",
        )
    overlap = None
    if overlaps:
        with right:
            overlap = st.segmented_control(
                "Overlap by",
                list(overlaps),
                default=next(iter(overlaps)),
                required=True,
                format_func=lambda name: overlaps[name],
                key="map_overlap",
                bind="query-params",
            )
    return cost or "parameters", overlap


def _take_model() -> None:
    points = st.session_state["model_map"]["selection"]["points"]
    name = points[0].get("customdata") if points else None
    name = name[0] if isinstance(name, list) else name
    if name and name != st.session_state["original"]:
        st.session_state["compressed"] = name

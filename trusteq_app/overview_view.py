"""The pair at a glance: performance, overlap of explanations, calibration."""

from __future__ import annotations

from functools import partial
from typing import Any

import streamlit as st

from trusteq_app import loading
from trusteq_app.charts import show_chart
from trusteq_app.selection import Pair, View
from trusteq_app.tables import captioned, show_measures
from trusteq_app.wording import definition, explainer_title, headline, number, percent, points
from trusteq_core.figures import (
    describe_overlap,
    describe_reliability,
    overlap_figure,
    overlap_frame,
    reliability_figure,
)

__all__ = ["show_calibration", "show_overlap", "show_performance", "summary"]

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
            "probabilities, so no model can be sure to exceed the best possible. Higher is better. "
            f"{definition('Accuracy')}",
        ),
        (
            "Accuracy, compressed",
            percent(found["accuracy_compressed"]),
            points(found["accuracy_compressed"] - found["accuracy_original"]),
            "Beneath: the change against the original, in percentage points. Higher is better. "
            f"{definition('Accuracy')}",
        ),
        (
            "Agreement",
            percent(found["agreement"]),
            f"{found['flips']:,} of {n:,} flip",
            "Share of examples with the same answer, right or wrong. The others are flips. Higher "
            f"is more alike. {definition('Agreement and churn')}",
        ),
        (
            "Negative flips",
            percent(found["negative_flips"]),
            f"{round(found['negative_flips'] * n):,}, right to wrong",
            "The original was right and the compressed model is wrong. Lower is better. "
            f"{definition('Flips')}",
        ),
        (
            "Positive flips",
            percent(found["positive_flips"]),
            f"{round(found['positive_flips'] * n):,}, wrong to right",
            "The original was wrong and the compressed model is right. Higher is better. "
            f"{definition('Flips')}",
        ),
        (
            "Divergence (KL), mean",
            number(found["kl_mean"]),
            f"95 % below {number(found['kl_p95'], 2)}",
            "Mean Kullback-Leibler divergence from the original's probabilities to the compressed "
            "model's, in nats; 0 means equal, lower is more alike. A few examples on which the "
            "models part can lift the mean above what most show. "
            f"{definition('Kullback-Leibler divergence (KL)')}",
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
    n = max(int(entry["n"]) for entry in found.values())
    show_chart(
        overlap_figure(frame, k=k),
        frame,
        name="overlap",
        alt=describe_overlap(frame),
        caption=f"Mean over {n} explained examples, towards the original's prediction; higher is "
        "more alike. **Chance** is two random sets of words; the **ceilings** are the original "
        "against itself: under another sample (resampling) and another training seed "
        f"(retraining). {definition('Ceilings')}",
    )
    _show_reasons(pair, explainers)


def show_calibration(pair: Pair) -> None:
    """Show the first calibration measures of both models beside their noise floors."""
    st.subheader("Calibration: are its probabilities as reliable?", anchor=False)
    bins = loading.reliability(pair, 15, "width")
    show_chart(
        reliability_figure(bins, n_classes=len(pair.task.labels), names=pair.names, height=300),
        bins,
        name="overview_reliability",
        alt=describe_reliability(bins, pair.names),
        caption=f"Below the dashed line is overconfident. {definition('Reliability diagram')}",
    )
    table = loading.calibration(pair, 15, "width")
    show_measures(table, pair.names, key="overview_measures", only=FIRST_MEASURES)
    captioned(
        "15 equal-width bins. The **floor** is what a perfectly calibrated model would show by "
        "chance with this many examples. The Calibration page has every measure. "
        f"{definition('Noise floor')}",
        table,
        "calibration",
        key="calibration_csv",
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
    captioned(
        "The corpus knows which words decide each label. Of as many top words as there are "
        "deciding ones, this share is deciding: higher is better. "
        f"{definition('Precision of the top words')}",
        found,
        "deciding-words",
        key="reasons_csv",
    )

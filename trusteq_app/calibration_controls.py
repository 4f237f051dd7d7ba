"""What of the calibration is looked at, all of it in the address."""

from __future__ import annotations

from typing import NamedTuple

import streamlit as st

from trusteq_app.selection import Look, Pair
from trusteq_core.evaluation.calibration_pair import PREDICTED

__all__ = ["DIAGRAMS", "Drawing", "pick_drawing", "pick_look", "pick_scaled"]

# Labels are what the address holds.
DIAGRAMS = {
    "reliability": "Accuracy against confidence, bin by bin.",
    "gap": "Confidence less accuracy: above zero is overconfident.",
    "CORP curve": "The best rising curve through right and wrong, without bins.",
    "profile difference": "Which model promises more at which confidence, beside the margin.",
    "ECE by bins": "How the ECE and its noise floor grow with the number of bins.",
}
BESIDE = ("reliability", "gap", "CORP curve")
"""Diagrams that can be drawn for each model alone."""
SCHEMES = {"equal width": "width", "equal mass": "mass"}


class Drawing(NamedTuple):
    """Which diagram, and how it is drawn."""

    diagram: str
    zoom: bool
    truth: bool
    beside: bool = False


def pick_scaled() -> bool:
    """Draw the switch between the probabilities as they are and after temperature scaling."""
    return st.toggle(
        "After temperature scaling",
        key="scaled",
        bind="query-params",
        help="Every view and number of this page, with one temperature for each model. It is "
        "fitted on other examples than are shown; no answer changes.",
    )


def pick_drawing(pair: Pair, *, knows_truth: bool) -> Drawing:
    """Draw the pickers of the diagram and how it is drawn."""
    with st.container(horizontal=True, vertical_alignment="bottom", gap="large"):
        diagram = st.segmented_control(
            "Diagram",
            list(DIAGRAMS),
            default="reliability",
            required=True,
            key="diagram",
            bind="query-params",
            help="\n\n".join(f"**{name}**: {text}" for name, text in DIAGRAMS.items()),
        )
        zoom = st.toggle(
            f"Zoom on 1/{len(pair.task.labels)} to 1",
            value=True,
            key="zoom",
            bind="query-params",
            help="No confidence in the predicted label lies below one over the number of classes.",
        )
        beside = diagram in BESIDE and st.toggle(
            "Side by side",
            key="beside",
            bind="query-params",
            help="Each model in a diagram of its own, on the same axes, over the whole width.",
        )
        truth = knows_truth and st.toggle(
            "True probabilities",
            key="truth",
            bind="query-params",
            help="The corpus knows how likely each label is. Hollow marks: what the accuracy of "
            "each bin estimates, free of the labels' noise.",
        )
    return Drawing(diagram or "reliability", zoom, bool(truth), bool(beside))


def pick_look(pair: Pair, *, scaled: bool) -> Look:
    """Draw the pickers of bins and class, and return how the probabilities are looked at."""
    left, middle, right = st.columns([1, 0.9, 1.5], vertical_alignment="bottom", gap="large")
    with left:
        n_bins = st.slider(
            "Bins",
            2,
            30,
            15,
            key="bins",
            bind="query-params",
            help="How many bins of confidence. The estimate of the ECE grows with their number, "
            "and so does its floor.",
        )
    with middle:
        scheme = st.segmented_control(
            "Scheme",
            list(SCHEMES),
            default="equal width",
            required=True,
            key="scheme",
            bind="query-params",
            help="**Equal width**: bins equally wide. **Equal mass**: edges at quantiles of both "
            "models' confidences together, so that bins hold about equally many predictions.",
        )
    with right:
        event = st.segmented_control(
            "Probability of",
            (PREDICTED, *pair.task.labels),
            default=PREDICTED,
            required=True,
            key="class",
            bind="query-params",
            help="Of the **predicted label**, whichever it is, being right; or of one class being "
            "the gold label, whatever is predicted.",
        )
    return Look(n_bins, SCHEMES[scheme or "equal width"], event or PREDICTED, scaled)

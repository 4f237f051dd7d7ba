"""Calibration of the pair: what one temperature removes, five diagrams, every measure."""

from __future__ import annotations

from functools import partial

import pandas as pd
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from trusteq_app import calibration_loading as loading
from trusteq_app.bin_view import selected_confidence, take_bin
from trusteq_app.calibration_controls import Drawing
from trusteq_app.charts import show_chart
from trusteq_app.messages import escaped
from trusteq_app.selection import Look, Pair, margins
from trusteq_app.tables import captioned, show_measures
from trusteq_app.wording import definition, scaling_line
from trusteq_core.calibration import MEASURES
from trusteq_core.evaluation.calibration_pair import PREDICTED
from trusteq_core.figures import (
    MODEL_STYLES,
    Quantity,
    bin_counts_figure,
    corp_figure,
    describe_bin_counts,
    describe_corp,
    describe_profile,
    describe_reliability,
    profile_figure,
    reliability_figure,
)

__all__ = ["TITLES", "places", "show_diagram", "show_measure_table", "show_scaling"]

HEIGHT = 500
BETTER = {
    "lower": "lower is better",
    "higher": "higher is better",
    "zero": "nearer to 0 is better",
    "one": "nearer to 1 is better",
}
TITLES = {
    "reliability": "Reliability diagram",
    "gap": "Gap diagram",
    "CORP curve": "Reliability without bins",
    "profile difference": "Difference of the profiles",
    "ECE by bins": "ECE against the number of bins",
}


def show_scaling(pair: Pair) -> None:
    """Say how much of the gap between the models one temperature each removes."""
    told = scaling_line(loading.scaling(pair), pair.names)
    st.markdown(f"{told} {definition('Temperature scaling')}")


def places(drawing: Drawing) -> tuple[DeltaGenerator, DeltaGenerator]:
    """Return where the diagram and the table stand: beside each other, or one above the other."""
    if drawing.beside:
        return st.container(), st.container()
    left, right = st.columns([1, 1.12], gap="large")
    return left, right


def show_diagram(pair: Pair, look: Look, drawing: Drawing, bins: pd.DataFrame) -> None:
    """Draw the chosen diagram with its caption and its data."""
    if drawing.diagram == "CORP curve":
        _show_corp(pair, look, drawing, bins)
    elif drawing.diagram == "profile difference":
        _show_profile(pair, look)
    elif drawing.diagram == "ECE by bins":
        _show_counts(pair, look, drawing)
    else:
        _show_bins(pair, look, drawing, bins)


def _show_bins(pair: Pair, look: Look, drawing: Drawing, bins: pd.DataFrame) -> None:
    shown = bins if drawing.truth else bins.drop(columns="true_accuracy")
    quantity: Quantity = "gap" if drawing.diagram == "gap" else "accuracy"
    meaning = {
        "accuracy": "Mean confidence against accuracy; below the dashed line is overconfident.",
        "gap": "Mean confidence against confidence less accuracy; above zero is overconfident.",
    }[quantity]
    caption = (
        f"{meaning} Markers grow with the number of examples, bars are 95 % Wilson intervals, the "
        "tinted band holds 90 % of calibrated models. Beneath: how often each confidence occurs. "
        f"Click a marker to list its examples. {definition('Reliability diagram')}"
    )
    for only, place in _panels(drawing):
        key = "reliability" if only is None else f"reliability_{only}"
        with place:
            show_chart(
                reliability_figure(
                    shown,
                    n_classes=len(pair.task.labels),
                    names=pair.names,
                    quantity=quantity,
                    zoom=_zoomed(look, drawing),
                    selected=selected_confidence(bins, only),
                    event="" if look.event == PREDICTED else look.event,
                    only=only,
                    height=HEIGHT,
                ),
                _of(shown, only),
                name=key,
                alt=describe_reliability(_of(bins, only), pair.names),
                caption=caption if only != "compressed" else "On the same axes.",
                on_select=partial(take_bin, key),
                selection_mode="points",
            )


def _show_corp(pair: Pair, look: Look, drawing: Drawing, bins: pd.DataFrame) -> None:
    curve = loading.corp(pair, look)
    caption = (
        "The non-decreasing curve that fits right and wrong best: no bins to choose. What it saves "
        "in squared error is the CORP miscalibration of the table. "
        f"{definition('CORP miscalibration')}"
    )
    for only, place in _panels(drawing):
        with place:
            show_chart(
                corp_figure(
                    curve,
                    bins,
                    n_classes=len(pair.task.labels),
                    names=pair.names,
                    zoom=_zoomed(look, drawing),
                    only=only,
                    height=HEIGHT,
                ),
                _of(curve, only),
                name="corp" if only is None else f"corp_{only}",
                alt=describe_corp(_of(curve, only), pair.names),
                caption=caption if only != "compressed" else "On the same axes.",
            )


def _show_profile(pair: Pair, look: Look) -> None:
    limits = margins()
    frame = loading.profile(pair, look, limits.level)
    show_chart(
        profile_figure(
            frame,
            margin=limits.profile,
            names=pair.names,
            level=limits.level,
            height=HEIGHT,
        ),
        frame,
        name="profile",
        alt=describe_profile(frame, limits.profile, pair.names),
        caption="The mean size of the bars is the profile distance: "
        f"{frame['distance'].iloc[0]:.4f}, where chance alone shows {frame['floor'].iloc[0]:.4f} "
        f"and {limits.profile:g} is allowed. A bar within the grey band is no more than chance. "
        f"{definition('Profile distance')}",
    )


def _show_counts(pair: Pair, look: Look, drawing: Drawing) -> None:
    frame = loading.bin_counts(pair, look)
    shown = frame if drawing.truth else frame.assign(true_ece=float("nan"))
    show_chart(
        bin_counts_figure(shown, n_bins=look.n_bins, names=pair.names, height=HEIGHT),
        frame,
        name="ece-by-bins",
        alt=describe_bin_counts(frame, pair.names),
        caption="More bins find more error, in calibrated models too: the tinted floor is what "
        "they show by chance, from its mean to two standard deviations above. The dotted line "
        f"marks the bins of this page. {definition('Noise floor')}",
    )


def show_measure_table(pair: Pair, look: Look) -> None:
    """Show every calibration measure of both models beside its noise floor."""
    table = loading.measures(pair, look)
    show_measures(table, pair.names, key="measures")
    _explain(table["measure"].tolist())
    captioned(
        "The **floor** is what a perfectly calibrated model would show by chance with these "
        "confidences and this many examples: a value near it is no evidence of miscalibration. "
        f"{definition('Noise floor')}",
        table,
        "calibration",
        key="measures_csv",
    )


def _explain(names: list[str]) -> None:
    """Offer the meaning of each measure of the table."""
    with st.popover("What each measure means", icon=":material/help:", type="tertiary"):
        for name in names:
            fact = MEASURES[name]
            link = definition(fact.title)
            st.markdown(
                f"**{escaped(fact.title)}** ({BETTER[fact.better]}). {fact.definition} {link}"
            )


def _zoomed(look: Look, drawing: Drawing) -> bool:
    """Return whether the axis begins at 1/K: only the predicted label is that sure."""
    return drawing.zoom and look.event == PREDICTED


def _panels(drawing: Drawing) -> list[tuple[str | None, DeltaGenerator]]:
    """Return the models to draw with their places: both in one, or each in its own."""
    if not drawing.beside:
        return [(None, st.container())]
    return list(zip(MODEL_STYLES, st.columns(2, gap="large"), strict=True))


def _of(frame: pd.DataFrame, only: str | None) -> pd.DataFrame:
    return frame if only is None else frame[frame["model"] == only]

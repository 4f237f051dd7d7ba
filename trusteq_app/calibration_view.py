"""Reliability diagrams of the pair, and the examples of one bin."""

from __future__ import annotations

from typing import Any, Literal

import pandas as pd
import streamlit as st

from trusteq_app import loading
from trusteq_app.selection import Pair
from trusteq_app.tables import captioned, example_columns, show_measures
from trusteq_core.figures import CONFIG, describe_reliability, reliability_figure

__all__ = ["pick_bin", "pick_bins", "show_bin", "show_diagram", "show_measure_table"]

# Labels are what the address holds.
SCHEMES: dict[str, Literal["width", "mass"]] = {"equal width": "width", "equal mass": "mass"}


def pick_bins() -> tuple[int, Literal["width", "mass"]]:
    """Draw the pickers of the bins, and return their number and scheme."""
    left, right = st.columns([1, 1], vertical_alignment="bottom")
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
    with right:
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
    return n_bins, SCHEMES[scheme or "equal width"]


def show_diagram(pair: Pair, bins: pd.DataFrame) -> None:
    """Draw the diagram; a click on a bin makes it the current one."""
    state = st.session_state
    chosen = bins[
        (bins["model"] == state.get("bin_model", "compressed")) & (bins["bin"] == state.get("bin"))
    ]
    middle = (chosen["low"] + chosen["high"]) / 2
    st.plotly_chart(
        reliability_figure(
            bins,
            n_classes=len(pair.task.labels),
            names=pair.names,
            selected=float(middle.iloc[0]) if len(middle) else None,
        ),
        key="reliability",
        config=CONFIG,
        on_select=_take_bin,
        selection_mode="points",
        alt=describe_reliability(bins, pair.names),
    )
    captioned(
        "Mean confidence against accuracy in each bin; above the dashed line is underconfident, "
        "below it overconfident. Markers grow with the number of examples, bars are 95 % Wilson "
        "intervals. Beneath: how the confidences are spread, original up, compressed down. "
        "Click a marker to list its examples.",
        bins,
        "reliability",
        key="bins_csv",
    )


def show_measure_table(pair: Pair, n_bins: int, scheme: str) -> None:
    """Show every calibration measure of both models beside its noise floor."""
    show_measures(loading.calibration(pair, n_bins, scheme), pair.names, key="measures")
    st.caption(
        "The **floor** is what a perfectly calibrated model would show by chance with these "
        "confidences and this many examples: a value near it is no evidence of miscalibration."
    )


def pick_bin(bins: pd.DataFrame) -> tuple[str, int] | None:
    """Draw the pickers of one bin, the keyboard's way to a click, and return model and bin."""
    left, right = st.columns(2)
    with left:
        model = st.segmented_control(
            "Model",
            ("original", "compressed"),
            default="compressed",
            required=True,
            key="bin_model",
            bind="query-params",
        )
    filled = bins[(bins["model"] == model) & (bins["count"] > 0)]
    if filled.empty:
        return None
    with right:
        number = st.selectbox(
            "Bin",
            filled["bin"].astype(int).tolist(),
            index=len(filled) - 1,
            key="bin",
            bind="query-params",
            help="Or click a marker of the diagram.",
        )
    return model or "compressed", int(number)


def show_bin(pair: Pair, bins: pd.DataFrame, model: str, number: int, **binning: Any) -> None:
    """List the examples of one bin."""
    row = bins[(bins["model"] == model) & (bins["bin"] == number)].iloc[0]
    members = loading.bin_members(pair, model, number, **binning)
    st.markdown(
        f"**{len(members):,} examples** where {pair.names[model]} has a confidence of "
        f"{row['low']:.3f} to {row['high']:.3f}: accuracy {row['accuracy']:.3f} "
        f"({row['accuracy_low']:.3f} to {row['accuracy_high']:.3f}), mean confidence "
        f"{row['confidence']:.3f}."
    )
    columns = example_columns(pair.task.segments, pair.names)
    st.dataframe(
        members,
        key="bin_members",
        hide_index=True,
        height=320,
        column_order=[name for name in columns if name in members],
        column_config=columns,
        alt=f"Examples of bin {number} of the {model} model",
    )
    captioned("The surest first.", members, f"bin-{model}-{number}", key="bin_csv")


def _take_bin() -> None:
    points = st.session_state["reliability"]["selection"]["points"]
    data = points[0].get("customdata") if points else None
    if data:
        st.session_state["bin_model"] = data[0]
        st.session_state["bin"] = int(data[1])

"""The examples of one bin of a reliability diagram, each linked to its explanation."""

from __future__ import annotations

from functools import partial

import pandas as pd
import streamlit as st

from trusteq_app import calibration_loading as loading
from trusteq_app.links import example_address
from trusteq_app.messages import escaped
from trusteq_app.selection import Look, Pair, View
from trusteq_app.tables import captioned, example_columns
from trusteq_core.calibration import least_reliable
from trusteq_core.figures.numbers import number as told

__all__ = ["pick_bin", "selected_confidence", "show_bin", "take_bin"]

_PICKER = "bin_picker"


def selected_confidence(bins: pd.DataFrame, only: str | None = None) -> float | None:
    """Return the middle of the current bin, or None where there is none, or none of `only`."""
    state = st.session_state
    if only not in (None, state.get("bin_model", "compressed")):
        return None
    chosen = bins[
        (bins["model"] == state.get("bin_model", "compressed")) & (bins["bin"] == _wanted())
    ]
    middle = chosen[["low", "high"]].mean(axis=1)
    return float(middle.iloc[0]) if len(middle) else None


def take_bin(key: str) -> None:
    """Make the bin that was clicked in the chart of this key the current one."""
    points = st.session_state[key]["selection"]["points"]
    data = points[0].get("customdata") if points else None
    if data:
        st.session_state["bin_model"] = data[0]
        st.session_state["bin"] = int(data[1])


def pick_bin(bins: pd.DataFrame) -> tuple[str, int] | None:
    """Draw the pickers of one bin, the keyboard's way to a click, and return model and bin."""
    left, right = st.columns([1, 2.6], vertical_alignment="bottom")
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
    numbers = filled["bin"].astype(int).tolist()
    worst = least_reliable(filled)
    state = st.session_state
    # The picker's labels tell of the data; the address holds the number alone.
    state["bin"] = current if (current := _wanted()) in numbers else numbers[-1]
    state[_PICKER] = state["bin"]
    with right:
        picker, button = st.columns([2.4, 1], vertical_alignment="bottom")
        picker.selectbox(
            "Bin",
            numbers,
            format_func=partial(_bin_line, filled.set_index("bin"), worst=worst),
            key=_PICKER,
            on_change=_take_picked,
            help="Or click a marker of the reliability or gap diagram.",
        )
        button.button(
            "Least reliable",
            key="bin_worst",
            width="stretch",
            disabled=state["bin"] == worst,
            on_click=_take_number,
            args=(worst,),
            help="The bin with the largest gap, of those with at least 30 examples: what the "
            "MCE₃₀ of the table measures. Where none has so many, of all.",
        )
    if state["bin"] == numbers[-1]:  # the default is left out, as everywhere
        st.query_params.pop("bin", None)
    elif str(state["bin"]) != st.query_params.get("bin"):
        st.query_params["bin"] = str(state["bin"])
    return model or "compressed", state["bin"]


def _wanted() -> int | None:
    """Return the bin of the session, else of the address."""
    asked = str(st.query_params.get("bin", ""))
    return st.session_state.get("bin", int(asked) if asked.isdecimal() else None)


def _take_picked() -> None:
    _take_number(st.session_state[_PICKER])


def _take_number(number: int) -> None:
    st.session_state["bin"] = int(number)


def _bin_line(bins: pd.DataFrame, number: int, *, worst: int) -> str:
    """Return what a bin is: its range, how many examples it holds, its gap.

    Examples
    --------
    >>> row = {"low": [0.6], "high": [0.7], "count": [1200], "gap": [-0.031]}
    >>> _bin_line(pd.DataFrame(row, index=[9]), 9, worst=2)
    '9: 0.60 to 0.70, 1,200 examples, gap −0.031'
    """
    row = bins.loc[[number]].to_dict("records")[0]
    text = (
        f"{number}: {row['low']:.2f} to {row['high']:.2f}, {row['count']:,} examples, "
        f"gap {told(row['gap'], signed=True)}"
    )
    return f"{text}: least reliable" if number == worst else text


def show_bin(
    pair: Pair, look: Look, view: View, bins: pd.DataFrame, model: str, number: int
) -> None:
    """List the examples of one bin, those on which the models' confidences differ most first.

    Examples that the explainer of `view` has explained are linked to their explanation.
    """
    row = bins[(bins["model"] == model) & (bins["bin"] == number)].iloc[0]
    members = loading.bin_members(pair, look, model, number)
    st.markdown(
        f"**{len(members):,} examples** where {escaped(pair.names[model])} has a confidence of "
        f"{row['low']:.3f} to {row['high']:.3f}: accuracy {row['accuracy']:.3f} "
        f"({row['accuracy_low']:.3f} to {row['accuracy_high']:.3f}), mean confidence "
        f"{row['confidence']:.3f}."
    )
    explained = loading.explained_ids(pair, view.explainer)
    members["explanation"] = [
        example_address(pair, view, name) if name in explained else None for name in members["id"]
    ]
    if st.toggle("Explained examples only", key="explained_only", bind="query-params"):
        members = members.dropna(subset=["explanation"])
    columns = example_columns(pair.task.segments, pair.names)
    columns["explanation"] = st.column_config.LinkColumn(
        "Words", display_text="explain", help="Opens the example's explanations.", width=66
    )
    columns["confidence_difference"] = st.column_config.NumberColumn(
        "Difference", help="Compressed minus original.", format="%+.3f", width=84
    )
    order = [
        "id",
        "explanation",
        *(f"confidence_{name}" for name in ("difference", "original", "compressed")),
        *(f"predicted_{name}" for name in ("original", "compressed")),
        "label",
        "outcome",
    ]
    st.dataframe(
        members,
        key="bin_members",
        hide_index=True,
        height=320,
        placeholder="–",
        column_order=[*order, *(name for name in columns if name in members and name not in order)],
        column_config=columns,
        alt=f"Examples of bin {number} of the {model} model, largest difference first",
    )
    n_linked = int(members["explanation"].notna().sum())
    captioned(
        "Those on which the confidences of the models differ most come first. "
        f"{n_linked:,} of these examples are explained.",
        members,
        f"bin-{model}-{number}",
        key="bin_csv",
    )

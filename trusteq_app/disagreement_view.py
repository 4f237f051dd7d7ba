"""The plane of confidence and overlap, and the slices of examples that compression hurts."""

from __future__ import annotations

import math
from collections.abc import Collection
from typing import Any

import pandas as pd
import streamlit as st

from trusteq_app import loading
from trusteq_app.charts import saved_as
from trusteq_app.links import example_address, view_query
from trusteq_app.messages import escaped, problem
from trusteq_app.selection import Pair, View
from trusteq_app.tables import captioned, example_columns
from trusteq_app.wording import definition, explainer_title
from trusteq_core.errors import DataError
from trusteq_core.evaluation.disagreement import FULL, Region, disagreement_points
from trusteq_core.evaluation.hurt import HARMS, Harm
from trusteq_core.evaluation.slices import KINDS
from trusteq_core.figures.disagreement import describe_disagreement, disagreement_figure
from trusteq_core.figures.slices import describe_slices, slice_figure, slice_rows

__all__ = ["pick_harm", "pick_slice", "show_chosen", "show_plane", "show_slice", "show_slices"]

_PLANE = "_plane_version"
_BUTTONS = [["select2d", "lasso2d", "toImage"]]
_TABLE_HEIGHT = 250


def show_plane(view: View, table: pd.DataFrame) -> pd.DataFrame:
    """Draw every example as a point, and return the points of the chosen region.

    A box or a lasso on the chart chooses; the popover is the keyboard's way to the same.
    """
    points = disagreement_points(table)
    place = st.container()
    with st.container(horizontal=True, vertical_alignment="center"):
        caption = st.container()
        region = _pick_region()
    inside = region.contains(points)
    key = f"plane_{st.session_state.get(_PLANE, 0)}"
    with place:
        st.plotly_chart(
            disagreement_figure(
                points,
                k=view.k,
                inside=None if region.is_full else inside,
                outline=region.outline(),
            ),
            key=key,
            config={**saved_as("disagreement"), "modeBarButtons": _BUTTONS, "displayModeBar": True},
            on_select=lambda: _take_region(key),
            selection_mode=("box", "lasso"),
            alt=f"{explainer_title(view.explainer)}. {describe_disagreement(points)}",
        )
    with caption:
        told = _caption(points, table, region, int(inside.sum()))
        more = definition("Change of confidence")
        captioned(f"{told} {more}", points, "disagreement", key="plane_csv")
    return points[inside]


def show_chosen(pair: Pair, view: View, rows: pd.DataFrame) -> None:
    """List the chosen examples, the least alike first, each with its link."""
    if rows.empty:
        st.info("No example lies in this region.", icon=":material/filter_alt_off:")
        return
    ordered = rows.sort_values("jaccard", kind="stable")
    title = "Examples of the chosen region"
    _show_examples(pair, view, ordered, set(ordered["id"]), title=title, key="chosen")
    told = f"{len(ordered):,} examples, the least overlap first."
    captioned(told, ordered, "chosen", key="chosen_csv")


def pick_harm(pair: Pair, *, has_overlap: bool) -> tuple[Harm, list[str]]:
    """Draw the pickers of what is measured and of the kinds of slices, and return both."""
    options = [name for name in HARMS if name != "overlap" or has_overlap]
    if "label" not in loading.comparison(pair).examples:
        options.remove("accuracy")
    with st.container(horizontal=True, vertical_alignment="bottom"):
        harm = st.segmented_control(
            "Measure",
            options,
            default=options[0],
            required=True,
            key="harm",
            bind="query-params",
            help="  \n".join(f"**{name}**: {HARMS[name].text}" for name in options),
        )
        kinds = st.pills(
            "Slices by",
            list(KINDS),
            selection_mode="multi",
            key="kinds",
            bind="query-params",
            help="None picked: all. " + " ".join(f"**{k}**: {text}" for k, text in KINDS.items()),
        )
    return HARMS[harm or options[0]], list(kinds or [])


def show_slices(table: pd.DataFrame, harm: Harm, kinds: Collection[str]) -> pd.DataFrame:
    """Draw the slices as a sorted dot plot, and return those that are drawn."""
    rows = slice_rows(table, kinds=kinds)
    known = table["slice"].tolist()
    current = st.session_state.get("part")
    st.plotly_chart(
        slice_figure(
            rows,
            title=harm.title,
            unit=harm.unit,
            selected=current if current in known else None,
        ),
        key="slices",
        config=saved_as("slices"),
        on_select=_take_slice,
        selection_mode="points",
        alt=describe_slices(rows, harm.title),
    )
    of_them = int(table["kind"].isin(kinds).sum()) if kinds else len(table)
    cut = (
        f"The {len(rows)} of {of_them} slices least like the rest, " if len(rows) < of_them else ""
    )
    captioned(
        f"{harm.text} {cut or 'Slices, '}the worst first, with 95 % intervals. A filled mark "
        "differs from the examples outside it beyond 5 % after Holm's correction for all "
        f"{len(table)} slices looked at. Words and lengths are found in the texts alone. "
        f"{definition('Slices')}",
        table,
        f"slices-{harm.id}",
        key="slices_csv",
    )
    return rows


def pick_slice(rows: pd.DataFrame) -> str | None:
    """Draw the picker of one slice, the keyboard's way to a click, and return it."""
    if rows.empty:
        return None
    return st.selectbox(
        "Examples of the slice",
        rows["slice"].tolist(),
        key="part",
        bind="query-params",
        help="Or click a mark of the chart.",
    )


def show_slice(pair: Pair, view: View, harm: Harm, slice_id: str) -> None:
    """List the examples of one slice, flips first."""
    rows = loading.members_of_slice(pair, view, harm.id, slice_id)
    explained: set[str] = set()
    if view.explainer:
        explained = set(loading.example_table(pair, view)["id"])
    _show_examples(pair, view, rows, explained, title="Examples of the slice", key="members")
    linked = int(rows["id"].isin(explained).sum())
    captioned(
        f"{len(rows):,} examples, flips first, then the largest change of confidence; "
        f"{linked:,} of them are explained.",
        rows,
        "slice",
        key="members_csv",
    )


def _show_examples(
    pair: Pair,
    view: View,
    rows: pd.DataFrame,
    explained: Collection[str],
    *,
    title: str,
    key: str,
) -> None:
    """Show examples as a table, with a link to each that is explained, and a picker of one."""
    column = st.column_config
    columns: dict[str, Any] = {
        "open": column.LinkColumn(
            "Explained",
            display_text="Open",
            help="Opens the example on the Explanations page.",
            width=76,
        ),
        **example_columns(pair.task.segments, pair.names),
        "shift": column.NumberColumn(
            "Confidence Δ",
            help="Confidence of the compressed model less that of the original.",
            format="%+.3f",
            width=96,
        ),
    }
    order = ["open", "id", "outcome", "shift", "jaccard", *pair.task.segments]
    order += [name for name in columns if name not in order and name in rows]
    links = {each: example_address(pair, view, each) for each in explained}
    # No "-0.000": adding zero takes the sign from a zero.
    shown = rows.assign(open=rows["id"].map(links), shift=rows["shift"].round(3) + 0.0)
    st.dataframe(
        shown,
        key=f"{key}_table",
        hide_index=True,
        height=_TABLE_HEIGHT,
        placeholder="–",
        column_order=[name for name in order if name in shown],
        column_config=columns,
        alt=f"{title}, with both models' predictions and a link to each one's explanations",
    )
    ids = [example for example in rows["id"] if example in explained]
    if ids:
        with st.container(horizontal=True, vertical_alignment="bottom"):
            one = st.selectbox("Example to open", ids, key=f"{key}_example", width=280)
            st.page_link(
                "pages/explanations.py",
                label=f"Explanations of {escaped(str(one))}",
                icon=":material/match_word:",
                query_params=view_query(view, str(one)),
            )


def _pick_region() -> Region:
    """Draw the ends of the box and the lasso, and return the region."""
    with st.popover("Region", icon=":material/select_all:"):
        shift = st.slider(
            "Change of confidence", *FULL[0], FULL[0], 0.01, key="shift", bind="query-params"
        )
        overlap = st.slider("Overlap", *FULL[1], FULL[1], 0.01, key="overlap", bind="query-params")
        lasso = st.text_input(
            "Lasso",
            key="lasso",
            bind="query-params",
            max_chars=1000,
            placeholder="drawn on the chart",
            help="The corners of a lasso drawn on the chart: confidence,overlap. "
            "While there is one, it counts in place of the box.",
        )
    try:
        region = Region.of_text(lasso) if lasso else Region(shift, overlap)
    except DataError as error:
        problem(str(error))
        region = Region()
    st.button(
        "Whole plane",
        key="region_clear",
        icon=":material/deselect:",
        disabled=region.is_full,
        on_click=_set_region,
        args=(Region(),),
    )
    return region


def _take_region(key: str) -> None:
    """Take the box or the lasso that was drawn; a double click takes the whole plane."""
    selection = st.session_state[key]["selection"]
    if selection.get("lasso"):
        drawn = selection["lasso"][-1]
        _set_region(Region.of_lasso(drawn["x"], drawn["y"]))
    elif selection.get("box"):
        drawn = selection["box"][-1]
        _set_region(Region(_ends(drawn["x"], *FULL[0]), _ends(drawn["y"], *FULL[1])))
    else:
        _set_region(Region())


def _ends(drawn: list[float], low: float, high: float) -> tuple[float, float]:
    """Return the ends of a drawn side, rounded outwards and kept on the axis."""
    first, last = math.floor(min(drawn) * 100) / 100, math.ceil(max(drawn) * 100) / 100
    return min(max(first, low), high), max(min(last, high), low)


def _set_region(region: Region) -> None:
    """Write a region into its pickers, and so into the address; the chart begins anew with it."""
    state = st.session_state
    state["shift"], state["overlap"] = region.shift, region.overlap
    state["lasso"] = region.as_text()
    state[_PLANE] = state.get(_PLANE, 0) + 1


def _take_slice() -> None:
    points = st.session_state["slices"]["selection"]["points"]
    data = points[0].get("customdata") if points else None
    if data:
        st.session_state["part"] = data[0]


def _caption(points: pd.DataFrame, table: pd.DataFrame, region: Region, chosen: int) -> str:
    text = (
        "Left: the compressed model is less sure; low: it rests on other words. Drag a box or a "
        "lasso to list its examples."
    )
    if len(points) < len(table):
        text += f" {len(table) - len(points)} examples have no overlap at this K and are not drawn."
    where = "the whole plane" if region.is_full else "the region"
    return f"**{chosen} of {len(points)}** examples in {where}. {text}"

"""The table of explained examples: slices, filters, and which example is looked at."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
import streamlit as st

from trusteq_app.example_filters import (
    describe_slice,
    filter_examples,
    neighbour,
    slice_names,
    take_slice,
)
from trusteq_app.messages import escaped
from trusteq_app.tables import captioned, example_columns
from trusteq_core.tasks import Task

__all__ = ["facts", "pick_example", "pick_rows", "show_table"]

_TABLE = "examples"
_FILTERS = "_example_filters"
_TABLE_HEIGHT = 248


def pick_rows(table: pd.DataFrame, task: Task) -> pd.DataFrame:
    """Draw slices and filters, and return the rows that are left, in the slice's order."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        name = st.selectbox(
            "Slice",
            slice_names(table),
            key="slice",
            bind="query-params",
            width=320,
            help="Which examples the table lists, and in which order. Type to search.",
        )
        st.space("stretch")
        search = st.text_input(
            "Search",
            key="search",
            placeholder="Search words or id",
            max_chars=200,
            bind="query-params",
            label_visibility="collapsed",
            icon=":material/search:",
            width=240,
        )
        phenomena, outcomes, overlap = _pick_filters(table)
    rows = filter_examples(
        take_slice(table, name),
        search=search,
        columns=task.segments,
        phenomena=phenomena,
        outcomes=outcomes,
        overlap=overlap,
    )
    _follow(rows["id"].tolist(), (name, search, *phenomena, *outcomes, *overlap))
    captioned(
        f"{len(rows)} of {len(table)} explained examples. {escaped(describe_slice(name))}",
        rows,
        "examples",
        key="examples_csv",
    )
    return rows


def _pick_filters(table: pd.DataFrame) -> tuple[list[str], list[str], tuple[float, float]]:
    """Draw the filters; return phenomena and outcomes to keep (none: all) and an overlap range."""
    with st.popover("Filter", icon=":material/filter_alt:"):
        phenomena = st.multiselect(
            "Phenomenon", _values(table, "phenomenon"), key="phenomenon", bind="query-params"
        )
        outcomes = st.multiselect(
            "Outcome", _values(table, "outcome"), key="outcome", bind="query-params"
        )
        overlap = st.slider(
            "Overlap", 0.0, 1.0, (0.0, 1.0), 0.05, key="overlap_range", bind="query-params"
        )
    return phenomena, outcomes, overlap


def show_table(rows: pd.DataFrame, task: Task, names: Mapping[str, str]) -> None:
    """Show the rows as a table; picking one makes it the current example."""
    if rows.empty:
        st.info(
            "No example passes these filters. Widen them to see some.",
            icon=":material/filter_alt_off:",
        )
        return
    ids = rows["id"].tolist()
    # On the first run of a link the picker has not been drawn, and the address alone knows.
    current = st.session_state.get("example") or st.query_params.get("example", ids[0])
    # The row of the current example is selected, whichever picker made it current.
    selected = [ids.index(current)] if current in ids else []
    st.session_state[_TABLE] = {"selection": {"rows": selected, "columns": [], "cells": []}}
    columns = example_columns(task.segments, names)
    st.dataframe(
        rows,
        key=_TABLE,
        hide_index=True,
        height=_TABLE_HEIGHT,
        column_order=[name for name in columns if name in rows],
        column_config=columns,
        on_select=lambda: _take_selected(ids),
        selection_mode="single-row",
        alt="Explained examples with both models' predictions and the overlap of their top words",
    )


def pick_example(table: pd.DataFrame, rows: pd.DataFrame) -> str:
    """Draw the picker of the current example with its neighbours, and return its id.

    Parameters
    ----------
    table : DataFrame
        All explained examples: any of them can be picked, and any link to one works.
    rows : DataFrame
        Those that pass the filters: the neighbours are among these.
    """
    every, near = table["id"].tolist(), rows["id"].tolist()
    first = near[0] if near else every[0]
    picker, back, on, chance = st.columns([3, 1, 1, 1], vertical_alignment="bottom")
    for column, label, icon, step, shortcut in (
        (back, "Previous", "chevron_left", -1, "P"),
        (on, "Next", "chevron_right", 1, "N"),
        (chance, "Random", "shuffle", 0, "X"),
    ):
        column.button(
            label,
            key=f"example_{label.lower()}",
            icon=f":material/{icon}:",
            disabled=not near,
            width="stretch",
            shortcut=shortcut,
            on_click=_step,
            args=(near, first, step),
        )
    with picker:
        chosen = st.selectbox(
            "Example",
            every,
            index=every.index(first),
            key="example",
            bind="query-params",
        )
    return str(chosen)


def facts(table: pd.DataFrame, example_id: str) -> str:
    """Return what is known of the current example, in one line of Markdown."""
    row = table[table["id"] == example_id].iloc[0]
    known = [f"gold label **{row['label']}**"] if "label" in table else []
    if isinstance(row.get("phenomenon"), str):
        known.append(f"phenomenon **{escaped(row['phenomenon'].replace('_', ' '))}**")
    if "outcome" in table:
        known.append(f"outcome **{row['outcome']}**")
    return " · ".join([*known, f"{int(row['n_words'])} words"])


def _follow(ids: Sequence[str], filters: tuple[object, ...]) -> None:
    """Go to the first row when the filters have changed.

    On the first run of a session they have not: a link's example stays. The first row is what a
    link without an example opens, so the address stays true.
    """
    before = st.session_state.get(_FILTERS, filters)
    st.session_state[_FILTERS] = filters
    if before != filters and ids:
        st.session_state["example"] = ids[0]


def _take_selected(ids: Sequence[str]) -> None:
    rows = st.session_state[_TABLE]["selection"]["rows"]
    if rows:
        st.session_state["example"] = ids[rows[0]]


def _step(ids: Sequence[str], first: str, step: int) -> None:
    current = st.session_state.get("example", first)
    if step == 0:
        others = [name for name in ids if name != current] or list(ids)
        st.session_state["example"] = others[np.random.default_rng().integers(len(others))]
    else:
        st.session_state["example"] = neighbour(ids, current, step)


def _values(table: pd.DataFrame, column: str) -> list[str]:
    return sorted(table[column].dropna().unique()) if column in table else []

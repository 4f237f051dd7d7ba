"""The view that a visitor takes along from page to page.

Streamlit drops what a picker holds, and its part of the address, when another page is opened. The
last view is therefore kept, and written back into the pickers of the next page, and so into its
address, unless that address says otherwise.
"""

from __future__ import annotations

import streamlit as st

from trusteq_app.selection import View, pick_view
from trusteq_core.tasks import Task

__all__ = ["pick_kept_view"]

_KEPT = "_kept_view"


def pick_kept_view(page_file: str, explainers: tuple[str, ...], task: Task) -> View:
    """Draw the pickers of the view, begun with that of the last page, and return their values.

    Parameters
    ----------
    page_file : str
        The page's ``__file__``: on the same page the pickers hold their own values.
    explainers : tuple of str
        Ids with stored attributions for both models; not empty.
    task : Task
        Its labels can be explained too.
    """
    state = st.session_state
    page, kept = state.get(_KEPT, (page_file, None))
    if page != page_file and kept is not None:
        options = {
            "explainer": explainers,
            "k": (kept.k,),
            "explained": ("reference", "gold", "own", *task.labels),
        }
        for name, value in kept._asdict().items():
            if value in options[name] and name not in st.query_params:
                # A value written before its picker is drawn does not reach the address by itself.
                state[name] = value
                st.query_params[name] = str(value)
    view = pick_view(explainers, task)
    state[_KEPT] = page_file, view
    return view

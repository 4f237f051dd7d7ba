"""Letting the browser draw what matters before it is handed the charts."""

from __future__ import annotations

import time

import streamlit as st

__all__ = ["let_it_show"]

_SHOWN = "_shown"
_PAUSE = 0.4


def let_it_show() -> None:
    """On a visitor's first run, wait until what is on the page so far can have been drawn.

    Loading the code of the charts keeps a browser busy, and keeps back what was sent just before.
    Nobody waits longer for what matters, and for the charts once in a visit.
    """
    if st.session_state.get(_SHOWN) or not st.context.headers:  # no browser, in tests
        return
    st.session_state[_SHOWN] = True
    time.sleep(_PAUSE)

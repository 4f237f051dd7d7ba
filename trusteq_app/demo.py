"""Demo mode, for a public link: stored results are shown, nothing is computed or accepted."""

from __future__ import annotations

import os

import streamlit as st

from trusteq_core.errors import TrusteqError

__all__ = ["is_demo", "refuse_in_demo", "stop_in_demo"]


def is_demo() -> bool:
    """Return whether this server was started by ``trusteq serve --demo``."""
    return os.environ.get("TRUSTEQ_DEMO") == "1"


def stop_in_demo(what: str) -> None:
    """In demo mode say in one sentence what is not done here, and end the page.

    Parameters
    ----------
    what : str
        Ends the sentence "This is a demonstration of stored results: ...".
    """
    if is_demo():
        st.info(f"This is a demonstration of stored results: {what}.", icon=":material/info:")
        st.stop()


def refuse_in_demo() -> None:
    """Raise `TrusteqError` in demo mode: the last word before anything is computed or stored."""
    if is_demo():
        raise TrusteqError("In demo mode nothing is computed and nothing is accepted.")

"""A page opened by its own address still gets its frame and its query.

Streamlit runs a file in ``pages/`` without `app.py` when the first visitor of a fresh server opens
its address. Every page therefore begins with `enter`, which remembers the page and its query and
goes through `app.py`; `forward` takes the visitor on to where they wanted to be.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path

import streamlit as st

__all__ = ["enter", "forward", "framed"]

# Not in the session: a page that stops early would leave it there.
_FRAMED: ContextVar[bool] = ContextVar("framed", default=False)
_WANTED = "_wanted"


@contextmanager
def framed() -> Iterator[None]:
    """Note that what runs inside has its frame; `app.py` runs its page in it."""
    token = _FRAMED.set(True)
    try:
        yield
    finally:
        _FRAMED.reset(token)


def enter(page_file: str) -> None:
    """Go through `app.py` if this page was started without it; the first line of every page.

    Parameters
    ----------
    page_file : str
        The page's ``__file__``.
    """
    if not _FRAMED.get():
        # What a picker of this session is bound to is kept by it, and may not be written.
        state = st.session_state
        query = {name: value for name, value in st.query_params.items() if name not in state}
        st.session_state[_WANTED] = (Path(page_file).stem, query)
        st.switch_page("app.py", query_params=query)


def forward(pages: dict[str, st.Page]) -> None:
    """Go on to the page that `enter` remembered, with its query.

    Parameters
    ----------
    pages : dict of Page
        The pages of the navigation by the stem of their file.
    """
    name, query = st.session_state.pop(_WANTED, (None, {}))
    if name in pages:
        st.switch_page(pages[name], query_params=query)

"""One way to say that something is missing or went wrong, and what to do about it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st

from trusteq_core.errors import TrusteqError

__all__ = ["escaped", "problem", "shown_errors"]

# Characters by which streamlit's Markdown would restyle a text or fetch a picture for it.
_MARKDOWN = str.maketrans({character: f"\\{character}" for character in "\\`*_{}[]<>()#+-.!$:|~&"})


def escaped(text: str) -> str:
    r"""Return `text` so that Markdown shows it as it is.

    Examples
    --------
    >>> escaped("$5 *now*")
    '\\$5 \\*now\\*'
    """
    return text.translate(_MARKDOWN)


def problem(text: str, *, advice: str = "") -> None:
    """Show what is wrong, and what to do, in place of the panel that needed it."""
    body = escaped(text) + (f"\n\n{advice}" if advice else "")
    st.error(body, icon=":material/error:")


@contextmanager
def shown_errors() -> Iterator[None]:
    """Show a `TrusteqError` as a message; every other exception is a bug and passes through."""
    try:
        yield
    except TrusteqError as error:
        problem(str(error))

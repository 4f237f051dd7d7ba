"""Word maps that answer: a word is marked in every panel, reached by keyboard, picked by click."""

from __future__ import annotations

from collections.abc import Callable, Collection
from pathlib import Path
from typing import Any

import streamlit as st

__all__ = ["picked_word", "show_words"]

_WORDS = st.components.v2.component(
    "trusteq_words",
    js=Path(__file__).with_name("words.js").read_text(encoding="utf-8"),
    isolate_styles=False,
)
HINT = "Point at a word, or step through them with the arrow keys."
PICK_HINT = "Click a word, or press Enter on it, to strike it out."


def show_words(
    maps: str,
    *,
    key: str,
    struck: Collection[int] = (),
    on_pick: Callable[[], None] | None = None,
) -> None:
    """Show word maps; each word tells its numbers in every panel.

    Parameters
    ----------
    maps : str
        From `trusteq_core.figures.word_maps_html`: every text in it is escaped.
    key : str
        Key of the component.
    struck : collection of int
        Numbers of the words that are drawn struck out.
    on_pick : callable, optional
        Called when a word is clicked, or Enter is pressed on it; `picked_word` says which. Without
        it a click keeps the word marked.
    """
    data: dict[str, Any] = {
        "html": maps,
        "hint": PICK_HINT if on_pick else HINT,
        "struck": sorted(struck),
        "picks": on_pick is not None,
    }
    _WORDS(data=data, key=key, on_picked_change=on_pick or _nothing)


def picked_word(key: str) -> int | None:
    """Return the number of the word that was just picked, inside `on_pick`."""
    picked = st.session_state[key].picked
    return None if picked is None else int(picked)


def _nothing() -> None:
    """Streamlit wants a callback for every trigger."""

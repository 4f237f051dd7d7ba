"""Words of a live text struck out by a click: what both models answer without them."""

from __future__ import annotations

from functools import partial

import numpy as np
import streamlit as st

from trusteq_app import live_loading, live_view
from trusteq_app.live import LiveResult
from trusteq_app.messages import escaped
from trusteq_app.selection import Pair
from trusteq_app.word_component import picked_word
from trusteq_app.wording import percent
from trusteq_core.figures import MODEL_STYLES
from trusteq_core.tasks import word_grid

__all__ = ["answer_line", "show_without", "strike", "struck"]

_STRUCK = "_live_struck"


def struck(found: LiveResult) -> frozenset[int]:
    """Return the words of this result that are struck out."""
    key, words = st.session_state.get(_STRUCK, ("", frozenset()))
    return words if key == found.request.key else frozenset()


def strike(found: LiveResult) -> None:
    """Strike the word out that was just picked, or take it back; one word always stays."""
    word = picked_word("words")
    n_words = len(word_grid(found.request.texts))
    if word is None or not 0 <= word < n_words:
        return
    words = struck(found) ^ {word}
    if len(words) < n_words:
        st.session_state[_STRUCK] = (found.request.key, words)


def show_without(found: LiveResult, pair: Pair) -> None:
    """Show what both models answer without the struck words, and offer to explain that."""
    words = struck(found)
    with st.container(border=True, key="live-without"):
        if not words:
            st.markdown(
                "**What if a word were not there?** Click words above to strike them out: what "
                "both models then answer is shown here at once."
            )
            return
        with st.spinner("Asking both models"):
            after = live_loading.answers_without(found, words)
        grid = word_grid(found.request.texts)
        listed = ", ".join(f"**{escaped(grid.words[word].text)}**" for word in sorted(words))
        verb = "masked" if found.request.mask == "mask_token" else "left out"
        lines = [f"With {listed} {verb}:"]
        for place, (side, name) in enumerate(found.request.names.items()):
            told = answer_line(found.task.labels, found.probabilities[place], after[place])
            lines.append(f"{MODEL_STYLES[side].mark} {escaped(name)}: {told}")
        st.markdown("  \n".join(lines))
        with st.container(horizontal=True):
            st.button(
                "Delete them and explain again",
                key="live_delete",
                icon=":material/play_arrow:",
                on_click=partial(_delete, found, pair, words),
            )
            st.button(
                "Take them back",
                key="live_restore",
                icon=":material/undo:",
                type="tertiary",
                on_click=_restore,
            )


def answer_line(labels: tuple[str, ...], before: np.ndarray, after: np.ndarray) -> str:
    """Return in Markdown how one model's answer changes.

    Examples
    --------
    >>> import numpy as np
    >>> answer_line(("no", "yes"), np.array([0.1, 0.9]), np.array([0.8, 0.2]))
    'yes falls from 90.0 % to 20.0 %; the answer is now **no** (80.0 %)'
    >>> answer_line(("no", "yes"), np.array([0.1, 0.9]), np.array([0.05, 0.95]))
    'yes rises from 90.0 % to 95.0 %'
    """
    best, now = int(before.argmax()), int(after.argmax())
    verb = "rises" if after[best] > before[best] else "falls"
    text = f"{escaped(labels[best])} {verb} from {percent(before[best])} to {percent(after[best])}"
    if now == best:
        return text
    return f"{text}; the answer is now **{escaped(labels[now])}** ({percent(after[now])})"


def _delete(found: LiveResult, pair: Pair, words: frozenset[int]) -> None:
    live_view.set_texts(pair, found.request.without(words))
    live_view.ask()


def _restore() -> None:
    st.session_state.pop(_STRUCK, None)

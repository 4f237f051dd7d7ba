"""The Live page: what to explain, what it will cost, and reading what was found."""

from __future__ import annotations

import json

import pandas as pd
import streamlit as st

from trusteq_app import live_keeping, live_loading, loading
from trusteq_app.links import MOST_IN_ADDRESS
from trusteq_app.live import LiveRequest, LiveResult
from trusteq_app.live_document import as_document
from trusteq_app.messages import escaped, problem
from trusteq_app.selection import EXPLAINED_HELP, Pair, View
from trusteq_app.wording import explainer_title
from trusteq_core.attribution import EXPLAINERS, MASKS
from trusteq_core.figures import probability_frame
from trusteq_core.figures.numbers import duration

__all__ = [
    "ask",
    "facts",
    "is_asked",
    "pick_live_view",
    "pick_request",
    "probabilities",
    "set_texts",
    "show_download",
    "show_hint",
    "show_notes",
]

MOST_CHARACTERS = 20_000
_ASKED = "_live_asked"


def pick_request(pair: Pair) -> LiveRequest:
    """Draw the texts, the explainers and the mask policy, all of them in the address."""
    _prefill(pair)
    _pick_example(pair)
    areas = st.columns(len(pair.task.segments), gap="medium")
    fits = sum(map(len, _texts(pair))) <= MOST_IN_ADDRESS
    for area, segment in zip(areas, pair.task.segments, strict=True):
        area.text_area(
            segment.capitalize(),
            key=f"text_{segment}",
            height=96,
            max_chars=MOST_CHARACTERS,
            placeholder=f"Type the {segment} here",
            bind="query-params" if fits else None,
            persist_state=None if fits else "session",
        )
    left, middle, right = st.columns([3, 1, 1], vertical_alignment="bottom", gap="medium")
    explainers = left.multiselect(
        "Explainers",
        list(EXPLAINERS),
        default=["lime"],
        key="live_explainers",
        bind="query-params",
        help="Each is computed for both models, on the processor of this server. "
        + " ".join(f"**{each.id}**: {each.summary}" for each in EXPLAINERS.values()),
    )
    mask = middle.selectbox(
        "Masked words",
        MASKS,
        key="live_mask",
        bind="query-params",
        help="**remove** leaves a masked word out; **mask_token** puts each model's own mask token "
        "in its place.",
    )
    right.button(
        "Explain",
        key="live_compute",
        type="primary",
        icon=":material/play_arrow:",
        width="stretch",
        disabled=not explainers or live_loading.lacks_torch(),
        on_click=ask,
    )
    request = LiveRequest(*pair[:3], _texts(pair), tuple(explainers), mask)
    if live_loading.lacks_torch():
        problem(live_loading.NO_TORCH)
    else:
        st.caption(_cost(request))
    return request


def ask() -> None:
    """Remember the click until the page has read its texts, whatever reruns come between."""
    st.session_state[_ASKED] = True


def is_asked() -> bool:
    """Return, once, whether the visitor has asked for the computation."""
    return bool(st.session_state.pop(_ASKED, False))


def set_texts(pair: Pair, texts: tuple[str, ...]) -> None:
    """Put texts into the text areas: before they are drawn, or from a callback."""
    for segment, text in zip(pair.task.segments, texts, strict=True):
        st.session_state[f"text_{segment}"] = text


def pick_live_view(found: LiveResult) -> View:
    """Draw the pickers of how to look at the result."""
    left, middle, right = st.columns(3, vertical_alignment="bottom")
    explainer = left.selectbox(
        "Shown explainer", list(found.attributions), key="live_shown", bind="query-params"
    )
    k = middle.slider("Top words K", 1, 10, 5, key="k", bind="query-params")
    explained = right.selectbox(
        "Explained class",
        ("reference", "own", *found.task.labels),
        key="live_explained",
        bind="query-params",
        help=EXPLAINED_HELP,
    )
    return View(explainer, k, explained)


def probabilities(found: LiveResult) -> pd.DataFrame:
    """Return both models' probabilities, one row per class."""
    return probability_frame(found.task.labels, *found.probabilities)


def facts(found: LiveResult, view: View) -> str:
    """Return what was computed and at what cost, in one line of Markdown."""
    a, b = found.attributions[view.explainer]
    names = found.request.names
    return (
        f"{explainer_title(view.explainer)}: {a.evaluations:,} evaluations of "
        f"{escaped(names['original'])}, {b.evaluations:,} of {escaped(names['compressed'])}"
    )


def show_notes(found: LiveResult, request: LiveRequest) -> None:
    """Say what the result is not: of another request, or of all of the text."""
    if found.request != request:
        st.info(
            "This is the last result. Press Explain to compute what is asked for above.",
            icon=":material/history:",
        )
    n_words = len(found.attributions[found.request.explainers[0]][0].values)
    for name, unread in zip(found.request.names.values(), found.unread, strict=True):
        if unread:
            st.warning(
                f"{escaped(name)} does not read {unread:,} of the {n_words:,} words: its input is "
                "cut before them. They have no attribution.",
                icon=":material/content_cut:",
            )


def show_hint() -> None:
    """Say what will be here."""
    st.caption(
        "Change a word, or type a text of your own, and press Explain: both models' "
        "probabilities, their words on one scale and the overlap of their explanations follow. "
        "The address of this page holds the text, so a link to it can be shared; whoever opens it "
        "decides whether to compute."
    )


def show_download(found: LiveResult) -> None:
    """Offer all that was computed as one file."""
    st.download_button(
        "JSON",
        data=json.dumps(as_document(found), ensure_ascii=False, indent=1).encode(),
        file_name=f"explanation-{found.request.key[:8]}.json",
        mime="application/json",
        key="live_json",
        icon=":material/download:",
        on_click="ignore",
        help="Texts, words, probabilities, and the attributions of both models by every explainer "
        "of this run, with their settings.",
    )


def _cost(request: LiveRequest) -> str:
    """Return what a request will cost, in a sentence."""
    if not request.explainers:
        return "Pick at least one explainer."
    total = 2 * request.evaluations
    left = live_loading.seconds(request)
    text = f"At most {total:,} evaluations, half of them of each model"
    return f"{text}: about {duration(left)}." if left is not None else f"{text}."


def _texts(pair: Pair) -> tuple[str, ...]:
    return tuple(st.session_state.get(f"text_{name}") or "" for name in pair.task.segments)


def _pick_example(pair: Pair) -> None:
    examples = loading.comparison(pair).examples
    st.selectbox(
        "Start from a stored example",
        examples["id"].tolist(),
        index=None,
        key=f"live_example_{pair.task_id}",
        placeholder="Pick one to fill in its texts, then edit them",
        on_change=_fill,
        args=(pair,),
    )


def _fill(pair: Pair) -> None:
    example_id = st.session_state[f"live_example_{pair.task_id}"]
    if example_id:
        set_texts(pair, loading.texts(pair, example_id))


def _prefill(pair: Pair) -> None:
    """Begin with the example last looked at, else the first, unless the address has a text."""
    names = [f"text_{segment}" for segment in pair.task.segments]
    if any(name in st.session_state or name in st.query_params for name in names):
        return
    kept = live_keeping.opened(pair)
    if kept is not None:  # its texts were too long for the address
        set_texts(pair, kept.request.texts)
        return
    ids = loading.comparison(pair).original.ids
    looked_at = st.session_state.get("example")
    set_texts(pair, loading.texts(pair, looked_at if looked_at in ids else ids[0]))
    for name in names:
        # A value written before its picker is drawn does not reach the address by itself.
        st.query_params[name] = st.session_state[name]

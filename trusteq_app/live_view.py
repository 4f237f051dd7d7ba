"""The Live page: what to explain, starting it, and reading what was found."""

from __future__ import annotations

from functools import partial
from importlib.util import find_spec

import pandas as pd
import streamlit as st

from trusteq_app import live, loading
from trusteq_app.demo import refuse_in_demo
from trusteq_app.live import LiveRequest, LiveResult
from trusteq_app.messages import escaped
from trusteq_app.selection import Pair, View
from trusteq_app.wording import explainer_title
from trusteq_core.attribution import EXPLAINERS
from trusteq_core.errors import ModelError
from trusteq_core.evaluation.jobs import Job
from trusteq_core.figures import probability_frame

__all__ = [
    "current_job",
    "facts",
    "pick_live_view",
    "pick_request",
    "probabilities",
    "show_hint",
    "show_truncation",
    "start",
]

MOST_CHARACTERS = 20_000
_JOB = "_live_job"
_ASKED = "_live_asked"


def pick_request(pair: Pair) -> LiveRequest | None:
    """Draw the text areas and the explainers; return a request when it is asked for."""
    _pick_example(pair)
    _prefill(pair)
    areas = st.columns(len(pair.task.segments), gap="medium")
    for area, segment in zip(areas, pair.task.segments, strict=True):
        with area:
            st.text_area(
                segment.capitalize(),
                key=f"text_{segment}",
                height=96,
                max_chars=MOST_CHARACTERS,
                placeholder=f"Type the {segment} here",
                persist_state="session",
            )
    left, right = st.columns([4, 1], vertical_alignment="bottom", gap="medium")
    with left:
        explainers = st.multiselect(
            "Explainers",
            list(EXPLAINERS),
            default=["lime"],
            format_func=explainer_title,
            key="live_explainers",
            persist_state="session",
            help="Each is computed for both models, on the processor of this server.",
        )
    with right:
        st.button(
            "Explain",
            key="live_compute",
            type="primary",
            icon=":material/play_arrow:",
            width="stretch",
            disabled=not explainers,
            on_click=_ask,
        )
    texts = tuple(st.session_state.get(f"text_{name}", "") for name in pair.task.segments)
    asked = st.session_state.pop(_ASKED, False)
    return LiveRequest(*pair, texts, tuple(explainers)) if asked else None


def start(request: LiveRequest) -> None:
    """Queue the computation; the same request twice is computed once.

    Raises
    ------
    ModelError
        If torch is not installed here.
    TrusteqError
        In demo mode.
    """
    refuse_in_demo()
    if find_spec("torch") is None:
        raise ModelError(
            "torch is not installed here, so no model can run. Stored results can be read "
            "without it; to compute, install it: pip install -r requirements.txt"
        )
    work = partial(live.compute, request, loading.model)
    job = loading.runner().submit(request.key, work)
    st.session_state[_JOB] = job.key


def current_job() -> Job | None:
    """Return the visitor's last computation, if it is still remembered."""
    key = st.session_state.get(_JOB)
    return loading.runner().get(key) if key else None


def pick_live_view(found: LiveResult) -> View:
    """Draw the pickers of how to look at the result."""
    left, middle, right = st.columns(3, vertical_alignment="bottom")
    explainer = left.selectbox(
        "Shown explainer", list(found.attributions), format_func=explainer_title, key="live_shown"
    )
    k = middle.slider("Top words K", 1, 10, 5, key="k", bind="query-params")
    explained = right.selectbox(
        "Explained class", ("reference", "own", *found.task.labels), key="live_explained"
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


def show_truncation(found: LiveResult) -> None:
    """Say for each model how much of the text it does not read."""
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
        "probabilities, their words on one scale and the overlap of their explanations follow."
    )


def _ask() -> None:
    """Remember the click until the page has read its texts, whatever reruns come between."""
    st.session_state[_ASKED] = True


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
        _set_texts(pair, example_id)


def _prefill(pair: Pair) -> None:
    """Begin with the example last looked at, else the first, so that there is one to try."""
    if any(f"text_{segment}" not in st.session_state for segment in pair.task.segments):
        ids = loading.comparison(pair).original.ids
        looked_at = st.session_state.get("example")
        _set_texts(pair, looked_at if looked_at in ids else ids[0])


def _set_texts(pair: Pair, example_id: str) -> None:
    for segment, text in zip(pair.task.segments, loading.texts(pair, example_id), strict=True):
        st.session_state[f"text_{segment}"] = text

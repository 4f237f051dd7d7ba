"""What the Live page reads and starts: models, their pace, the computations under way."""

from __future__ import annotations

from functools import partial
from importlib.util import find_spec

import numpy as np
import streamlit as st

from trusteq_app import live, loading
from trusteq_app.demo import refuse_in_demo
from trusteq_app.live import LiveRequest, LiveResult
from trusteq_core.errors import ModelError, TextError
from trusteq_core.evaluation.jobs import Job
from trusteq_core.evaluation.order import Order, stored_pace
from trusteq_core.tasks import word_grid

__all__ = ["answers_without", "current_job", "lacks_torch", "note_pace", "seconds", "start"]

NO_TORCH = (
    "torch is not installed here, so no model can run. Stored results can be read "
    "without it; to compute, install it: pip install -r requirements.txt"
)
_JOB = "_live_job"


def lacks_torch() -> bool:
    """Return whether torch, without which no model runs, is missing here."""
    return find_spec("torch") is None


def start(request: LiveRequest) -> None:
    """Queue the computation; the same request twice is computed once.

    Raises
    ------
    ModelError
        If torch is not installed here.
    TextError
        If there is no word to explain.
    TrusteqError
        In demo mode.
    """
    refuse_in_demo()
    if lacks_torch():
        raise ModelError(NO_TORCH)
    if not len(word_grid(request.texts)):  # said at once, not after the models are loaded
        raise TextError("There is no word in these texts. Type at least one word or number.")
    work = partial(live.compute, request, loading.model)
    job = loading.runner().submit(request.key, work)
    st.session_state[_JOB] = job.key


def current_job(request: LiveRequest) -> Job | None:
    """Return the computation of this request, else the visitor's last; None without either.

    What somebody has computed already is shown to whoever asks for the same, computing nothing.
    """
    job = loading.runner().get(request.key)
    if job is not None and job.state != "cancelled":
        st.session_state[_JOB] = job.key
    key = st.session_state.get(_JOB)
    return loading.runner().get(key) if key else None


def answers_without(found: LiveResult, words: frozenset[int]) -> np.ndarray:
    """Return both models' probabilities without some words, shape (2, K); needs the models."""
    refuse_in_demo()
    request, answers = found.request, []
    for name in (request.original, request.compressed):
        model = loading.model(request.task_id, name)
        token = getattr(model, "mask_token", None) if request.mask == "mask_token" else None
        answers.append(model.predict([request.without(words, mask_token=token)])[0])
    return np.array(answers)


def seconds(request: LiveRequest) -> float | None:
    """Return how long a request will take, at most; None where no model's pace is known."""
    paces = [_pace(request, name) for name in (request.original, request.compressed)]
    known = [pace for pace in paces if pace is not None]
    return request.evaluations * sum(known) if len(known) == len(paces) else None


def note_pace(found: LiveResult) -> None:
    """Remember how fast both models were, for the next estimate."""
    request = found.request
    for name, pace in zip((request.original, request.compressed), found.seconds, strict=True):
        _paces()[request.task_id, name] = pace


def _pace(request: LiveRequest, name: str) -> float | None:
    timed = _paces().get((request.task_id, name))
    if timed is not None:
        return timed
    stored = stored_pace(loading.store(), Order(request.task_id, name))
    return None if stored is None else stored.seconds


@st.cache_resource(show_spinner=False)
def _paces() -> dict[tuple[str, str], float]:
    return {}

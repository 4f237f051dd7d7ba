"""Live: a text of your own, explained for both models."""

from functools import partial

import streamlit as st

from trusteq_app import (
    explanation_view,
    jobs,
    live,
    live_keeping,
    live_loading,
    live_view,
    live_words,
    scores_view,
)
from trusteq_app.demo import stop_in_demo
from trusteq_app.guard import enter
from trusteq_app.selection import pair

enter(__file__)
stop_in_demo("texts of your own are not explained here")

chosen = pair()
request = live_view.pick_request(chosen)
if live_view.is_asked():
    live_keeping.close()
    live_loading.start(request)
found = live_keeping.opened(chosen)
if found is None:
    live_keeping.show_missing()
    job = live_loading.current_job(request)
    if job is None:
        live_view.show_hint()
        st.stop()
    if not jobs.show_progress(job):
        st.stop()
    found = job.result
    live_loading.note_pace(found)

live_view.show_notes(found, request)
view = live_view.pick_live_view(found)
words = live.words_of(found, *view)
scores = live.scores_of(found, *view)
probabilities = live_view.probabilities(found)
names = found.request.names

explanation_view.show_maps(
    found.task,
    names,
    found.request.texts,
    words,
    probabilities,
    k=view.k,
    facts=live_view.facts(found, view),
    struck=live_words.struck(found),
    on_pick=partial(live_words.strike, found),
)
live_words.show_without(found, chosen)
left, right = st.columns([1.15, 1], gap="large")
with left:
    explanation_view.show_difference(found.task, names, words, key="live")
with right:
    explanation_view.show_probabilities(probabilities, names, key="live")
    scores_view.show_scores(scores, view, key="live")
with st.container(horizontal=True, vertical_alignment="center"):
    live_view.show_download(found)
    live_keeping.show_keep(found)

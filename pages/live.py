"""Live: a text of your own, explained for both models."""

import streamlit as st

from trusteq_app import explanation_view, jobs, live, live_view
from trusteq_app.demo import stop_in_demo
from trusteq_app.guard import enter
from trusteq_app.selection import pair

enter(__file__)
stop_in_demo("texts of your own are not explained here")

chosen = pair()
request = live_view.pick_request(chosen)
if request:
    live_view.start(request)
job = live_view.current_job()
if job is None:
    live_view.show_hint()
    st.stop()
if not jobs.show_progress(job):
    st.stop()

found = job.result
view = live_view.pick_live_view(found)
words = live.words_of(found, *view)
scores = live.scores_of(found, *view)
probabilities = live_view.probabilities(found)
names = found.request.names

live_view.show_truncation(found)
explanation_view.show_maps(
    found.task,
    names,
    found.request.texts,
    words,
    probabilities,
    k=view.k,
    facts=live_view.facts(found, view),
)
left, right = st.columns([1.15, 1], gap="large")
with left:
    explanation_view.show_difference(found.task, names, words, key="live")
with right:
    explanation_view.show_probabilities(probabilities, names, key="live")
    explanation_view.show_scores(scores, view, key="live")

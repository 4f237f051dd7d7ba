"""Explanations: on which words each model rests, example by example."""

import streamlit as st

from trusteq_app import examples_view, explanation_view, loading, scores_view
from trusteq_app.guard import enter
from trusteq_app.kept_view import pick_kept_view
from trusteq_app.pacing import let_it_show
from trusteq_app.selection import pair

enter(__file__)

chosen = pair()
explainers = loading.explainers(chosen)
if not explainers:
    st.info(
        "No explainer has stored attributions of both models. Make them with `trusteq evaluate`.",
        icon=":material/info:",
    )
    st.stop()

view = pick_kept_view(__file__, explainers, chosen.task)
table = loading.example_table(chosen, view)
rows = examples_view.pick_rows(table, chosen.task)
examples_view.show_table(rows, chosen.task, chosen.names)

example_id = examples_view.pick_example(table, rows)
words = loading.words(chosen, view, example_id)
texts = loading.texts(chosen, example_id)
probabilities = loading.probabilities(chosen, example_id)
scores = loading.example_scores(chosen, view, example_id)

explanation_view.show_maps(
    chosen.task,
    chosen.names,
    texts,
    words,
    probabilities,
    k=view.k,
    facts=examples_view.facts(table, example_id),
)
explanation_view.show_live_link(chosen.task, texts)
let_it_show()
left, right = st.columns([1.15, 1], gap="large")
with left:
    explanation_view.show_difference(chosen.task, chosen.names, words, key="stored")
with right:
    explanation_view.show_probabilities(probabilities, chosen.names, key="stored")
    scores_view.show_scores(scores, view, key="stored", mean=loading.overlap(chosen, view))
scores_view.show_methods(loading.methods(chosen, view, example_id), chosen.names, k=view.k)

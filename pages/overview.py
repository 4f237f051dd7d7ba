"""Overview: the verdict on the pair, its reasons, and every compressed model of the task."""

import streamlit as st

from trusteq_app import loading, model_map_view, verdict_view
from trusteq_app import overview_view as view
from trusteq_app.guard import enter
from trusteq_app.pacing import let_it_show
from trusteq_app.selection import default_view, margins, pair

enter(__file__)

chosen = pair()
explainers = loading.explainers(chosen)
look = default_view(explainers)
allowed = margins()
verdict = loading.verdict(chosen, look, allowed)

verdict_view.show_banner(verdict, view.summary(chosen, look if explainers else None))
verdict_view.show_scorecard(verdict)
let_it_show()
st.subheader("Every criterion against its margin", anchor=False)
verdict_view.show_criteria(verdict)

st.subheader("Performance: does it answer the same?", anchor=False)
view.show_performance(chosen)
left, right = st.columns(2, gap="large")
with left:
    view.show_overlap(chosen, explainers, look.k)
with right:
    view.show_calibration(chosen)
model_map_view.show_models(chosen, explainers, look.k)
model_map_view.show_ranking(chosen, look, allowed)

"""Overview: the pair at a glance, and every compressed model of the task."""

import streamlit as st

from trusteq_app import loading
from trusteq_app import overview_view as view
from trusteq_app.guard import enter
from trusteq_app.selection import default_view, pair

enter(__file__)

chosen = pair()
explainers = loading.explainers(chosen)
look = default_view(explainers)

view.show_headline(chosen, look if explainers else None)
view.show_performance(chosen)
left, right = st.columns(2, gap="large")
with left:
    view.show_overlap(chosen, explainers, look.k)
with right:
    view.show_calibration(chosen)
view.show_models(chosen, explainers, look.k)

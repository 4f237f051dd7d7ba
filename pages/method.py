"""Method: every measure defined, and every explainer."""

import streamlit as st

from trusteq_app import method_view as view
from trusteq_app.guard import enter

enter(__file__)

st.title("Method", anchor=False)
st.markdown(view.INTRODUCTION)
definitions, measures, explainers = st.tabs(
    ["Definitions", "Calibration measures", "Explainers"], on_change="rerun", key="method_tab"
)
if definitions.open:
    with definitions:
        view.show_definitions()
if measures.open:
    with measures:
        view.show_measures()
if explainers.open:
    with explainers:
        view.show_explainers()

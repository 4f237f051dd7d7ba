"""Evaluate: run a model, estimated first, so that its results join the pickers."""

import streamlit as st

from trusteq_app import evaluate_view as view
from trusteq_app.demo import stop_in_demo
from trusteq_app.guard import enter
from trusteq_app.messages import shown_errors

enter(__file__)
stop_in_demo("no model is evaluated here")

st.subheader("Evaluate a model", anchor=False)
with shown_errors():
    order = view.pick_order()
    if order:
        view.show_estimate(order)
view.show_evaluations()

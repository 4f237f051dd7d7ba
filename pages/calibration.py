"""Calibration: how far the probabilities of both models can be believed."""

import streamlit as st

from trusteq_app import calibration_view as view
from trusteq_app import loading
from trusteq_app.guard import enter
from trusteq_app.selection import pair

enter(__file__)

chosen = pair()
n_bins, scheme = view.pick_bins()
bins = loading.reliability(chosen, n_bins, scheme)

left, right = st.columns([1, 1.12], gap="large")
with left:
    st.subheader("Reliability diagram", anchor=False)
    view.show_diagram(chosen, bins)
with right:
    st.subheader("Measures and their noise floors", anchor=False)
    view.show_measure_table(chosen, n_bins, scheme)

st.subheader("Examples of a bin", anchor=False)
picked = view.pick_bin(bins)
if picked:
    view.show_bin(chosen, bins, *picked, n_bins=n_bins, scheme=scheme)

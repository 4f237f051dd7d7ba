"""Calibration: how far the probabilities of both models can be believed."""

import streamlit as st

from trusteq_app import bin_view, calibration_loading, loading
from trusteq_app import calibration_controls as controls
from trusteq_app import calibration_view as view
from trusteq_app.guard import enter
from trusteq_app.selection import default_view, pair

enter(__file__)

chosen = pair()
with st.container(border=True, key="scaling"):
    view.show_scaling(chosen)
    scaled = controls.pick_scaled()
knows_truth = loading.comparison(chosen).true_probabilities is not None
drawing = controls.pick_drawing(chosen, knows_truth=knows_truth)
look = controls.pick_look(chosen, scaled=scaled)
bins = calibration_loading.bins(chosen, look)

left, right = view.places(drawing)
with left:
    st.subheader(view.TITLES[drawing.diagram], anchor=False)
    view.show_diagram(chosen, look, drawing, bins)
with right:
    st.subheader("Measures and their noise floors", anchor=False)
    view.show_measure_table(chosen, look)

st.subheader("Examples of a bin", anchor=False)
picked = bin_view.pick_bin(bins)
if picked:
    words = default_view(loading.explainers(chosen))
    bin_view.show_bin(chosen, look, words, bins, *picked)

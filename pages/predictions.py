"""Predictions: two files of the visitor's own compared, without any model."""

import streamlit as st

from trusteq_app import predictions_view as view
from trusteq_app.demo import stop_in_demo
from trusteq_app.guard import enter

enter(__file__)
stop_in_demo("files of your own are not read here")

st.subheader("Your predictions", anchor=False)
st.markdown(
    "Performance and calibration of a compressed model against its original, from nothing but what "
    "both predicted. The margins are those of *Settings*."
)
uploads = view.pick_uploads()
found = view.compared(uploads, view.pick_choices())
if found:
    view.show_comparison(found)
else:
    view.show_format()

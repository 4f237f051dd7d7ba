"""Method: every measure defined, and every explainer."""

import streamlit as st

from trusteq_app import method_view as view
from trusteq_app.guard import enter

enter(__file__)

st.title("Method", anchor=False)
st.markdown(view.INTRODUCTION)
view.show_sections()

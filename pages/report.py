"""Report: what is known of the pair, to be taken away in every format."""

import streamlit as st

from trusteq_app import loading, report_loading
from trusteq_app import report_view as view
from trusteq_app.guard import enter
from trusteq_app.selection import margins, pair

enter(__file__)

chosen = pair()
st.subheader("A report on this pair", anchor=False)
options = view.pick_options(chosen, loading.explainers(chosen), margins())
view.show_contents(options)
if not view.is_asked_for(chosen, options):
    st.stop()

files = report_loading.files_of(chosen, options)
view.show_downloads(chosen, files)
view.show_preview(files)

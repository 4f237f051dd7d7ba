"""The dashboard's entry: page settings, navigation, the task-and-pair frame, the page."""

import streamlit as st

from trusteq_app import guard, loading
from trusteq_app.frame import ICON, LOGO, draw_frame
from trusteq_app.messages import shown_errors

st.set_page_config(
    page_title="TrustEQ",
    page_icon=ICON,
    layout="wide",
    menu_items={"About": "Is the compressed model trusted for the same reasons?"},
)
st.logo(LOGO, size="large")

PAGES = {
    "overview": st.Page(
        "pages/overview.py",
        title="Overview",
        icon=":material/dashboard:",
        default=True,
        help="The pair at a glance, and every compressed model of the task.",
    ),
    "explanations": st.Page(
        "pages/explanations.py",
        title="Explanations",
        icon=":material/match_word:",
        url_path="explanations",
        help="Which words both models rest on, example by example.",
    ),
    "calibration": st.Page(
        "pages/calibration.py",
        title="Calibration",
        icon=":material/speed:",
        url_path="calibration",
        help="How far the probabilities of both models can be believed.",
    ),
    "disagreement": st.Page(
        "pages/disagreement.py",
        title="Disagreement",
        icon=":material/scatter_plot:",
        url_path="disagreement",
        help="Every example as a point, and the slices that compression hurts.",
    ),
    "live": st.Page(
        "pages/live.py",
        title="Live",
        icon=":material/edit_note:",
        url_path="live",
        help="Your own text, explained for both models.",
    ),
    "evaluate": st.Page(
        "pages/evaluate.py",
        title="Evaluate",
        icon=":material/play_circle:",
        url_path="evaluate",
        help="Run a model on the examples, so that it can be compared.",
    ),
    "predictions": st.Page(
        "pages/predictions.py",
        title="Predictions",
        icon=":material/upload_file:",
        url_path="predictions",
        help="Two files of your own predictions compared, without a model.",
    ),
    "report": st.Page(
        "pages/report.py",
        title="Report",
        icon=":material/description:",
        url_path="report",
        help="The verdict and all behind it, to be taken away.",
    ),
    "method": st.Page(
        "pages/method.py",
        title="Method",
        icon=":material/menu_book:",
        url_path="method",
        help="Every measure defined.",
    ),
}
page = st.navigation(list(PAGES.values()), position="top")
guard.forward(PAGES)
with shown_errors(), loading.one_look():
    without_results = [PAGES[name] for name in ("evaluate", "predictions", "method")]
    if draw_frame(
        needs_results=page not in without_results, uses_pair=page is not PAGES["predictions"]
    ):
        with guard.framed():
            page.run()

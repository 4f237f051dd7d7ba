"""Disagreement: every explained example as a point, and where compression hurts."""

import streamlit as st

from trusteq_app import disagreement_view as view
from trusteq_app import loading
from trusteq_app.guard import enter
from trusteq_app.kept_view import pick_kept_view
from trusteq_app.selection import default_view, pair

enter(__file__)

chosen = pair()
explainers = loading.explainers(chosen)
if explainers:
    look = pick_kept_view(__file__, explainers, chosen.task)
    table = loading.example_table(chosen, look)
    st.subheader("Every explained example", anchor=False)
    rows = view.show_plane(look, table)
    view.show_chosen(chosen, look, rows)
else:
    look = default_view(explainers)
    st.info(
        "No explainer has stored attributions of both models, so there is no overlap to draw. "
        "Make them with `trusteq evaluate`.",
        icon=":material/info:",
    )

st.subheader("Where does compression hurt?", anchor=False)
harm, kinds = view.pick_harm(chosen, has_overlap=bool(explainers))
slices = loading.hurt(chosen, look, harm.id)
shown = view.show_slices(slices, harm, kinds)
picked = view.pick_slice(shown)
if picked:
    view.show_slice(chosen, look, harm, picked)

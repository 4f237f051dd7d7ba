"""One example explained for both models: the same panels for stored and for typed examples."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence

import numpy as np
import pandas as pd
import streamlit as st

from trusteq_app.charts import show_chart
from trusteq_app.demo import is_demo
from trusteq_app.links import live_query
from trusteq_app.selection import chosen_palette
from trusteq_app.word_component import show_words
from trusteq_app.wording import definition, number, percent
from trusteq_core.figures import (
    PALETTES,
    Panel,
    describe_probabilities,
    difference_rows,
    probability_figure,
    word_difference_figure,
    word_maps_html,
)
from trusteq_core.tasks import Task

__all__ = ["show_difference", "show_live_link", "show_maps", "show_probabilities"]


def show_maps(
    task: Task,
    names: Mapping[str, str],
    texts: Sequence[str],
    words: pd.DataFrame,
    probabilities: pd.DataFrame,
    *,
    k: int,
    facts: str,
    struck: Collection[int] = (),
    on_pick: Callable[[], None] | None = None,
) -> None:
    """Show the words of both models side by side, under a line of facts.

    `struck` and `on_pick` are as in `show_words`, under the key ``words``.
    """
    panels = [
        Panel(model, names[model], _answer(probabilities, model))
        for model in ("original", "compressed")
    ]
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(facts, width="stretch")
        shared = _pick_scale()
    maps = word_maps_html(
        texts,
        words,
        panels,
        segment_names=task.segments,
        k=k,
        shared_scale=shared,
        palette=PALETTES[chosen_palette()],
        linked=False,
    )
    show_words(maps, key="words", struck=struck, on_pick=on_pick)


def show_live_link(task: Task, texts: Sequence[str]) -> None:
    """Offer to go on with the example's texts where they can be edited."""
    query = live_query(task.segments, texts)
    if query and not is_demo():
        st.page_link(
            "pages/live.py",
            label="Edit this text and explain it live",
            icon=":material/edit_note:",
            query_params=query,
        )


def show_probabilities(probabilities: pd.DataFrame, names: dict[str, str], *, key: str) -> None:
    """Show what both models predict for the example."""
    st.subheader("Predicted probabilities", anchor=False)
    notes = ["What each model answers"]
    if probabilities["gold"].any():
        notes.append("★ the example's gold label")
    if probabilities["truth"].notna().all():
        notes.append("| the true probability, known because the corpus is generated")
    show_chart(
        probability_figure(probabilities, names=names),
        probabilities,
        name=f"{key}_probabilities",
        alt=describe_probabilities(probabilities, names),
        caption="; ".join(notes) + ".",
    )


def show_difference(task: Task, names: dict[str, str], words: pd.DataFrame, *, key: str) -> None:
    """Show, word by word, how far the two models' attributions are apart."""
    with st.container(horizontal=True, vertical_alignment="center"):
        st.subheader("Difference per word", anchor=False, width="stretch")
        order = st.segmented_control(
            "Order of the words",
            ("difference", "text"),
            default="difference",
            required=True,
            key=f"{key}_order",
            label_visibility="collapsed",
            bind="query-params",
        )
    rows = difference_rows(words, order=order or "difference")
    show_chart(
        word_difference_figure(rows, names=names, segments=task.segments),
        words,
        name=f"{key}_words",
        alt=_describe_difference(rows, names),
        caption=_difference_caption(words, rows),
    )


def _pick_scale() -> bool:
    """Draw the switch between one scale for both models and one for each, and return it."""
    return st.toggle(
        "One scale for both models",
        value=True,
        key="shared_scale",
        bind="query-params",
        help="Off: each model's strongest word has the strongest colour. The colours themselves "
        "are picked in *Settings*.",
    )


def _answer(probabilities: pd.DataFrame, model: str) -> str:
    """Return a model's answer and its confidence: ``neutral, 93.1 %``."""
    best = int(np.argmax(probabilities[model].to_numpy()))
    return f"{probabilities['label'].iloc[best]}, {percent(probabilities[model].iloc[best])}"


def _difference_caption(words: pd.DataFrame, rows: pd.DataFrame) -> str:
    text = (
        "Attribution towards the explained class by ● the original and ◆ the compressed model; "
        "the bar between is the difference."
    )
    if words["reason"].any():
        text += " • marks words known to decide the label."
    if rows["word"].duplicated().any():
        text += " A number tells words apart that come more than once."
    read = words[["value_original", "value_compressed"]].notna().any(axis=1).sum()
    if len(rows) < read:
        text += f" The {len(rows)} largest of {read} words."
    return f"{text} {definition('Top-K words')}"


def _describe_difference(rows: pd.DataFrame, names: Mapping[str, str]) -> str:
    """Return the three largest differences in words."""
    if rows.empty:
        return "No word was read by either model."
    order = rows["difference"].abs().sort_values(ascending=False, kind="stable").index[:3]
    parts = [
        f"{row.word}: {names['original']} {number(row.value_original, signed=True)}, "
        f"{names['compressed']} {number(row.value_compressed, signed=True)}"
        for row in rows.loc[order].itertuples()
    ]
    return "Attribution per word by both models. Largest differences: " + "; ".join(parts) + "."

"""One example explained for both models: the same panels for stored and for typed examples."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from functools import partial

import numpy as np
import pandas as pd
import streamlit as st

from trusteq_app.selection import View
from trusteq_app.tables import captioned
from trusteq_app.word_component import show_words
from trusteq_app.wording import explainer_title, percent
from trusteq_core.figures import (
    CONFIG,
    PALETTES,
    Panel,
    describe_overlap,
    describe_probabilities,
    difference_rows,
    overlap_figure,
    overlap_frame,
    probability_figure,
    word_difference_figure,
    word_maps_html,
)
from trusteq_core.tasks import Task

__all__ = ["show_difference", "show_maps", "show_methods", "show_probabilities", "show_scores"]

SCORES = {
    "sign_agreement": ("Word and sign", "Top K shared with the same sign"),
    "rank_agreement": ("Word and rank", "Top K shared at the same rank"),
    "signed_rank_agreement": ("Word, sign, rank", "Top K equal in all three"),
    "spearman": ("Rank correlation", "Spearman over all words, −1 to 1"),
    "rbo": ("Rank-biased overlap", "Rankings by size, the top first"),
    "cosine": ("Cosine", "Angle of the attributions, −1 to 1"),
}


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
        palette, shared = _pick_display()
    maps = word_maps_html(
        texts,
        words,
        panels,
        segment_names=task.segments,
        k=k,
        shared_scale=shared,
        palette=PALETTES[palette],
        linked=False,
    )
    show_words(maps, key="words", struck=struck, on_pick=on_pick)


def show_probabilities(probabilities: pd.DataFrame, names: dict[str, str], *, key: str) -> None:
    """Show what both models predict for the example."""
    st.subheader("Predicted probabilities", anchor=False)
    st.plotly_chart(
        probability_figure(probabilities, names=names),
        key=f"{key}_probabilities",
        config=CONFIG,
        alt=describe_probabilities(probabilities, names),
    )
    notes = []
    if probabilities["gold"].any():
        notes.append("★ the example's gold label")
    if probabilities["truth"].notna().all():
        notes.append("| the true probability, known because the corpus is generated")
    if notes:
        st.caption("; ".join(notes) + ".")


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
    st.plotly_chart(
        word_difference_figure(rows, names=names, segments=task.segments),
        key=f"{key}_difference",
        config=CONFIG,
        alt=_describe_difference(rows, names),
    )
    captioned(_difference_caption(words, rows), words, "words", key=f"{key}_words")


def show_scores(
    scores: Mapping[str, float],
    view: View,
    *,
    key: str,
    mean: Mapping[str, float] | None = None,
) -> None:
    """Show how much the two explanations of the example overlap.

    Parameters
    ----------
    scores : mapping
        The overlap measures of this example, as in `trusteq_core.alignment.overlap_table`.
    view : View
        Explainer and K.
    key : str
        Key of the widgets.
    mean : mapping, optional
        Overlap of all examples, with its ceilings, drawn beneath for comparison.
    """
    st.subheader("Overlap", anchor=False)
    title = explainer_title(view.explainer)
    rows: dict[str, Mapping[str, float]] = {"This example": scores}
    if mean:
        rows["All examples"] = mean
    frame = overlap_frame(rows)
    st.plotly_chart(
        overlap_figure(frame, k=view.k),
        key=f"{key}_overlap",
        config=CONFIG,
        alt=f"{title}. {describe_overlap(frame)}",
    )
    st.dataframe(
        pd.DataFrame(
            {
                "measure": [label for label, _ in SCORES.values()],
                "example": [scores.get(name, np.nan) for name in SCORES],
                "mean": [(mean or {}).get(name, np.nan) for name in SCORES],
                "meaning": [text for _, text in SCORES.values()],
            }
        ),
        key=f"{key}_scores",
        hide_index=True,
        height="content",
        placeholder="–",
        column_order=["measure", "example", *(["mean"] if mean else []), "meaning"],
        column_config={
            "measure": st.column_config.TextColumn("Measure", width=128),
            "example": st.column_config.NumberColumn("Example", format="%.2f", width=64),
            "mean": st.column_config.NumberColumn("Mean", format="%.2f", width=60),
            "meaning": st.column_config.TextColumn("What it is", width=220),
        },
        alt="Further overlap measures of this example",
    )


def show_methods(methods: pd.DataFrame, names: Mapping[str, str], *, k: int) -> None:
    """Show what the other explainers say of the example, and whether they agree with the chosen.

    Parameters
    ----------
    methods : DataFrame
        From `trusteq_core.evaluation.methods.method_agreement`.
    names : mapping
        Names of the two models.
    k : int
        Number of top words.
    """
    st.subheader("Other explainers", anchor=False)
    first = methods["explainer"].iloc[0]
    chosen = explainer_title(first)
    column = st.column_config
    share = partial(column.ProgressColumn, min_value=0.0, max_value=1.0, format="%.2f", width=96)
    same = f"Jaccard of its top {k} words with those of {chosen}, for this model."
    st.dataframe(
        methods.assign(explainer=methods["explainer"].map(explainer_title)),
        key="methods",
        hide_index=True,
        height="content",
        placeholder="–",
        column_config={
            "explainer": column.TextColumn("Explainer", width=150),
            "overlap": share("● and ◆", help=f"Jaccard of the two models' top {k} words."),
            "original": share(f"● as {first}", help=same),
            "compressed": share(f"◆ as {first}", help=same),
            "top_original": column.ListColumn(f"● {names['original']}: top words", width=330),
            "top_compressed": column.ListColumn(f"◆ {names['compressed']}: top words", width=330),
        },
        alt=_describe_methods(methods, chosen),
    )
    captioned(
        f"Agreement across methods beside agreement across models: an overlap that only {chosen} "
        "sees, or that the explainers do not share within one model, says more of the method "
        "than of the models.",
        methods,
        "explainers",
        key="methods_csv",
    )


def _describe_methods(methods: pd.DataFrame, chosen: str) -> str:
    clauses = [
        f"{explainer_title(row['explainer'])}: models {row['overlap']:.2f}, with {chosen} "
        f"{row['original']:.2f} and {row['compressed']:.2f}"
        for row in methods.to_dict("records")
    ]
    return "Overlap of the top words under each explainer. " + "; ".join(clauses) + "."


def _pick_display() -> tuple[str, bool]:
    """Draw the choice of palette and scale, and return both."""
    with st.popover("Colours", icon=":material/palette:", type="tertiary"):
        palette = st.radio(
            "Palette",
            list(PALETTES),
            captions=[palette.title for palette in PALETTES.values()],
            key="palette",
            bind="query-params",
        )
        shared = st.toggle(
            "One scale for both models",
            value=True,
            key="shared_scale",
            bind="query-params",
            help="Off: each model's strongest word has the strongest colour.",
        )
    return palette, shared


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
    return text + (f" The {len(rows)} largest of {read} words." if len(rows) < read else "")


def _describe_difference(rows: pd.DataFrame, names: Mapping[str, str]) -> str:
    """Return the three largest differences in words."""
    if rows.empty:
        return "No word was read by either model."
    order = rows["difference"].abs().sort_values(ascending=False, kind="stable").index[:3]
    parts = [
        f"{row.word}: {names['original']} {row.value_original:+.3f}, "
        f"{names['compressed']} {row.value_compressed:+.3f}"
        for row in rows.loc[order].itertuples()
    ]
    return "Attribution per word by both models. Largest differences: " + "; ".join(parts) + "."

"""How alike the explanations of one example are: between the models, and between explainers."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

import numpy as np
import pandas as pd
import streamlit as st

from trusteq_app.charts import show_chart
from trusteq_app.selection import View
from trusteq_app.tables import captioned
from trusteq_app.wording import definition, explainer_title
from trusteq_core.figures import describe_overlap, overlap_figure, overlap_frame

__all__ = ["score_rows", "show_methods", "show_scores"]

AGREEMENT = "Feature, rank, sign and signed-rank agreement"
SCORES = {
    "sign_agreement": ("Word and sign ↑", "Top K shared with the same sign", AGREEMENT),
    "rank_agreement": ("Word and rank ↑", "Top K shared at the same rank", AGREEMENT),
    "signed_rank_agreement": ("Word, sign, rank ↑", "Top K equal in all three", AGREEMENT),
    "spearman": (
        "Rank correlation ↑",
        "Spearman over all words, −1 to 1",
        "Spearman and Kendall correlation",
    ),
    "rbo": (
        "Rank-biased overlap ↑",
        "Rankings by size, the top first",
        "Rank-biased overlap (RBO)",
    ),
    "cosine": ("Cosine ↑", "Angle of the attributions, −1 to 1", "Cosine"),
    "stability_original": (
        "● top K steady ↑",
        "Another run names the same top K",
        "Top-K stability",
    ),
    "stability_compressed": (
        "◆ top K steady ↑",
        "Another run names the same top K",
        "Top-K stability",
    ),
    "noise_loss": (
        "Lost to noise ↓",
        "Most that noise took of the overlap",
        "Overlap lost to noise",
    ),
}
"""Measure -> its title with the way that is more alike, what it is, where it is defined."""


def score_rows(
    scores: Mapping[str, float], mean: Mapping[str, float] | None = None
) -> pd.DataFrame:
    """Return one row for each measure that is known of the example or of all of them.

    Examples
    --------
    >>> score_rows({"cosine": 0.9, "spearman": float("nan")})["example"].tolist()
    [0.9]
    """
    rows = [
        {
            "measure": title,
            "example": scores.get(name, np.nan),
            "mean": (mean or {}).get(name, np.nan),
            "meaning": text,
        }
        for name, (title, text, _) in SCORES.items()
    ]
    frame = pd.DataFrame(rows).astype({"example": float, "mean": float})
    return frame.dropna(subset=["example", "mean"], how="all").reset_index(drop=True)


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
    show_chart(
        overlap_figure(frame, k=view.k),
        frame,
        name=f"{key}_overlap",
        alt=f"{title}. {describe_overlap(frame)}",
        caption=f"Between what two random choices share and what the original shares with itself. "
        f"{definition('Jaccard@K')}",
    )
    table = score_rows(scores, mean)
    st.dataframe(
        table,
        key=f"{key}_scores",
        hide_index=True,
        height="content",
        placeholder="–",
        column_order=["measure", "example", *(["mean"] if mean else []), "meaning"],
        column_config={
            "measure": st.column_config.TextColumn(
                "Measure", help="The arrow says which way is more alike.", width=142
            ),
            "example": st.column_config.NumberColumn("Example", format="%.2f", width=64),
            "mean": st.column_config.NumberColumn(
                "Mean", help="Over all explained examples.", format="%.2f", width=60
            ),
            "meaning": st.column_config.TextColumn("What it is", width=214),
        },
        alt="Further overlap measures of this example",
    )
    captioned(
        f"What counts as alike is told in many ways. {definition(AGREEMENT)}",
        table,
        "overlap-measures",
        key=f"{key}_scores_csv",
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
    chosen = explainer_title(methods["explainer"].iloc[0])
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
            "overlap": share("Of the pair", help=f"Jaccard of the two models' top {k} words."),
            "original": share(f"● with {chosen}", help=same),
            "compressed": share(f"◆ with {chosen}", help=same),
            "top_original": column.ListColumn(f"● {names['original']}: top words", width=330),
            "top_compressed": column.ListColumn(f"◆ {names['compressed']}: top words", width=330),
        },
        alt=_describe_methods(methods, chosen),
    )
    captioned(
        f"Agreement across methods beside agreement across models: an overlap that only {chosen} "
        "sees, or that the explainers do not share within one model, says more of the method "
        f"than of the models. {definition('Other explainers')}",
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

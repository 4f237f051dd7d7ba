"""Predicted probabilities of both models for one example."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from trusteq_core.figures.style import MODEL_STYLES, TEMPLATE

__all__ = ["describe_probabilities", "probability_figure", "probability_frame"]


def probability_frame(
    labels: Sequence[str],
    original: np.ndarray,
    compressed: np.ndarray,
    *,
    gold: str | None = None,
    truth: np.ndarray | None = None,
) -> pd.DataFrame:
    """Return one row per class: ``label, original, compressed, gold`` and ``truth`` where known.

    Parameters
    ----------
    labels : sequence of str
        The task's labels.
    original, compressed : ndarray, shape (K,)
        Probabilities of the two models.
    gold : str, optional
        The example's label.
    truth : ndarray, shape (K,), optional
        The true label distribution, where the corpus knows it.

    Examples
    --------
    >>> a, b = np.array([0.2, 0.8]), np.array([0.4, 0.6])
    >>> frame = probability_frame(["no", "yes"], a, b, gold="yes")
    >>> frame[["label", "gold"]].values.tolist()
    [['no', False], ['yes', True]]
    """
    return pd.DataFrame(
        {
            "label": list(labels),
            "original": np.asarray(original, dtype=float),
            "compressed": np.asarray(compressed, dtype=float),
            "truth": np.full(len(labels), np.nan) if truth is None else truth,
            "gold": [label == gold for label in labels],
        }
    )


def probability_figure(frame: pd.DataFrame, *, names: dict[str, str]) -> go.Figure:
    """Draw both models' probabilities as pairs of bars; the gold label is marked by its name."""
    ticks = [
        f"<b>{label}</b> ★" if gold else label
        for label, gold in zip(frame["label"], frame["gold"], strict=True)
    ]
    figure = go.Figure()
    for model, style in MODEL_STYLES.items():
        figure.add_bar(
            x=frame[model],
            y=ticks,
            orientation="h",
            name=f"{style.mark} {names.get(model, model)}",
            marker={
                "color": style.colour if not style.pattern else style.fill,
                "pattern": {"shape": style.pattern, "size": 6},
                "line": {"width": 1, "color": style.colour},
            },
            text=[f"{value:.1%}" for value in frame[model]],
            textposition="outside",
            cliponaxis=False,
            hovertemplate="%{y}: %{x:.4f}<extra>" + names.get(model, model) + "</extra>",
        )
    if frame["truth"].notna().all():
        figure.add_scatter(
            x=frame["truth"],
            y=ticks,
            mode="markers",
            name="true probability",
            marker={
                "symbol": "line-ns-open",
                "size": 26,
                "color": "rgba(128,136,152,1)",
                "line": {"width": 2.5},
            },
            hovertemplate="%{y}: true probability %{x:.3f}<extra></extra>",
        )
    figure.update_layout(template=TEMPLATE, height=60 + 58 * len(frame), bargap=0.3)
    figure.update_xaxes(range=[0, 1.13], tickformat=".0%", tickvals=[0, 0.25, 0.5, 0.75, 1])
    figure.update_yaxes(autorange="reversed", showgrid=False)
    return figure


def describe_probabilities(frame: pd.DataFrame, names: dict[str, str]) -> str:
    """Return the chart in words."""
    clauses = [
        f"{row.label}: {names['original']} {row.original:.1%}, "
        f"{names['compressed']} {row.compressed:.1%}"
        for row in frame.itertuples()
    ]
    return "Predicted probabilities. " + "; ".join(clauses) + "."

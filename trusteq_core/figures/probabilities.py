"""Predicted probabilities of both models for one example."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from trusteq_core.figures.style import MODEL_STYLES, MUTED, TEMPLATE

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
    rows = np.arange(len(frame))
    figure = go.Figure()
    for offset, (model, style) in zip((-0.19, 0.19), MODEL_STYLES.items(), strict=True):
        figure.add_bar(
            x=frame[model],
            y=rows + offset,
            orientation="h",
            width=0.34,
            name=names.get(model, model),
            marker={
                "color": style.colour,
                "pattern": {"shape": style.pattern, "size": 6},
                "line": {"width": 1, "color": style.colour},
            },
            customdata=frame["label"],
            hovertemplate="%{customdata}: %{x:.4f}<extra>" + names.get(model, model) + "</extra>",
        )
        figure.add_scatter(  # the numbers in a column of their own, where nothing covers them
            x=np.full(len(frame), 1.03),
            y=rows + offset,
            mode="text",
            text=[f"{value:.1%}" for value in frame[model]],
            textposition="middle right",
            textfont={"size": 12},
            hoverinfo="skip",
            showlegend=False,
            cliponaxis=False,
        )
    if frame["truth"].notna().all():
        _add_truth(figure, frame, rows)
    ticks = [
        f"<b>{label}</b> ★" if gold else label
        for label, gold in zip(frame["label"], frame["gold"], strict=True)
    ]
    figure.update_layout(template=TEMPLATE, height=66 + 58 * len(frame), barmode="overlay")
    figure.update_xaxes(range=[0, 1.16], tickformat=".0%", tickvals=[0, 0.25, 0.5, 0.75, 1])
    figure.update_yaxes(
        range=[len(frame) - 0.5, -0.5], tickvals=rows, ticktext=ticks, showgrid=False
    )
    return figure


def _add_truth(figure: go.Figure, frame: pd.DataFrame, rows: np.ndarray) -> None:
    figure.add_scatter(
        x=frame["truth"],
        y=rows,
        mode="markers",
        name="true probability",
        marker={
            "symbol": "line-ns-open",
            "size": 34,
            "color": MUTED,
            "line": {"width": 2.5, "color": MUTED},
        },
        customdata=frame["label"],
        hovertemplate="%{customdata}: true probability %{x:.3f}<extra></extra>",
    )


def describe_probabilities(frame: pd.DataFrame, names: dict[str, str]) -> str:
    """Return the chart in words."""
    clauses = [
        f"{row.label}: {names['original']} {row.original:.1%}, "
        f"{names['compressed']} {row.compressed:.1%}"
        for row in frame.itertuples()
    ]
    return "Predicted probabilities. " + "; ".join(clauses) + "."

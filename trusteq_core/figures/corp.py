"""The CORP reliability curve of two models: isotonic, without bins."""

from __future__ import annotations

import pandas as pd
import plotly.graph_objects as go

from trusteq_core.figures.histogram import add_counts, lay_out_over_histogram, over_histogram
from trusteq_core.figures.style import MODEL_STYLES, MUTED, empty_figure

__all__ = ["corp_figure", "describe_corp"]


def corp_figure(
    curve: pd.DataFrame,
    bins: pd.DataFrame,
    *,
    n_classes: int,
    names: dict[str, str],
    zoom: bool = True,
    only: str | None = None,
    height: int = 520,
) -> go.Figure:
    """Draw the accuracy that an isotonic recalibration gives to each confidence.

    Parameters
    ----------
    curve : DataFrame
        ``model``, ``confidence``, ``recalibrated``, ``count``.
    bins : DataFrame
        Bins for the histogram beneath.
    n_classes, names, zoom, only, height
        As in `reliability_figure`.
    """
    if curve.empty:
        return empty_figure("No predictions to draw.")
    figure, start = over_histogram(), 1 / n_classes if zoom else 0.0
    figure.add_scatter(
        x=[start, 1],
        y=[start, 1],
        mode="lines",
        line={"color": MUTED, "dash": "dash", "width": 1.2},
        name="perfect calibration",
        hoverinfo="skip",
        row=1,
        col=1,
    )
    for model, style in MODEL_STYLES.items():
        rows = curve[curve["model"] == model]
        if rows.empty or only not in (None, model):
            continue
        figure.add_scatter(
            x=rows["confidence"],
            y=rows["recalibrated"],
            mode="lines",
            line={"color": style.colour, "dash": style.dash, "width": 2.2},
            name=names.get(model, model),
            legendgroup=model,
            customdata=rows[["count"]].to_numpy(),
            hovertemplate="confidence %{x:.3f} · recalibrated %{y:.3f}<br>"
            "%{customdata[0]:,} examples on this stretch<extra>%{fullData.name}</extra>",
            row=1,
            col=1,
        )
    add_counts(figure, bins, names, only=only)
    room = min(start, float(curve["recalibrated"].min())) - 0.03, 1.04
    title = "Accuracy, isotonic"
    lay_out_over_histogram(figure, start=start, title=title, room=room, height=height)
    return figure


def describe_corp(curve: pd.DataFrame, names: dict[str, str]) -> str:
    """Return the curve in words: what recalibration would save, and what it could not."""
    rows = curve.drop_duplicates("model")
    parts = [
        f"{names.get(row['model'], row['model'])}: miscalibration {row['miscalibration']:.4f}, "
        f"discrimination {row['discrimination']:.4f}, uncertainty {row['uncertainty']:.4f}"
        for row in rows.to_dict("records")
    ]
    return "Isotonic reliability curve. " + "; ".join(parts) + "."

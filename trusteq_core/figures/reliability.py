"""Reliability diagram of two models, drawn from a frame of bins."""

from __future__ import annotations

import numpy as np
import pandas as pd
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from trusteq_core.figures.style import MODEL_STYLES, MUTED, TEMPLATE, empty_figure

__all__ = ["describe_reliability", "reliability_figure"]

_DIAGRAM_HOVER = (
    "<b>%{fullData.name}, bin %{customdata[1]}</b><br>"
    "confidence %{x:.3f} · accuracy %{y:.3f}<br>"
    "gap %{customdata[2]:+.3f} · %{customdata[3]:,} examples<extra></extra>"
)
_COUNT_HOVER = (
    "<b>%{fullData.name}, bin %{customdata[1]}</b><br>"
    "%{customdata[3]:,} examples (%{customdata[4]:.1%})<extra></extra>"
)


def reliability_figure(
    bins: pd.DataFrame,
    *,
    n_classes: int,
    names: dict[str, str],
    selected: float | None = None,
    height: int = 520,
) -> go.Figure:
    """Draw both models' accuracy against confidence, with how often each confidence occurs.

    Parameters
    ----------
    bins : DataFrame
        The bins frame with a leading `model` column (``"original"`` or ``"compressed"``).
        Bins without examples are not drawn.
    n_classes : int
        K; no confidence lies below 1/K, where the confidence axis starts.
    names : dict of str
        The name to show for each of the two models.
    selected : float, optional
        A confidence; the bin around it is shaded.
    height : int
        In pixels.

    Returns
    -------
    Figure
        Each marker carries ``customdata = [model, bin, gap, count, share]``.
    """
    filled = bins[bins["count"] > 0]
    if filled.empty:
        return empty_figure("No predictions to draw.")
    figure = make_subplots(
        rows=2, cols=1, shared_xaxes=True, row_heights=[0.76, 0.24], vertical_spacing=0.045
    )
    _add_diagonal(figure, 1 / n_classes)
    largest = filled["count"].max()
    for model in MODEL_STYLES:
        rows = filled[filled["model"] == model]
        if not rows.empty:
            _add_curve(figure, rows, model, names.get(model, model), largest)
            _add_counts(figure, rows, model, names.get(model, model))
    if selected is not None:
        _shade(figure, filled, selected)
    _lay_out(figure, n_classes, height)
    return figure


def describe_reliability(bins: pd.DataFrame, names: dict[str, str]) -> str:
    """Return the diagram in words: each model's largest gap and how much evidence is behind it."""
    parts = []
    for model in MODEL_STYLES:
        rows = bins[(bins["model"] == model) & (bins["count"] > 0)]
        if rows.empty:
            continue
        worst = rows.iloc[int(rows["gap"].abs().to_numpy().argmax())]
        side = "overconfident" if worst["gap"] > 0 else "underconfident"
        parts.append(
            f"{names.get(model, model)}: {len(rows)} bins with examples, largest gap "
            f"{abs(worst['gap']):.3f} ({side}) at confidence {worst['confidence']:.2f} "
            f"with {int(worst['count'])} examples"
        )
    return "Reliability diagram. " + "; ".join(parts) + "."


def _add_diagonal(figure: go.Figure, start: float) -> None:
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


def _customdata(rows: pd.DataFrame, model: str) -> list[list[object]]:
    total = rows["count"].sum()
    return [
        [model, int(number), float(gap), int(count), float(count / total)]
        for number, gap, count in zip(rows["bin"], rows["gap"], rows["count"], strict=True)
    ]


def _add_curve(figure: go.Figure, rows: pd.DataFrame, model: str, name: str, largest: int) -> None:
    style = MODEL_STYLES[model]
    figure.add_scatter(  # a line of its own: clicks on a line would report the wrong bin
        x=rows["confidence"],
        y=rows["accuracy"],
        mode="lines",
        line={"color": style.colour, "dash": style.dash, "width": 1.5},
        hoverinfo="skip",
        showlegend=False,
        legendgroup=model,
        row=1,
        col=1,
    )
    figure.add_scatter(
        x=rows["confidence"],
        y=rows["accuracy"],
        mode="markers",
        name=name,
        legendgroup=model,
        marker={
            "color": style.colour,
            "opacity": 0.88,
            "symbol": style.symbol,
            "size": 8 + 14 * np.sqrt(rows["count"].to_numpy() / largest),
            "line": {"width": 1, "color": "rgba(255,255,255,0.7)"},
        },
        error_y={
            "type": "data",
            "symmetric": False,
            "array": rows["accuracy_high"] - rows["accuracy"],
            "arrayminus": rows["accuracy"] - rows["accuracy_low"],
            "thickness": 1.1,
            "width": 3,
            "color": style.fill,
        },
        customdata=_customdata(rows, model),
        hovertemplate=_DIAGRAM_HOVER,
        row=1,
        col=1,
    )


def _add_counts(figure: go.Figure, rows: pd.DataFrame, model: str, name: str) -> None:
    style = MODEL_STYLES[model]
    share = rows["count"] / rows["count"].sum()
    figure.add_bar(
        x=(rows["low"] + rows["high"]) / 2,
        y=share if model == "original" else -share,
        width=(rows["high"] - rows["low"]) * 0.94,
        name=name,
        legendgroup=model,
        showlegend=False,
        marker={
            "color": style.colour if style.pattern else style.fill,
            "pattern": {"shape": style.pattern, "size": 5},
            "line": {"width": 0},
        },
        customdata=_customdata(rows, model),
        hovertemplate=_COUNT_HOVER,
        row=2,
        col=1,
    )


def _shade(figure: go.Figure, bins: pd.DataFrame, confidence: float) -> None:
    around = bins[(bins["low"] <= confidence) & (confidence <= bins["high"])]
    if not around.empty:
        figure.add_vrect(
            x0=around["low"].iloc[0],
            x1=around["high"].iloc[0],
            fillcolor="rgba(128,136,152,0.16)",
            line_width=0,
            layer="below",
        )


def _lay_out(figure: go.Figure, n_classes: int, height: int) -> None:
    figure.update_layout(
        template=TEMPLATE, height=height, barmode="overlay", clickmode="event+select"
    )
    figure.update_xaxes(range=[1 / n_classes - 0.01, 1.02])
    figure.update_xaxes(title_text="Confidence", row=2, col=1)
    figure.update_yaxes(title_text="Accuracy", range=[-0.02, 1.04], row=1, col=1)
    figure.update_yaxes(title_text="Share", showticklabels=False, nticks=3, row=2, col=1)

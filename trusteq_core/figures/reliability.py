"""Reliability diagram and gap diagram of two models, drawn from a frame of bins."""

from __future__ import annotations

import html
from typing import Literal

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from trusteq_core.figures.histogram import (
    add_counts,
    customdata,
    lay_out_over_histogram,
    over_histogram,
)
from trusteq_core.figures.style import MODEL_STYLES, MUTED, empty_figure

__all__ = ["Quantity", "describe_reliability", "diagram_frame", "reliability_figure"]

Quantity = Literal["accuracy", "gap"]

_HOVER = (
    "<b>%{fullData.name}, bin %{customdata[1]}</b><br>"
    "confidence %{x:.3f} · %{meta} %{y:.3f}<br>"
    "gap %{customdata[2]:+.3f} · %{customdata[3]:,} examples<extra></extra>"
)


def diagram_frame(bins: pd.DataFrame, quantity: Quantity = "accuracy") -> pd.DataFrame:
    """Return the bins with examples and what a diagram draws upwards.

    Parameters
    ----------
    bins : DataFrame
        Bins led by ``model``; optionally with a consistency band (``band_low``, ``band_high``)
        and ``true_accuracy``.
    quantity : {"accuracy", "gap"}
        The accuracy, or confidence less accuracy.

    Returns
    -------
    DataFrame
        `bins` with ``value`` and its interval ``value_low``, ``value_high``, the band
        ``from``, ``to`` of a calibrated model, and ``true_value``; NaN where not known.
    """
    drawn = bins[bins["count"] > 0]
    sources = {
        "value": "accuracy",
        "value_low": "accuracy_low",
        "value_high": "accuracy_high",
        "from": "band_low",
        "to": "band_high",
        "true_value": "true_accuracy",
    }
    if quantity == "gap":  # confidence less a low accuracy is the high end
        flipped = {"value_low": "accuracy_high", "value_high": "accuracy_low"}
        sources |= flipped | {"from": "band_high", "to": "band_low"}
    nothing = pd.Series(np.nan, index=drawn.index)
    values = {name: drawn.get(source, nothing) for name, source in sources.items()}
    if quantity == "gap":
        values = {name: drawn["confidence"] - value for name, value in values.items()}
    return drawn.assign(**values)


def reliability_figure(
    bins: pd.DataFrame,
    *,
    n_classes: int,
    names: dict[str, str],
    quantity: Quantity = "accuracy",
    zoom: bool = True,
    selected: float | None = None,
    event: str = "",
    only: str | None = None,
    height: int = 520,
) -> go.Figure:
    """Draw both models' accuracy, or gap, against confidence, with how often each occurs.

    Parameters
    ----------
    bins : DataFrame
        Bins led by ``model`` (``"original"`` or ``"compressed"``), as `diagram_frame` takes them.
        A band is drawn where there is one, true values where they are known.
    n_classes : int
        K; no confidence lies below 1/K.
    names : dict of str
        The name to show for each of the two models.
    quantity : {"accuracy", "gap"}
        What is drawn upwards.
    zoom : bool
        Whether the confidence axis begins at 1/K, else at 0.
    selected : float, optional
        A confidence; the bin around it is shaded.
    event : str
        The class whose probability is drawn; empty for the predicted label.
    only : str, optional
        The one model to draw, on the axes and with the sizes of both: for diagrams side by side.
    height : int
        In pixels.

    Returns
    -------
    Figure
        Each marker carries ``customdata = [model, bin, gap, count, share]``.
    """
    frame = diagram_frame(bins, quantity)
    if frame.empty:
        return empty_figure("No predictions to draw.")
    figure, start = over_histogram(), 1 / n_classes if zoom else 0.0
    _add_reference(figure, start, quantity)
    for model in MODEL_STYLES if only is None else (only,):
        rows = frame[frame["model"] == model]
        if not rows.empty:
            _add_band(figure, rows, model)
            _add_curve(figure, rows, model, names.get(model, model), quantity, frame["count"].max())
            _add_truth(figure, rows, model, names.get(model, model))
    add_counts(figure, bins, names, only=only)
    if selected is not None:
        _shade(figure, frame if only is None else frame[frame["model"] == only], selected)
    share = f"share of {html.escape(event)}" if event else "accuracy"
    title = share.capitalize() if quantity == "accuracy" else f"Gap: confidence less {share}"
    room = _room(frame, quantity, start)
    lay_out_over_histogram(figure, start=start, title=title, room=room, height=height)
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


def _room(frame: pd.DataFrame, quantity: Quantity, start: float) -> tuple[float, float]:
    """Return the vertical range: as the confidence axis, or as far as the marks and bars go."""
    if quantity == "accuracy":
        return min(start, float(frame["value_low"].min())) - 0.03, 1.04
    reach = frame[["value_low", "value_high", "from", "to"]].abs().to_numpy()
    largest = 1.06 * float(np.nanmax(reach))
    return -largest, largest


def _add_reference(figure: go.Figure, start: float, quantity: Quantity) -> None:
    figure.add_scatter(
        x=[start, 1],
        y=[start, 1] if quantity == "accuracy" else [0, 0],
        mode="lines",
        line={"color": MUTED, "dash": "dash", "width": 1.2},
        name="perfect calibration",
        hoverinfo="skip",
        row=1,
        col=1,
    )


def _add_band(figure: go.Figure, rows: pd.DataFrame, model: str) -> None:
    rows = rows.dropna(subset=["from", "to"])
    if rows.empty:
        return
    there, back = rows["confidence"], rows["confidence"].iloc[::-1]
    figure.add_scatter(
        x=pd.concat([there, back]),
        y=pd.concat([rows["from"], rows["to"].iloc[::-1]]),
        mode="lines",
        fill="toself",
        fillcolor=MODEL_STYLES[model].fill.replace("0.55", "0.13"),
        line={"width": 0},
        name="consistency band",
        hoverinfo="skip",
        showlegend=False,
        legendgroup=model,
        row=1,
        col=1,
    )


def _add_curve(
    figure: go.Figure, rows: pd.DataFrame, model: str, name: str, quantity: str, largest: int
) -> None:
    style = MODEL_STYLES[model]
    figure.add_scatter(  # a line of its own: clicks on a line would report the wrong bin
        x=rows["confidence"],
        y=rows["value"],
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
        y=rows["value"],
        mode="markers",
        name=name,
        meta=quantity,
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
            "array": rows["value_high"] - rows["value"],
            "arrayminus": rows["value"] - rows["value_low"],
            "thickness": 1.1,
            "width": 3,
            "color": style.fill,
        },
        customdata=customdata(rows, model),
        hovertemplate=_HOVER,
        row=1,
        col=1,
    )


def _add_truth(figure: go.Figure, rows: pd.DataFrame, model: str, name: str) -> None:
    known = rows.dropna(subset=["true_value"])
    if known.empty:
        return
    style = MODEL_STYLES[model]
    figure.add_scatter(
        x=known["confidence"],
        y=known["true_value"],
        mode="markers",
        name=f"{name}, true",
        legendgroup=f"{model} true",
        marker={
            "symbol": f"{style.symbol}-open",
            "size": 10,
            "color": MUTED,
            "line": {"width": 2, "color": MUTED},
        },
        customdata=customdata(known, model),
        hovertemplate="true value %{y:.3f} · confidence %{x:.3f}<extra></extra>",
        row=1,
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

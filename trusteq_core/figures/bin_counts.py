"""The ECE of two models against the number of bins, beside its noise floor."""

from __future__ import annotations

import pandas as pd
import plotly.graph_objects as go

from trusteq_core.figures.style import MODEL_STYLES, MUTED, TEMPLATE, empty_figure

__all__ = ["bin_counts_figure", "describe_bin_counts"]


def bin_counts_figure(
    frame: pd.DataFrame, *, n_bins: int, names: dict[str, str], height: int = 460
) -> go.Figure:
    """Draw the ECE, its floor up to two standard deviations, and what it estimates where known.

    Parameters
    ----------
    frame : DataFrame
        ``model``, ``n_bins``, ``ece``, ``floor``, ``floor_high``, ``true_ece``.
    n_bins : int
        The number of bins that the other views use: marked.
    names : dict of str
        Names of the models.
    height : int
        In pixels.
    """
    if frame.empty:
        return empty_figure("No predictions to draw.")
    figure = go.Figure()
    for model, style in MODEL_STYLES.items():
        rows = frame[frame["model"] == model]
        if rows.empty:
            continue
        name = names.get(model, model)
        _add_floor(figure, rows, model, name)
        line = {"color": style.colour, "dash": style.dash, "width": 2}
        marker = {"color": style.colour, "symbol": style.symbol, "size": 8}
        figure.add_scatter(
            x=rows["n_bins"],
            y=rows["ece"],
            mode="lines+markers",
            line=line,
            marker=marker,
            name=f"{name}, ECE",
            hovertemplate="%{x} bins: %{y:.4f}<extra>%{fullData.name}</extra>",
        )
        if rows["true_ece"].notna().any():
            figure.add_scatter(
                x=rows["n_bins"],
                y=rows["true_ece"],
                mode="markers",
                marker={**marker, "symbol": f"{style.symbol}-open", "line": {"width": 2}},
                name=f"{name}, true",
                hovertemplate="%{x} bins: %{y:.4f}<extra>%{fullData.name}</extra>",
            )
    figure.add_vline(x=n_bins, line={"color": MUTED, "width": 1.2, "dash": "dot"})
    ticks = sorted({2, 5, 10, 15, 30, 50, 100} & set(frame["n_bins"]))
    figure.update_layout(template=TEMPLATE, height=height)
    figure.update_xaxes(type="log", tickvals=ticks, title_text="Number of bins")
    figure.update_yaxes(title_text="ECE", rangemode="tozero")
    return figure


def describe_bin_counts(frame: pd.DataFrame, names: dict[str, str]) -> str:
    """Return the chart in words: the ECE and its floor at the fewest and at the most bins."""
    parts = []
    for model, rows in frame.groupby("model", sort=False):
        first, last = rows.iloc[0], rows.iloc[-1]
        parts.append(
            f"{names.get(str(model), str(model))}: from {first['ece']:.4f} (floor "
            f"{first['floor']:.4f}) at {first['n_bins']:.0f} bins to {last['ece']:.4f} (floor "
            f"{last['floor']:.4f}) at {last['n_bins']:.0f} bins"
        )
    return "ECE against the number of bins. " + "; ".join(parts) + "."


def _add_floor(figure: go.Figure, rows: pd.DataFrame, model: str, name: str) -> None:
    style = MODEL_STYLES[model]
    figure.add_scatter(
        x=pd.concat([rows["n_bins"], rows["n_bins"].iloc[::-1]]),
        y=pd.concat([rows["floor"], rows["floor_high"].iloc[::-1]]),
        mode="lines",
        fill="toself",
        fillcolor=style.fill.replace("0.55", "0.26"),
        fillpattern={"shape": style.pattern, "size": 6, "fillmode": "overlay"},
        line={"width": 0},
        name=f"{name}, floor",
        hoverinfo="skip",
    )

"""Every compressed model of a task: its cost against what it keeps."""

from __future__ import annotations

import html

import pandas as pd
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from trusteq_core.figures.style import MODEL_STYLES, MUTED, TEMPLATE, empty_figure

__all__ = ["COSTS", "model_map_figure"]

COSTS: dict[str, str] = {
    "parameters": "Parameters",
    "bytes": "Size on disk (bytes)",
    "latency_ms": "Latency of one example (ms)",
}
"""What the horizontal axis of the map can show: column of the model table -> axis title."""

_ROLES = {
    "original": ("star", "original"),
    "control": ("circle-open", "retraining control"),
    "compressed": ("diamond", "compressed"),
}


def model_map_figure(
    table: pd.DataFrame, *, cost: str, axes: dict[str, str], selected: str | None = None
) -> go.Figure:
    """Draw one panel per quality, all models in each, over one logarithmic cost axis.

    Parameters
    ----------
    table : DataFrame
        One row per model: `model`, `role`, the columns of `COSTS`, and those named in `axes`.
    cost : str
        A key of `COSTS`.
    axes : dict of str
        Columns to draw upwards -> title of the panel.
    selected : str, optional
        The compressed model of the current pair, drawn larger.
    """
    drawn = table.dropna(subset=[cost])
    if drawn.empty:
        return empty_figure("No model has this figure.")
    figure = make_subplots(
        rows=1, cols=len(axes), subplot_titles=list(axes.values()), horizontal_spacing=0.06
    )
    for column, quality in enumerate(axes, start=1):
        for role, rows in drawn.dropna(subset=[quality]).groupby("role", sort=False):
            _add_models(figure, rows, str(role), cost, quality, column, selected)
    figure.update_layout(template=TEMPLATE, height=360, clickmode="event+select")
    figure.update_layout(margin={"t": 64}, legend={"y": 1.16})
    figure.update_xaxes(type="log", title_text=COSTS[cost], dtick="D1" if cost != "bytes" else None)
    return figure


def _add_models(
    figure: go.Figure,
    rows: pd.DataFrame,
    role: str,
    cost: str,
    quality: str,
    column: int,
    selected: str | None,
) -> None:
    symbol, title = _ROLES.get(role, _ROLES["compressed"])
    model = "compressed" if role == "compressed" else "original"
    chosen = rows["model"] == selected
    figure.add_scatter(
        x=rows[cost],
        y=rows[quality],
        mode="markers+text",
        name=title,
        legendgroup=role,
        showlegend=column == 1,
        text=[
            f"<b>{html.escape(name)}</b>" if name == selected else html.escape(name)
            for name in rows["model"]
        ],
        textposition="top center",
        textfont={"size": 11},
        cliponaxis=False,
        customdata=rows["model"].tolist(),
        marker={
            "symbol": symbol,
            "color": MODEL_STYLES[model].colour,
            "size": [16 if is_chosen else 11 for is_chosen in chosen],
            "line": {"width": 2 if role == "control" else 0, "color": MUTED},
        },
        hovertemplate="<b>%{customdata}</b><br>%{x:,.3s} · %{y:.3f}<extra></extra>",
        row=1,
        col=column,
    )

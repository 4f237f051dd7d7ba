"""Every compressed model of a task: its cost against what it keeps."""

from __future__ import annotations

import html
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from trusteq_core.figures.labels import label_offsets, needs_line
from trusteq_core.figures.style import CLEAR, MODEL_STYLES, MUTED, TEMPLATE, empty_figure

__all__ = ["COSTS", "model_map_figure"]

COSTS: dict[str, str] = {
    "bytes": "Size on disk (bytes)",
    "parameters": "Parameters",
    "latency_ms": "Latency of one example (ms)",
}
"""What the horizontal axis of the map can show: column of the model table -> axis title."""

_HEIGHT = 380
_PANEL = (330.0, 250.0)  # pixels of one of three panels on a page of 1280
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
        return empty_figure("No model of the task has a stored size or latency.")
    figure = make_subplots(
        rows=1, cols=len(axes), subplot_titles=list(axes.values()), horizontal_spacing=0.06
    )
    figure.update_annotations(font={"size": 13})  # the panels' titles
    values = ticks(drawn[cost])
    margin = 0.12 * np.log10(values[-1] / values[0])
    span = (np.log10(values[0]) - margin, np.log10(values[-1]) + margin)
    names: list[dict[str, Any]] = []
    for column, quality in enumerate(axes, start=1):
        room = _room(drawn[quality])
        models = drawn.dropna(subset=[quality])
        for role in reversed(_ROLES):  # the original last, so that nothing covers it
            rows = models[models["role"] == role]
            if not rows.empty:
                _add_models(figure, rows, role, cost, quality, column, selected)
        names += _names(models, cost, quality, column, span, room, selected)
        figure.update_yaxes(range=room, nticks=6, row=1, col=column)
    # All at once: plotly copies every annotation that there is for each that is added.
    figure.layout.annotations = [*figure.layout.annotations, *names]
    figure.update_xaxes(
        type="log", range=span, tickvals=values, tickformat="~s", title_text=COSTS[cost]
    )
    figure.update_layout(
        template=TEMPLATE,
        height=_HEIGHT,
        clickmode="event+select",
        margin={"t": 66, "r": 16, "l": 16},
        legend={"y": 1.15, "traceorder": "reversed"},
    )
    return figure


def ticks(values: pd.Series) -> list[float]:
    """Return the 1, 2, 5 steps around positive values, for a logarithmic axis.

    Examples
    --------
    >>> ticks(pd.Series([300_000, 4_000_000]))
    [200000.0, 500000.0, 1000000.0, 2000000.0, 5000000.0]
    """
    low, high = float(values.min()), float(values.max())
    powers = range(int(np.floor(np.log10(low))), int(np.ceil(np.log10(high))) + 1)
    steps = [step * 10.0**power for power in powers for step in (1, 2, 5)]
    first = max(index for index, step in enumerate(steps) if step <= low)
    last = min(index for index, step in enumerate(steps) if step >= high)
    return steps[first : max(last, first + 1) + 1]


def _room(values: pd.Series) -> tuple[float, float]:
    """Return an axis range that leaves room for the names above the marks."""
    low, high = float(values.min()), float(values.max())
    span = (high - low) or 0.02
    return low - 0.14 * span, high + 0.2 * span


def _names(
    rows: pd.DataFrame,
    cost: str,
    quality: str,
    column: int,
    span: tuple[float, float],
    room: tuple[float, float],
    selected: str | None,
) -> list[dict[str, Any]]:
    """Return each model's name beside its mark; where marks are crowded, at the end of a line."""
    powers = np.log10(rows[cost].to_numpy(dtype=float))
    values = rows[quality].to_numpy(dtype=float)
    names = rows["model"].tolist()
    offsets = label_offsets(
        (powers - span[0]) / (span[1] - span[0]) * _PANEL[0],
        (values - room[0]) / (room[1] - room[0]) * _PANEL[1],
        names,
        room=_PANEL,
        larger=[name == selected for name in names],
    )
    number = "" if column == 1 else str(column)
    return [
        {
            "x": power,  # on a logarithmic axis an annotation stands at the logarithm
            "y": value,
            "xref": f"x{number}",
            "yref": f"y{number}",
            "ax": across,
            "ay": -up,
            "text": f"<b>{html.escape(name)}</b>" if name == selected else html.escape(name),
            "font": {"size": 11},
            "showarrow": True,
            "arrowhead": 0,
            "arrowwidth": 1,
            "arrowcolor": MUTED if needs_line(name, (across, up)) else CLEAR,
            "standoff": 6,
            "borderpad": 0,
        }
        for name, power, value, (across, up) in zip(names, powers, values, offsets, strict=True)
    ]


def _add_models(
    figure: go.Figure,
    rows: pd.DataFrame,
    role: str,
    cost: str,
    quality: str,
    column: int,
    selected: str | None,
) -> None:
    symbol, title = _ROLES[role]
    model = "compressed" if role == "compressed" else "original"
    chosen = rows["model"] == selected
    figure.add_scatter(
        x=rows[cost],
        y=rows[quality],
        mode="markers",
        name=title,
        legendgroup=role,
        showlegend=column == 1,
        cliponaxis=False,
        customdata=rows["model"].tolist(),
        marker={
            "symbol": symbol,
            "opacity": 1,
            "color": MODEL_STYLES[model].colour,
            "size": [16 if is_chosen else 11 for is_chosen in chosen],
            "line": {"width": 2 if role == "control" else 1, "color": MUTED},
        },
        hovertemplate="<b>%{customdata}</b><br>%{x:,.3s} · %{y:.3f}<extra></extra>",
        row=1,
        col=column,
    )

"""How often each confidence occurs: the mirrored histogram under a reliability diagram."""

from __future__ import annotations

import pandas as pd
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from trusteq_core.figures.style import MODEL_STYLES, TEMPLATE

__all__ = ["add_counts", "customdata", "lay_out_over_histogram", "over_histogram"]

_HOVER = (
    "<b>%{fullData.name}, bin %{customdata[1]}</b><br>"
    "%{customdata[3]:,} examples (%{customdata[4]:.1%})<extra></extra>"
)


def over_histogram() -> go.Figure:
    """Return an empty figure of two rows on one confidence axis: a diagram, a histogram."""
    return make_subplots(
        rows=2, cols=1, shared_xaxes=True, row_heights=[0.76, 0.24], vertical_spacing=0.045
    )


def customdata(rows: pd.DataFrame, model: str) -> list[list[object]]:
    """Return ``[model, bin, gap, count, share]`` of each row: what a click on its mark brings."""
    total = rows["count"].sum()
    return [
        [model, int(number), float(gap), int(count), float(count / total)]
        for number, gap, count in zip(rows["bin"], rows["gap"], rows["count"], strict=True)
    ]


def add_counts(
    figure: go.Figure, bins: pd.DataFrame, names: dict[str, str], *, only: str | None = None
) -> None:
    """Draw the share of each bin with examples: the original up, the compressed model down.

    One model alone is drawn upwards, on the scale of both.
    """
    if only:
        totals = bins.groupby("model")["count"].transform("sum")
        figure.update_yaxes(range=[0, 1.04 * float((bins["count"] / totals).max())], row=2, col=1)
    for model, style in MODEL_STYLES.items():
        if only not in (None, model):
            continue
        rows = bins[(bins["model"] == model) & (bins["count"] > 0)]
        if rows.empty:
            continue
        share = rows["count"] / rows["count"].sum()
        figure.add_bar(
            x=(rows["low"] + rows["high"]) / 2,
            y=share if model == "original" or only else -share,
            width=(rows["high"] - rows["low"]) * 0.94,
            name=names.get(model, model),
            legendgroup=model,
            showlegend=False,
            marker={
                "color": style.colour if style.pattern else style.fill,
                "pattern": {"shape": style.pattern, "size": 5},
                "line": {"width": 0},
            },
            customdata=customdata(rows, model),
            hovertemplate=_HOVER,
            row=2,
            col=1,
        )


def lay_out_over_histogram(
    figure: go.Figure, *, start: float, title: str, room: tuple[float, float], height: int
) -> None:
    """Set the axes of a diagram over its histogram.

    Parameters
    ----------
    start : float
        Where the confidence axis begins.
    title : str
        Title of the upper vertical axis.
    room : pair of float
        Range of the upper vertical axis.
    height : int
        In pixels.
    """
    figure.update_layout(
        template=TEMPLATE, height=height, barmode="overlay", clickmode="event+select"
    )
    figure.update_xaxes(range=[start - 0.01, 1.02])
    figure.update_xaxes(title_text="Confidence", row=2, col=1)
    figure.update_yaxes(title_text=title, range=list(room), row=1, col=1)
    figure.update_yaxes(title_text="Share", showticklabels=False, nticks=3, row=2, col=1)

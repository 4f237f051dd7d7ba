"""Every explained example as a point: change of confidence against overlap, with marginals."""

from __future__ import annotations

import html
from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from trusteq_core.figures.numbers import number
from trusteq_core.figures.style import COMPARISON, GRID, MUTED, TEMPLATE, empty_figure

__all__ = [
    "OUTCOME_STYLES",
    "describe_disagreement",
    "disagreement_figure",
    "marginal_counts",
]

OUTCOME_STYLES: dict[str, tuple[str, str]] = {
    "both right": ("circle-open", "#7C8798"),
    "negative flip": ("triangle-down", "#D9480F"),
    "positive flip": ("triangle-up", "#1C7ED6"),
    "both wrong": ("square-open", "#A07400"),
    "wrong differently": ("x", "#C2255C"),
    "same answer": ("circle-open", "#7C8798"),
    "different answer": ("triangle-down", "#D9480F"),
}
"""Mark and colour of each outcome, in the order in which they are drawn."""

N_BINS = 40  # of the change of confidence, from -1 to 1
N_LEVELS = 20  # of the overlap, from 0 to 1
_HEIGHT = 470


def marginal_counts(points: pd.DataFrame) -> pd.DataFrame:
    """Return how many points, and how many flips among them, lie in each bin of either axis.

    Parameters
    ----------
    points : DataFrame
        One row per example: ``shift`` (-1 to 1), ``jaccard`` (0 to 1) and ``flip``.

    Returns
    -------
    DataFrame
        ``axis`` ("shift" or "jaccard"), ``low``, ``high``, ``count``, ``flips``; bins are closed on
        the left, the last one also on the right; empty bins are left out.

    Examples
    --------
    >>> points = pd.DataFrame({"shift": [0.01, 0.02], "jaccard": [0.0, 1.0], "flip": [True, False]})
    >>> marginal_counts(points)[["axis", "count", "flips"]].values.tolist()
    [['shift', 2, 1], ['jaccard', 1, 1], ['jaccard', 1, 0]]
    """
    frames = []
    for axis, edges in (
        ("shift", np.linspace(-1, 1, N_BINS + 1)),
        ("jaccard", np.linspace(0, 1, N_LEVELS + 1)),
    ):
        values, flip = points[axis].to_numpy(dtype=float), points["flip"].to_numpy(dtype=bool)
        frame = pd.DataFrame(
            {
                "axis": axis,
                "low": edges[:-1],
                "high": edges[1:],
                "count": np.histogram(values, edges)[0],
                "flips": np.histogram(values[flip], edges)[0],
            }
        )
        frames.append(frame[frame["count"] > 0])
    return pd.concat(frames, ignore_index=True)


def disagreement_figure(
    points: pd.DataFrame,
    *,
    k: int,
    inside: np.ndarray | None = None,
    outline: Sequence[tuple[float, float]] = (),
) -> go.Figure:
    """Draw the points by outcome, with the counts along both axes.

    Parameters
    ----------
    points : DataFrame
        One row per example: ``id``, ``outcome``, ``shift``, ``jaccard``, ``flip`` and ``chance``.
    k : int
        Number of top words.
    inside : ndarray of bool, shape (n,), optional
        The chosen points; the others are drawn faint.
    outline : sequence of (float, float)
        Corners of the region that was chosen.
    """
    if points.empty:
        return empty_figure("No example has an overlap: the texts have too few words for this K.")
    figure = make_subplots(
        rows=2,
        cols=2,
        shared_xaxes="columns",
        shared_yaxes="rows",
        column_widths=[0.88, 0.12],
        row_heights=[0.15, 0.85],
        horizontal_spacing=0.012,
        vertical_spacing=0.02,
    )
    _add_marginals(figure, marginal_counts(points))
    for outcome, (symbol, colour) in OUTCOME_STYLES.items():
        of_it = (points["outcome"] == outcome).to_numpy()
        rows = points[of_it]
        if rows.empty:
            continue
        figure.add_scatter(
            x=rows["shift"],
            y=rows["jaccard"],
            mode="markers",
            name=f"{outcome} ({len(rows)})",
            customdata=rows["id"].map(html.escape).tolist(),
            marker={
                "symbol": symbol,
                "color": colour,
                "size": 10,
                "line": {"width": 1.6, "color": colour},
            },
            selectedpoints=None if inside is None else np.flatnonzero(inside[of_it]).tolist(),
            unselected={"marker": {"opacity": 0.22}},
            hovertemplate="<b>%{customdata}</b><br>confidence %{x:+.3f} · overlap %{y:.2f}"
            f"<extra>{html.escape(outcome)}</extra>",
            cliponaxis=False,
            row=2,
            col=1,
        )
    if outline:
        corners = " L".join(f"{x},{y}" for x, y in outline)
        figure.add_shape(
            type="path",
            path=f"M{corners} Z",
            line={"color": COMPARISON, "width": 1.5, "dash": "dot"},
            fillcolor="rgba(63,127,196,0.07)",
            layer="below",
            row=2,
            col=1,
        )
    figure.add_vline(x=0, line={"color": MUTED, "width": 1}, row=2, col=1)
    chance = float(points["chance"].mean())
    figure.add_hline(
        y=chance,
        line={"color": MUTED, "width": 1, "dash": "dash"},
        annotation={"text": "chance", "font": {"color": MUTED, "size": 11}},
        annotation_position="top left",
        row=2,
        col=1,
    )
    figure.update_layout(
        template=TEMPLATE, height=_HEIGHT, barmode="overlay", bargap=0.06, dragmode="select"
    )
    reach = max(0.1, float(points["shift"].abs().max())) * 1.08
    figure.update_xaxes(range=[-reach, reach], row=2, col=1, tickformat="+.2~f")
    figure.update_xaxes(
        title_text="Confidence of the compressed model less that of the original", row=2, col=1
    )
    figure.update_yaxes(
        range=[-0.05, 1.05], title_text=f"Overlap: Jaccard of the top {k} words", row=2, col=1
    )
    for place in ({"row": 1, "col": 1}, {"row": 2, "col": 2}):
        figure.update_xaxes(showgrid=False, showline=False, **place)
        figure.update_yaxes(showgrid=False, showline=False, **place)
    figure.update_yaxes(showticklabels=False, row=1, col=1)
    figure.update_xaxes(showticklabels=False, row=2, col=2)
    return figure


def describe_disagreement(points: pd.DataFrame) -> str:
    """Return the chart in words: how many examples of each outcome, and their mean overlap."""
    if points.empty:
        return "No example has an overlap."
    clauses = [
        f"{outcome}: {len(rows)}, mean overlap {rows['jaccard'].mean():.2f}, "
        f"mean change of confidence {number(rows['shift'].mean(), 2, signed=True)}"
        for outcome in OUTCOME_STYLES
        if len(rows := points[points["outcome"] == outcome])
    ]
    return "Change of confidence against overlap of explanations. " + "; ".join(clauses) + "."


def _add_marginals(figure: go.Figure, counts: pd.DataFrame) -> None:
    """Draw all examples as bars along both axes, the flips among them hatched."""
    layers: Mapping[str, tuple[str, dict[str, object]]] = {
        "count": ("examples", {"color": "rgba(128,136,152,0.45)"}),
        "flips": ("flips", {"color": GRID, "pattern": {"shape": "/", "fgcolor": "#D9480F"}}),
    }
    for axis, place in (("shift", (1, 1)), ("jaccard", (2, 2))):
        rows = counts[counts["axis"] == axis]
        middle, width = (rows["low"] + rows["high"]) / 2, rows["high"] - rows["low"]
        for column, (name, marker) in layers.items():
            across = axis == "shift"
            figure.add_bar(
                x=middle if across else rows[column],
                y=rows[column] if across else middle,
                width=width * 0.92,
                orientation="v" if across else "h",
                marker={**marker, "line": {"width": 0}},
                name=name,
                showlegend=False,
                hovertemplate=f"%{{{'y' if across else 'x'}}} {name}<extra></extra>",
                row=place[0],
                col=place[1],
            )

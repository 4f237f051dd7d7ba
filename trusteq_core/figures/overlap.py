"""Overlap of explanations between its two ends: chance below, the ceiling above."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd
import plotly.graph_objects as go

from trusteq_core.figures.style import COMPARISON, MUTED, TEMPLATE, empty_figure

__all__ = ["describe_overlap", "overlap_figure", "overlap_frame"]

_CEILINGS = {
    "ceiling_resampling": ("resampling ceiling", "line-ns-open"),
    "ceiling_retraining": ("retraining ceiling", "triangle-left-open"),
}


def overlap_frame(overlaps: Mapping[str, Mapping[str, float | None]]) -> pd.DataFrame:
    """Return one row per entry of `overlaps`: what the bullet chart draws.

    Parameters
    ----------
    overlaps : mapping
        From a title to the overlap of one explainer: `jaccard`, `chance`, and where they exist
        `ceiling_resampling` and `ceiling_retraining`.

    Returns
    -------
    DataFrame
        Columns ``title, score, chance, ceiling_resampling, ceiling_retraining``; NaN where there
        is no such ceiling.
    """
    rows = [
        {
            "title": title,
            "score": entry.get("jaccard"),
            "chance": entry.get("chance"),
            **{name: entry.get(name) for name in _CEILINGS},
        }
        for title, entry in overlaps.items()
    ]
    columns = ["title", "score", "chance", *_CEILINGS]
    frame = pd.DataFrame(rows, columns=columns)
    return frame.astype(dict.fromkeys(columns[1:], float))


def overlap_figure(frame: pd.DataFrame, *, k: int) -> go.Figure:
    """Draw each score on a track from 0 to 1, between chance and ceiling."""
    drawn = frame.dropna(subset=["score"])
    if drawn.empty:
        return empty_figure("No overlap: the texts have too few words for this K.")
    figure = go.Figure()
    _add_tracks(figure, drawn)
    _add_marks(figure, drawn, "chance", "chance", "x-thin-open")
    for column, (name, symbol) in _CEILINGS.items():
        _add_marks(figure, drawn, column, name, symbol)
    figure.add_scatter(
        x=drawn["score"],
        y=drawn["title"],
        mode="markers+text",
        name="overlap of the pair",
        marker={"symbol": "diamond-wide", "size": 15, "color": COMPARISON},
        text=[f"<b>{score:.2f}</b>" for score in drawn["score"]],
        textposition="top center",
        cliponaxis=False,
        hovertemplate="%{y}: overlap %{x:.3f}<extra></extra>",
    )
    figure.update_layout(
        template=TEMPLATE, height=78 + 58 * len(drawn), barmode="overlay", bargap=0.55
    )
    figure.update_xaxes(range=[-0.03, 1.03], title_text=f"Jaccard of the top {k} words")
    figure.update_yaxes(autorange="reversed", showgrid=False, ticks="")
    return figure


def describe_overlap(frame: pd.DataFrame) -> str:
    """Return the chart in words, one clause per row."""
    clauses = []
    for row in frame.to_dict("records"):
        if pd.isna(row["score"]):
            clauses.append(f"{row['title']}: no overlap, too few words")
            continue
        ceilings = [
            f"{name} {row[column]:.2f}"
            for column, (name, _) in _CEILINGS.items()
            if not pd.isna(row[column])
        ]
        ends = ", ".join([f"chance {row['chance']:.2f}", *ceilings])
        clauses.append(f"{row['title']}: overlap {row['score']:.2f} ({ends})")
    return "Overlap of explanations. " + "; ".join(clauses) + "."


def _add_tracks(figure: go.Figure, frame: pd.DataFrame) -> None:
    """Draw the whole range, the room between chance and the higher ceiling, the way to the score.

    Where no ceiling is known there is no room to draw.
    """
    score, chance = frame["score"], frame["chance"]
    room = (frame[list(_CEILINGS)].max(axis=1) - chance).clip(lower=0)
    tracks = [
        (chance * 0, chance * 0 + 1, 0.34, "rgba(128,136,152,0.13)", ""),
        (chance, room, 0.34, "rgba(128,136,152,0.30)", "chance to ceiling"),
        (chance, score - chance, 0.11, COMPARISON, ""),
    ]
    for base, length, width, colour, name in tracks:
        if length.notna().any():
            figure.add_bar(
                base=base,
                x=length,
                y=frame["title"],
                orientation="h",
                width=width,
                marker={"color": colour, "line": {"width": 0}},
                name=name,
                showlegend=bool(name),
                hoverinfo="skip",
            )


def _add_marks(figure: go.Figure, frame: pd.DataFrame, column: str, name: str, symbol: str) -> None:
    rows = frame.dropna(subset=[column])
    if rows.empty:
        return
    figure.add_scatter(
        x=rows[column],
        y=rows["title"],
        mode="markers",
        name=name,
        marker={
            "symbol": symbol,
            "size": 17 if symbol == "line-ns-open" else 11,
            "color": MUTED,
            "line": {"width": 2.5, "color": MUTED},
        },
        hovertemplate=f"%{{y}}: {name} %{{x:.3f}}<extra></extra>",
    )

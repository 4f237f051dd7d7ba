"""Every criterion of a verdict on one scale: its interval as a multiple of its margin."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from trusteq_core.figures.numbers import number
from trusteq_core.figures.style import MUTED, TEMPLATE, empty_figure

__all__ = [
    "ANSWERS",
    "AnswerStyle",
    "criteria_figure",
    "criteria_frame",
    "describe_criteria",
]


@dataclass(frozen=True, slots=True)
class AnswerStyle:
    """How one of the three answers is shown, everywhere: never by colour alone."""

    word: str
    mark: str  # a character, for running text
    colour: str
    symbol: str


ANSWERS: dict[str, AnswerStyle] = {
    "equivalent": AnswerStyle("equivalent", "✓", "#2E8B57", "circle"),
    "different": AnswerStyle("different", "✕", "#D1495B", "x"),
    "inconclusive": AnswerStyle("inconclusive", "?", "#B7831F", "diamond-open"),
}
"""Answer of a criterion -> how it is shown."""

_NUMBERS = ("estimate", "low", "high", "provable")
_LEAST = 1.6  # the axis reaches at least this many margins either way
_ROW = 34


def criteria_frame(verdict: Mapping[str, Any]) -> pd.DataFrame:
    """Return one row per criterion of a verdict.

    Parameters
    ----------
    verdict : mapping
        From ``Verdict.to_dict()``.

    Returns
    -------
    DataFrame
        ``criterion`` (id), ``title``, ``answer``; ``estimate``, ``low``, ``high`` (the
        interval; of a distance only the bound that decides), ``margin``, ``provable`` (the
        smallest provable margin), all in the unit of the criterion, NaN where unknown; ``side``
        (``"both"``, ``"lower"`` or ``"upper"``: which ends are bounded), ``n``, ``sentence``; and
        ``position``, ``position_low``, ``position_high``: the estimate and its interval in
        multiples of the margin; the bar of a distance reaches from its estimate to its bound.

    Examples
    --------
    >>> finding = {"criterion": "gap", "title": "Signed gap", "answer": "equivalent",
    ...            "estimate": 0.01, "low": 0.0, "high": 0.015, "margin": 0.02, "side": "both",
    ...            "provable": 0.01, "n": 900, "sentence": ""}
    >>> float(criteria_frame({"findings": [finding]})["position"].iloc[0])
    0.5
    """
    columns = ["criterion", "title", "answer", *_NUMBERS, "margin", "side", "n", "sentence"]
    frame = pd.DataFrame(verdict["findings"], columns=columns)
    frame = frame.astype(dict.fromkeys([*_NUMBERS, "margin"], float))
    position = frame["estimate"] / frame["margin"]
    end = position.where(frame["side"] == "upper")
    return frame.assign(
        position=position,
        position_low=(frame["low"] / frame["margin"]).fillna(end),
        position_high=(frame["high"] / frame["margin"]).fillna(end),
    )


def criteria_figure(frame: pd.DataFrame) -> go.Figure:
    """Draw each criterion's interval over what its margin allows.

    Parameters
    ----------
    frame : DataFrame
        From `criteria_frame`. Rows without an estimate are not drawn.
    """
    drawn = frame.dropna(subset=["position", "position_low", "position_high"])
    if drawn.empty:
        return empty_figure("No criterion has an estimate.")
    reach = (
        min(-_LEAST, 1.08 * float(drawn["position_low"].min())),
        max(_LEAST, 1.08 * float(drawn["position_high"].max())),
    )
    figure = go.Figure()
    _add_allowed(figure, drawn, reach)
    for answer, style in ANSWERS.items():
        rows = drawn[drawn["answer"] == answer]
        if not rows.empty:
            _add_intervals(figure, rows, style)
    figure.add_vline(x=0, line={"color": MUTED, "width": 1, "dash": "dot"})
    figure.update_layout(template=TEMPLATE, height=96 + _ROW * len(drawn), barmode="overlay")
    figure.update_xaxes(
        range=reach, title_text="Difference from the original, in multiples of its margin"
    )
    figure.update_yaxes(
        autorange="reversed",
        categoryorder="array",
        categoryarray=drawn["title"].tolist(),
        showgrid=False,
        ticks="",
    )
    return figure


def describe_criteria(frame: pd.DataFrame) -> str:
    """Return the chart in words: every criterion's answer and how many margins it lies away."""
    clauses = [
        f"{row['title']}: {row['answer']}"
        + (
            ""
            if pd.isna(row["position"])
            else f", {number(row['position'], 2)} margins "
            f"({_span(row['low'] / row['margin'], row['high'] / row['margin'], '.2f')})"
        )
        for row in frame.to_dict("records")
    ]
    return "Criteria of the verdict. " + "; ".join(clauses) + "."


def allowed(side: str, reach: tuple[float, float]) -> tuple[float, float]:
    """Return the range that a criterion allows, in margins, cut at the ends of the axis.

    Examples
    --------
    >>> allowed("both", (-3.0, 2.0)), allowed("lower", (-3.0, 2.0)), allowed("upper", (-3.0, 2.0))
    ((-1.0, 1.0), (-1.0, 2.0), (-3.0, 1.0))
    """
    low = reach[0] if side == "upper" else -1.0
    return low, (reach[1] if side == "lower" else 1.0)


def _add_allowed(figure: go.Figure, rows: pd.DataFrame, reach: tuple[float, float]) -> None:
    ends = [allowed(side, reach) for side in rows["side"]]
    figure.add_bar(
        base=[low for low, _ in ends],
        x=[high - low for low, high in ends],
        y=rows["title"],
        orientation="h",
        width=0.72,
        marker={"color": "rgba(128,136,152,0.20)", "line": {"width": 0}},
        name="allowed",
        hoverinfo="skip",
    )


def _add_intervals(figure: go.Figure, rows: pd.DataFrame, style: AnswerStyle) -> None:
    figure.add_scatter(
        x=rows["position"],
        y=rows["title"],
        mode="markers",
        name=f"{style.mark} {style.word}",
        marker={
            "symbol": style.symbol,
            "size": 11,
            "color": style.colour,
            "line": {"width": 2 if style.symbol.endswith("open") else 0, "color": style.colour},
        },
        error_x={
            "type": "data",
            "symmetric": False,
            "array": rows["position_high"] - rows["position"],
            "arrayminus": rows["position"] - rows["position_low"],
            "thickness": 2,
            "width": 5,
            "color": style.colour,
        },
        customdata=rows[["estimate", "margin", "n"]].to_numpy(),
        text=[
            _span(low, high, "+.4f") for low, high in zip(rows["low"], rows["high"], strict=True)
        ],
        hovertemplate=(
            f"<b>%{{y}}: {style.word}</b><br>%{{customdata[0]:+.4f}} (%{{text}})<br>"
            "margin %{customdata[1]:.3g} · %{customdata[2]:,} examples<extra></extra>"
        ),
    )


def _span(low: float, high: float, digits: str) -> str:
    """Return an interval in words; of a distance, the one bound that it has."""
    ends = [f"{end:{digits}}".replace("-", "−") for end in (low, high)]
    if pd.isna(low):
        return f"at most {ends[1]}"
    return f"at least {ends[0]}" if pd.isna(high) else " to ".join(ends)

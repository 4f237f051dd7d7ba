"""Where does compression hurt? Slices as a sorted dot plot with intervals."""

from __future__ import annotations

import html
from collections.abc import Collection, Hashable, Mapping
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from trusteq_core.figures.style import COMPARISON, MUTED, TEMPLATE, empty_figure

__all__ = ["FINDING_STYLES", "describe_slices", "slice_figure", "slice_rows"]

FINDING_STYLES: dict[str, tuple[str, str, str]] = {
    "worse": ("triangle-down", "#D9480F", "hurt more than the rest"),
    "better": ("triangle-up", "#1C7ED6", "hurt less than the rest"),
    "no difference shown": ("circle-open", MUTED, "no difference to the rest shown"),
}
"""Mark, colour and legend of each finding."""

_LONGEST_NAME = 28
_VALUES = ("estimate", "low", "high", "whole", "rest")
_UNITS: dict[str, tuple[str, str, float, str]] = {
    "share": (".1%", ".0%", 1.0, ""),
    "points": ("+.1f", "+~f", 100.0, " points"),
    "number": (".2f", ".2f", 1.0, ""),
}
"""Unit -> format of a value, format of the axis, factor, what follows the number."""


def slice_rows(
    table: pd.DataFrame, *, kinds: Collection[str] = (), limit: int = 20
) -> pd.DataFrame:
    """Return the slices to draw, in the order of the table.

    Parameters
    ----------
    table : DataFrame
        One row per slice, the worst first: ``slice``, ``kind``, ``name``, ``n``, ``estimate``,
        ``low``, ``high``, ``whole``, ``p_value``, ``p_holm``, ``finding``.
    kinds : collection of str
        Kinds to draw; empty draws all.
    limit : int
        At most so many: those with the smallest p-value.

    Examples
    --------
    >>> table = pd.DataFrame({"kind": ["a", "b", "b"], "p_value": [0.9, 0.1, 0.2]})
    >>> slice_rows(table, limit=2).index.tolist(), slice_rows(table, kinds=["a"]).index.tolist()
    ([1, 2], [0])
    """
    rows = table[table["kind"].isin(kinds)] if kinds else table
    keep = rows["p_value"].sort_values(kind="stable").index[:limit]
    return rows[rows.index.isin(keep)]


def slice_figure(
    rows: pd.DataFrame, *, title: str, unit: str = "share", selected: str | None = None
) -> go.Figure:
    """Draw each slice's mean with its interval beside the mean of all examples.

    Parameters
    ----------
    rows : DataFrame
        From `slice_rows`, drawn top to bottom.
    title : str
        What is measured.
    unit : {"share", "points", "number"}
        How values are told: a share in percent, a difference of shares in percentage points.
    selected : str, optional
        The slice whose name stands out.
    """
    if rows.empty:
        return empty_figure("No slice has enough examples inside and outside it.")
    figure = go.Figure()
    number, ticks, scale, ending = _UNITS[unit]
    rows = rows.assign(**{name: rows[name] * scale for name in _VALUES})
    whole = float(rows["whole"].iloc[0])
    figure.add_vline(
        x=whole,
        line={"color": COMPARISON, "width": 1.5, "dash": "dash"},
        annotation={"text": "all examples", "font": {"color": COMPARISON, "size": 11}},
        annotation_position="top",
    )
    height = pd.Series(range(len(rows)), index=rows.index)
    for finding, (symbol, colour, legend) in FINDING_STYLES.items():
        those = rows["finding"] == finding
        some = rows[those]
        if some.empty:
            continue
        figure.add_scatter(
            x=some["estimate"],
            y=height[those],
            mode="markers",
            name=legend,
            marker={
                "symbol": symbol,
                "color": colour,
                "size": 11,
                "line": {"width": 1.6, "color": colour},
            },
            error_x={
                "type": "data",
                "symmetric": False,
                "array": some["high"] - some["estimate"],
                "arrayminus": some["estimate"] - some["low"],
                "color": colour,
                "thickness": 1.4,
                "width": 3,
            },
            customdata=[
                [
                    html.escape(row["slice"]),
                    *(row[name] for name in ("n", "low", "high", "rest")),
                    p_text(row["p_holm"]),
                ]
                for row in some.to_dict("records")
            ],
            hovertemplate="<b>%{customdata[0]}</b> (%{customdata[1]} examples)<br>"
            f"%{{x:{number}}}{ending}, 95 % %{{customdata[2]:{number}}} to "
            f"%{{customdata[3]:{number}}}<br>the rest %{{customdata[4]:{number}}}{ending}, "
            "corrected p %{customdata[5]}<extra></extra>",
        )
    figure.update_layout(
        template=TEMPLATE,
        height=104 + 25 * len(rows),
        clickmode="event+select",
        margin={"t": 48},
        legend={"y": 1.0, "yref": "container", "yanchor": "top"},
    )
    figure.update_xaxes(
        title_text=title if not ending else f"{title} ({ending.strip()})", tickformat=ticks
    )
    figure.update_yaxes(
        tickvals=height.tolist(),
        ticktext=[_label(row, selected) for row in rows.to_dict("records")],
        range=[len(rows) - 0.4, -0.6],
    )
    return figure


def describe_slices(rows: pd.DataFrame, title: str) -> str:
    """Return the chart in words: the mean of all, and the findings, at most five of them."""
    if rows.empty:
        return f"{title}: no slice has enough examples."
    shown = rows[rows["finding"] != "no difference shown"].head(5)
    clauses = [
        f"{row['slice']} {row['estimate']:.3f} ({row['finding']} than the rest, corrected p "
        f"{p_text(row['p_holm'])})"
        for row in shown.to_dict("records")
    ]
    found = "; ".join(clauses) if clauses else "no slice differs from the rest beyond chance"
    return f"{title} of {len(rows)} slices; all examples {rows['whole'].iloc[0]:.3f}. {found}."


def p_text(p: float) -> str:
    """Return a p-value as text.

    Examples
    --------
    >>> p_text(0.0000002), p_text(0.0412), p_text(1.0)
    ('< 0.001', '0.041', '1.000')
    """
    return "< 0.001" if p < 0.001 else f"{p:.3f}"


def _label(row: Mapping[Hashable, Any], selected: str | None) -> str:
    name = str(row["name"])
    text = html.escape(name if len(name) <= _LONGEST_NAME else name[: _LONGEST_NAME - 1] + "…")
    text = f"<b>▸ {text}</b>" if row["slice"] == selected else text
    return f"<i>{html.escape(row['kind'])}</i>  {text} · {row['n']:,}"

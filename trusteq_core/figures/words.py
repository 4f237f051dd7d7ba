"""Per-word difference of two models' attributions, as a dumbbell chart."""

from __future__ import annotations

import html
from collections.abc import Sequence

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from trusteq_core.figures.style import MODEL_STYLES, MUTED, TEMPLATE, empty_figure

__all__ = ["difference_rows", "word_difference_figure"]


def difference_rows(
    words: pd.DataFrame, *, order: str = "difference", limit: int = 30
) -> pd.DataFrame:
    """Return the words to draw, in drawing order.

    Parameters
    ----------
    words : DataFrame
        One row per word: `segment, position, word, value_original, value_compressed, difference`.
        Words that neither model reads are left out.
    order : {"difference", "text"}
        Largest absolute difference first, or as in the text.
    limit : int
        At most so many words: those with the largest absolute difference.

    Examples
    --------
    >>> words = pd.DataFrame({
    ...     "word": ["a", "b", "c"], "difference": [0.1, -0.5, float("nan")],
    ...     "value_original": [0.0, 0.5, float("nan")],
    ...     "value_compressed": [0.1, 0.0, float("nan")],
    ... })
    >>> difference_rows(words)["word"].tolist()
    ['b', 'a']
    >>> difference_rows(words, order="text")["word"].tolist()
    ['a', 'b']
    """
    read = words.dropna(subset=["value_original", "value_compressed"], how="all")
    size = read["difference"].abs().fillna(np.inf)
    largest = size.sort_values(ascending=False, kind="stable").index[:limit]
    if order == "difference":
        return read.loc[largest]
    return read.loc[read.index.isin(largest)]


def word_difference_figure(
    rows: pd.DataFrame, *, names: dict[str, str], segments: Sequence[str] = ()
) -> go.Figure:
    """Draw each word's attribution by both models, joined by a bar as long as the difference.

    Parameters
    ----------
    rows : DataFrame
        From `difference_rows`, drawn top to bottom.
    names : dict of str
        The name to show for each of the two models.
    segments : sequence of str, optional
        Names of the task's segments; with two or more, each word's label says which it is in.
    """
    if rows.empty:
        return empty_figure("No word was read by either model.")
    height = list(range(len(rows)))
    figure = go.Figure()
    figure.add_vline(x=0, line={"color": MUTED, "width": 1})
    figure.add_bar(
        base=rows["value_original"],
        x=rows["difference"],
        y=height,
        orientation="h",
        width=0.2,
        marker={"color": "rgba(128,136,152,0.45)", "line": {"width": 0}},
        name="difference",
        customdata=rows["word"].map(html.escape),
        hovertemplate="%{customdata}: difference %{x:+.3f}<extra></extra>",
    )
    for model, style in MODEL_STYLES.items():
        figure.add_scatter(
            x=rows[f"value_{model}"],
            y=height,
            mode="markers",
            name=names.get(model, model),
            marker={"color": style.colour, "symbol": style.symbol, "size": 11},
            error_x=_errors(rows, model, style.colour),
            customdata=rows["word"].map(html.escape),
            hovertemplate="%{customdata}: %{x:+.3f}<extra>"
            + html.escape(names.get(model, model))
            + "</extra>",
        )
    figure.update_layout(template=TEMPLATE, height=96 + 25 * len(rows), bargap=0)
    figure.update_xaxes(title_text="Attribution (change in probability)", zeroline=False)
    figure.update_yaxes(
        tickvals=height,
        ticktext=_labels(rows, segments),
        range=[len(rows) - 0.4, -0.6],
        showgrid=False,
    )
    return figure


def _errors(rows: pd.DataFrame, model: str, colour: str) -> dict[str, object] | None:
    """Return the standard errors as plotly's error bars, or None where there are none."""
    errors = rows.get(f"error_{model}")
    if errors is None or not errors.notna().any():
        return None
    return {"type": "data", "array": errors, "thickness": 1, "width": 2, "color": colour}


def _labels(rows: pd.DataFrame, segments: Sequence[str]) -> list[str]:
    """Return the escaped word labels.

    With two or more segments a label names its own. A word that is drawn more than once carries
    its place in the segment, and a known reason a dot.
    """
    repeated = rows.duplicated(["segment", "word"], keep=False)
    reasons = rows["reason"] if "reason" in rows else pd.Series(False, index=rows.index)
    labels = []
    for word, segment, position, is_repeated, is_reason in zip(
        rows["word"], rows["segment"], rows["position"], repeated, reasons, strict=True
    ):
        text = str(word) if len(str(word)) <= 24 else str(word)[:23] + "…"
        place = f" ({position + 1})" if is_repeated else ""
        mark = " •" if is_reason else ""
        of = f"<i>{html.escape(_short(segment, segments))}</i>  " if len(segments) > 1 else ""
        labels.append(f"{of}{html.escape(text)}{place}{mark}")
    return labels


def _short(segment: object, segments: Sequence[str]) -> str:
    """Return a segment's name by its number or name: ``premise``, ``sentence1``."""
    is_number = isinstance(segment, int | np.integer)
    return segments[int(segment)] if is_number else str(segment)  # type: ignore[call-overload]

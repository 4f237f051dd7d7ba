"""The words of one example, coloured by attribution: escaped HTML for page and report.

Every text goes through `html.escape`. Colours are translucent overlays, so the words keep the
colour that the theme gives to text. Sign and rank are told without colour too: a small plus or
minus, a solid outline for a top word that both models share, a dashed one for a top word of this
model alone, a dot under the words that are known to decide the label.
"""

from __future__ import annotations

import html
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from trusteq_core.alignment import segment_share
from trusteq_core.figures import numbers
from trusteq_core.figures.style import MODEL_STYLES, PALETTES, Palette
from trusteq_core.tasks import word_grid

__all__ = ["Panel", "attribution_scale", "word_map_html", "word_maps_html"]

# Smaller attributions than this share of the scale carry no sign mark: they would only be noise.
_MARK_FROM = 0.08
# A word lights up in the other panel while the pointer is on it; beyond this many words the
# rules for it would outweigh the text.
_MOST_LINKED_WORDS = 600
# From so many words on, lines are set closer.
_LONG_TEXT = 120

_STYLE = """
.tq-maps{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,24rem),1fr));gap:1rem}
.tq-panel{border:1px solid rgba(128,136,152,.35);border-radius:.6rem;padding:.85rem 1.1rem .5rem;
 min-width:0}
.tq-head{display:flex;flex-wrap:wrap;gap:.15rem .6rem;align-items:baseline;margin:0 0 .35rem;
 font-weight:600}
.tq-head small{font-weight:400;font-size:.85rem}
.tq-seg{font-size:.72rem;letter-spacing:.06em;text-transform:uppercase;opacity:.78;margin:.5rem 0 0}
.tq-text{margin:0 0 .35rem;line-height:2.25;font-size:1.02rem;word-spacing:.22em;
 overflow-wrap:anywhere;white-space:pre-wrap}
.tq-long .tq-text{line-height:1.95;font-size:.95rem}
.tq-w{position:relative;padding:.18em .14em;margin:0 -.08em;border-radius:.3em;cursor:default;
 outline:1.5px solid transparent;outline-offset:-1px;
 -webkit-box-decoration-break:clone;box-decoration-break:clone}
.tq-shared{outline:1.5px solid currentColor}
.tq-own{outline:1.5px dashed currentColor}
.tq-plus::after,.tq-minus::after{position:absolute;top:-.62em;inset-inline-end:-.1em;
 font-size:.72em;font-weight:700;line-height:1}
.tq-plus::after{content:"+"}
.tq-minus::after{content:"\\2212"}
.tq-reason::before{content:"";position:absolute;bottom:-.34em;inset-inline-start:calc(50% - .15em);
 width:.3em;height:.3em;border-radius:50%;background:currentColor}
.tq-unread{background:repeating-linear-gradient(45deg,transparent 0 4px,
 rgba(128,136,152,.5) 4px 6px)}
.tq-legend{display:flex;flex-wrap:wrap;gap:.35rem 1.1rem;align-items:center;font-size:.82rem;
 margin:.7rem 0 0}
.tq-legend>span{display:inline-flex;gap:.4rem;align-items:center}
.tq-scale{display:inline-block;width:8rem;height:.8rem;border-radius:.25rem;
 border:1px solid rgba(128,136,152,.35)}
.tq-key{position:relative;padding:0 .4em;border-radius:.3em}
.tq-dot{width:.32em;height:.32em;border-radius:50%;background:currentColor;display:inline-block}
"""


@dataclass(frozen=True, slots=True)
class Panel:
    """One model's side: which of the columns of the word frame to show, under which heading."""

    model: str  # "original" or "compressed"
    title: str
    note: str = ""


def attribution_scale(words: pd.DataFrame, models: Sequence[str] = tuple(MODEL_STYLES)) -> float:
    """Return the largest absolute attribution of the given models: the end of the colour scale.

    Examples
    --------
    >>> values = {"value_original": [0.2, -0.4], "value_compressed": [0.1, 0.3]}
    >>> attribution_scale(pd.DataFrame(values))
    0.4
    """
    values = words[[f"value_{model}" for model in models]].to_numpy(dtype=float)
    finite = np.abs(values[np.isfinite(values)])
    return float(finite.max()) if finite.size else 0.0


def word_map_html(
    segments: Sequence[str],
    words: pd.DataFrame,
    panel: Panel,
    *,
    segment_names: Sequence[str],
    scale: float,
    palette: Palette = PALETTES["blue-orange"],
) -> str:
    """Return one model's words as escaped HTML, coloured by signed attribution.

    Parameters
    ----------
    segments : sequence of str
        The texts of the example.
    words : DataFrame
        One row per word of the example's grid, in its order: `value_<model>`, `rank_<model>`,
        `top_original`, `top_compressed` and `reason`.
    panel : Panel
        Whose values to show.
    segment_names : sequence of str
        What each text is: premise, hypothesis.
    scale : float
        Attribution with the strongest colour.
    palette : Palette
        Colours of the two signs.
    """
    style = MODEL_STYLES[panel.model]
    values = words[f"value_{panel.model}"].to_numpy(dtype=float)
    total = float(np.nansum(np.abs(values)))
    grid = word_grid(segments)
    shares = segment_share(values, grid.segment_of(), len(segments))
    rows = words.to_dict("records")
    spans = [
        _span(index, row, panel.model, scale, total, palette) for index, row in enumerate(rows)
    ]
    parts = [
        f'<section class="tq-panel" aria-label="{html.escape(panel.title, quote=True)}">'
        f'<p class="tq-head"><span><span style="color:{style.colour}" aria-hidden="true">'
        f"{style.mark}</span> {html.escape(panel.title)}</span>"
        f"<small>{html.escape(panel.note)}</small></p>"
    ]
    for segment, text in enumerate(segments):
        pieces, end = [], 0
        for index, word in enumerate(grid.words):
            if word.segment == segment:
                pieces += [html.escape(text[end : word.start]), spans[index]]
                end = word.end
        pieces.append(html.escape(text[end:]))
        parts.append(
            f'<p class="tq-seg">{_segment_title(segment_names, segment, shares)}</p>'
            f'<p class="tq-text" dir="auto">{"".join(pieces)}</p>'
        )
    return "".join(parts) + "</section>"


def word_maps_html(
    segments: Sequence[str],
    words: pd.DataFrame,
    panels: Sequence[Panel],
    *,
    segment_names: Sequence[str],
    k: int,
    shared_scale: bool = True,
    palette: Palette = PALETTES["blue-orange"],
    linked: bool = True,
) -> str:
    """Return the panels side by side with their legend, as escaped HTML.

    Parameters
    ----------
    segments, words, segment_names, palette
        As in `word_map_html`.
    panels : sequence of Panel
        Usually the original and the compressed model.
    k : int
        How many top words are outlined; said in the legend.
    shared_scale : bool
        One colour scale for all panels, so that colours compare; else one for each panel.
    linked : bool
        Whether a word under the pointer is marked in every panel by style rules alone; False where
        a script does that.
    """
    every = attribution_scale(words, [panel.model for panel in panels])
    maps = [
        word_map_html(
            segments,
            words,
            panel,
            segment_names=segment_names,
            scale=every if shared_scale else attribution_scale(words, [panel.model]),
            palette=palette,
        )
        for panel in panels
    ]
    kind = "tq-maps tq-long" if len(words) >= _LONG_TEXT else "tq-maps"
    return (
        f"<style>{_STYLE}{_links(len(words)) if linked else ''}</style>"
        f'<div class="{kind}">{"".join(maps)}</div>'
        + _legend(words, k, every if shared_scale else None, palette)
    )


def _segment_title(names: Sequence[str], number: int, shares: np.ndarray) -> str:
    """Return a segment's name and, beside others, its share of the model's attribution."""
    title = html.escape(names[number])
    if len(names) > 1 and np.isfinite(shares[number]):
        title += f" · {shares[number]:.0%} of the attribution"
    return title


def _span(index: int, row: dict, model: str, scale: float, total: float, palette: Palette) -> str:
    """Return one word with its colour, marks and hover text."""
    text, value = str(row["word"]), row[f"value_{model}"]
    classes = ["tq-w"]
    if row.get("reason"):
        classes.append("tq-reason")
    if value is None or not np.isfinite(value):
        title = f"{text}: not read by this model (the text is cut before it)"
        return (
            f'<span class="{" ".join([*classes, "tq-unread"])}" data-w="{index}" '
            f'title="{html.escape(title, quote=True)}">{html.escape(text)}</span>'
        )
    if row.get(f"top_{model}"):
        both = row.get("top_original") and row.get("top_compressed")
        classes.append("tq-shared" if both else "tq-own")
    if scale > 0 and abs(value) >= _MARK_FROM * scale:
        classes.append("tq-plus" if value > 0 else "tq-minus")
    share = abs(value) / total if total > 0 else 0.0
    error = row.get(f"error_{model}", np.nan)
    spread = f" (standard error {error:.3f})" if np.isfinite(error) else ""
    rank = int(row[f"rank_{model}"])
    signed = numbers.number(value, signed=True)
    title = f"{text}: {signed}{spread} · rank {rank} · {share:.0%} of the total"
    if row.get("reason"):
        title += " · known to decide the label"
    return (
        f'<span class="{" ".join(classes)}" data-w="{index}" '
        f'style="background-color:{palette.overlay(float(value), scale)}" '
        f'title="{html.escape(title, quote=True)}">{html.escape(text)}</span>'
    )


def _links(n_words: int) -> str:
    """Return the rules by which a word under the pointer lights up in every panel."""
    if n_words > _MOST_LINKED_WORDS:
        return ""
    rules = [
        f'.tq-maps:has([data-w="{index}"]:hover) [data-w="{index}"]' for index in range(n_words)
    ]
    glow = "{box-shadow:0 0 0 3px rgba(128,136,152,.65)}"
    return ",".join(rules) + glow if rules else ""


def _legend(words: pd.DataFrame, k: int, scale: float | None, palette: Palette) -> str:
    ends = ("−", "+") if scale is None else (f"−{scale:.2g}", f"+{scale:.2g}")
    ramp = (
        f"linear-gradient(90deg,{palette.overlay(-1, 1)},"
        f"{palette.overlay(0, 1)},{palette.overlay(1, 1)})"
    )
    entries = [
        f'against {ends[0]} <i class="tq-scale" style="background:{ramp}"></i> {ends[1]} for',
        f'<b class="tq-key tq-shared">word</b> in both models’ top {k}',
        f'<b class="tq-key tq-own">word</b> in this model’s top {k} only',
    ]
    if "reason" in words and words["reason"].any():
        entries.append('<i class="tq-dot"></i> under a word: known to decide the label')
    if words[["value_original", "value_compressed"]].isna().any(axis=None):
        entries.append('<span class="tq-key tq-unread">word</span> not read by the model')
    spans = "".join(f"<span>{entry}</span>" for entry in entries)
    return f'<div class="tq-legend">{spans}</div>'

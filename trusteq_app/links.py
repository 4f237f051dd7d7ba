"""Links to an example, on the Explanations page or as a live text, that keep the pair."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import urlencode

from trusteq_app.selection import TEST, Pair, View

__all__ = ["MOST_IN_ADDRESS", "example_address", "live_query", "view_query"]

MOST_IN_ADDRESS = 4_000
"""Characters of text beyond which none is put into an address: servers and browsers cut it."""


def view_query(view: View, example_id: str) -> dict[str, str]:
    """Return the query of an example for a visitor who keeps the pair: its frame stays."""
    return {
        "explainer": view.explainer,
        "k": str(view.k),
        "explained": view.explained,
        "example": example_id,
    }


def live_query(segments: Sequence[str], texts: Sequence[str]) -> dict[str, str]:
    """Return the query with which the Live page begins with these texts; empty if too long.

    Examples
    --------
    >>> live_query(("premise", "hypothesis"), ("A dog.", "A cat."))
    {'text_premise': 'A dog.', 'text_hypothesis': 'A cat.'}
    """
    if sum(map(len, texts)) > MOST_IN_ADDRESS:
        return {}
    return {f"text_{name}": text for name, text in zip(segments, texts, strict=True)}


def example_address(pair: Pair, view: View, example_id: str) -> str:
    """Return the address of an example, whole, relative to any other page.

    Examples
    --------
    >>> pair, view = Pair("nli", "base", "tiny"), View("lime", 5, "reference")
    >>> example_address(pair, view, "a & b").split("&")[-2:]
    ['explained=reference', 'example=a+%26+b']
    """
    query = {"task": pair.task_id, "original": pair.original, "compressed": pair.compressed}
    if pair.split != TEST:
        query["split"] = pair.split
    return f"explanations?{urlencode({**query, **view_query(view, example_id)})}"

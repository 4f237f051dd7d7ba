"""Links to an example on the Explanations page that keep the pair and the view."""

from __future__ import annotations

from urllib.parse import urlencode

from trusteq_app.selection import TEST, Pair, View

__all__ = ["example_address", "view_query"]


def view_query(view: View, example_id: str) -> dict[str, str]:
    """Return the query of an example for a visitor who keeps the pair: its frame stays."""
    return {
        "explainer": view.explainer,
        "k": str(view.k),
        "explained": view.explained,
        "example": example_id,
    }


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

"""Slices and filters of the example table: frame in, frame out."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

__all__ = ["SLICES", "describe_slice", "filter_examples", "neighbour", "slice_names", "take_slice"]

SLICES: dict[str, str] = {
    "all": "Every explained example.",
    "flips": "The two models give different labels.",
    "same answer, other reasons": "The same label from both, the least overlap first.",
    "both wrong": "Neither model gives the example's label.",
    "confidence shift": "Largest change of confidence first.",
}
"""Named slices, with what each shows; a phenomenon is one more."""

_PHENOMENON = "phenomenon: "


def slice_names(table: pd.DataFrame) -> list[str]:
    """Return the named slices that an example table has.

    Examples
    --------
    >>> slice_names(pd.DataFrame({"phenomenon": ["time", "number", "time"]}))[-2:]
    ['phenomenon: number', 'phenomenon: time']
    """
    names = [name for name in SLICES if name != "both wrong" or "label" in table]
    if "phenomenon" in table:
        names += [_PHENOMENON + each for each in sorted(table["phenomenon"].dropna().unique())]
    return names


def describe_slice(name: str) -> str:
    """Return what a named slice shows, in a sentence."""
    if name.startswith(_PHENOMENON):
        return f"Examples whose label turns on: {name.removeprefix(_PHENOMENON)}."
    return SLICES[name]


def take_slice(table: pd.DataFrame, name: str) -> pd.DataFrame:
    """Return the rows of a named slice, in its order.

    Examples
    --------
    >>> table = pd.DataFrame({
    ...     "id": ["a", "b", "c"], "flip": [True, False, False], "jaccard": [0.1, 0.9, 0.2],
    ... })
    >>> take_slice(table, "same answer, other reasons")["id"].tolist()
    ['c', 'b']
    """
    if name.startswith(_PHENOMENON):
        return table[table["phenomenon"] == name.removeprefix(_PHENOMENON)]
    if name == "flips":
        return table[table["flip"]]
    if name == "same answer, other reasons":
        agreeing = table[~table["flip"]].dropna(subset=["jaccard"])
        return agreeing.sort_values("jaccard", kind="stable")
    if name == "both wrong":
        wrong = (table["predicted_original"] != table["label"]) & (
            table["predicted_compressed"] != table["label"]
        )
        return table[wrong]
    if name == "confidence shift":
        shift = (table["confidence_compressed"] - table["confidence_original"]).abs()
        return table.loc[shift.sort_values(ascending=False, kind="stable").index]
    return table


def filter_examples(
    table: pd.DataFrame,
    *,
    search: str = "",
    columns: Sequence[str] = (),
    phenomena: Sequence[str] = (),
    outcomes: Sequence[str] = (),
    overlap: tuple[float, float] = (0.0, 1.0),
) -> pd.DataFrame:
    """Return the rows that pass every filter that is set, in their order.

    Parameters
    ----------
    table : DataFrame
        The example table of a comparison.
    search : str
        Found anywhere in the `columns` or the id, whatever the case; not a pattern.
    columns : sequence of str
        The text columns to search.
    phenomena, outcomes : sequence of str
        Values to keep; empty keeps all.
    overlap : tuple of float
        Smallest and largest Jaccard to keep; the full range also keeps rows without one.
    """
    keep = pd.Series(True, index=table.index)
    if search.strip():
        found = pd.Series(False, index=table.index)
        for column in ("id", *columns):
            found |= table[column].str.contains(search.strip(), case=False, regex=False)
        keep &= found
    if phenomena:
        keep &= table["phenomenon"].isin(phenomena)
    if outcomes:
        keep &= table["outcome"].isin(outcomes)
    if overlap != (0.0, 1.0):
        keep &= table["jaccard"].between(*overlap)
    return table[keep]


def neighbour(ids: Sequence[str], current: str, step: int) -> str:
    """Return the id `step` places on in a list, around its end; its first if `current` is not in.

    Examples
    --------
    >>> neighbour(["a", "b", "c"], "c", 1), neighbour(["a", "b", "c"], "z", 1)
    ('a', 'a')
    """
    if current not in ids:
        return ids[0]
    return ids[(list(ids).index(current) + step) % len(ids)]

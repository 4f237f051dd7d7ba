"""The examples where two models part most: other reasons for one answer, and flips."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from trusteq_core.evaluation import Comparison

__all__ = ["KINDS", "WorstExample", "pick_worst", "worst_examples"]

KINDS: dict[str, str] = {
    "other reasons": "The same answer for other reasons: least overlap first.",
    "flips": "Different answers: those that lost a right answer first, then the surest.",
}
"""What is shown, with what each means."""


@dataclass(frozen=True, slots=True, eq=False)
class WorstExample:
    """One example with both models' words.

    Attributes
    ----------
    kind : str
        One of `KINDS`.
    id : str
        Id of the example.
    texts : tuple of str
        One for each segment.
    row : dict
        Its row of `Comparison.example_table`.
    words : DataFrame
        `Comparison.words`.
    """

    kind: str
    id: str
    texts: tuple[str, ...]
    row: dict[str, Any]
    words: pd.DataFrame


def pick_worst(table: pd.DataFrame, kind: str, n: int) -> pd.DataFrame:
    """Return the first `n` rows of a kind, the worst first.

    Parameters
    ----------
    table : DataFrame
        `Comparison.example_table`.
    kind : str
        One of `KINDS`.
    n : int
        How many.

    Examples
    --------
    >>> table = pd.DataFrame({
    ...     "id": ["a", "b", "c", "d"], "flip": [True, False, False, False],
    ...     "jaccard": [0.0, 0.9, 0.2, float("nan")],
    ... })
    >>> pick_worst(table, "other reasons", 2)["id"].tolist()
    ['c', 'b']
    """
    if kind == "other reasons":
        agreeing = table[~table["flip"].astype(bool)].dropna(subset=["jaccard"])
        return agreeing.sort_values("jaccard", kind="stable").head(n)
    flips = table[table["flip"].astype(bool)]
    sure = flips[["confidence_original", "confidence_compressed"]].min(axis=1).to_numpy()
    lost = (
        (flips["outcome"] == "negative flip").to_numpy()
        if "outcome" in flips
        else np.zeros(len(flips), dtype=bool)
    )
    return flips.iloc[np.lexsort((-sure, ~lost))].head(n)


def worst_examples(
    comparison: Comparison, explainers: Sequence[str], k: int, explained: str, n: int
) -> tuple[WorstExample, ...]:
    """Return up to `n` examples of each kind by the first explainer, with their words."""
    if not explainers or n == 0:
        return ()
    explainer = explainers[0]
    table = comparison.example_table(explainer, k, explained)
    return tuple(
        WorstExample(
            kind=kind,
            id=str(row["id"]),
            texts=tuple(str(row[name]) for name in comparison.task.segments),
            row={str(name): None if pd.isna(value) else value for name, value in row.items()},
            words=comparison.words(str(row["id"]), explainer, k, explained),
        )
        for kind in KINDS
        for row in pick_worst(table, kind, n).to_dict("records")
    )

"""Do the explainers agree with each other where the models do, or do not? One example at a time."""

from __future__ import annotations

import numpy as np
import pandas as pd

from trusteq_core.alignment import jaccard_at_k
from trusteq_core.errors import UnknownName
from trusteq_core.evaluation.comparison import Comparison

__all__ = ["method_agreement"]


def method_agreement(
    comparison: Comparison,
    example_id: str,
    *,
    explainer: str,
    k: int = 5,
    explained: str = "reference",
) -> pd.DataFrame:
    """Return what every explainer says of one example, and whether it agrees with the chosen one.

    Parameters
    ----------
    comparison : Comparison
        The pair.
    example_id : str
        An example that `explainer` explains for both models.
    explainer : str
        The chosen explainer: the first row.
    k, explained
        As in `Comparison.overlap`.

    Returns
    -------
    DataFrame
        One row per explainer that explains the example: ``explainer``; ``overlap`` (Jaccard@K of
        the two models under it); ``original`` and ``compressed`` (Jaccard@K of its top words with
        those of the chosen explainer, for the same model; 1 in the first row); ``top_original``
        and ``top_compressed`` (the top words, the most important first). 0 to 1, higher is more
        alike; NaN where the example has no more than K words or an attribution is zero throughout.

    Raises
    ------
    UnknownName
        If the chosen explainer does not explain the example.
    """
    chosen = comparison.words(example_id, explainer, k, explained)
    rows = []
    for name in [explainer, *(each for each in comparison.explainers if each != explainer)]:
        try:
            words = comparison.words(example_id, name, k, explained)
        except UnknownName:
            continue  # explained by the chosen one only
        row: dict[str, object] = {
            "explainer": name,
            "overlap": _overlap(words["value_original"], words["value_compressed"], k),
        }
        for side in ("original", "compressed"):
            row[side] = _overlap(chosen[f"value_{side}"], words[f"value_{side}"], k)
        for side in ("original", "compressed"):
            top = words[words[f"top_{side}"]].sort_values(f"rank_{side}")
            row[f"top_{side}"] = top["word"].tolist()
        rows.append(row)
    return pd.DataFrame(rows)


def _overlap(a: pd.Series, b: pd.Series, k: int) -> float:
    return float(jaccard_at_k(np.asarray(a, dtype=float), np.asarray(b, dtype=float), k))

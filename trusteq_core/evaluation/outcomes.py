"""What becomes of an example's answer when the compressed model takes over."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

__all__ = ["OUTCOMES", "outcomes"]

OUTCOMES: dict[str, str] = {
    "both right": "Both models give the example's label.",
    "negative flip": "Only the original gives the example's label.",
    "positive flip": "Only the compressed model gives the example's label.",
    "both wrong": "Both models give the same wrong label.",
    "wrong differently": "Both models are wrong, with different labels.",
}
"""Every outcome, with what it means."""


def outcomes(gold: ArrayLike, original: ArrayLike, compressed: ArrayLike) -> np.ndarray:
    """Return the outcome of each example, shape (n,).

    Parameters
    ----------
    gold, original, compressed : array-like, shape (n,)
        The example's label, and the labels that the two models give, as codes or names.

    Examples
    --------
    >>> y = np.array([0, 0, 0, 0, 0])
    >>> outcomes(y, np.array([0, 0, 1, 1, 1]), np.array([0, 1, 0, 1, 2])).tolist()
    ['both right', 'negative flip', 'positive flip', 'both wrong', 'wrong differently']
    """
    gold, original, compressed = (np.asarray(each) for each in (gold, original, compressed))
    right_a, right_b = original == gold, compressed == gold
    cases = [right_a & right_b, right_a & ~right_b, ~right_a & right_b, original != compressed]
    names = ["both right", "negative flip", "positive flip", "wrong differently"]
    return np.select(cases, names, default="both wrong")

"""Every explained example as a point: how much surer, against how alike the reasons are."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from trusteq_core.errors import DataError

__all__ = ["FULL", "Region", "disagreement_points"]

FULL = ((-1.0, 1.0), (0.0, 1.0))
"""The whole plane: change of confidence, overlap."""

MOST_CORNERS = 48


def disagreement_points(table: pd.DataFrame) -> pd.DataFrame:
    """Return the points to draw, one for each example that has an overlap.

    Parameters
    ----------
    table : DataFrame
        `Comparison.example_table`.

    Returns
    -------
    DataFrame
        The rows of `table` that have a Jaccard@K, with ``shift`` added: confidence of the
        compressed model in its own answer less that of the original in its own, -1 to 1. Without
        gold labels ``outcome`` is ``"same answer"`` or ``"different answer"``.
    """
    points = table.dropna(subset=["jaccard"]).copy()
    points["shift"] = points["confidence_compressed"] - points["confidence_original"]
    if "outcome" not in points:
        points["outcome"] = np.where(points["flip"], "different answer", "same answer")
    return points.reset_index(drop=True)


@dataclass(frozen=True, slots=True)
class Region:
    """A part of the plane of `disagreement_points`: a box, or what a lasso encloses.

    Attributes
    ----------
    shift, overlap : tuple of float
        Smallest and largest value of a box, ends included.
    corners : tuple of (float, float)
        Corners of the lasso, or none.
    """

    shift: tuple[float, float] = FULL[0]
    overlap: tuple[float, float] = FULL[1]
    corners: tuple[tuple[float, float], ...] = ()

    @classmethod
    def of_text(cls, text: str) -> Region:
        """Return the lasso that `text` holds; the inverse of `as_text`.

        Raises
        ------
        DataError
            If the text is no list of three or more corners.

        Examples
        --------
        >>> Region.of_text("0,0 0.5,0 0.5,1").corners
        ((0.0, 0.0), (0.5, 0.0), (0.5, 1.0))
        """
        try:
            pairs = [tuple(float(part) for part in corner.split(",")) for corner in text.split()]
            corners = tuple((x, y) for x, y in pairs)
        except ValueError:
            corners = ()
        if len(corners) < 3 or not np.isfinite(corners).all():
            raise DataError(
                f'"{text[:40]}" is no lasso: needed are three or more corners such as '
                '"-0.2,0.1 0.3,0.1 0.3,0.5". Clear it, or draw one.'
            )
        return cls(corners=corners)

    @classmethod
    def of_lasso(cls, x: list[float], y: list[float]) -> Region:
        """Return a lasso of at most `MOST_CORNERS` of the drawn corners, evenly taken."""
        step = max(1, -(-len(x) // MOST_CORNERS))
        corners = [(round(a, 3), round(b, 3)) for a, b in zip(x, y, strict=True)]
        return cls(corners=tuple(corners[::step]))

    @property
    def is_full(self) -> bool:
        """True if the region is the whole plane."""
        return not self.corners and (self.shift, self.overlap) == FULL

    def outline(self) -> tuple[tuple[float, float], ...]:
        """Return the corners to draw: none for the whole plane."""
        if self.corners or self.is_full:
            return self.corners
        (left, right), (low, high) = self.shift, self.overlap
        return (left, low), (right, low), (right, high), (left, high)

    def as_text(self) -> str:
        """Return the corners as text that fits into an address."""
        return " ".join(f"{x:g},{y:g}" for x, y in self.corners)

    def contains(self, points: pd.DataFrame) -> np.ndarray:
        """Return which points lie in the region, shape (n,); corners decide by the even-odd rule.

        Examples
        --------
        >>> points = pd.DataFrame({"shift": [0.1, 0.9], "jaccard": [0.1, 0.5]})
        >>> Region(shift=(0.0, 0.5)).contains(points).tolist()
        [True, False]
        >>> Region.of_text("0,0 1,0 0,1").contains(points).tolist()
        [True, False]
        """
        x, y = points["shift"].to_numpy(dtype=float), points["jaccard"].to_numpy(dtype=float)
        if not self.corners:
            (left, right), (low, high) = self.shift, self.overlap
            return (x >= left) & (x <= right) & (y >= low) & (y <= high)
        inside = np.zeros(len(points), dtype=bool)
        ends = [*self.corners[1:], self.corners[0]]
        for (ax, ay), (bx, by) in zip(self.corners, ends, strict=True):
            if ay != by:
                crosses = (y < ay) != (y < by)
                inside ^= crosses & (x < ax + (bx - ax) * (y - ay) / (by - ay))
        return inside

"""Equal-mass edges of confidences that are read in one pass and never held together."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from trusteq_core.calibration.bins import N_BINS, equal_width_edges
from trusteq_core.errors import DataError

__all__ = ["ConfidenceCounts"]

_CELLS = 1 << 16


@dataclass(frozen=True, slots=True, eq=False)
class ConfidenceCounts:
    """How many confidences fall in each of 65,536 equally wide cells, closed on the right.

    Counts of two parts add up to those of the whole.

    Attributes
    ----------
    count : ndarray of int, shape (65536,)
        Confidences in each cell.
    """

    count: np.ndarray

    @classmethod
    def of(cls, confidence: np.ndarray) -> ConfidenceCounts:
        """Return the counts of confidences between 0 and 1."""
        cell = np.ceil(np.asarray(confidence, dtype=float) * _CELLS).astype(np.intp) - 1
        return cls(np.bincount(np.maximum(cell, 0), minlength=_CELLS))

    def __add__(self, other: ConfidenceCounts) -> ConfidenceCounts:
        return ConfidenceCounts(self.count + other.count)

    def edges(self, n_bins: int = N_BINS) -> np.ndarray:
        """Return equal-mass edges: those of `pooled_equal_mass_edges`, rounded up to a cell.

        Add both models' counts first, so that the edges are pooled.

        Raises
        ------
        DataError
            If nothing was counted, or `n_bins` is not a whole number of at least 1.

        Examples
        --------
        >>> ConfidenceCounts.of([0.25, 0.5, 0.75, 1.0]).edges(2)
        array([0. , 0.5, 1. ])
        """
        reached = np.cumsum(self.count)
        if reached[-1] == 0:
            raise DataError("Equal-mass bins need at least one confidence.")
        shares = equal_width_edges(n_bins)[1:-1]
        cells = np.searchsorted(reached, shares * reached[-1] * (1 - 1e-12), side="left")
        inner = (cells[reached[cells] < reached[-1]] + 1) / _CELLS
        return np.unique(np.concatenate([[0.0], inner, [1.0]]))

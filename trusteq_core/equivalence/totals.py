"""Sufficient statistics of a pair of models, gathered in one pass in bounded memory.

Totals of two parts of a data set add up to those of the whole: ten million predictions are read
piece by piece, and the verdict is the same as from memory.
"""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np

from trusteq_core.equivalence.evidence import Moments
from trusteq_core.errors import DataError

__all__ = ["CellTable", "PairTotals"]


@dataclass(frozen=True, slots=True, eq=False)
class CellTable:
    """Examples by cell (bin of A, bin of B, A right, B right), with moments of the confidences.

    Attributes
    ----------
    edges : ndarray, shape (B + 1,)
        Bin edges, closed on the right.
    count : ndarray, shape (4 * B * B,)
        Examples in the cell.
    sums : ndarray, shape (5, 4 * B * B)
        Sums of c_A, c_B, c_A², c_B², c_A c_B.
    """

    edges: np.ndarray
    count: np.ndarray
    sums: np.ndarray

    @classmethod
    def of(
        cls,
        confidence_a: np.ndarray,
        correct_a: np.ndarray,
        confidence_b: np.ndarray,
        correct_b: np.ndarray,
        edges: np.ndarray,
    ) -> CellTable:
        """Return the table of the confidences and correctness of two models, all shape (n,)."""
        size = edges.size - 1
        bin_a, bin_b = (
            np.searchsorted(edges[1:-1], confidence, side="left")
            for confidence in (confidence_a, confidence_b)
        )
        cell = ((bin_a * size + bin_b) * 2 + (correct_a > 0)) * 2 + (correct_b > 0)
        moments = (
            confidence_a,
            confidence_b,
            confidence_a**2,
            confidence_b**2,
            confidence_a * confidence_b,
        )
        cells = 4 * size * size
        sums = [np.bincount(cell, weights=values, minlength=cells) for values in moments]
        return cls(edges, np.bincount(cell, minlength=cells), np.array(sums))

    def __add__(self, other: CellTable) -> CellTable:
        if not np.array_equal(self.edges, other.edges):
            raise DataError("Cell tables over different edges cannot be added.")
        return CellTable(self.edges, self.count + other.count, self.sums + other.sums)

    @property
    def n(self) -> int:
        """Number of examples."""
        return int(self.count.sum())

    def residual_sums(self) -> np.ndarray:
        """Return the difference of the summed residuals in each bin, shape (B,)."""
        return self._differences(self.count[None], self.sums[0][None], self.sums[1][None])[0]

    def resampled(self, rng: np.random.Generator, n_resamples: int) -> np.ndarray:
        """Return `residual_sums` of bootstrap resamples, shape (n_resamples, B).

        Cell counts are multinomial; given its count, the sums of a cell's confidences are taken
        as normal with the cell's mean and covariance.
        """
        filled = np.flatnonzero(self.count)
        size = self.count[filled]
        counts = rng.multinomial(self.n, size / self.n, size=n_resamples)
        mean_a, mean_b, square_a, square_b, product = self.sums[:, filled] / size
        sd_a = np.sqrt(np.maximum(0.0, square_a - mean_a**2))
        covariance = product - mean_a * mean_b
        slope = np.divide(covariance, sd_a, out=np.zeros_like(sd_a), where=sd_a > 0)
        rest = np.sqrt(np.maximum(0.0, square_b - mean_b**2 - slope**2))
        root = np.sqrt(counts)
        shock = rng.standard_normal((2, *counts.shape))
        sum_a = counts * mean_a + root * sd_a * shock[0]
        sum_b = counts * mean_b + root * (slope * shock[0] + rest * shock[1])
        return self._differences(counts, sum_a, sum_b, filled)

    def _differences(
        self,
        counts: np.ndarray,
        sum_a: np.ndarray,
        sum_b: np.ndarray,
        cells: np.ndarray | None = None,
    ) -> np.ndarray:
        """Return Σ r^A - Σ r^B per bin for each row of cell counts and confidence sums."""
        size = self.edges.size - 1
        cells = np.arange(self.count.size) if cells is None else cells
        right_b, right_a = cells % 2, cells // 2 % 2
        bin_b, bin_a = cells // 4 % size, cells // 4 // size
        bins = np.arange(size)
        in_a, in_b = (bin_a[:, None] == bins).astype(float), (bin_b[:, None] == bins).astype(float)
        return (counts * right_a - sum_a) @ in_a - (counts * right_b - sum_b) @ in_b


@dataclass(frozen=True, slots=True, eq=False)
class PairTotals:
    """Everything a verdict on predictions needs.

    Attributes
    ----------
    predicted : ndarray of int, shape (K, K)
        Examples by predicted class, the original's in rows, the compressed model's in columns.
    gained, lost : int
        Positive and negative flips.
    gap, brier : ndarray, shape (2,)
        Sum, and sum of squares, of the paired differences (compressed less original) of c - a
        and of the Brier score (0-2).
    cells : CellTable
        For the profile distance.
    """

    predicted: np.ndarray
    gained: int
    lost: int
    gap: np.ndarray
    brier: np.ndarray
    cells: CellTable

    @classmethod
    def of(cls, p_a: np.ndarray, p_b: np.ndarray, y: np.ndarray, edges: np.ndarray) -> PairTotals:
        """Return the totals of a table (or of one piece of it).

        Parameters
        ----------
        p_a, p_b : ndarray, shape (n, K)
            Checked probabilities of both models for the same examples.
        y : ndarray of int, shape (n,)
            Gold labels as column numbers.
        edges : ndarray
            Bin edges of the profile distance, fixed once for all pieces.
        """
        n_classes = p_a.shape[1]
        a, b = ModelRows.of(p_a, y), ModelRows.of(p_b, y)
        flips = np.bincount(a.predicted * n_classes + b.predicted, minlength=n_classes**2)
        return cls(
            predicted=flips.reshape(n_classes, n_classes),
            gained=int((b.correct > a.correct).sum()),
            lost=int((b.correct < a.correct).sum()),
            gap=_two_sums((b.confidence - b.correct) - (a.confidence - a.correct)),
            brier=_two_sums(b.brier - a.brier),
            cells=CellTable.of(a.confidence, a.correct, b.confidence, b.correct, edges),
        )

    def __add__(self, other: PairTotals) -> PairTotals:
        names = [field.name for field in fields(self)]
        return PairTotals(**{name: getattr(self, name) + getattr(other, name) for name in names})

    @property
    def n(self) -> int:
        """Number of examples."""
        return self.cells.n

    def moments(self, of: str) -> Moments:
        """Return the moments of the paired differences of ``"gap"`` or ``"brier"``."""
        total, squares = getattr(self, of)
        return Moments.of_sums(float(total), float(squares), self.n)


@dataclass(frozen=True, slots=True, eq=False)
class ModelRows:
    """What one model contributes, row by row: arrays of shape (n,)."""

    predicted: np.ndarray
    confidence: np.ndarray
    correct: np.ndarray
    brier: np.ndarray

    @classmethod
    def of(cls, p: np.ndarray, y: np.ndarray) -> ModelRows:
        """Return prediction, confidence, correctness and Brier score (0-2) of each row."""
        rows, predicted = np.arange(len(p)), p.argmax(axis=1)
        brier = (p * p).sum(axis=1) - 2.0 * p[rows, y] + 1.0
        confidence = np.minimum(p[rows, predicted], 1.0)
        return cls(predicted, confidence, (predicted == y).astype(float), brier)


def _two_sums(values: np.ndarray) -> np.ndarray:
    return np.array([values.sum(), (values * values).sum()])

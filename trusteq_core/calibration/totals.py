"""Sufficient statistics of every binned measure: a handful of sums a bin, whatever the size."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from trusteq_core.calibration.bins import bin_index
from trusteq_core.errors import DataError

__all__ = ["BinTotals", "NoiseFloor"]


class NoiseFloor(NamedTuple):
    """The ECE that a perfectly calibrated model of this size would show by chance."""

    mean: float
    sd: float


@dataclass(frozen=True, slots=True, eq=False)
class BinTotals:
    """Sums over the predictions of each bin, from which every binned measure follows.

    Totals of two parts of a data set add up to those of the whole, so predictions can be reduced
    in one pass: ``sum of BinTotals.of(part, ...)``.

    Attributes
    ----------
    edges : ndarray, shape (B + 1,)
        Bin edges, closed on the right.
    count : ndarray of int, shape (B,)
        Predictions in the bin.
    confidence, correct, variance : ndarray, shape (B,)
        Sums of confidence c, of correctness a, and of c(1 - c).
    """

    edges: np.ndarray
    count: np.ndarray
    confidence: np.ndarray
    correct: np.ndarray
    variance: np.ndarray

    @classmethod
    def of(cls, confidence: np.ndarray, correct: np.ndarray, edges: np.ndarray) -> BinTotals:
        """Return the totals of checked confidences and outcomes, both of shape (n,)."""
        index = bin_index(confidence, edges)
        size = edges.size - 1
        spread = confidence * (1.0 - confidence)
        sums = (
            np.bincount(index, weights=values, minlength=size)
            for values in (confidence, correct, spread)
        )
        return cls(edges, np.bincount(index, minlength=size), *sums)

    def __add__(self, other: BinTotals) -> BinTotals:
        if not np.array_equal(self.edges, other.edges):
            raise DataError("Bin totals over different edges cannot be added.")
        return BinTotals(
            self.edges,
            self.count + other.count,
            self.confidence + other.confidence,
            self.correct + other.correct,
            self.variance + other.variance,
        )

    @property
    def n(self) -> int:
        """Number of predictions."""
        return int(self.count.sum())

    @property
    def residual(self) -> np.ndarray:
        """Sum of a - c in each bin; negative is overconfident."""
        return self.correct - self.confidence

    def signed_gap(self) -> float:
        """Return mean confidence less accuracy."""
        return float(-self.residual.sum() / self.n)

    def ece(self) -> float:
        """Return the expected calibration error."""
        return float(np.abs(self.residual).sum() / self.n)

    def over_under(self) -> tuple[float, float]:
        """Return the overconfident and the underconfident part of the ECE."""
        over = np.maximum(0.0, -self.residual).sum() / self.n
        under = np.maximum(0.0, self.residual).sum() / self.n
        return float(over), float(under)

    def mce(self, minimum: int = 1) -> float:
        """Return the largest gap of a bin with `minimum` predictions, NaN if there is none."""
        enough = self.count >= max(1, minimum)
        if not enough.any():
            return float("nan")
        return float((np.abs(self.residual[enough]) / self.count[enough]).max())

    def rmsce2(self, *, debiased: bool = True) -> float:
        """Return the squared gap, averaged over predictions; by default less its sampling noise."""
        held = np.maximum(self.count, 1)
        squared = (self.residual / held) ** 2
        if debiased:
            accuracy = self.correct / held
            noise = accuracy * (1.0 - accuracy) / np.maximum(self.count - 1, 1)
            squared = np.where(self.count >= 2, squared - noise, 0.0)
        return float((self.count * squared).sum() / self.n)

    def noise_floor(self) -> NoiseFloor:
        """Return mean and standard deviation of the ECE under perfect calibration."""
        mean = np.sqrt(2.0 / np.pi) * np.sqrt(self.variance).sum() / self.n
        sd = np.sqrt((1.0 - 2.0 / np.pi) * self.variance.sum()) / self.n
        return NoiseFloor(float(mean), float(sd))

"""Sums over pieces of two models' predictions, from which every measure but β follows."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np

from trusteq_core.calibration import BinTotals, equal_width_edges
from trusteq_core.calibration.scores import TINY
from trusteq_core.equivalence import divergence_rows, residual_rows
from trusteq_core.equivalence.totals import ModelRows

__all__ = ["Divergences", "ModelTotals", "ProfileTotals"]


@dataclass(frozen=True, slots=True, eq=False)
class ModelTotals:
    """Everything that one model's scores need.

    Attributes
    ----------
    top : BinTotals
        Of the predicted label's confidence.
    classes, labels : tuple of BinTotals
        Of each class's own probability, in equally wide bins; of the confidence within each
        predicted label.
    confusion : ndarray of int, shape (K, K)
        Examples by gold class (rows) and predicted class (columns).
    brier, surprise : float
        Sums of the Brier scores (0-2) and of the negative log likelihoods.
    clipped : int
        Gold-label probabilities that were raised to 1e-12.
    """

    top: BinTotals
    classes: tuple[BinTotals, ...]
    labels: tuple[BinTotals, ...]
    confusion: np.ndarray
    brier: float
    surprise: float
    clipped: int

    @classmethod
    def of(cls, p: np.ndarray, y: np.ndarray, edges: np.ndarray, n_bins: int) -> ModelTotals:
        """Return the totals of checked probabilities (m, K) and labels (m,)."""
        n_classes, rows = p.shape[1], ModelRows.of(p, y)
        wide, confidence, correct = equal_width_edges(n_bins), rows.confidence, rows.correct
        within = [rows.predicted == k for k in range(n_classes)]
        hit = p[np.arange(len(p)), y]
        confusion = np.bincount(y * n_classes + rows.predicted, minlength=n_classes**2)
        return cls(
            top=BinTotals.of(confidence, correct, edges),
            classes=tuple(
                BinTotals.of(np.minimum(p[:, k], 1.0), (y == k) * 1.0, wide)
                for k in range(n_classes)
            ),
            labels=tuple(BinTotals.of(confidence[m], correct[m], edges) for m in within),
            confusion=confusion.reshape(n_classes, n_classes),
            brier=float(rows.brier.sum()),
            surprise=float(-np.log(np.clip(hit, TINY, 1.0)).sum()),
            clipped=int((hit < TINY).sum()),
        )

    def __add__(self, other: ModelTotals) -> ModelTotals:
        return ModelTotals(
            self.top + other.top,
            tuple(a + b for a, b in zip(self.classes, other.classes, strict=True)),
            tuple(a + b for a, b in zip(self.labels, other.labels, strict=True)),
            self.confusion + other.confusion,
            self.brier + other.brier,
            self.surprise + other.surprise,
            self.clipped + other.clipped,
        )

    @property
    def accuracy(self) -> float:
        """Share of right predictions."""
        return float(np.trace(self.confusion) / self.confusion.sum())

    @property
    def macro_f1(self) -> float:
        """F1 averaged over the classes that occur."""
        occurs = self.confusion.sum(axis=0) + self.confusion.sum(axis=1)
        hit = np.diag(self.confusion)
        return float((2.0 * hit[occurs > 0] / occurs[occurs > 0]).mean())

    def scores(self) -> dict[str, float]:
        """Return the measures of `trusteq_core.calibration.score_all` that sums can give.

        Those of CORP need every confidence, the inverse temperature needs several passes.
        """
        n, (over, under) = self.top.n, self.top.over_under()
        return {
            "signed_gap": self.top.signed_gap(),
            "ece": self.top.ece(),
            "ece_over": over,
            "ece_under": under,
            "mce": self.top.mce(),
            "mce_30": self.top.mce(30),
            "rmsce2": self.top.rmsce2(),
            "classwise_ece": float(np.mean([totals.ece() for totals in self.classes])),
            "conditional_ece": float(sum(np.abs(t.residual).sum() for t in self.labels) / n),
            "brier": self.brier / n,
            "nll": self.surprise / n,
        }


@dataclass(frozen=True, slots=True, eq=False)
class ProfileTotals:
    """What the profile distance and its floor need.

    Attributes
    ----------
    n : int
        Number of examples.
    sums, squares : ndarray, shape (B,)
        Sums of what each example adds to the difference in each bin, and of its square.
    """

    n: int
    sums: np.ndarray
    squares: np.ndarray

    @classmethod
    def of(
        cls, p_a: np.ndarray, p_b: np.ndarray, y: np.ndarray, edges: np.ndarray
    ) -> ProfileTotals:
        """Return the totals of checked probabilities (m, K) of both models."""
        a, b = ModelRows.of(p_a, y), ModelRows.of(p_b, y)
        rows = residual_rows(a.confidence, a.correct, b.confidence, b.correct, edges)
        return cls(len(y), rows.sum(axis=0), (rows * rows).sum(axis=0))

    def __add__(self, other: ProfileTotals) -> ProfileTotals:
        return ProfileTotals(self.n + other.n, self.sums + other.sums, self.squares + other.squares)

    @property
    def distance(self) -> float:
        """`trusteq_core.calibration.profile_distance`."""
        return float(np.abs(self.sums).sum() / self.n)

    @property
    def floor(self) -> float:
        """`trusteq_core.calibration.profile_floor`."""
        spread = np.sqrt(np.maximum(0.0, self.squares - self.sums**2 / self.n))
        return float(np.sqrt(2.0 / np.pi) * spread.sum() / self.n)


@dataclass(frozen=True, slots=True)
class Divergences:
    """Sums of how far the two distributions of each example lie apart."""

    kl: float
    js: float
    total_variation: float

    @classmethod
    def of(cls, p_a: np.ndarray, p_b: np.ndarray) -> Divergences:
        """Return the sums over checked probabilities (m, K) of both models."""
        rows = divergence_rows(p_a, p_b)
        return cls(*(float(rows[field.name].sum()) for field in fields(cls)))

    def __add__(self, other: Divergences) -> Divergences:
        return Divergences(
            self.kl + other.kl,
            self.js + other.js,
            self.total_variation + other.total_variation,
        )

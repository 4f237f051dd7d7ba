"""How much of the gap between two models one temperature each removes."""

from __future__ import annotations

from dataclasses import dataclass

from trusteq_core.calibration import GapRemoved, gap_removed
from trusteq_core.evaluation.calibration_frames import profile_frame
from trusteq_core.evaluation.calibration_pair import CalibrationPair, validation_predictions
from trusteq_core.evaluation.comparison import Comparison

__all__ = ["Scaling", "scaling"]


@dataclass(frozen=True, slots=True)
class Scaling:
    """What temperature scaling does to a pair.

    Attributes
    ----------
    gap : GapRemoved
        The profile distance before and after, and the fitted scales.
    chance : float
        A profile distance before scaling up to this is no evidence of a gap.
    fitted_on : int or None
        Number of validation examples; None where halves of the test examples were cross-fitted.
    """

    gap: GapRemoved
    chance: float
    fitted_on: int | None

    @property
    def shown(self) -> bool:
        """True if the gap before scaling is more than chance."""
        return self.gap.before > self.chance


def scaling(pair: Comparison) -> Scaling:
    """Return how much of the gap between two models one temperature each removes."""
    fitted = validation_predictions(pair)
    gap = gap_removed(
        pair.original.probabilities, pair.compressed.probabilities, pair.gold, fitted_on=fitted
    )
    chance = float(profile_frame(CalibrationPair.of(pair))["floor_high"].iloc[0])
    return Scaling(gap, chance, None if fitted is None else len(fitted[2]))

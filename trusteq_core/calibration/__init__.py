"""Are probabilities as reliable as they claim? Bins, scores, noise floors, recalibration.

Probabilities ``p`` are (n, K) rows that sum to one, labels ``y`` are column numbers. Functions of
``confidence`` and ``correct`` take what :func:`top_label` (or :func:`positive_class`) returns.
"""

from trusteq_core.calibration.bands import consistency_bands
from trusteq_core.calibration.bins import (
    N_BINS,
    bin_index,
    equal_width_edges,
    least_reliable,
    pooled_equal_mass_edges,
    reliability_bins,
    wilson_interval,
)
from trusteq_core.calibration.corp import Corp, corp, corp_curve, corp_split
from trusteq_core.calibration.measures import MEASURES, Measure, score_all
from trusteq_core.calibration.probabilities import (
    check_labels,
    check_probabilities,
    positive_class,
    softmax,
    top_label,
)
from trusteq_core.calibration.profile import profile_bins, profile_distance, profile_floor
from trusteq_core.calibration.recalibration import (
    BETA_RANGE,
    GapRemoved,
    Recalibrated,
    gap_removed,
    halves,
    temperature_scaled,
)
from trusteq_core.calibration.scores import (
    brier,
    brier_rows,
    classwise_ece,
    clipped_rows,
    conditional_ece,
    ece,
    mce,
    nll,
    noise_floor,
    over_under,
    rmsce2,
    signed_gap,
)
from trusteq_core.calibration.stream import ConfidenceCounts
from trusteq_core.calibration.temperature import (
    inverse_temperature,
    scale,
    streamed_inverse_temperature,
)
from trusteq_core.calibration.totals import BinTotals, NoiseFloor

__all__ = [
    "BETA_RANGE",
    "MEASURES",
    "N_BINS",
    "BinTotals",
    "ConfidenceCounts",
    "Corp",
    "GapRemoved",
    "Measure",
    "NoiseFloor",
    "Recalibrated",
    "bin_index",
    "brier",
    "brier_rows",
    "check_labels",
    "check_probabilities",
    "classwise_ece",
    "clipped_rows",
    "conditional_ece",
    "consistency_bands",
    "corp",
    "corp_curve",
    "corp_split",
    "ece",
    "equal_width_edges",
    "gap_removed",
    "halves",
    "inverse_temperature",
    "least_reliable",
    "mce",
    "nll",
    "noise_floor",
    "over_under",
    "pooled_equal_mass_edges",
    "positive_class",
    "profile_bins",
    "profile_distance",
    "profile_floor",
    "reliability_bins",
    "rmsce2",
    "scale",
    "score_all",
    "signed_gap",
    "softmax",
    "streamed_inverse_temperature",
    "temperature_scaled",
    "top_label",
    "wilson_interval",
]

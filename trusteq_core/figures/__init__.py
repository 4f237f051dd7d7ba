"""Dumb drawings over tested frames: plotly figures, and escaped HTML for the words."""

from trusteq_core.figures.bin_counts import bin_counts_figure, describe_bin_counts
from trusteq_core.figures.corp import corp_figure, describe_corp
from trusteq_core.figures.model_map import COSTS, model_map_figure
from trusteq_core.figures.overlap import describe_overlap, overlap_figure, overlap_frame
from trusteq_core.figures.probabilities import (
    describe_probabilities,
    probability_figure,
    probability_frame,
)
from trusteq_core.figures.profile import describe_profile, profile_figure
from trusteq_core.figures.reliability import (
    Quantity,
    describe_reliability,
    diagram_frame,
    reliability_figure,
)
from trusteq_core.figures.style import CONFIG, MODEL_STYLES, PALETTES, TEMPLATE
from trusteq_core.figures.verdict import (
    ANSWERS,
    AnswerStyle,
    criteria_figure,
    criteria_frame,
    describe_criteria,
)
from trusteq_core.figures.word_map import (
    Panel,
    attribution_scale,
    word_map_html,
    word_maps_html,
)
from trusteq_core.figures.words import difference_rows, word_difference_figure

__all__ = [
    "ANSWERS",
    "CONFIG",
    "COSTS",
    "MODEL_STYLES",
    "PALETTES",
    "TEMPLATE",
    "AnswerStyle",
    "Panel",
    "Quantity",
    "attribution_scale",
    "bin_counts_figure",
    "corp_figure",
    "criteria_figure",
    "criteria_frame",
    "describe_bin_counts",
    "describe_corp",
    "describe_criteria",
    "describe_overlap",
    "describe_probabilities",
    "describe_profile",
    "describe_reliability",
    "diagram_frame",
    "difference_rows",
    "model_map_figure",
    "overlap_figure",
    "overlap_frame",
    "probability_figure",
    "probability_frame",
    "profile_figure",
    "reliability_figure",
    "word_difference_figure",
    "word_map_html",
    "word_maps_html",
]

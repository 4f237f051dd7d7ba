"""Dumb drawings over tested frames: plotly figures, and escaped HTML for the words."""

from trusteq_core.figures.model_map import COSTS, model_map_figure
from trusteq_core.figures.overlap import describe_overlap, overlap_figure, overlap_frame
from trusteq_core.figures.probabilities import (
    describe_probabilities,
    probability_figure,
    probability_frame,
)
from trusteq_core.figures.reliability import describe_reliability, reliability_figure
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
    "CONFIG",
    "COSTS",
    "MODEL_STYLES",
    "ANSWERS",
    "PALETTES",
    "TEMPLATE",
    "AnswerStyle",
    "Panel",
    "attribution_scale",
    "criteria_figure",
    "criteria_frame",
    "describe_criteria",
    "describe_overlap",
    "describe_probabilities",
    "describe_reliability",
    "difference_rows",
    "model_map_figure",
    "overlap_figure",
    "overlap_frame",
    "probability_figure",
    "probability_frame",
    "reliability_figure",
    "word_difference_figure",
    "word_map_html",
    "word_maps_html",
]

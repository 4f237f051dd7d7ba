"""Attributing a model's probabilities to the words of an example."""

from trusteq_core.attribution.attribution import Attribution
from trusteq_core.attribution.engine import ValueFunction
from trusteq_core.attribution.explainers import (
    DEFAULT_EXPLAINERS,
    EXPLAINERS,
    Explainer,
    explain,
    explainer_title,
    get_explainer,
)
from trusteq_core.attribution.masking import MASKS, Predictor
from trusteq_core.attribution.queue import Ask, side_by_side
from trusteq_core.attribution.shap_format import from_shap, to_shap

__all__ = [
    "DEFAULT_EXPLAINERS",
    "EXPLAINERS",
    "MASKS",
    "Ask",
    "Attribution",
    "Explainer",
    "Predictor",
    "ValueFunction",
    "explain",
    "explainer_title",
    "from_shap",
    "get_explainer",
    "side_by_side",
    "to_shap",
]

"""Classifiers: the protocol, the transformers adapter, the catalogue, measured facts."""

from trusteq_core.models.catalogue import (
    MODELS_DIR,
    ModelCard,
    catalogue,
    find_model,
)
from trusteq_core.models.classifier import Classifier, Differentiable, Report
from trusteq_core.models.function_classifier import FunctionClassifier
from trusteq_core.models.load import load_model
from trusteq_core.models.profile import measure_latency, profile_frame

__all__ = [
    "MODELS_DIR",
    "Classifier",
    "Differentiable",
    "FunctionClassifier",
    "ModelCard",
    "Report",
    "catalogue",
    "find_model",
    "load_model",
    "measure_latency",
    "profile_frame",
]

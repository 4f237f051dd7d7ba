"""A live explanation as a document that can be kept."""

from __future__ import annotations

from typing import Any

import numpy as np

from trusteq_app.live import SIDES, LiveResult
from trusteq_core.attribution import Attribution
from trusteq_core.tasks import word_grid

__all__ = ["as_document"]


def as_document(result: LiveResult) -> dict[str, Any]:
    """Return all that was computed as one JSON-ready document, values by word, then by label."""
    request = result.request
    models = (request.original, request.compressed)
    return {
        "task": request.task_id,
        "labels": list(result.task.labels),
        "texts": dict(zip(result.task.segments, request.texts, strict=True)),
        "words": [
            {
                "text": word.text,
                "segment": result.task.segments[word.segment],
                "position": word.position,
            }
            for word in word_grid(request.texts).words
        ],
        "models": [
            {
                "name": name,
                "side": side,
                "probabilities": result.probabilities[place].tolist(),
                "attributions": [
                    _attribution(pair[place]) for pair in result.attributions.values()
                ],
            }
            for place, (side, name) in enumerate(zip(SIDES, models, strict=True))
        ],
    }


def _attribution(found: Attribution) -> dict[str, Any]:
    return {
        "explainer": found.explainer,
        "settings": dict(found.settings),
        "seed": found.seed,
        "evaluations": found.evaluations,
        "base": found.base.tolist(),
        "values": _numbers(found.values),
        "errors": None if found.errors is None else _numbers(found.errors),
    }


def _numbers(values: np.ndarray) -> list[list[float | None]]:
    """Return a table as lists; null for a word that the model does not read."""
    return [[None if np.isnan(each) else float(each) for each in row] for row in values]

"""What can be counted of a model: its card, also where it came with none."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from trusteq_core.models.catalogue import ModelCard
from trusteq_core.models.checkpoint import read_json, weight_files
from trusteq_core.models.classifier import Classifier

if TYPE_CHECKING:
    from transformers import PreTrainedModel

__all__ = ["card_of", "describe"]


def card_of(model: PreTrainedModel, path: Path, **facts: Any) -> ModelCard:
    """Return the card of a model: what is counted here, and what the caller knows."""
    return ModelCard(
        name=path.name,
        path=path,
        layers=int(model.config.num_hidden_layers),
        hidden=int(model.config.hidden_size),
        parameters=sum(weight.numel() for weight in model.parameters()),
        **facts,
    )


def describe(model: Classifier, path: Path) -> ModelCard:
    """Return the card in a model's folder, else what can be counted; 0 where nothing can.

    Parameters
    ----------
    model : Classifier
        The model.
    path : Path
        Its folder or file.

    Raises
    ------
    ModelError
        If the card cannot be read, or there are no weights.
    """
    from trusteq_core.models.transformers_classifier import TransformersClassifier

    if (path / "card.json").is_file():
        return ModelCard.from_json(read_json(path / "card.json"), path)
    facts: dict[str, Any] = {"title": model.name, "kind": "given", "role": "original"}
    facts["bytes"] = sum(file.stat().st_size for file in weight_files(path))
    if isinstance(model, TransformersClassifier):
        return card_of(model.model, path, **facts)
    return ModelCard(name=model.name, path=path, **facts)

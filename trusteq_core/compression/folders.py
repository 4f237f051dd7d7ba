"""The folder that training or compressing a model fills: complete, or not there at all."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import save_file
from transformers import PreTrainedModel, PreTrainedTokenizerBase

from trusteq_core.errors import ModelError
from trusteq_core.models.catalogue import ModelCard
from trusteq_core.models.checkpoint import read_json
from trusteq_core.models.recipes import Recipe
from trusteq_core.models.structured import quantised_state

__all__ = ["Workpiece", "fits_half", "write_model", "write_recipe"]


class Workpiece:
    """A model folder in the making, and the checkpoints of its training until it is complete.

    Parameters
    ----------
    out : Path
        The folder to make.
    made_with : mapping
        Everything that decides the model: method and amounts, and the fingerprints of what it is
        made from. The same work resumes; other work is kept apart.
    """

    def __init__(self, out: Path, made_with: Mapping[str, Any]) -> None:
        self.out, self.made_with = out, dict(made_with)
        text = json.dumps(self.made_with, sort_keys=True)
        self.key = hashlib.blake2b(text.encode(), digest_size=12).hexdigest()
        self._scratch = out.parent / f".{out.name}.partial"
        self._draft = self._scratch / "model"

    @property
    def checkpoint(self) -> Path:
        """Where the training is kept until the model is complete."""
        self._make(self._scratch)
        return self._scratch / "training.safetensors"

    def finished(self) -> ModelCard | None:
        """Return the card of the model if this very model is made already, or None.

        Raises
        ------
        ModelError
            If the folder exists and holds anything else: it is never overwritten.
        """
        if not self.out.exists():
            return None
        try:
            content = read_json(self.out / "card.json")
        except ModelError:
            content = {}
        if content.get("made_with") != self.made_with:
            raise ModelError(
                f'"{self.out}" exists already and is not what is to be made now. It is left as it '
                "is: choose another folder, or remove this one."
            )
        return ModelCard.from_json(content, self.out)

    def draft(self) -> Path:
        """Return an empty folder to write the model into, beside its place."""
        shutil.rmtree(self._draft, ignore_errors=True)
        self._make(self._draft)
        return self._draft

    def finish(self, card: ModelCard, **facts: Any) -> ModelCard:
        """Move the written model to its place, whole, and drop the checkpoints.

        Parameters
        ----------
        card : ModelCard
            What is known of the model; its size is that of the weights as they were written.
        **facts
            What else goes into ``card.json``.
        """
        weights = [*self._draft.glob("*.safetensors"), *self._draft.glob("*.onnx")]
        size = sum(path.stat().st_size for path in weights)
        content = card.to_json() | {"bytes": size} | facts | {"made_with": self.made_with}
        text = json.dumps(content, indent=2)
        (self._draft / "card.json").write_text(text + "\n", encoding="utf-8")
        self._draft.rename(self.out)
        shutil.rmtree(self._scratch)
        return ModelCard.from_json(content, self.out)

    def _make(self, folder: Path) -> None:
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise ModelError(
                f'"{self.out}" cannot be made: {error.strerror}. Choose a folder that you may '
                "write to."
            ) from error


def write_model(
    folder: Path,
    model: PreTrainedModel,
    tokenizer: PreTrainedTokenizerBase,
    recipe: Recipe | None,
) -> None:
    """Write configuration, weights, tokenizer and recipe.

    Of a quantised model the other weights are written in half precision: they are the larger part.
    """
    if recipe is not None:
        write_recipe(folder, recipe)
    if recipe is not None and recipe.method == "int8":
        model.config.save_pretrained(folder)
        save_file(_halved(quantised_state(model)), folder / "model.safetensors", {"format": "pt"})
    else:
        model.save_pretrained(folder)
    tokenizer.save_pretrained(folder)


def fits_half(model: PreTrainedModel) -> bool:
    """Return whether half precision holds every weight exactly: the model was stored in it."""
    return all(torch.equal(weight, weight.half().float()) for weight in model.parameters())


def write_recipe(folder: Path, recipe: Recipe) -> None:
    """Write a recipe into a model folder."""
    text = json.dumps(recipe.to_json(), indent=2)
    (folder / "recipe.json").write_text(text + "\n", encoding="utf-8")


def _halved(state: dict[str, torch.Tensor]) -> dict[str, torch.Tensor]:
    return {
        name: tensor if name.endswith((".qdata", ".scale")) else tensor.half()
        for name, tensor in state.items()
    }

"""Models whose layers are not those of their architecture: built as a recipe says, then filled."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load_file
from transformers import AutoModelForSequenceClassification, PreTrainedModel

from trusteq_core.errors import ModelError
from trusteq_core.models.checkpoint import weight_files
from trusteq_core.models.recipes import Recipe, encoder_linears, factorised_structure_, quantise_

__all__ = ["load_structured", "quantised_state"]

_INT8 = ("qdata", "scale")


def load_structured(folder: Path, config: Any, recipe: Recipe) -> PreTrainedModel:
    """Build a factorised or quantised model and fill in the weights of its folder.

    Raises
    ------
    ModelError
        If the weights do not fit the recipe.
    """
    model = AutoModelForSequenceClassification.from_config(config, dtype=torch.float32)
    weights: dict[str, torch.Tensor] = {}
    for path in weight_files(folder):
        weights.update(load_file(path))
    try:
        if recipe.method == "lowrank":
            factorised_structure_(model, recipe.rank)
            model.load_state_dict({key: value.float() for key, value in weights.items()})
        else:
            _fill_quantised_(model, weights)
    except (RuntimeError, KeyError) as error:
        raise ModelError(f'The weights in "{folder}" do not fit its recipe: {error}') from None
    return model


def quantised_state(model: PreTrainedModel) -> dict[str, torch.Tensor]:
    """Return the weights of a quantised model as plain tensors, as `load_structured` reads them.

    An int8 weight is two tensors: ``<name>.qdata`` and ``<name>.scale``.
    """
    state = model.state_dict()
    for name in encoder_linears(model):
        weight = state.pop(f"{name}.weight")
        state |= {f"{name}.weight.{part}": getattr(weight, part) for part in _INT8}
    return {name: tensor.contiguous() for name, tensor in state.items()}


def _fill_quantised_(model: PreTrainedModel, weights: dict[str, torch.Tensor]) -> None:
    names = [f"{name}.weight" for name in encoder_linears(model)]
    parts = {f"{name}.{part}" for name in names for part in _INT8}
    plain = {key: value.float() for key, value in weights.items() if key not in parts}
    found = model.load_state_dict(plain, strict=False)
    wrong = sorted({*found.missing_keys} - {*names}) + found.unexpected_keys
    if wrong:
        raise KeyError(wrong[0])
    quantise_(model)
    for name in names:
        held = model.get_parameter(name)
        for part in _INT8:
            getattr(held, part).copy_(weights[f"{name}.{part}"])

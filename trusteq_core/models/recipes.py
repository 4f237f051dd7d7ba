"""Compression recipes: how a model was compressed, in the ``recipe.json`` of its folder.

The recipe is part of the model's fingerprint. Two forms of compression are not plain weights of a
known architecture, and are built as the recipe says when the model is loaded:

- ``int8``: dynamic int8 quantisation. The folder holds the int8 weights with their scales, or no
  weights at all: then those of its parent are quantised. Weights are rounded once per output
  channel, activations for each token as it comes, so the result for an example does not depend on
  the others of its batch. (ONNX Runtime's dynamic quantisation scales activations per tensor, that
  is by whatever else is in the batch, which is why it is not used.)
- ``lowrank``: the linear layers of the encoder are products of two thinner ones; the folder holds
  the two factors.

``prune``, ``drop-layers`` and ``distil`` give plain weights; their recipes say where from.
"""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from trusteq_core.errors import ModelError
from trusteq_core.models.checkpoint import read_json

if TYPE_CHECKING:
    import torch

__all__ = [
    "METHODS",
    "Recipe",
    "encoder_linears",
    "factorised_structure_",
    "is_plain",
    "quantise_",
    "read_recipe",
    "weights_folder",
]

METHODS = ("int8", "lowrank", "prune", "drop-layers", "distil")
# The amount that a method cannot do without.
_AMOUNTS = {"lowrank": "rank", "prune": "sparsity", "drop-layers": "layers", "distil": "layers"}
# The linear layers inside an encoder's numbered blocks, however an architecture names them.
_BLOCK = re.compile(r"[._]layers?\.\d")
_FOLDER = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")


@dataclass(frozen=True, slots=True)
class Recipe:
    """How a model was made from another.

    Attributes
    ----------
    method : str
        One of `METHODS`.
    parent : str
        Name of the model it was made from. For an int8 model without weights of its own, a folder
        beside this one.
    rank : int
        Rank of the factorised layers; 0 for other methods.
    sparsity : float
        Share of the pruned weights; 0 for other methods.
    layers : int
        Layers that were kept; 0 for other methods.
    """

    method: str
    parent: str
    rank: int = 0
    sparsity: float = 0.0
    layers: int = 0

    def to_json(self) -> dict[str, Any]:
        """Return the recipe as it stands in ``recipe.json``: with ``rank``, and what is not 0."""
        return {
            key: value
            for key, value in asdict(self).items()
            if value or key in ("method", "parent", "rank")
        }


def read_recipe(folder: Path) -> Recipe | None:
    """Return the recipe of a model folder, or None where it has none.

    Raises
    ------
    ModelError
        If the recipe is unknown, incomplete, or names a parent outside the folder's own parent.
    """
    path = folder / "recipe.json"
    if not path.exists():
        return None
    content = read_json(path)
    method, parent = content.get("method", ""), content.get("parent", "")
    if method not in METHODS:
        raise ModelError(f'"{path}" asks for method {method!r}. Known: {", ".join(METHODS)}.')
    if not isinstance(parent, str) or not _FOLDER.fullmatch(parent):
        raise ModelError(f'"{path}" names no parent model; parent must be a folder beside it.')
    needed = _AMOUNTS.get(method)
    if needed is None:
        return Recipe(method, parent)
    amount = content.get(needed)
    allowed = float if needed == "sparsity" else int
    if not (isinstance(amount, allowed) and amount > 0):
        what = "number" if needed == "sparsity" else "whole number"
        raise ModelError(f'"{path}" needs a {needed} that is a positive {what}, got {amount!r}.')
    amounts: dict[str, Any] = {needed: amount}
    return Recipe(method, parent, **amounts)


def weights_folder(folder: Path, recipe: Recipe | None) -> Path:
    """Return the folder with a model's weights: its own, or its parent's for an empty int8 one."""
    if recipe is not None and recipe.method == "int8" and not (folder / "config.json").exists():
        return folder.parent / recipe.parent
    return folder


def encoder_linears(model: torch.nn.Module) -> dict[str, torch.nn.Linear]:
    """Return the linear layers that compression acts on, by name: all but the classifier head."""
    from torch import nn

    return {
        name: module
        for name, module in model.named_modules()
        if isinstance(module, nn.Linear) and _BLOCK.search(name)
    }


def is_plain(model: torch.nn.Module) -> bool:
    """Return whether the encoder's linear layers are neither factorised nor quantised."""
    from torch import nn

    names = encoder_linears(model)
    pairs = any(isinstance(model.get_submodule(n.rpartition(".")[0]), nn.Sequential) for n in names)
    return not pairs and not any(hasattr(linear.weight, "qdata") for linear in names.values())


def factorised_structure_(model: torch.nn.Module, rank: int) -> None:
    """Replace each linear layer of the encoder by two thinner ones, with weights still to fill.

    A layer of shape (out, in) becomes (rank, in) without bias followed by (out, rank) with bias.
    """
    from torch import nn

    for name, linear in encoder_linears(model).items():
        thin = min(rank, linear.in_features, linear.out_features)
        pair = nn.Sequential(
            nn.Linear(linear.in_features, thin, bias=False),
            nn.Linear(thin, linear.out_features, bias=linear.bias is not None),
        )
        model.set_submodule(name, pair)


def quantise_(model: torch.nn.Module) -> None:
    """Quantise the linear layers of `model` to int8 in place, activations dynamically per token."""
    from torchao.quantization import Int8DynamicActivationInt8WeightConfig, quantize_

    linears = set(map(id, encoder_linears(model).values()))
    quantize_(
        model,
        Int8DynamicActivationInt8WeightConfig(),
        filter_fn=lambda module, _: id(module) in linears,
    )

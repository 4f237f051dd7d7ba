"""Compression recipes: what a model folder's ``recipe.json`` asks for when it is loaded.

Two forms of compression are not plain weights of a known architecture, and are stored as a recipe:

- ``int8``: dynamic int8 quantisation of a parent model; the folder holds no weights. Weights are
  rounded once per output channel, activations for each token as it comes, so the result for an
  example does not depend on the others of its batch. (ONNX Runtime's dynamic quantisation scales
  activations per tensor, that is by whatever else is in the batch, which is why it is not used.)
- ``lowrank``: the linear layers of the encoder are products of two thinner ones; the folder holds
  the two factors.
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
    "quantise_",
    "read_recipe",
]

METHODS = ("int8", "lowrank")
_FOLDER = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")


@dataclass(frozen=True, slots=True)
class Recipe:
    """What to do to a model as it is loaded.

    Attributes
    ----------
    method : str
        One of `METHODS`.
    parent : str
        Name of the model it was made from: a folder beside this one.
    rank : int
        Rank of the factorised layers; 0 for other methods.
    """

    method: str
    parent: str
    rank: int = 0

    def to_json(self) -> dict[str, Any]:
        """Return the recipe as it stands in ``recipe.json``."""
        return asdict(self)


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
    method, parent, rank = (content.get(key, "") for key in ("method", "parent", "rank"))
    if method not in METHODS:
        raise ModelError(f'"{path}" asks for method {method!r}. Known: {", ".join(METHODS)}.')
    if not isinstance(parent, str) or not _FOLDER.fullmatch(parent):
        raise ModelError(f'"{path}" names no parent model; parent must be a folder beside it.')
    if method == "lowrank" and not (isinstance(rank, int) and rank > 0):
        raise ModelError(f'"{path}" needs a rank that is a positive whole number, got {rank!r}.')
    return Recipe(method, parent, rank if method == "lowrank" else 0)


def encoder_linears(model: torch.nn.Module) -> dict[str, torch.nn.Linear]:
    """Return the linear layers that compression acts on, by name: all but the classifier head."""
    from torch import nn

    return {
        name: module
        for name, module in model.named_modules()
        if isinstance(module, nn.Linear)
        and not name.startswith(("classifier", "score"))
        and ".layer" in name
    }


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

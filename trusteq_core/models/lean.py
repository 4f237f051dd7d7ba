"""Encoders whose last layer is computed for the first token alone, where only that is read."""

from __future__ import annotations

from copy import copy
from typing import Any

import torch
from torch.nn import functional

__all__ = ["lean_copy"]


def lean_copy(model: Any) -> Any | None:
    """Return a model that skips what its classifier does not read, over the same weights.

    A classifier that reads the first token needs of the last layer only that token's row: keys
    and values of all tokens, but one query and one feed-forward step. The result is exact up to
    rounding; what is saved is five sixths of a layer.

    Parameters
    ----------
    model : PreTrainedModel
        It is left as it is.

    Returns
    -------
    PreTrainedModel or None
        None where the encoder is not laid out like BERT or DistilBERT. Whether its classifier
        reads no other token is for the caller to see, by comparing outputs.
    """
    path = [model.base_model_prefix]
    base = getattr(model, path[0], None)
    path += [name for name in ("encoder", "transformer") if hasattr(base, name)][:1]
    layers = getattr(getattr(base, path[-1], None), "layer", None)
    if not isinstance(layers, torch.nn.ModuleList) or getattr(model.config, "is_decoder", False):
        return None
    last = layers[-1]
    if all(hasattr(last, name) for name in ("attention", "intermediate", "output")):
        lean: torch.nn.Module = _BertLayer(last)
    elif all(hasattr(last, name) for name in ("sa_layer_norm", "ffn", "output_layer_norm")):
        lean = _DistilBertLayer(last)
    else:
        return None
    return _replaced(model, [*path, "layer", str(len(layers) - 1)], lean)


def _replaced(module: Any, path: list[str], new: torch.nn.Module) -> Any:
    """Return a copy of a module, sharing all parts but the one at the end of the path."""
    if not path:
        return new
    other = copy(module)
    other._modules = dict(module._modules)
    other._modules[path[0]] = _replaced(module._modules[path[0]], path[1:], new)
    return other


class _BertLayer(torch.nn.Module):
    """A layer of BERT, RoBERTa, ELECTRA and their like, normalised before or after."""

    def __init__(self, layer: Any) -> None:
        super().__init__()
        self.layer = layer

    def forward(self, hidden: torch.Tensor, mask: Any = None, *_: Any, **__: Any) -> torch.Tensor:
        attention = self.layer.attention
        normed = attention.LayerNorm(hidden) if hasattr(attention, "LayerNorm") else hidden
        own = attention.self
        seen = _first_attends(own, (own.query, own.key, own.value), normed, mask)
        attended = attention.output(seen, hidden[:, :1])
        return self.layer.output(self.layer.intermediate(attended), attended)


class _DistilBertLayer(torch.nn.Module):
    """A layer of DistilBERT."""

    def __init__(self, layer: Any) -> None:
        super().__init__()
        self.layer = layer

    def forward(self, hidden: torch.Tensor, mask: Any = None, *_: Any, **__: Any) -> torch.Tensor:
        own = self.layer.attention
        seen = _first_attends(own, (own.q_lin, own.k_lin, own.v_lin), hidden, mask)
        attended = self.layer.sa_layer_norm(own.out_lin(seen) + hidden[:, :1])
        return self.layer.output_layer_norm(self.layer.ffn(attended) + attended)


def _first_attends(
    attention: Any, projections: tuple[Any, Any, Any], hidden: torch.Tensor, mask: Any
) -> torch.Tensor:
    """Return what the first token takes from all tokens, shape (n, 1, width)."""
    query, key, value = (
        project(part).unflatten(-1, (-1, attention.attention_head_size)).transpose(1, 2)
        for project, part in zip(projections, (hidden[:, :1], hidden, hidden), strict=True)
    )
    if mask is not None:
        mask = mask[..., :1, :]
    seen = functional.scaled_dot_product_attention(
        query, key, value, attn_mask=mask, scale=attention.scaling
    )
    return seen.transpose(1, 2).flatten(2)

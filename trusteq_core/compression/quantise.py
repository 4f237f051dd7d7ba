"""What a model's weights weigh once quantised to int8."""

from __future__ import annotations

import copy

import torch

from trusteq_core.models.recipes import quantise_

__all__ = ["int8_bytes"]


def int8_bytes(model: torch.nn.Module) -> int:
    """Return the bytes that the weights of `model` take with its linear layers in int8.

    Quantised tensors count with their scales as they are held; the other weights, embeddings and
    normalisation, count two bytes each, as they are stored.
    """
    quantised = copy.deepcopy(model)
    quantise_(quantised)
    return sum(_bytes(weight) for weight in quantised.parameters())


def _bytes(weight: torch.Tensor) -> int:
    if not hasattr(weight, "__tensor_flatten__"):
        return 2 * weight.numel()
    names, _ = weight.__tensor_flatten__()
    parts = [getattr(weight, name) for name in names]
    return sum(part.numel() * part.element_size() for part in parts)

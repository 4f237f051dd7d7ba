"""Unstructured magnitude pruning: the smallest weights become zero and stay zero."""

from __future__ import annotations

import torch
from torch.nn.utils import prune

from trusteq_core.models.recipes import encoder_linears

__all__ = ["make_permanent_", "prune_", "sparsity"]


def prune_(model: torch.nn.Module, amount: float) -> None:
    """Mask the smallest weights of the encoder's linear layers, ranked over all layers together.

    The masks stay in force while the model is trained further; `make_permanent_` ends that.

    Parameters
    ----------
    model : torch.nn.Module
        Changed in place.
    amount : float
        Share of the weights to mask, in 0..1.

    References
    ----------
    Han et al., "Learning both weights and connections for efficient neural networks",
    arXiv:1506.02626.
    """
    weights = [(linear, "weight") for linear in encoder_linears(model).values()]
    prune.global_unstructured(weights, pruning_method=prune.L1Unstructured, amount=amount)


def make_permanent_(model: torch.nn.Module) -> None:
    """Write the masked zeros into the weights and drop the masks."""
    for linear in encoder_linears(model).values():
        prune.remove(linear, "weight")


def sparsity(model: torch.nn.Module) -> float:
    """Return the share of zeros among the weights of the encoder's linear layers, in 0..1."""
    weights = [linear.weight for linear in encoder_linears(model).values()]
    zeros = sum(int((weight == 0).sum()) for weight in weights)
    return zeros / sum(weight.numel() for weight in weights)

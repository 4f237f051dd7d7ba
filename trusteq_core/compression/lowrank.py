"""Low-rank factorisation: each linear layer becomes the product of two thinner ones."""

from __future__ import annotations

from collections.abc import Iterable
from typing import cast

import torch

from trusteq_core.models.recipes import encoder_linears, factorised_structure_

__all__ = ["factorise_"]


@torch.no_grad()
def factorise_(model: torch.nn.Module, rank: int) -> None:
    """Replace the encoder's linear layers by their best approximation of a given rank, in place.

    The weight matrix W = U S V^T is cut to its `rank` largest singular values, which is the
    nearest matrix of that rank (Eckart and Young, doi:10.1007/BF02288367); the square roots of
    the singular values go to both factors, so that both train at the same pace.

    Parameters
    ----------
    model : torch.nn.Module
        Changed in place; its layers become pairs as `factorised_structure_` makes them.
    rank : int
        Above 0. At full rank the outputs stay the same.
    """
    dense = encoder_linears(model)
    factorised_structure_(model, rank)
    for name, linear in dense.items():
        left, values, right = torch.linalg.svd(linear.weight, full_matrices=False)
        root = values[:rank].sqrt()
        first, second = cast("Iterable[torch.nn.Linear]", model.get_submodule(name))
        first.weight.copy_(root[:, None] * right[:rank])
        second.weight.copy_(left[:, :rank] * root)
        if linear.bias is not None:
            second.bias.copy_(linear.bias)

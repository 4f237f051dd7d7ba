"""Batches of similar length under a budget of tokens."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

__all__ = ["processor_budget", "token_batches"]

_CACHED_BYTES = 6 * 2**20
"""Activations of a model's widest layer that a processor's cache still holds well."""

_LEAST, _MOST = 256, 8192
_WIDTHS = ("intermediate_size", "hidden_dim", "ffn_dim", "hidden_size")
_USUAL_WIDTH = 3072


def token_batches(lengths: np.ndarray, budget: Callable[[], int]) -> Iterator[np.ndarray]:
    """Split inputs into batches whose padded size stays within a budget.

    Parameters
    ----------
    lengths : ndarray of int, shape (n,)
        Tokens of each input.
    budget : callable
        Called before each batch for the largest number of tokens of a batch, padding included;
        an input longer than that is a batch of its own.

    Yields
    ------
    ndarray of int
        The numbers of the inputs of each batch, longest first: a batch too large for the memory
        then shows at once.

    Examples
    --------
    >>> [batch.tolist() for batch in token_batches(np.array([3, 9, 4, 2]), lambda: 8)]
    [[1], [2, 0], [3]]
    """
    order = np.argsort(-lengths, kind="stable")
    start = 0
    while start < len(order):
        size = max(1, budget() // max(1, int(lengths[order[start]])))
        yield order[start : start + size]
        start += size


def processor_budget(config: Any) -> int:
    """Return the tokens of a batch that suit a processor.

    Small batches waste time between layers, large ones leave the cache: one rule over the widest
    layer fits encoders from 2 x 128 to 12 x 768.

    Parameters
    ----------
    config : PretrainedConfig
        Tells the widths of the model's layers.
    """
    text = config.get_text_config()
    widest = max(getattr(text, name, None) or 0 for name in _WIDTHS) or _USUAL_WIDTH
    return min(max(_CACHED_BYTES // (4 * widest), _LEAST), _MOST)

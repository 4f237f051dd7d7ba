"""Measured facts of a model."""

from __future__ import annotations

import statistics
import time
from collections.abc import Sequence

import pandas as pd

from trusteq_core.errors import DataError
from trusteq_core.models.catalogue import ModelCard
from trusteq_core.models.classifier import Classifier

__all__ = ["measure_latency", "profile_frame"]


def measure_latency(
    model: Classifier,
    examples: Sequence[tuple[str, ...]],
    *,
    warm_up: int = 10,
    repeats: int = 200,
    limit: float = 20.0,
) -> float:
    """Return the median time of predicting one example alone on one thread, in milliseconds.

    Tokenisation is included; the examples are used in turn.

    Parameters
    ----------
    model : Classifier
        Any model.
    examples : sequence of tuple of str
        The texts of a few examples of usual length; at least one.
    warm_up, repeats : int
        Predictions before and during the measurement.
    limit : float
        Seconds after which a large model is predicted no more often.

    Raises
    ------
    DataError
        If there is no example.
    """
    if not examples:
        raise DataError("Latency needs at least one example.")
    import torch

    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        times: list[float] = []
        for turn in range(warm_up + repeats):
            started = time.perf_counter()
            model.predict([examples[turn % len(examples)]])
            times.append(time.perf_counter() - started)
            if turn > warm_up and sum(times) > limit:
                break
    finally:
        torch.set_num_threads(threads)
    return statistics.median(times[warm_up:]) * 1000


def profile_frame(card: ModelCard, latency_ms: float) -> pd.DataFrame:
    """Return the profile of a model: one row of what its card says and what was measured."""
    return pd.DataFrame(
        {
            "parameters": [card.parameters],
            "bytes": [card.bytes],
            "latency_ms": [latency_ms],
            "layers": [card.layers],
            "hidden": [card.hidden],
            "kind": [card.kind],
            "title": [card.title],
        }
    )

"""The stored profile of a model: what its card says, and its latency as it is measured."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from trusteq_core.evaluation.plan import Store, stored
from trusteq_core.models import ModelCard, measure_latency, profile_frame
from trusteq_core.models.classifier import Classifier
from trusteq_core.models.describe import describe
from trusteq_core.store import Entry, Manifest, StoreStack
from trusteq_core.tasks import Task, segments_of

__all__ = ["profile_own_model", "store_profile"]

_TIMED = 50


def store_profile(
    store: Store,
    task: Task,
    model: Classifier,
    card: ModelCard,
    texts: Sequence[tuple[str, ...]],
) -> Entry:
    """Measure and store the profile of a model, unless it is stored already.

    Parameters
    ----------
    store, task, model
        Where it goes, and whose it is.
    card : ModelCard
        What is known of the model.
    texts : sequence of tuple of str
        Examples to measure the latency on; at least one.
    """
    manifest = Manifest(
        "profile", task.id, model=model.name, model_fingerprint=model.fingerprint, n=1
    )
    there = stored(store, manifest)
    if there is not None:
        return there
    return store.write(manifest, profile_frame(card, measure_latency(model, texts)))


def profile_own_model(
    store: Store, task: Task, model: Classifier, path: Path, table: pd.DataFrame
) -> Entry:
    """Measure and store the profile of any model, unless this machine's store has it.

    Parameters
    ----------
    store, task, model
        Where it goes, and whose it is.
    path : Path
        The model's folder or file.
    table : DataFrame
        Examples to measure the latency on.
    """
    # Into the user's own store: the latencies of one machine alone can be compared.
    own = store.stores[0] if isinstance(store, StoreStack) else store
    texts = segments_of(table.head(_TIMED), task)
    return store_profile(own, task, model, describe(model, path), texts)

"""Every model of a task beside its original: what it costs and what it keeps."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from trusteq_core.calibration import score_all
from trusteq_core.evaluation.comparison import Comparison
from trusteq_core.evaluation.explained_pair import retraining_control
from trusteq_core.evaluation.model_results import Store, TaskResults
from trusteq_core.evaluation.overlap import mean_or_none

__all__ = ["model_table"]

_PROFILE = ("kind", "parameters", "bytes", "latency_ms", "layers", "hidden")
_SCORES = ("signed_gap", "ece", "mce", "brier", "nll")


def model_table(
    store: Store,
    task_id: str,
    original: str = "base",
    *,
    k: int = 5,
    n_bins: int = 15,
    explained: str = "reference",
    split: str = "test",
) -> pd.DataFrame:
    """Return one row per model of a task with stored predictions, largest first.

    Parameters
    ----------
    store : ResultStore or StoreStack
        Where the results are.
    task_id : str
        Id of the task.
    original : str, default "base"
        What the others are compared with.
    k, n_bins, explained
        As in `Comparison`.
    split : str, default "test"
        Name of the example table.

    Returns
    -------
    DataFrame
        ``model``, ``title``, ``role`` (original, control or compressed), the profile, ``n``,
        ``accuracy``, ``macro_f1``, ``agreement``, ``flips``, ``negative_flips``,
        ``positive_flips``, ``kl_mean``, ``signed_gap``, ``ece``, ``mce``, ``brier``, ``nll``, and
        for each explainer ``jaccard_<explainer>``: the overlap with the original. The original's
        own row has no overlap, and a model without attributions none for that explainer (NaN).

    Raises
    ------
    UnknownName, ResultError
        As `compare`.
    """
    results = TaskResults.open(store, task_id, (original,), split=split)
    rows = [
        _row(Comparison.of(results, original, name), k, n_bins, explained)
        for name in results.model_names()
        if name in results
    ]
    frame = pd.DataFrame(rows)
    frame["_rank"] = frame["role"].map({"original": 0, "control": 1, "compressed": 2})
    by = ["_rank", "parameters", "model"]
    frame = frame.sort_values(by, ascending=[True, False, True], kind="stable")
    return frame.drop(columns="_rank").reset_index(drop=True)


def _row(pair: Comparison, k: int, n_bins: int, explained: str) -> dict[str, Any]:
    model, original = pair.compressed, pair.original.name
    parity = pair.performance()
    scores = score_all(model.probabilities, pair.gold, n_bins=n_bins)
    row: dict[str, Any] = {
        "model": model.name,
        "title": model.title,
        "role": _role(model.name, original),
        **{name: model.profile.get(name, np.nan) for name in _PROFILE},
        "n": len(pair.examples),
        "accuracy": parity["accuracy_compressed"],
        "macro_f1": parity["macro_f1_compressed"],
        **{
            name: parity[name]
            for name in ("agreement", "flips", "negative_flips", "positive_flips", "kl_mean")
        },
        **{name: scores[name] for name in _SCORES},
    }
    for explainer in pair.explainers:
        overlap = None
        if model.name != original:
            overlap = mean_or_none(pair.explained(explainer).jaccard(k, explained))
        row[f"jaccard_{explainer}"] = np.nan if overlap is None else overlap
    return row


def _role(name: str, original: str) -> str:
    if name == original:
        return "original"
    return "control" if name == retraining_control(original) else "compressed"

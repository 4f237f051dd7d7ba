"""The tables of the reproduction: accuracies beside the paper's, and every pair of models."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from math import nan
from typing import Any

import numpy as np
import pandas as pd

from trusteq_core.attribution import EXPLAINERS
from trusteq_core.evaluation.comparison import Comparison
from trusteq_core.evaluation.explained_pair import ExplainedPair
from trusteq_core.evaluation.model_results import TaskResults
from trusteq_core.evaluation.presets import Preset
from trusteq_core.studies.reproduce import SPLIT, Reproduction
from trusteq_core.tasks import Task

__all__ = ["paper_tables"]

_MEASURES = ("ece", "mce", "brier")


def paper_tables(plan: Reproduction, tasks: Sequence[Task]) -> dict[str, pd.DataFrame]:
    """Return the tables of a reproduction that is done, derived from its results.

    Parameters
    ----------
    plan, tasks
        As `reproduce` took them.

    Returns
    -------
    dict of DataFrame
        ``accuracy``: a row for each task and model, ``accuracy`` beside ``paper_accuracy`` (both
        in percent; NaN where the paper gives none). ``overlap``: a row for each task, pair, preset
        and explainer: mean and variance over the seeds of the mean Jaccard@k, beside ``chance``
        and the resampling ``ceiling`` of the original. ``calibration``: a row for each task, pair
        and preset. ``verdict``: a row for each task and pair, by the last preset.
    """
    tables: dict[str, list[dict[str, Any]]] = {
        name: [] for name in ("accuracy", "overlap", "calibration", "verdict")
    }
    names = tuple(model.name for model in plan.models)
    for task in tasks:
        results = TaskResults.open(plan.store, task.id, names, split=SPLIT)
        tables["accuracy"] += _accuracies(plan, task, results)
        for original, compressed in combinations(names, 2):
            pair = Comparison.of(results, original, compressed)
            head = {"task": task.id, "original": original, "compressed": compressed}
            for preset in plan.presets:
                tables["overlap"] += [head | row for row in _overlaps(pair, preset)]
                tables["calibration"].append(head | _calibration(pair, preset))
            tables["verdict"].append(head | _verdict(pair, plan.presets[-1]))
    return {name: pd.DataFrame(rows) for name, rows in tables.items()}


def _accuracies(plan: Reproduction, task: Task, results: TaskResults) -> list[dict[str, Any]]:
    gold = Comparison.of(results, plan.models[0].name, plan.models[0].name).gold
    rows = []
    for model in plan.models:
        found = results.model(model.name)
        rows.append(
            {
                "task": task.id,
                "model": model.name,
                "paper_accuracy": model.accuracy.get(task.id, nan),
                "accuracy": 100 * float((found.predicted == gold).mean()),
                "n": len(gold),
                "parameters": found.profile.get("parameters"),
                "bytes": found.profile.get("bytes"),
                "latency_ms": found.profile.get("latency_ms"),
            }
        )
    return rows


def _overlaps(pair: Comparison, preset: Preset) -> list[dict[str, Any]]:
    rows = []
    for explainer in preset.settings(pair.task.id):
        seeds = preset.seeds[: 1 if EXPLAINERS[explainer].deterministic else None]
        each = [_open(pair, preset, explainer, seed) for seed in seeds]
        means = [float(np.nanmean(one.jaccard(preset.k, preset.explained))) for one in each]
        first = each[0].overlap(preset.k, preset.explained)
        rows.append(
            {
                "preset": preset.id,
                "explainer": explainer,
                "k": preset.k,
                "explained": preset.explained,
                "seeds": len(seeds),
                "jaccard": float(np.mean(means)),
                "variance": float(np.var(means, ddof=1)) if len(means) > 1 else nan,
                "chance": first["chance"],
                "corrected": first["corrected"],
                "ceiling": first["ceiling_resampling"],
                "n": first["n_scored"],
            }
        )
    return rows


def _open(pair: Comparison, preset: Preset, explainer: str, seed: int) -> ExplainedPair:
    return ExplainedPair.open(
        pair.results,
        pair.original.name,
        pair.compressed.name,
        explainer,
        seed=seed,
        settings=preset.recorded(pair.task.id, explainer),
    )


def _calibration(pair: Comparison, preset: Preset) -> dict[str, Any]:
    table = pair.calibration(preset.n_bins, preset.scheme).set_index("measure")
    row: dict[str, Any] = {"preset": preset.id, "bins": preset.n_bins, "scheme": preset.scheme}
    for measure in _MEASURES:
        for side in ("original", "compressed"):
            row[f"{measure}_{side}"] = float(table.loc[measure, side])  # type: ignore[arg-type]
    return row


def _verdict(pair: Comparison, preset: Preset) -> dict[str, Any]:
    explainers = list(preset.settings(pair.task.id))
    opened = pair.explained_by(_open(pair, preset, explainer, 0) for explainer in explainers)
    verdict = opened.verdict(explainers, preset.k, preset.explained)
    parity = pair.performance()
    return {
        "accuracy_difference": parity["accuracy_compressed"] - parity["accuracy_original"],
        "agreement": parity["agreement"],
        "answer": verdict.answer,
        **{f"{each.criterion.id}": each.answer for each in verdict.findings},
    }

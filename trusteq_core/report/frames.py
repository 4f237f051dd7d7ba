"""The tables of a report: numbers as they are, one frame each, for every format."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from trusteq_core.attribution import explainer_title
from trusteq_core.calibration import MEASURES
from trusteq_core.equivalence import Verdict
from trusteq_core.evaluation import Comparison
from trusteq_core.evaluation.explained_pair import retraining_control, stored_pair
from trusteq_core.store import Entry

__all__ = [
    "CALIBRATION_EXTRAS",
    "alignment_table",
    "calibration_table",
    "criteria_table",
    "examples_table",
    "model_table",
    "performance_table",
    "results_table",
]

_PAIR_MEASURES = {
    "agreement": "Agreement: same answer",
    "negative_flips": "Negative flips (right to wrong)",
    "positive_flips": "Positive flips (wrong to right)",
    "wrong_differently": "Both wrong, with different answers",
    "kl_mean": "Kullback-Leibler divergence, mean (nats)",
    "js_mean": "Jensen-Shannon divergence, mean (nats)",
    "total_variation_mean": "Total variation, mean",
}

CALIBRATION_EXTRAS = {name: MEASURES[name].title for name in ("true_ece", "profile_distance")}
"""Titles of the measures of a pair."""


def criteria_table(verdict: Verdict) -> pd.DataFrame:
    """Return one row per criterion of the verdict.

    Returns
    -------
    DataFrame
        ``criterion, title, answer, estimate, low, high, level, margin, side, n, units, p_value,
        provable, sentence``; what is not finite is NaN.
    """
    rows = [finding.to_dict() for finding in verdict.findings]
    columns = (
        *("criterion", "title", "answer", "estimate", "low", "high", "level", "margin", "side"),
        *("n", "units", "p_value", "provable", "sentence"),
    )
    frame = pd.DataFrame(rows, columns=[name for name in columns if name != "level"])
    frame.insert(columns.index("level"), "level", verdict.margins.level)
    numbers = ("estimate", "low", "high", "margin", "p_value", "provable")
    return frame.astype(dict.fromkeys(numbers, float))


def performance_table(performance: Mapping[str, float]) -> pd.DataFrame:
    """Return one row per measure of performance parity.

    Returns
    -------
    DataFrame
        ``measure, title, original, compressed, difference`` (compressed minus original) and
        ``pair``, for what belongs to neither model alone; NaN where a column does not apply.
    """
    rows: list[dict[str, Any]] = []
    for name, title in (("accuracy", "Accuracy"), ("macro_f1", "Macro-F1")):
        a, b = performance[f"{name}_original"], performance[f"{name}_compressed"]
        rows.append(
            {"measure": name, "title": title, "original": a, "compressed": b, "difference": b - a}
        )
    if "bayes_accuracy" in performance:
        title = "Best possible accuracy on these examples"
        best = performance["bayes_accuracy"]
        rows.append({"measure": "bayes_accuracy", "title": title, "pair": best})
    rows += [
        {"measure": name, "title": title, "pair": performance[name]}
        for name, title in _PAIR_MEASURES.items()
        if name in performance
    ]
    columns = ["measure", "title", "original", "compressed", "difference", "pair"]
    frame = pd.DataFrame(rows, columns=columns)
    return frame.astype(dict.fromkeys(columns[2:], float))


def alignment_table(
    comparison: Comparison, explainers: Sequence[str], k: int, explained: str
) -> pd.DataFrame:
    """Return one row per explainer: `Comparison.overlap`, and how far top words decide the label.

    Returns
    -------
    DataFrame
        ``explainer, title``, every entry of the overlap and, where the deciding words are known,
        ``precision_original, precision_compressed, precision_chance, precision_n``; NaN for what
        is not stored or not defined.
    """
    rows = []
    for explainer in explainers:
        known = comparison.reasons(explainer, explained)
        names = {"chance": "precision_chance", "n": "precision_n"}
        rows.append(
            {"explainer": explainer, "title": explainer_title(explainer)}
            | comparison.overlap(explainer, k, explained)
            | {names.get(name, name): value for name, value in known.items()}
        )
    frame = pd.DataFrame(rows, columns=None if rows else ["explainer", "title"])
    return frame.astype(
        {name: float for name in frame.columns if name not in ("explainer", "title")}
    )


def calibration_table(comparison: Comparison, n_bins: int) -> pd.DataFrame:
    """Return `Comparison.calibration` with the title and the direction of each measure."""
    frame = comparison.calibration(n_bins).copy()
    frame.insert(1, "title", [MEASURES[name].title for name in frame["measure"]])
    frame.insert(2, "better", [MEASURES[name].better for name in frame["measure"]])
    return frame


def examples_table(
    comparison: Comparison, explainers: Sequence[str], k: int, explained: str, *, texts: bool
) -> pd.DataFrame:
    """Return `Comparison.example_table` of every explainer, led by ``explainer``.

    Parameters
    ----------
    comparison, explainers, k, explained
        As in `alignment_table`.
    texts : bool
        Whether the texts are among the columns.
    """
    frames = []
    for explainer in explainers:
        frame = comparison.example_table(explainer, k, explained).copy()
        frame.insert(0, "explainer", explainer)
        frames.append(frame)
    if not frames:
        return pd.DataFrame(columns=["explainer", "id"])
    every = pd.concat(frames, ignore_index=True)
    return every if texts else every.drop(columns=list(comparison.task.segments))


def model_table(comparison: Comparison) -> pd.DataFrame:
    """Return one row per model: ``role, model, title, fingerprint`` and what was measured of it."""
    return pd.DataFrame(
        [
            {
                "role": role,
                "model": model.name,
                "title": model.title,
                "fingerprint": model.fingerprint,
                **{name: model.profile.get(name) for name in ("parameters", "bytes", "latency_ms")},
            }
            for role, model in (
                ("original", comparison.original),
                ("compressed", comparison.compressed),
            )
        ]
    ).astype(dict.fromkeys(("parameters", "bytes", "latency_ms"), float))


def results_table(comparison: Comparison, explainers: Sequence[str]) -> pd.DataFrame:
    """Return one row per stored result behind the report.

    Returns
    -------
    DataFrame
        ``kind, model, explainer, seed, n, model_fingerprint, data_fingerprint, address, created``
        (UTC, ISO 8601), ``settings`` and ``versions`` (JSON).
    """
    return pd.DataFrame([_result_row(entry) for entry in _entries(comparison, explainers)])


def _entries(comparison: Comparison, explainers: Sequence[str]) -> list[Entry]:
    """Return what was read: examples, predictions, attributions of both and of the ceilings."""
    results, models = comparison.results, (comparison.original, comparison.compressed)
    found = [results.table]
    for model in models:
        predictions = results.store.find(
            kind="predictions",
            task=comparison.task.id,
            model=model.name,
            split=results.table.manifest.split,
        )
        found += [
            entry for entry in predictions if entry.manifest.model_fingerprint == model.fingerprint
        ][:1]
    for explainer in explainers:
        found += _attribution_entries(comparison, explainer)
    return found


def _attribution_entries(comparison: Comparison, explainer: str) -> list[Entry]:
    """Return the attributions of both models, then those of the ceilings where there are any."""
    results, original = comparison.results, comparison.original.name
    both = stored_pair(results, original, comparison.compressed.name, explainer)
    if both is None:
        return []
    pair = comparison.explained(explainer)
    ceilings: list[Entry] = []
    if pair.resampled is not None:
        ceilings += results.explanation_entries(original, explainer, seed=1)
    if pair.retrained is not None:
        ceilings += results.explanation_entries(retraining_control(original), explainer)
    settings = both[0].manifest.settings
    alike = [entry for entry in ceilings if entry.manifest.settings == settings]
    return [*both, *(entry for entry in alike if entry.address != both[1].address)]


def _result_row(entry: Entry) -> dict[str, Any]:
    manifest = entry.manifest
    return {
        "kind": manifest.kind,
        "model": manifest.model,
        "explainer": manifest.explainer,
        "seed": None if manifest.seed is None else int(manifest.seed),
        "n": manifest.n,
        "model_fingerprint": manifest.model_fingerprint,
        "data_fingerprint": manifest.data_fingerprint,
        "address": entry.address,
        "created": manifest.created,
        "settings": json.dumps(dict(manifest.settings), sort_keys=True, ensure_ascii=False),
        "versions": json.dumps(dict(manifest.versions), sort_keys=True, ensure_ascii=False),
    }

"""Overlap of two models' explanations, example by example, between chance and ceiling."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from trusteq_core.alignment import (
    jaccard_at_k,
    noise_loss,
    overlap_table,
    pad,
    position_between,
    top_k,
    top_k_stability,
)
from trusteq_core.errors import DataError, ResultError, UnknownName
from trusteq_core.evaluation.explanations import Explanations
from trusteq_core.tasks import Task

__all__ = [
    "POLICIES",
    "check_same_words",
    "common_ids",
    "explained_classes",
    "mean_or_none",
    "overlap_rows",
    "reason_precision",
    "summarise_overlap",
]

_DRAWS = 64
"""Simulated estimates of each example; a mean over examples needs no more."""

_NOISE = ("stability_original", "stability_compressed", "noise_loss")

POLICIES = ("reference", "gold", "own")


def explained_classes(
    explained: str,
    task: Task,
    *,
    reference: np.ndarray,
    own: np.ndarray,
    gold: np.ndarray | None,
) -> np.ndarray:
    """Return which class of each example a model's attributions are taken towards.

    Parameters
    ----------
    explained : str
        ``"reference"``: the original's prediction; ``"own"``: the model's own prediction;
        ``"gold"``: the gold label; or one label of the task.
    task : Task
        The task.
    reference, own : ndarray of int, shape (n,)
        Classes predicted by the original and by the model itself.
    gold : ndarray of int, shape (n,), or None
        Gold labels, where known.

    Raises
    ------
    UnknownName
        If `explained` is neither a policy nor a label.
    DataError
        If the policy is gold and there are no gold labels.
    """
    if explained == "gold":
        if gold is None:
            raise DataError(
                'The examples have no gold label. Explain "reference" or "own" instead.'
            )
        return gold
    if explained in ("reference", "own"):
        return reference if explained == "reference" else own
    if explained not in task.labels:
        raise UnknownName("class to explain", explained, [*POLICIES, *task.labels])
    return np.full(len(own), task.label_index(explained))


def common_ids(a: Explanations, b: Explanations) -> list[str]:
    """Return the examples that both explain, in the order of the first.

    Raises
    ------
    ResultError
        If there is none; three of each are named.
    """
    theirs = set(b.ids)
    common = [example for example in a.ids if example in theirs]
    if not common:
        raise ResultError(
            f"The two models explain no common example: {len(a)} such as {list(a.ids[:3])}, and "
            f"{len(b)} such as {list(b.ids[:3])}. Compute one of them again on the other's."
        )
    return common


def check_same_words(a: Explanations, b: Explanations) -> None:
    """Raise `ResultError` unless both have the same words in every (common) example."""
    differ = np.flatnonzero(a.n_words() != b.n_words())
    if len(differ):
        raise ResultError(
            f"{len(differ)} of {len(a)} examples have another number of words in the two "
            f"models' attributions, first {[a.ids[i] for i in differ[:3]]}: the texts are not "
            "the same. Compute one of them again."
        )


def overlap_rows(
    original: Explanations,
    compressed: Explanations,
    classes: Mapping[str, np.ndarray],
    *,
    k: int,
    resampled: Explanations | None,
    retrained: Explanations | None,
    deterministic: bool,
) -> pd.DataFrame:
    """Return every overlap measure and both ceilings, one row per example.

    Parameters
    ----------
    original, compressed : Explanations
        Of the same n examples in the same order.
    classes : mapping of ndarray of int, shape (n,)
        The explained class of each example for ``"original"``, ``"compressed"`` and
        ``"retrained"``.
    k : int
        Number of top words.
    resampled : Explanations or None
        The original under an independent explainer seed.
    retrained : Explanations or None
        The original's architecture, trained from another seed.
    deterministic : bool
        Whether the explainer ignores its seed: the resampling ceiling is then 1.

    Returns
    -------
    DataFrame
        The columns of `trusteq_core.alignment.overlap_table`, ``ceiling_resampling`` and
        ``ceiling_retraining``, and from the standard errors ``stability_original``,
        ``stability_compressed`` and ``noise_loss`` (`trusteq_core.alignment`); NaN where a
        measure is not defined or not stored.
    """
    mine = classes["original"]
    frame = overlap_table(original.towards(mine), compressed.towards(classes["compressed"]), k)
    noise = _noise(original, mine, compressed, classes["compressed"], k)
    if deterministic:
        resampling = np.where(frame["jaccard"].isna(), np.nan, 1.0)
    else:
        resampling = _ceiling(original, mine, resampled, mine, k)
    retraining = _ceiling(original, mine, retrained, classes.get("retrained", mine), k)
    return frame.assign(ceiling_resampling=resampling, ceiling_retraining=retraining, **noise)


def _noise(
    original: Explanations,
    classes: np.ndarray,
    compressed: Explanations,
    other_classes: np.ndarray,
    k: int,
) -> dict[str, np.ndarray]:
    """Return how steady both models' top words are, and what noise took from their overlap."""
    if np.isnan(original.errors).all() or np.isnan(compressed.errors).all():
        return dict.fromkeys(_NOISE, np.full(len(original), np.nan))
    a, b = pad(original.towards(classes)), pad(compressed.towards(other_classes))
    errors_a = pad(original.errors_towards(classes))
    errors_b = pad(compressed.errors_towards(other_classes))
    found = (
        top_k_stability(a, errors_a, k, draws=_DRAWS),
        top_k_stability(b, errors_b, k, draws=_DRAWS),
        noise_loss(a, errors_a, b, errors_b, k, draws=_DRAWS),
    )
    return {name: np.asarray(each) for name, each in zip(_NOISE, found, strict=True)}


def _ceiling(
    original: Explanations,
    classes: np.ndarray,
    other: Explanations | None,
    other_classes: np.ndarray,
    k: int,
) -> np.ndarray:
    """Return Jaccard@K of the original against `other`, NaN where that explains no such example."""
    scores = np.full(len(original), np.nan)
    if other is None:
        return scores
    theirs = set(other.ids)
    rows = np.array([i for i, example in enumerate(original.ids) if example in theirs], dtype=int)
    if len(rows):
        ids = [original.ids[i] for i in rows]
        mine, others = original.take(ids), other.take(ids)
        check_same_words(mine, others)
        scores[rows] = jaccard_at_k(
            pad(mine.towards(classes[rows])), pad(others.towards(other_classes[rows])), k
        )
    return scores


def summarise_overlap(rows: pd.DataFrame, *, k: int) -> dict[str, float | int | None]:
    """Return the means of `overlap_rows`, and where the overlap lies between chance and ceiling.

    Jaccard, chance and ceilings are averaged over the same examples: those that have a
    Jaccard@K. ``n_too_short`` have no more than K words, ``n_undefined`` rank nothing
    (all-zero attributions). Of the overlap, noise is said to have taken no more than is missing
    from one.
    """
    has_top = rows["jaccard"].notna()
    short = rows["n_words"] <= k
    defined = rows[has_top]
    summary: dict[str, float | int | None] = {
        "n": len(rows),
        "n_scored": int(has_top.sum()),
        "n_too_short": int(short.sum()),
        "n_undefined": int((~has_top & ~short).sum()),
    }
    of_top = ("jaccard", "chance", "corrected", "ceiling_resampling", "ceiling_retraining")
    for name in of_top:
        summary[name] = mean_or_none(defined[name])
    for name in rows.columns.difference([*of_top, "n_words"], sort=False):
        summary[name] = mean_or_none(rows[name])
    if summary["noise_loss"] is not None and summary["jaccard"] is not None:
        summary["noise_loss"] = min(summary["noise_loss"], 1.0 - summary["jaccard"])
    for which in ("resampling", "retraining"):
        scored = defined[defined[f"ceiling_{which}"].notna()]
        summary[f"position_{which}"] = _position(scored, f"ceiling_{which}")
    return summary


def _position(scored: pd.DataFrame, ceiling: str) -> float | None:
    if scored.empty:
        return None
    jaccard, chance, top = (float(scored[name].mean()) for name in ("jaccard", "chance", ceiling))
    position = float(position_between(jaccard, chance=chance, ceiling=top))
    return None if np.isnan(position) else position


def mean_or_none(values: pd.Series | np.ndarray) -> float | None:
    """Return the mean over what is defined, None where nothing is."""
    numbers = np.asarray(values, dtype=float)
    numbers = numbers[~np.isnan(numbers)]
    return float(numbers.mean()) if len(numbers) else None


def reason_precision(
    values: Sequence[np.ndarray], reasons: Sequence[Sequence[int]]
) -> tuple[np.ndarray, np.ndarray]:
    """Return how many of the top words are known reasons, and how many would be by chance.

    As many top words are taken as the example has reasons (R-precision), so a perfect
    explanation scores 1 whatever that number is.

    Parameters
    ----------
    values : sequence of ndarray, each of shape (n_words_i,)
        Signed attributions.
    reasons : sequence of sequence of int
        Word-grid indices of the deciding words of each example.

    Returns
    -------
    precision, chance : ndarray, shape (n,)
        Range 0 to 1, higher is better; NaN where an example has no known reason, where all its
        words are reasons, or its attribution is zero throughout.

    Examples
    --------
    >>> precision, chance = reason_precision([np.array([0.9, 0.1, -0.5, 0.0])], [[0, 1]])
    >>> precision, chance
    (array([0.5]), array([0.5]))
    """
    padded = pad(values)
    n_words = np.array([len(each) for each in values])
    is_reason = np.zeros(padded.shape, dtype=bool)
    for row, known in zip(is_reason, reasons, strict=True):
        row[list(known)] = True
    n_reasons = is_reason.sum(axis=1)
    order = top_k(padded, max(1, padded.shape[1]))
    hits = np.take_along_axis(is_reason, order, axis=1).cumsum(axis=1)
    scored = (n_reasons > 0) & (n_reasons < n_words) & (np.nan_to_num(padded) != 0).any(axis=1)
    rows = np.flatnonzero(scored)
    precision, chance = np.full(len(padded), np.nan), np.full(len(padded), np.nan)
    precision[rows] = hits[rows, n_reasons[rows] - 1] / n_reasons[rows]
    chance[rows] = n_reasons[rows] / n_words[rows]
    return precision, chance

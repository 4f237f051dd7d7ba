"""Where does compression hurt? Each slice of the examples held against all the others."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from trusteq_core.calibration import wilson_interval
from trusteq_core.equivalence import (
    Bounds,
    holm,
    paired_moments,
    score_evidence,
    t_evidence,
)
from trusteq_core.errors import DataError, UnknownName
from trusteq_core.evaluation.comparison import Comparison
from trusteq_core.evaluation.outcomes import outcomes
from trusteq_core.evaluation.slice_tests import exact_p_values, permutation_p_values
from trusteq_core.evaluation.slices import Slice, find_slices

__all__ = ["HARMS", "Harm", "harm_table", "hurt_slices", "slice_examples"]

LEVEL = 0.05


@dataclass(frozen=True, slots=True)
class Harm:
    """One way in which a slice can be hurt.

    Attributes
    ----------
    id, title : str
        Its name in addresses and on axes.
    worse : int
        +1 where higher is worse, -1 where lower is.
    least : int
        Fewest examples of a slice, and outside it.
    unit : {"share", "points", "number"}
        How its values are told.
    text : str
        What the mean over a slice is.
    """

    id: str
    title: str
    worse: int
    least: int
    unit: str
    text: str


HARMS: dict[str, Harm] = {
    harm.id: harm
    for harm in (
        Harm(
            "accuracy",
            "Change of accuracy",
            -1,
            30,
            "points",
            "Accuracy of the compressed model less that of the original. Below zero it lost.",
        ),
        Harm("flips", "Flip rate", 1, 30, "share", "Share of examples whose answer changes."),
        Harm(
            "overlap",
            "Overlap above chance",
            -1,
            10,
            "number",
            "Jaccard of the top K words, corrected for chance, which is higher in shorter texts: "
            "0 is chance, 1 the same words. Explained examples only.",
        ),
    )
}


def hurt_slices(
    comparison: Comparison,
    harm: str,
    *,
    explainer: str | None = None,
    k: int = 5,
    explained: str = "reference",
    seed: int = 0,
) -> pd.DataFrame:
    """Return how much compression hurts each slice of a pair's examples.

    Parameters
    ----------
    comparison : Comparison
        The pair.
    harm : str
        A key of `HARMS`. ``accuracy`` and ``flips`` are taken over all predicted examples,
        ``overlap`` over the explained ones.
    explainer, k, explained
        As in `Comparison.overlap`; for ``overlap`` alone.
    seed : int
        Seed of the permutations.

    Returns
    -------
    DataFrame
        As `harm_table`.

    Raises
    ------
    UnknownName
        If there is no such harm.
    DataError
        If accuracy is asked for and the examples have no gold label.
    """
    values, places = _values(comparison, harm, explainer, k, explained)
    examples = comparison.examples.iloc[places].reset_index(drop=True)
    slices = find_slices(examples, comparison.task, least=HARMS[harm].least)
    groups = examples["group"].to_numpy() if "group" in examples else None
    return harm_table(values, slices, HARMS[harm], groups=groups, seed=seed)


def harm_table(
    values: np.ndarray,
    slices: Sequence[Slice],
    harm: Harm,
    *,
    groups: np.ndarray | None = None,
    seed: int = 0,
) -> pd.DataFrame:
    """Return each slice's mean with its interval, tested against the examples outside it.

    Parameters
    ----------
    values : ndarray, shape (n,)
        One number an example.
    slices : sequence of Slice
        Parts of the same examples.
    harm : Harm
        What the values are: it decides the interval.
    groups : ndarray, shape (n,), optional
        Group of each example; examples of a group are not independent.
    seed : int
        Seed of the permutations.

    Returns
    -------
    DataFrame
        The worst first: ``slice`` (kind and name), ``kind``, ``name``, ``n``, ``estimate``,
        ``low``, ``high`` (95 %), ``rest`` (mean outside), ``whole`` (mean of all), ``difference``
        (estimate less rest), ``p_value`` (two-sided, of no difference to the rest), ``p_holm``
        (Holm's correction over all slices of the table) and ``finding``: ``"worse"``,
        ``"better"``, or ``"no difference shown"`` where ``p_holm`` is above 5 %.

    References
    ----------
    Holm, "A Simple Sequentially Rejective Multiple Test Procedure", 1979.
    https://www.jstor.org/stable/4615733
    """
    rows = []
    for each in slices:
        inside = values[each.members]
        within = None if groups is None else np.asarray(groups)[each.members]
        low, high = _interval(inside, harm, within)
        rows.append(
            {
                "slice": each.id,
                "kind": each.kind,
                "name": each.name,
                "n": len(inside),
                "estimate": float(inside.mean()),
                "low": low,
                "high": high,
                "rest": float(values[~each.members].mean()),
            }
        )
    columns = ["slice", "kind", "name", "n", "estimate", "low", "high", "rest"]
    frame = pd.DataFrame(rows, columns=columns)
    frame["whole"] = float(values.mean()) if len(values) else np.nan
    frame["difference"] = frame["estimate"] - frame["rest"]
    members = np.array([each.members for each in slices]).reshape(len(slices), len(values))
    if groups is None and np.isin(values, (-1.0, 0.0, 1.0)).all():
        frame["p_value"] = exact_p_values(values, members)
    else:
        frame["p_value"] = permutation_p_values(values, members, groups=groups, seed=seed)
    corrected = holm({str(row): p for row, p in enumerate(frame["p_value"])})
    frame["p_holm"] = [corrected[str(row)] for row in range(len(frame))]
    side = np.where(frame["difference"] * harm.worse > 0, "worse", "better")
    frame["finding"] = np.where(frame["p_holm"] <= LEVEL, side, "no difference shown")
    order = (frame["estimate"] * -harm.worse).sort_values(kind="stable").index
    return frame.loc[order].reset_index(drop=True)


def slice_examples(
    comparison: Comparison,
    slice_id: str,
    harm: str,
    *,
    explainer: str | None = None,
    k: int = 5,
    explained: str = "reference",
) -> pd.DataFrame:
    """Return the examples of a slice, flips first, then the largest change of confidence.

    Parameters
    ----------
    comparison : Comparison
        The pair.
    slice_id : str
        A slice of `hurt_slices`.
    harm, explainer, k, explained
        As in `hurt_slices`: they decide which examples are sliced.

    Returns
    -------
    DataFrame
        ``id``, the segments and, where known, ``label``, ``phenomenon``; ``predicted_original``,
        ``predicted_compressed``, ``confidence_original``, ``confidence_compressed``, ``flip``,
        ``shift`` (compressed less original) and, with labels, ``outcome``.

    Raises
    ------
    UnknownName
        If there is no such harm or slice.
    """
    _, places = _values(comparison, harm, explainer, k, explained)
    examples, task = comparison.examples.iloc[places].reset_index(drop=True), comparison.task
    slices = {each.id: each for each in find_slices(examples, task, least=HARMS[harm].least)}
    if slice_id not in slices:
        raise UnknownName("slice", slice_id, list(slices))
    kept = slices[slice_id].members
    known = [name for name in ("label", "phenomenon") if name in examples]
    frame = examples.loc[kept, ["id", *task.segments, *known]].copy()
    for side, model in (("original", comparison.original), ("compressed", comparison.compressed)):
        theirs = model.probabilities[places[kept]]
        frame[f"predicted_{side}"] = [task.labels[code] for code in theirs.argmax(axis=1)]
        frame[f"confidence_{side}"] = theirs.max(axis=1)
    frame["flip"] = frame["predicted_original"] != frame["predicted_compressed"]
    frame["shift"] = frame["confidence_compressed"] - frame["confidence_original"]
    if "label" in frame:
        answers = frame["predicted_original"], frame["predicted_compressed"]
        frame["outcome"] = outcomes(frame["label"], *answers)
    order = frame.assign(size=frame["shift"].abs()).sort_values(
        ["flip", "size"], ascending=False, kind="stable"
    )
    return frame.loc[order.index].reset_index(drop=True)


def _values(
    comparison: Comparison, harm: str, explainer: str | None, k: int, explained: str
) -> tuple[np.ndarray, np.ndarray]:
    """Return one number an example, and the positions of these examples in the comparison."""
    if harm not in HARMS:
        raise UnknownName("harm", harm, HARMS)
    everywhere = np.arange(len(comparison.examples))
    a, b = comparison.original.predicted, comparison.compressed.predicted
    if harm == "accuracy":
        gold = comparison.gold
        return (b == gold).astype(float) - (a == gold), everywhere
    if harm == "flips":
        return (a != b).astype(float), everywhere
    if explainer is None:
        raise DataError("The overlap of slices needs an explainer. Name one.")
    pair = comparison.explained(explainer)
    values = pair.rows(k, explained)["corrected"].to_numpy(dtype=float)
    place = pd.Series(everywhere, index=comparison.examples["id"])
    known = np.isfinite(values) & pair.examples["id"].isin(place.index).to_numpy()
    return values[known], place.loc[pair.examples["id"][known]].to_numpy()


def _interval(values: np.ndarray, harm: Harm, groups: np.ndarray | None) -> tuple[float, float]:
    """Return the 95 % interval of a slice's mean, by groups where there are any.

    Where all values are equal the spread is unknown, not zero: each group then counts as one
    example.
    """
    units = len(values) if groups is None else len(np.unique(groups))
    by_count = groups is None or np.ptp(values) == 0
    if harm.id == "accuracy" and by_count:
        share = units / len(values)
        gained, lost = (round(share * int((sign * values > 0).sum())) for sign in (1, -1))
        found = score_evidence(gained, lost, units, Bounds(), alpha=LEVEL / 2)
    elif harm.id == "flips" and by_count:
        low, high = wilson_interval(float(values.mean()) * units, units, level=1 - LEVEL)
        return float(low), float(high)
    else:
        found = t_evidence(paired_moments(values, groups), Bounds(), alpha=LEVEL / 2)
    return found.low, found.high

"""Compressed models ranked by trust, beside what they cost: which one to ship?"""

from __future__ import annotations

from collections.abc import Sequence
from math import isfinite, nan
from typing import Any

import numpy as np
import pandas as pd

from trusteq_core.equivalence import Margins, Verdict, holm
from trusteq_core.equivalence.verdict import Finding
from trusteq_core.evaluation.comparison import Comparison
from trusteq_core.evaluation.model_results import Store, TaskResults

__all__ = ["frontier", "margin_share", "trust_ranking"]

_ANSWERS = ("equivalent", "inconclusive", "different")
_COSTS = ("worst_share", "bytes", "latency_ms")


def trust_ranking(
    store: Store,
    task_id: str,
    original: str,
    compressed: Sequence[str],
    *,
    split: str = "test",
    explainers: Sequence[str] | None = None,
    k: int = 5,
    explained: str = "reference",
    margins: Margins | None = None,
) -> pd.DataFrame:
    """Return one row per compressed model, the most trustworthy first.

    Models are ordered by the verdict (equivalent, inconclusive, different), then by the share of
    a margin that the worst criterion uses up, then by size.

    Parameters
    ----------
    store, task_id, split
        Where the results are, and of what.
    original : str
        Name of the large model.
    compressed : sequence of str
        Names of the models to rank.
    explainers, k, explained, margins
        As in `Comparison.verdict`.

    Returns
    -------
    DataFrame
        ``model``, ``title``, ``answer`` (of its verdict alone) and ``among_all``: the same, but
        "inconclusive" where Holm's correction for looking at all of the models leaves nothing
        shown; ``worst`` (the criterion that uses up most of its
        margin) and ``worst_share`` (how much of it: above 1 the estimate is outside); ``accuracy``
        and ``accuracy_difference``; the estimate of each criterion of the verdict by its id;
        ``bytes``, ``size_ratio``, ``latency_ms``, ``latency_ratio`` (against the original; NaN
        where no profile is stored); ``frontier``: no other model is at least as good in
        ``worst_share``, ``bytes`` and ``latency_ms`` and better in one of them.

    Raises
    ------
    UnknownName, ResultError
        As `compare`.
    """
    results = TaskResults.open(store, task_id, (original, *compressed), split=split)
    rows = []
    for name in compressed:
        pair = Comparison.of(results, original, name)
        rows.append(_row(pair, pair.verdict(explainers, k, explained, margins=margins)))
    frame = pd.DataFrame(rows)
    adjusted = frame["model"].map(
        holm(dict(zip(frame["model"], frame.pop("p_value"), strict=True)))
    )
    shown = adjusted <= (margins or Margins()).alpha
    frame.insert(
        3,
        "among_all",
        frame["answer"].mask(~shown & (frame["answer"] == "equivalent"), "inconclusive"),
    )
    frame["frontier"] = frontier(frame[list(_COSTS)].to_numpy(dtype=float))
    order = frame.assign(_rank=frame["answer"].map(_ANSWERS.index)).sort_values(
        ["_rank", "worst_share", "bytes", "model"], kind="stable"
    )
    return order.drop(columns="_rank").reset_index(drop=True)


def margin_share(finding: Finding) -> float:
    """Return how much of its margin a finding's estimate uses up; 0 where it is on the good side.

    Examples
    --------
    >>> from trusteq_core.equivalence.evidence import Evidence
    >>> from trusteq_core.equivalence.verdict import Criterion, Finding
    >>> loss = Criterion("accuracy", "Accuracy", "accuracy", 0.02, side="lower")
    >>> evidence = Evidence(-0.01, -0.02, 0.0, 0.1, 100, 100, 0.03)
    >>> margin_share(Finding.of(loss, evidence))
    0.5
    """
    value = finding.estimate
    if not isfinite(value):
        return nan
    if finding.criterion.side == "lower":
        value = max(0.0, -value)
    return abs(value) / finding.criterion.margin


def frontier(costs: np.ndarray) -> np.ndarray:
    """Return which rows no other row dominates, bool of shape (n,).

    Parameters
    ----------
    costs : ndarray, shape (n, d)
        Lower is better; an unknown cost (NaN) counts as infinite.

    Examples
    --------
    >>> frontier(np.array([[1.0, 9.0], [2.0, 5.0], [3.0, 6.0]])).tolist()
    [True, True, False]
    """
    known = np.where(np.isnan(costs), np.inf, costs)
    as_good = (known[:, None, :] <= known[None, :, :]).all(axis=2)
    better = (known[:, None, :] < known[None, :, :]).any(axis=2)
    return np.asarray(~(as_good & better).any(axis=0))


def _row(pair: Comparison, verdict: Verdict) -> dict[str, Any]:
    shares = {each.criterion.id: margin_share(each) for each in verdict.findings}
    known = {name: share for name, share in shares.items() if isfinite(share)}
    worst = max(known, key=lambda name: known[name], default="")
    parity = pair.performance()
    row = {
        "model": pair.compressed.name,
        "title": pair.compressed.title,
        "answer": verdict.answer,
        "p_value": verdict.p_value,
        "worst": worst,
        "worst_share": known.get(worst, nan),
        "accuracy": parity["accuracy_compressed"],
        "accuracy_difference": parity["accuracy_compressed"] - parity["accuracy_original"],
        **{each.criterion.id: each.estimate for each in verdict.findings},
    }
    for name, ratio in (("bytes", "size_ratio"), ("latency_ms", "latency_ratio")):
        mine, theirs = (m.profile.get(name, nan) for m in (pair.compressed, pair.original))
        row |= {name: mine, ratio: mine / theirs if theirs else nan}
    return row

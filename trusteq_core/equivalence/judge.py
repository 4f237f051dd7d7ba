"""From probabilities and overlaps to the verdict on a pair of models."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from trusteq_core.equivalence.bootstrap import bootstrap_mean, profile_evidence, residual_rows
from trusteq_core.equivalence.evidence import Evidence, group_codes, paired_moments, t_evidence
from trusteq_core.equivalence.margins import Margins
from trusteq_core.equivalence.proportions import score_evidence
from trusteq_core.equivalence.totals import ModelRows, PairTotals
from trusteq_core.equivalence.verdict import Criterion, Finding, Verdict
from trusteq_core.errors import DataError

__all__ = ["EXACT_BELOW", "OverlapRows", "judge", "judge_totals"]

EXACT_BELOW = 5000
"""Fewer examples than this are resampled one by one; more by their cells."""


@dataclass(frozen=True, slots=True, eq=False)
class OverlapRows:
    """The overlap of one explainer, example by example, beside its ceiling.

    Attributes
    ----------
    explainer : str
        Id of the explainer, a part of the criterion's id.
    overlap, ceiling : ndarray, shape (m,)
        Jaccard@K of the pair and of the original against itself; examples with NaN are left out.
    ceiling_name : str
        ``"resampling"`` or ``"retraining"``.
    groups : ndarray, shape (m,), optional
        Group of each example.
    title : str
        The explainer as a person reads it; its id where not given.
    """

    explainer: str
    overlap: np.ndarray
    ceiling: np.ndarray
    ceiling_name: str = "resampling"
    groups: np.ndarray | None = None
    title: str = ""


def judge(
    p_a: np.ndarray,
    p_b: np.ndarray,
    y: np.ndarray,
    *,
    edges: np.ndarray,
    overlaps: Sequence[OverlapRows] = (),
    margins: Margins | None = None,
    groups: np.ndarray | None = None,
    names: tuple[str, str] = ("the original", "the compressed model"),
    seed: int = 0,
) -> Verdict:
    """Return whether a compressed model (b) may stand in for its original (a).

    Parameters
    ----------
    p_a, p_b : ndarray, shape (n, K)
        Checked probabilities of the two models for the same examples in the same order.
    y : ndarray of int, shape (n,)
        Gold labels as column numbers.
    edges : ndarray
        Bin edges of the profile distance: pooled equal-mass edges, 5 bins below 5000 examples,
        else 10 (``trusteq_core.calibration.profile_bins``).
    overlaps : sequence of OverlapRows
        One for each explainer; none judges predictions alone.
    margins : Margins, optional
        What is allowed; the defaults where not given.
    groups : ndarray, shape (n,), optional
        Group of each example: examples of a group are not independent of each other.
    names : pair of str
        Names of the models in sentences.
    seed : int, default 0
        Seed of the bootstrap.

    Returns
    -------
    Verdict

    Raises
    ------
    DataError
        If the tables, labels or groups do not fit each other.
    """
    p_a, p_b, y = np.asarray(p_a, dtype=float), np.asarray(p_b, dtype=float), np.asarray(y)
    if p_a.shape != p_b.shape or p_a.ndim != 2 or len(p_a) == 0 or y.shape != (len(p_a),):
        raise DataError(
            f"Probabilities of shapes {p_a.shape} and {p_b.shape} and labels of shape {y.shape} "
            "cannot be judged: needed are (n, K), (n, K) and (n,) with n >= 1."
        )
    margins = margins or Margins()
    rng = np.random.default_rng(seed)
    if groups is None and len(y) >= EXACT_BELOW:
        found = _of_totals(PairTotals.of(p_a, p_b, y, edges), margins, rng)
    else:
        found = _of_rows(ModelRows.of(p_a, y), ModelRows.of(p_b, y), edges, groups, margins, rng)
    found += [overlap_finding(rows, margins, rng) for rows in overlaps]
    return Verdict(tuple(found), margins, *names)


def judge_totals(
    totals: PairTotals,
    *,
    overlaps: Sequence[OverlapRows] = (),
    margins: Margins | None = None,
    names: tuple[str, str] = ("the original", "the compressed model"),
    seed: int = 0,
) -> Verdict:
    """Return the verdict from streamed totals; parameters as :func:`judge`."""
    margins = margins or Margins()
    rng = np.random.default_rng(seed)
    found = _of_totals(totals, margins, rng)
    found += [overlap_finding(rows, margins, rng) for rows in overlaps]
    return Verdict(tuple(found), margins, *names)


def overlap_finding(rows: OverlapRows, margins: Margins, rng: np.random.Generator) -> Finding:
    """Return whether the overlap keeps close enough to its ceiling."""
    shortfall = np.asarray(rows.overlap, dtype=float) - np.asarray(rows.ceiling, dtype=float)
    scored = np.isfinite(shortfall)
    criterion = Criterion(
        f"overlap:{rows.explainer}",
        f"Overlap ({rows.title or rows.explainer})",
        f"the overlap's distance from its {rows.ceiling_name} ceiling",
        margins.overlap,
        side="lower",
        points=False,
    )
    if not scored.any():
        nothing = float("inf")
        return Finding.of(criterion, Evidence(float("nan"), -nothing, nothing, 1.0, 0, 0, nothing))
    groups = None if rows.groups is None else np.asarray(rows.groups)[scored]
    evidence = bootstrap_mean(
        shortfall[scored], criterion.bounds, rng=rng, groups=groups, alpha=margins.alpha
    )
    return Finding.of(criterion, evidence)


def _criteria(margins: Margins) -> dict[str, Criterion]:
    listed = (
        Criterion(
            "accuracy", "Accuracy", "the change of accuracy", margins.accuracy, side="lower"
        ),
        Criterion("gap", "Signed gap", "the difference of the signed gaps", margins.gap),
        Criterion(
            "brier", "Brier score (0-2)", "the difference of the Brier scores", margins.brier,
            points=False,
        ),
        Criterion(
            "profile", "Calibration profile", "the profile distance", margins.profile, side="upper"
        ),
    )  # fmt: skip
    return {criterion.id: criterion for criterion in listed}


def _of_totals(totals: PairTotals, margins: Margins, rng: np.random.Generator) -> list[Finding]:
    criteria, alpha = _criteria(margins), margins.alpha
    bounds = criteria["accuracy"].bounds
    evidence = {
        "accuracy": score_evidence(totals.gained, totals.lost, totals.n, bounds, alpha=alpha),
        "gap": t_evidence(totals.moments("gap"), criteria["gap"].bounds, alpha=alpha),
        "brier": t_evidence(totals.moments("brier"), criteria["brier"].bounds, alpha=alpha),
        "profile": profile_evidence(totals.cells, margins.profile, rng=rng, alpha=alpha),
    }
    return [Finding.of(criteria[name], found) for name, found in evidence.items()]


def _of_rows(
    a: ModelRows,
    b: ModelRows,
    edges: np.ndarray,
    groups: np.ndarray | None,
    margins: Margins,
    rng: np.random.Generator,
) -> list[Finding]:
    criteria, alpha = _criteria(margins), margins.alpha
    differences = {
        "gap": (b.confidence - b.correct) - (a.confidence - a.correct),
        "brier": b.brier - a.brier,
    }
    rows = residual_rows(a.confidence, a.correct, b.confidence, b.correct, edges)
    evidence = {"accuracy": _accuracy(a.correct, b.correct, groups, criteria["accuracy"], alpha)}
    for name, d in differences.items():
        moments = paired_moments(d, groups)
        evidence[name] = t_evidence(moments, criteria[name].bounds, alpha=alpha)
    evidence["profile"] = profile_evidence(
        rows, margins.profile, rng=rng, groups=groups, alpha=alpha
    )
    return [Finding.of(criteria[name], found) for name, found in evidence.items()]


def _accuracy(
    correct_a: np.ndarray,
    correct_b: np.ndarray,
    groups: np.ndarray | None,
    criterion: Criterion,
    alpha: float,
) -> Evidence:
    """Return the evidence on the change of accuracy, by groups where there are any."""
    d = correct_b - correct_a
    if groups is None:
        gained, lost = int((d > 0).sum()), int((d < 0).sum())
        return score_evidence(gained, lost, d.size, criterion.bounds, alpha=alpha)
    if d.any():
        return t_evidence(paired_moments(d, groups), criterion.bounds, alpha=alpha)
    # Without a flip the spread is unknown, not zero: each group counts as one example.
    units = int(group_codes(groups, d.size).max()) + 1
    return score_evidence(0, 0, units, criterion.bounds, alpha=alpha)

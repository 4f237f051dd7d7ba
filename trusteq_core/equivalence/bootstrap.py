"""Paired bootstrap over examples, or over groups of them, with the same draw for both models."""

from __future__ import annotations

import numpy as np

from trusteq_core.equivalence.evidence import Bounds, Evidence, group_codes, provable_margin
from trusteq_core.equivalence.totals import CellTable
from trusteq_core.errors import DataError

__all__ = [
    "N_RESAMPLES",
    "bootstrap_mean",
    "profile_evidence",
    "resampled_sums",
    "residual_rows",
]

N_RESAMPLES = 2000
"""Resamples of every bootstrap unless told otherwise."""


def resampled_sums(
    rows: np.ndarray, *, rng: np.random.Generator, n_resamples: int = N_RESAMPLES
) -> np.ndarray:
    """Return the column sums of resamples of the rows, shape (n_resamples, columns).

    Parameters
    ----------
    rows : ndarray, shape (units, columns)
        What each unit contributes.
    rng : Generator
        Source of the draws.
    n_resamples : int
        Number of resamples, each of as many units as there are.
    """
    units = len(rows)
    sums = np.empty((n_resamples, rows.shape[1]))
    for draw in range(n_resamples):
        weights = np.bincount(rng.integers(units, size=units), minlength=units)
        sums[draw] = weights @ rows
    return sums


def bootstrap_mean(
    differences: np.ndarray,
    bounds: Bounds,
    *,
    rng: np.random.Generator,
    groups: np.ndarray | None = None,
    alpha: float = 0.05,
    n_resamples: int = N_RESAMPLES,
) -> Evidence:
    """Return the percentile bootstrap interval of a mean of paired differences.

    Parameters
    ----------
    differences : ndarray, shape (n,)
        One difference an example, n >= 1.
    bounds : Bounds
        What the mean must keep to.
    rng : Generator
        Source of the draws.
    groups : ndarray, shape (n,), optional
        Group of each example: whole groups are drawn.
    alpha : float, default 0.05
        Error of each end of the interval.

    Raises
    ------
    DataError
        If there are no differences, one is not finite, or the groups do not fit.
    """
    d = np.asarray(differences, dtype=float)
    if d.ndim != 1 or d.size == 0 or not np.isfinite(d).all():
        raise DataError("Paired differences must be finite numbers of shape (n,) with n >= 1.")
    rows = _by_group(np.column_stack([d, np.ones(d.size)]), groups)
    sums = resampled_sums(rows, rng=rng, n_resamples=n_resamples)
    draws = sums[:, 0] / sums[:, 1]
    low, high = np.quantile(draws, (alpha, 1.0 - alpha))
    beyond = max((draws <= bounds.low).sum(), (draws >= bounds.high).sum())
    return Evidence(
        estimate=float(d.mean()),
        low=float(low),
        high=float(high),
        p_value=float((1 + beyond) / (1 + n_resamples)),
        n=d.size,
        units=len(rows),
        provable=provable_margin(float(draws.std()), bounds, alpha=alpha),
    )


def profile_evidence(
    source: np.ndarray | CellTable,
    limit: float,
    *,
    rng: np.random.Generator,
    groups: np.ndarray | None = None,
    alpha: float = 0.05,
    n_resamples: int = N_RESAMPLES,
) -> Evidence:
    """Return the bootstrap bounds of the profile distance D.

    The upper bound is the percentile bound. Resampling adds its own noise to a distance, so it
    errs on the large side; the lower bound is the upper one mirrored at the estimate, which
    errs on the small side. Both ends are therefore cautious.

    Parameters
    ----------
    source : ndarray of shape (n, B), or CellTable
        What each example adds to the difference in each bin (:func:`residual_rows`): exact. Or
        the cell table of the same data: cost independent of n.
    limit : float
        What the distance must stay below.
    rng : Generator
        Source of the draws.
    groups : ndarray, shape (n,), optional
        Group of each example, with rows only: whole groups are drawn.
    alpha : float, default 0.05
        Error of each bound.
    """
    if isinstance(source, CellTable):
        if groups is not None:
            raise DataError("A cell table has lost its groups. Pass the residual rows instead.")
        observed, n = source.residual_sums(), source.n
        draws, sizes, units = source.resampled(rng, n_resamples), np.full(n_resamples, n), n
    else:
        observed, n = source.sum(axis=0), len(source)
        rows = _by_group(np.column_stack([source, np.ones(n)]), groups)
        sums = resampled_sums(rows, rng=rng, n_resamples=n_resamples)
        draws, sizes, units = sums[:, :-1], sums[:, -1], len(rows)
    estimate = float(np.abs(observed).sum() / n)
    distances = np.abs(draws).sum(axis=1) / sizes
    centred = np.abs(draws - observed * (sizes / n)[:, None]).sum(axis=1) / sizes
    high = max(estimate, float(np.quantile(distances, 1.0 - alpha)))
    return Evidence(
        estimate=estimate,
        low=max(0.0, 2.0 * estimate - high),
        high=high,
        p_value=float((1 + (distances >= limit).sum()) / (1 + n_resamples)),
        n=n,
        units=units,
        # Equal models show chance once in the estimate and once more in its resamples.
        provable=float(np.sqrt(2.0) * np.quantile(centred, 1.0 - alpha)),
    )


def residual_rows(
    confidence_a: np.ndarray,
    correct_a: np.ndarray,
    confidence_b: np.ndarray,
    correct_b: np.ndarray,
    edges: np.ndarray,
) -> np.ndarray:
    """Return what each example adds to the difference of residuals in each bin, shape (n, B).

    Parameters
    ----------
    confidence_a, correct_a, confidence_b, correct_b : ndarray, shape (n,)
        Confidence and correctness of the two models on the same examples.
    edges : ndarray, shape (B + 1,)
        Bin edges, closed on the right.
    """
    bins = np.arange(edges.size - 1)
    rows = np.zeros((len(confidence_a), bins.size))
    for sign, confidence, correct in ((1, confidence_a, correct_a), (-1, confidence_b, correct_b)):
        index = np.searchsorted(edges[1:-1], confidence, side="left")
        rows[np.arange(len(rows)), index] += sign * (correct - confidence)
    return rows


def _by_group(rows: np.ndarray, groups: np.ndarray | None) -> np.ndarray:
    """Return the sums of the rows of each group, or the rows where there are no groups."""
    if groups is None:
        return rows
    codes = group_codes(groups, len(rows))
    return np.column_stack([np.bincount(codes, weights=column) for column in rows.T])

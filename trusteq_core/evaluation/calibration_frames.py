"""The frames behind every view of the Calibration page, one function a view."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import NormalDist

import numpy as np
import pandas as pd

from trusteq_core.calibration import (
    BinTotals,
    bin_index,
    consistency_bands,
    corp_curve,
    corp_split,
    profile_bins,
    reliability_bins,
)
from trusteq_core.equivalence import residual_rows
from trusteq_core.evaluation.calibrated import event_edges
from trusteq_core.evaluation.calibration_pair import PREDICTED, SIDES, CalibrationPair, Events

__all__ = ["BIN_COUNTS", "bins_frame", "corp_frame", "counts_frame", "event_table", "profile_frame"]

BIN_COUNTS = (2, 3, 4, 5, 6, 8, 10, 12, 15, 20, 25, 30, 40, 50, 75, 100)
"""Numbers of bins at which the ECE is drawn."""


def bins_frame(
    pair: CalibrationPair, *, n_bins: int = 15, scheme: str = "width", event: str = PREDICTED
) -> pd.DataFrame:
    """Return the bins of both models on the same edges.

    Returns
    -------
    DataFrame
        `trusteq_core.calibration.reliability_bins`, led by ``model``, with the 90 % consistency
        band ``band_low``, ``band_high`` of the accuracy and ``true_accuracy``: the mean true
        probability of the event in the bin (NaN where it is not known).
    """
    edges = pair.edges(n_bins, scheme, event)
    frames = []
    for side in SIDES:
        found = pair.events(side, event)
        bins = consistency_bands(reliability_bins(found.score, found.happened, edges=edges))
        bins["true_accuracy"] = _bin_means(found.score, found.truth, edges)
        bins.insert(0, "model", side)
        frames.append(bins)
    return pd.concat(frames, ignore_index=True)


def corp_frame(pair: CalibrationPair, *, event: str = PREDICTED) -> pd.DataFrame:
    """Return the isotonic reliability curve of both models, at the ends of its level stretches.

    Returns
    -------
    DataFrame
        ``model``, ``confidence``, ``recalibrated`` (the accuracy that fits best), ``count`` (of
        predictions on the stretch), and on every row the model's ``miscalibration``,
        ``discrimination`` and ``uncertainty``.
    """
    frames = []
    for side in SIDES:
        found = pair.events(side, event)
        curve = corp_curve(found.score, found.happened)
        level = curve["recalibrated"].to_numpy()
        first = np.r_[True, level[1:] != level[:-1]]
        last = np.r_[first[1:], True]
        stretch = curve.groupby(np.cumsum(first))["count"].transform("sum")
        ends = curve.assign(count=stretch)[first | last]
        split = corp_split(found.score, found.happened)
        ends = ends.assign(
            model=side,
            miscalibration=split.miscalibration,
            discrimination=split.discrimination,
            uncertainty=split.uncertainty,
        )
        frames.append(ends)
    columns = ["model", "confidence", "recalibrated", "count"]
    parts = ["miscalibration", "discrimination", "uncertainty"]
    return pd.concat(frames, ignore_index=True)[columns + parts]


def profile_frame(
    pair: CalibrationPair, *, event: str = PREDICTED, level: float = 0.9
) -> pd.DataFrame:
    """Return the difference of the two profiles, bin by bin, scaled so that its mean size is D.

    Parameters
    ----------
    level : float, default 0.9
        Level of the band.

    Returns
    -------
    DataFrame
        Pooled equal-mass bins, 5 below 5000 examples, else 10: ``bin``, ``low``, ``high``,
        ``count_original``, ``count_compressed``; ``difference``: the compressed model's surplus of
        confidence over accuracy less the original's, times the number of bins, so that the mean
        of its absolute value is the profile distance; ``band``: how far from zero chance alone
        takes it, to either side; and on every row ``distance``, its ``floor`` (the mean under
        chance alone) and ``floor_high`` (two standard deviations above, bins taken as
        independent): a distance up to that is no evidence of a difference.
    """
    a, b = (pair.events(side, event) for side in SIDES)
    n = len(a.score)
    edges = event_edges(a.score, b.score, profile_bins(n), "mass")
    rows = residual_rows(a.score, a.happened, b.score, b.happened, edges)
    sums, spread = rows.sum(axis=0), np.sqrt(n * rows.var(axis=0))
    floor, bins = float(np.sqrt(2 / np.pi) * spread.sum() / n), edges.size - 1
    counts = [np.bincount(bin_index(each.score, edges), minlength=bins) for each in (a, b)]
    return pd.DataFrame(
        {
            "bin": np.arange(bins),
            "low": edges[:-1],
            "high": edges[1:],
            "count_original": counts[0],
            "count_compressed": counts[1],
            "difference": sums * bins / n,
            "band": NormalDist().inv_cdf(0.5 + level / 2) * spread * bins / n,
            "distance": float(np.abs(sums).sum() / n),
            "floor": floor,
            "floor_high": floor + 2 * float(np.sqrt((1 - 2 / np.pi) * (spread**2).sum()) / n),
        }
    )


def counts_frame(
    pair: CalibrationPair,
    *,
    scheme: str = "width",
    event: str = PREDICTED,
    counts: Sequence[int] = BIN_COUNTS,
) -> pd.DataFrame:
    """Return the ECE of both models against the number of bins, beside its noise floor.

    Returns
    -------
    DataFrame
        ``model``, ``n_bins``, ``ece``, ``floor`` (its mean under perfect calibration),
        ``floor_high`` (two standard deviations above), ``true_ece`` (NaN where the true
        probabilities are not known).
    """
    rows = []
    for n_bins in counts:
        edges = pair.edges(n_bins, scheme, event)
        for side in SIDES:
            found = pair.events(side, event)
            totals = BinTotals.of(found.score, found.happened, edges)
            floor = totals.noise_floor()
            rows.append(
                {
                    "model": side,
                    "n_bins": n_bins,
                    "ece": totals.ece(),
                    "floor": floor.mean,
                    "floor_high": floor.mean + 2 * floor.sd,
                    "true_ece": _true_ece(found, edges),
                }
            )
    frame = pd.DataFrame(rows)
    return frame.sort_values(["model", "n_bins"], ascending=[False, True], ignore_index=True)


def event_table(
    pair: CalibrationPair, *, n_bins: int = 15, scheme: str = "width", event: str
) -> pd.DataFrame:
    """Return the measures of one event, one row a measure, as `Comparison.calibration` does.

    Measures of the whole distribution (Brier, NLL, ...) are not of one event and are left out.
    """
    edges = pair.edges(n_bins, scheme, event)
    scores, floors = {}, {}
    for side in SIDES:
        found = pair.events(side, event)
        totals = BinTotals.of(found.score, found.happened, edges)
        scores[side] = _event_scores(totals, found.score, found.happened)
        if found.truth is not None:
            scores[side]["true_ece"] = _true_ece(found, edges)
        floors[side] = {"ece": totals.noise_floor().mean}
    frame = pd.DataFrame({"measure": list(scores["original"])})
    for side in SIDES:
        frame[side] = frame["measure"].map(scores[side])
    frame["difference"] = frame["compressed"] - frame["original"]
    for side in SIDES:
        frame[f"floor_{side}"] = frame["measure"].map(floors[side])
    profile = profile_frame(pair, event=event).iloc[0]
    distance = {
        "measure": "profile_distance",
        "difference": profile["distance"],
        "floor_original": profile["floor"],
        "floor_compressed": profile["floor"],
    }
    return pd.concat([frame, pd.DataFrame([distance])], ignore_index=True)


def _event_scores(totals: BinTotals, score: np.ndarray, happened: np.ndarray) -> dict[str, float]:
    over, under = totals.over_under()
    split = corp_split(score, happened)
    return {
        "signed_gap": totals.signed_gap(),
        "ece": totals.ece(),
        "ece_over": over,
        "ece_under": under,
        "mce": totals.mce(),
        "mce_30": totals.mce(30),
        "rmsce2": totals.rmsce2(),
        "corp_miscalibration": split.miscalibration,
        "corp_discrimination": split.discrimination,
        "corp_uncertainty": split.uncertainty,
    }


def _true_ece(found: Events, edges: np.ndarray) -> float:
    """Return the ECE against the true probabilities of an event; NaN where they are not known."""
    if found.truth is None:
        return float("nan")
    return BinTotals.of(found.score, found.truth, edges).ece()


def _bin_means(score: np.ndarray, values: np.ndarray | None, edges: np.ndarray) -> np.ndarray:
    """Return the mean of `values` in each bin of `score`; NaN in empty bins or without values."""
    size = edges.size - 1
    if values is None:
        return np.full(size, np.nan)
    index = bin_index(score, edges)
    count = np.bincount(index, minlength=size)
    return np.bincount(index, weights=values, minlength=size) / np.where(count > 0, count, np.nan)

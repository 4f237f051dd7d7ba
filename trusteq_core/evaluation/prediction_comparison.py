"""Two models compared on their predictions alone, from files of any length."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from functools import reduce
from operator import add
from pathlib import Path
from typing import Any, Literal

import numpy as np
import pandas as pd

from trusteq_core.calibration import (
    BETA_RANGE,
    N_BINS,
    ConfidenceCounts,
    GapRemoved,
    equal_width_edges,
    halves,
    pooled_equal_mass_edges,
    profile_bins,
    scale,
    streamed_inverse_temperature,
)
from trusteq_core.equivalence import Margins, PairTotals, Verdict, judge, judge_totals
from trusteq_core.equivalence.judge import EXACT_BELOW
from trusteq_core.errors import UnknownName
from trusteq_core.evaluation.calibrated import SCHEMES
from trusteq_core.evaluation.prediction_pair import PredictionPair, open_pair
from trusteq_core.evaluation.prediction_totals import Divergences, ModelTotals, ProfileTotals

__all__ = ["PredictionComparison", "compare_predictions"]

EXACT_EDGES = 1_000_000
"""Up to this many examples the edges of equal-mass bins are exact; beyond, the pooled confidences
are counted in 65,536 cells."""

Piece = tuple[np.ndarray, np.ndarray, np.ndarray]


@dataclass(frozen=True, slots=True, eq=False)
class PredictionComparison:
    """What two models' predictions say about both.

    Attributes
    ----------
    original, compressed : str
        Names of the models.
    classes : tuple of str
        Names of the classes.
    n : int
        Number of examples.
    settings : dict
        ``n_bins``, ``scheme``, ``logits``, ``seed``.
    performance : dict
        As `trusteq_core.equivalence.performance_parity`, without percentiles.
    calibration : DataFrame
        As `trusteq_core.evaluation.Comparison.calibration`, without the measures of CORP, which
        need every confidence at once.
    recalibration : GapRemoved
        What one temperature for each model, fitted on the other half, changes.
    verdict : Verdict
        On accuracy and calibration; predictions say nothing about explanations.
    """

    original: str
    compressed: str
    classes: tuple[str, ...]
    n: int
    settings: dict[str, Any]
    performance: dict[str, float]
    calibration: pd.DataFrame
    recalibration: GapRemoved
    verdict: Verdict

    def to_dict(self) -> dict[str, Any]:
        """Return everything as nested values, NaN where something is not defined."""
        return {
            "original": {"name": self.original},
            "compressed": {"name": self.compressed},
            "classes": list(self.classes),
            "n": self.n,
            "settings": self.settings,
            "performance": self.performance,
            "calibration": self.calibration.set_index("measure").to_dict(orient="index"),
            "recalibration": {**asdict(self.recalibration), "share": self.recalibration.share},
            "verdict": self.verdict.to_dict(),
        }


def compare_predictions(
    original: Path | str,
    compressed: Path | str,
    *,
    n_bins: int = N_BINS,
    scheme: str = "width",
    logits: bool = False,
    margins: Margins | None = None,
    seed: int = 0,
) -> PredictionComparison:
    """Compare two models on files of their predictions.

    Parameters
    ----------
    original, compressed : path
        Files as `trusteq_core.evaluation.prediction_files` describes them, joined by id.
    n_bins : int, default 15
        Bins of the confidence; both models share their edges.
    scheme : {"width", "mass"}
        Equally wide bins, or bins of equal mass over both models' confidences.
    logits : bool
        True if the files hold logits.
    margins : Margins, optional
        The largest differences allowed.
    seed : int, default 0
        Seed of the bootstrap and of the halves on which temperatures are fitted.

    Raises
    ------
    DataError
        If a file breaks its contract or the two do not fit each other.
    UnknownName
        If there is no such scheme.
    """
    if scheme not in SCHEMES:
        raise UnknownName("binning scheme", scheme, SCHEMES)
    wide = equal_width_edges(n_bins)
    with open_pair(original, compressed, logits=logits) as pair:
        edges = wide if scheme == "width" else _equal_mass(pair, _pieces(pair), n_bins)
        profile = _equal_mass(pair, _pieces(pair), profile_bins(pair.n))
        a, b = (
            _total(ModelTotals.of(p, y, edges, n_bins) for p, y in _of_model(pair, side))
            for side in _SIDES
        )
        totals = _total(PairTotals.of(*piece, profile) for piece in _pieces(pair)())
        apart = _total(Divergences.of(p_a, p_b) for p_a, p_b, _ in _pieces(pair)())
        before = _total(ProfileTotals.of(*piece, profile) for piece in _pieces(pair)())
        return PredictionComparison(
            original=pair.names[0],
            compressed=pair.names[1],
            classes=pair.classes,
            n=pair.n,
            settings={"n_bins": n_bins, "scheme": scheme, "logits": logits, "seed": seed},
            performance=_performance(a, b, totals, apart),
            calibration=_calibration(_scores(pair, 0, a), _scores(pair, 1, b), a, b, before),
            recalibration=_recalibrated(pair, before, seed),
            verdict=_verdict(pair, totals, profile, margins, seed),
        )


_SIDES: tuple[Literal[0, 1], ...] = (0, 1)


def _total(parts: Iterator[Any]) -> Any:
    return reduce(add, parts)


def _of_model(
    pair: PredictionPair, side: Literal[0, 1], chosen: np.ndarray | None = None
) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Yield one model's probabilities and the labels, of all rows or where `chosen` is true."""
    for rows in pair.slices():
        p, y = pair.probabilities(side, rows), pair.y[rows].astype(np.intp)
        if chosen is None:
            yield p, y
        elif chosen[rows].any():
            yield p[chosen[rows]], y[chosen[rows]]


def _pieces(pair: PredictionPair) -> Callable[[], Iterator[Piece]]:
    """Return what yields both models' probabilities and the labels, from the start each time."""

    def pieces() -> Iterator[Piece]:
        for rows in pair.slices():
            p_a, p_b = (pair.probabilities(side, rows) for side in _SIDES)
            yield p_a, p_b, pair.y[rows].astype(np.intp)

    return pieces


def _equal_mass(
    pair: PredictionPair, pieces: Callable[[], Iterator[Piece]], n_bins: int
) -> np.ndarray:
    """Return pooled equal-mass edges of both models' confidences."""
    confidences = ([np.minimum(p.max(axis=1), 1.0) for p in (p_a, p_b)] for p_a, p_b, _ in pieces())
    if pair.n <= EXACT_EDGES:
        a, b = (np.concatenate(each) for each in zip(*confidences, strict=True))
        return pooled_equal_mass_edges(a, b, n_bins)
    counts: ConfidenceCounts = _total(
        ConfidenceCounts.of(np.concatenate(both)) for both in confidences
    )
    return counts.edges(n_bins)


def _performance(
    a: ModelTotals, b: ModelTotals, totals: PairTotals, apart: Divergences
) -> dict[str, float]:
    n, same = totals.n, int(np.trace(totals.predicted))
    flips = n - same
    return {
        "n": n,
        "accuracy_original": a.accuracy,
        "accuracy_compressed": b.accuracy,
        "macro_f1_original": a.macro_f1,
        "macro_f1_compressed": b.macro_f1,
        "agreement": same / n,
        "churn": flips / n,
        "flips": flips,
        "negative_flips": totals.lost / n,
        "positive_flips": totals.gained / n,
        "wrong_differently": (flips - totals.lost - totals.gained) / n,
        **{f"{name}_mean": value / n for name, value in asdict(apart).items()},
    }


def _scores(pair: PredictionPair, side: Literal[0, 1], totals: ModelTotals) -> dict[str, float]:
    beta = streamed_inverse_temperature(lambda: _of_model(pair, side))
    return {**totals.scores(), "inverse_temperature": beta}


def _calibration(
    scores_a: dict[str, float],
    scores_b: dict[str, float],
    a: ModelTotals,
    b: ModelTotals,
    profile: ProfileTotals,
) -> pd.DataFrame:
    floors = [totals.top.noise_floor().mean for totals in (a, b)]
    rows: list[dict[str, Any]] = [
        {
            "measure": name,
            "original": scores_a[name],
            "compressed": scores_b[name],
            "difference": _difference(scores_a[name], scores_b[name]),
            "floor_original": floors[0] if name == "ece" else np.nan,
            "floor_compressed": floors[1] if name == "ece" else np.nan,
        }
        for name in scores_a
    ]
    distance = {
        "measure": "profile_distance",
        "difference": profile.distance,
        "floor_original": profile.floor,
        "floor_compressed": profile.floor,
    }
    return pd.DataFrame([*rows, distance])


def _difference(a: float, b: float) -> float:
    """Return b - a; NaN where both are infinite."""
    return b - a if np.isfinite(a) or np.isfinite(b) else float("nan")


def _recalibrated(pair: PredictionPair, before: ProfileTotals, seed: int) -> GapRemoved:
    """Return what `trusteq_core.calibration.gap_removed` returns, without holding the tables."""
    second = np.ones(pair.n, dtype=bool)
    second[halves(pair.n, seed)[0]] = False
    betas = [tuple(_beta(pair, side, half) for half in (second, ~second)) for side in _SIDES]

    def scaled() -> Iterator[Piece]:
        for rows in pair.slices():
            tables = []
            for side in _SIDES:
                p = pair.probabilities(side, rows)
                for half, beta in zip((~second[rows], second[rows]), betas[side], strict=True):
                    if half.any():
                        p[half] = scale(p[half], beta)
                tables.append(p)
            yield tables[0], tables[1], pair.y[rows].astype(np.intp)

    edges = _equal_mass(pair, scaled, profile_bins(pair.n))
    after = _total(ProfileTotals.of(*piece, edges) for piece in scaled())
    return GapRemoved(before.distance, after.distance, before.floor, after.floor, *betas)


def _beta(pair: PredictionPair, side: Literal[0, 1], fitted_on: np.ndarray) -> float:
    beta = streamed_inverse_temperature(lambda: _of_model(pair, side, fitted_on))
    return float(np.clip(beta, *BETA_RANGE))


def _verdict(
    pair: PredictionPair,
    totals: PairTotals,
    edges: np.ndarray,
    margins: Margins | None,
    seed: int,
) -> Verdict:
    if pair.n >= EXACT_BELOW:
        return judge_totals(totals, margins=margins, names=pair.names, seed=seed)
    everything = slice(0, pair.n)
    p_a, p_b = (pair.probabilities(side, everything) for side in _SIDES)
    y = pair.y.astype(np.intp)
    return judge(p_a, p_b, y, edges=edges, margins=margins, names=pair.names, seed=seed)

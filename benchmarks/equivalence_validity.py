"""How often the criteria of a verdict are wrong, by simulation.

Two models are simulated whose true difference is exactly at the margin. A sound criterion then
says "equivalent" in at most 5 % of samples, and its 90 % interval covers the true difference in
about 90 %; the upper bound of the profile distance, which has no interval, holds in at least 95 %.
The same is done with a percentile bootstrap of the difference of two ECEs.

    python benchmarks/equivalence_validity.py            # the table of the documentation
    python benchmarks/equivalence_validity.py --quick    # a look, about a minute

The data: three gaussian classes. The original gives their true posteriors; the compressed model
gives posteriors with one kind of error, whose size is solved for with the expected labels.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from scipy.special import ndtri
from scipy.stats import qmc

from trusteq_core import calibration as cal
from trusteq_core.equivalence import (
    Bounds,
    Evidence,
    Margins,
    OverlapRows,
    PairTotals,
    judge,
    residual_rows,
    score_evidence,
    t_evidence,
)
from trusteq_core.equivalence.bootstrap import resampled_sums
from trusteq_core.equivalence.judge import overlap_finding

Pair = tuple[np.ndarray, np.ndarray, np.ndarray]
Family = Callable[[np.ndarray, np.ndarray, float], tuple[np.ndarray, np.ndarray]]

SEPARATION = 1.8
"""Distance scale of the classes; the best accuracy is .82."""
MARGINS = Margins()


# --- models with one kind of error -------------------------------------------------------


def sample(n: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Return the log odds of three gaussian classes, and the labels."""
    y = rng.integers(3, size=n)
    x = rng.normal(size=(n, 3)) + SEPARATION * np.eye(3)[y]
    return SEPARATION * x, y


def temperature(logits: np.ndarray, _: np.ndarray, size: float) -> tuple[np.ndarray, np.ndarray]:
    """Let the compressed model be too sure."""
    return cal.softmax(logits), cal.softmax(logits * np.exp(size))


def opposite(logits: np.ndarray, _: np.ndarray, size: float) -> tuple[np.ndarray, np.ndarray]:
    """Let the original be too unsure, and the compressed model too sure."""
    return cal.softmax(logits * np.exp(-size)), cal.softmax(logits * np.exp(size))


def class_bias(logits: np.ndarray, _: np.ndarray, size: float) -> tuple[np.ndarray, np.ndarray]:
    """Let the compressed model favour one class."""
    return cal.softmax(logits), cal.softmax(logits + size * np.array([1.0, 0.0, 0.0]))


def noise(logits: np.ndarray, shocks: np.ndarray, size: float) -> tuple[np.ndarray, np.ndarray]:
    """Let the compressed model see less."""
    return cal.softmax(logits), cal.softmax(logits + size * shocks)


FAMILIES: dict[str, Family] = {
    "temperature": temperature,
    "opposite signs": opposite,
    "class bias": class_bias,
    "noise": noise,
}


def pair(family: Family, size: float, n: int, rng: np.random.Generator) -> Pair:
    """Return probabilities of both models and the labels for n examples."""
    logits, y = sample(n, rng)
    return *family(logits, rng.normal(size=logits.shape), size), y


# --- statistics and their true values ----------------------------------------------------


def edges_of(p_a: np.ndarray, p_b: np.ndarray, n: int) -> np.ndarray:
    """Return the edges that a verdict on n examples would use."""
    n_bins = cal.profile_bins(n)
    return cal.pooled_equal_mass_edges(p_a.max(axis=1), p_b.max(axis=1), n_bins)


def true_differences(
    p_a: np.ndarray, p_b: np.ndarray, truth: np.ndarray, n: int
) -> dict[str, float]:
    """Return every difference with the expected label in place of a drawn one."""
    rows, width = np.arange(len(truth)), cal.equal_width_edges(15)
    label_a, label_b = p_a.argmax(axis=1), p_b.argmax(axis=1)
    confidence_a, confidence_b = p_a[rows, label_a], p_b[rows, label_b]
    right_a, right_b = truth[rows, label_a], truth[rows, label_b]
    profile = residual_rows(confidence_a, right_a, confidence_b, right_b, edges_of(p_a, p_b, n))
    brier_a, brier_b = (((p - 2 * truth) * p).sum(axis=1).mean() for p in (p_a, p_b))
    ece_a = cal.BinTotals.of(confidence_a, right_a, width).ece()
    ece_b = cal.BinTotals.of(confidence_b, right_b, width).ece()
    return {
        "accuracy": float((right_b - right_a).mean()),
        "gap": float(((confidence_b - right_b) - (confidence_a - right_a)).mean()),
        "brier": float(brier_b - brier_a),
        "profile": float(np.abs(profile.sum(axis=0)).sum() / len(truth)),
        "ece": ece_b - ece_a,
    }


BOUNDS = {
    "accuracy": Bounds(low=-MARGINS.accuracy),
    "gap": Bounds(-MARGINS.gap, MARGINS.gap),
    "brier": Bounds(-MARGINS.brier, MARGINS.brier),
    "profile": Bounds(high=MARGINS.profile),
    "ece": Bounds(-MARGINS.gap, MARGINS.gap),
}
CASES = [
    ("accuracy", "noise", -MARGINS.accuracy),
    ("accuracy", "class bias", -MARGINS.accuracy),
    ("gap", "temperature", MARGINS.gap),
    ("gap", "opposite signs", MARGINS.gap),
    ("gap", "class bias", MARGINS.gap),
    ("brier", "temperature", MARGINS.brier),
    ("brier", "noise", MARGINS.brier),
    ("brier", "class bias", MARGINS.brier),
    ("profile", "temperature", MARGINS.profile),
    ("profile", "opposite signs", MARGINS.profile),
    ("profile", "class bias", MARGINS.profile),
    ("ece", "temperature", MARGINS.gap),
    ("ece", "class bias", MARGINS.gap),
]
CHEAP = ("accuracy", "gap", "brier")
"""Criteria without a bootstrap: five times the samples cost nothing."""


def grid(power: int) -> tuple[np.ndarray, np.ndarray]:
    """Return 2 ** power log odds and shocks that fill their distribution evenly (Sobol)."""
    even = qmc.Sobol(7, seed=0).random_base2(power)
    classes = np.eye(3)[(even[:, 0] * 3).astype(int)]
    normal = ndtri(np.clip(even[:, 1:], 1e-12, 1 - 1e-12))
    return SEPARATION * (normal[:, :3] + SEPARATION * classes), normal[:, 3:]


def solve(statistic: str, family: Family, target: float, n: int, power: int) -> tuple[float, float]:
    """Return the size of error at which the true difference is at its target, and its value."""
    logits, shocks = grid(power)
    truth, low, high = cal.softmax(logits), 0.0, 2.0
    for _ in range(20):
        size = (low + high) / 2
        value = true_differences(*family(logits, shocks, size), truth, n)[statistic]
        low, high = (size, high) if abs(value) < abs(target) else (low, size)
    return size, value


# --- one simulated sample ----------------------------------------------------------------


def of_verdict(drawn: Pair, statistic: str, seed: int) -> Evidence:
    """Return the evidence of a criterion, found as :func:`judge` finds it."""
    edges = edges_of(*drawn[:2], len(drawn[2]))
    if statistic == "profile":  # the only criterion that resamples
        findings = judge(*drawn, edges=edges, margins=MARGINS, seed=seed).findings
        return next(f.evidence for f in findings if f.criterion.id == statistic)
    totals = PairTotals.of(*drawn, edges)
    if statistic == "accuracy":
        return score_evidence(totals.gained, totals.lost, totals.n, BOUNDS[statistic])
    return t_evidence(totals.moments(statistic), BOUNDS[statistic])


def of_eces(drawn: Pair, _: str, seed: int) -> Evidence:
    """Return the naive percentile bootstrap of the difference of two ECEs (15 bins)."""
    p_a, p_b, y = drawn
    edges, rows = cal.equal_width_edges(15), []
    for p in (p_a, p_b):
        confidence, correct = cal.top_label(p, y)
        inside = cal.bin_index(confidence, edges)[:, None] == np.arange(15)
        rows.append(inside * (correct - confidence)[:, None])
    sums = resampled_sums(np.hstack(rows), rng=np.random.default_rng(seed), n_resamples=500)
    draws = (np.abs(sums[:, 15:]).sum(1) - np.abs(sums[:, :15]).sum(1)) / len(y)
    low, high = np.quantile(draws, (0.05, 0.95))
    estimate = cal.ece(p_b, y) - cal.ece(p_a, y)
    return Evidence(estimate, float(low), float(high), 1.0, len(y), len(y), 0.0)


@dataclass(frozen=True, slots=True)
class Row:
    """Rates of one criterion, one kind of error and one number of examples."""

    criterion: str
    error: str
    n: int
    true_difference: float
    repeats: int
    false_equivalence: float
    false_difference: float
    coverage: float | None  # of the 90 % interval; a distance has none
    bound: float | None  # how often the upper 95 % bound of a distance holds


def rates(
    criterion: str, error: str, truth: float, bounds: Bounds, evidence: list[Evidence]
) -> Row:
    """Return how often the samples' evidence was wrong."""
    distance = criterion == "profile"
    low, high = (np.array([getattr(e, end) for e in evidence]) for end in ("low", "high"))
    return Row(
        criterion,
        error,
        evidence[0].n,
        round(truth, 5),
        len(evidence),
        float(((low > bounds.low) & (high < bounds.high)).mean()),
        float(((high < bounds.low) | (low > bounds.high)).mean()),
        None if distance else float(((low <= truth) & (truth <= high)).mean()),
        float((truth <= high).mean()) if distance else None,
    )


def study(sizes: list[int], repeats: int, power: int, seed: int) -> Iterator[Row]:
    """Yield the rates of every case and number of examples."""
    for number, (statistic, error, target) in enumerate(CASES):
        family = FAMILIES[error]
        solved = {k: solve(statistic, family, target, k, power) for k in (500, 5000)}
        find = of_eces if statistic == "ece" else of_verdict
        for n in sizes:
            size, truth = solved[500 if n < 5000 else 5000]
            rng = np.random.default_rng([seed, number, n])
            draws = range(repeats if statistic in CHEAP else max(20, repeats // 5))
            evidence = [find(pair(family, size, n, rng), statistic, draw) for draw in draws]
            yield rates(statistic, error, truth, BOUNDS[statistic], evidence)


def overlap_study(repeats: int, seed: int) -> Iterator[Row]:
    """Yield the rates of the overlap criterion: shared words of the top 5, ceiling .6."""
    values = np.arange(6) / (10 - np.arange(6))  # Jaccard with 0 to 5 shared words

    def overlaps(mean: float, n: int, rng: np.random.Generator) -> np.ndarray:
        low, high = 0.0, 1.0
        for _ in range(50):  # the share of shared words that gives this mean
            share = (low + high) / 2
            shared = np.arange(6)
            weights = np.array([1, 5, 10, 10, 5, 1]) * share**shared * (1 - share) ** (5 - shared)
            low, high = (share, high) if weights @ values < mean else (low, share)
        return rng.choice(values, size=n, p=weights)

    for n in (100, 300, 1000):
        rng = np.random.default_rng([seed, n])
        evidence = []
        for _ in range(repeats):
            rows = OverlapRows("any", overlaps(0.5, n, rng), overlaps(0.6, n, rng))
            evidence.append(overlap_finding(rows, MARGINS, rng).evidence)
        yield rates("overlap", "fewer shared words", -0.1, Bounds(low=-0.1), evidence)


def told(rate: float | None) -> str:
    """Return a rate as a percentage, a dash where there is none."""
    return "–" if rate is None else f"{rate:.1%}"


def main() -> None:
    """Run the study and print its table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="fewer samples, n = 500 and 5000")
    parser.add_argument(
        "--repeats", type=int, default=2000, help="samples a row, a fifth where it resamples"
    )
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--json", type=Path, help="write the rows here")
    options = parser.parse_args()
    repeats = 200 if options.quick else options.repeats
    sizes = [500, 5000] if options.quick else [500, 1000, 2000, 5000, 20_000]
    heads = ("criterion", "error", "n", "true", "samples")
    rated = ("false equivalence", "false difference", "coverage", "bound holds")
    print(f"| {' | '.join((*heads, *rated))} |")
    print("|---" * len(heads + rated) + "|")
    rows, start = [], time.perf_counter()
    for part in (
        study(sizes, repeats, 14 if options.quick else 17, options.seed),
        overlap_study(repeats, options.seed),
    ):
        for row in part:
            rows.append(row)
            print(
                f"| {row.criterion} | {row.error} | {row.n:,} | {row.true_difference:+.4f} | "
                f"{row.repeats} | {row.false_equivalence:.1%} | {row.false_difference:.1%} | "
                f"{told(row.coverage)} | {told(row.bound)} |",
                flush=True,
            )
    print(f"\n{time.perf_counter() - start:.0f} s.")
    if options.json:
        options.json.write_text(json.dumps([asdict(row) for row in rows], indent=1))


if __name__ == "__main__":
    main()

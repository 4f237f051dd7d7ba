"""What one ECE and 1000 paired resamples of the profile distance cost, against plain loops.

    python benchmarks/calibration_speed.py [--quick]

`rows` resamples example by example, `cells` from the cell table of one pass. A `loop` calls
scikit-learn's `calibration_curve` on every resample, and is timed on ten of them.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable

import numpy as np
from sklearn.calibration import calibration_curve

from trusteq_core import calibration as cal
from trusteq_core.equivalence import CellTable, profile_evidence, residual_rows

RESAMPLES = 1000
ROWS_UP_TO = 200_000
"""Resampling more rows than this one by one takes minutes."""


def seconds(work: Callable[[], object], repeats: int = 1) -> float:
    """Return the smallest processor time of some runs: other programs do not count."""
    best = float("inf")
    for _ in range(repeats):
        start = time.process_time()
        work()
        best = min(best, time.process_time() - start)
    return best


def models(n: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return probabilities of two models and the labels."""
    rng = np.random.default_rng(0)
    y = rng.integers(3, size=n)
    logits = rng.normal(size=(n, 3))
    logits[np.arange(n), y] += 2.0
    return cal.softmax(2.0 * logits), cal.softmax(2.4 * logits), y


def measure(n: int) -> dict[str, float | None]:
    """Return the timings at n examples, in seconds."""
    p_a, p_b, y = models(n)
    events = (*cal.top_label(p_a, y), *cal.top_label(p_b, y))
    edges = cal.pooled_equal_mass_edges(events[0], events[2], 10)
    rng = np.random.default_rng(1)

    def cells() -> None:
        table = CellTable.of(*events, edges)
        profile_evidence(table, 0.03, rng=rng, n_resamples=RESAMPLES)

    def rows() -> None:
        table = residual_rows(*events, edges)
        profile_evidence(table, 0.03, rng=rng, n_resamples=RESAMPLES)

    def loop() -> None:
        for _ in range(10):
            draw = rng.integers(n, size=n)
            for confidence, correct in (events[:2], events[2:]):
                calibration_curve(correct[draw], confidence[draw], n_bins=10)

    few = n <= ROWS_UP_TO
    return {
        "one ECE": seconds(lambda: cal.ece(p_a, y), 3),
        "cells": seconds(cells, 2),
        "rows": seconds(rows) if few else None,
        "loop": seconds(loop) * RESAMPLES / 10 if few else None,
    }


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="up to 100,000 examples")
    sizes = [1000, 100_000] if parser.parse_args().quick else [1000, 100_000, 10_000_000]
    print("| n | one ECE (s) | cells (s) | rows (s) | loop (s) |")
    print("|---|---|---|---|---|")
    for n in sizes:
        cost = measure(n)
        told = ["-" if value is None else f"{value:.4f}" for value in cost.values()]
        print(f"| {n:,} | {' | '.join(told)} |", flush=True)


if __name__ == "__main__":
    main()

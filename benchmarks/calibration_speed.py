"""What one ECE and 1000 paired resamples of two models' calibration cost, against peers' loops.

    python benchmarks/calibration_speed.py [--quick]

Ours: the profile distance, resampled from the cell table of one pass (`cells`), and where that is
affordable example by example (`rows`). Peers: for each resample, the ECE of both models by
torchmetrics, netcal and scikit-learn's `calibration_curve`; a few resamples are timed and the time
of 1000 told. Processor time of one thread, all in one run.
"""

from __future__ import annotations

import argparse
import time
import warnings
from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
import torch
from netcal.metrics import ECE
from sklearn.calibration import calibration_curve
from torchmetrics.functional.classification import multiclass_calibration_error

from trusteq_core import calibration as cal
from trusteq_core.equivalence import CellTable, profile_evidence, residual_rows

RESAMPLES = 1000
ROWS_UP_TO = 200_000
"""Resampling more rows than this one by one takes minutes."""
TIMED = {1_000: 20, 100_000: 5, 10_000_000: 1}
"""How many resamples of a peer are timed."""
BINS = 15

Peer = Callable[[np.ndarray, np.ndarray], object]


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


def by_torchmetrics(p: np.ndarray, y: np.ndarray) -> object:
    """Return torchmetrics' ECE."""
    return multiclass_calibration_error(
        torch.from_numpy(p), torch.from_numpy(y), num_classes=p.shape[1], n_bins=BINS
    )


def by_netcal(p: np.ndarray, y: np.ndarray) -> object:
    """Return netcal's ECE."""
    return ECE(BINS).measure(p, y)


def by_scikit_learn(p: np.ndarray, y: np.ndarray) -> object:
    """Return the reliability curve that an ECE is read off."""
    return calibration_curve(p.argmax(axis=1) == y, p.max(axis=1), n_bins=BINS)


PEERS: dict[str, Peer] = {
    "torchmetrics": by_torchmetrics,
    "netcal": by_netcal,
    "scikit-learn": by_scikit_learn,
}


def measure(n: int) -> dict[str, Any]:
    """Return the timings at n examples, in seconds."""
    p_a, p_b, y = models(n)
    events = (*cal.top_label(p_a, y), *cal.top_label(p_b, y))
    edges = cal.pooled_equal_mass_edges(events[0], events[2], 10)
    rng = np.random.default_rng(1)

    def resampled(rows: Callable[..., Any]) -> None:
        top_a, top_b = cal.top_label(p_a, y), cal.top_label(p_b, y)
        profile_evidence(rows(*top_a, *top_b, edges), 0.03, rng=rng, n_resamples=RESAMPLES)

    def loop(peer: Peer) -> None:
        for _ in range(TIMED[n]):
            draw = rng.integers(n, size=n)
            for p in (p_a, p_b):
                peer(p[draw], y[draw])

    costs = {
        "ours": seconds(partial(resampled, CellTable.of), 2),
        "ours, rows": seconds(partial(resampled, residual_rows)) if n <= ROWS_UP_TO else None,
        **{
            name: seconds(partial(loop, peer)) * RESAMPLES / TIMED[n]
            for name, peer in PEERS.items()
        },
    }
    ones = {"ours": cal.ece, **PEERS}
    return {
        "one": {name: seconds(partial(work, p_a, y), 2) for name, work in ones.items()},
        "resamples": costs,
    }


def main() -> None:
    """Print both tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="up to 100,000 examples")
    sizes = list(TIMED)[: 2 if parser.parse_args().quick else 3]
    torch.set_num_threads(1)
    warnings.simplefilter("ignore")  # of the peers
    found = {n: measure(n) for n in sizes}
    for part, title in (("one", "One ECE"), ("resamples", f"{RESAMPLES} paired resamples")):
        print(f"\n{title}, seconds\n")
        names = list(found[sizes[0]][part])
        print(f"| n | {' | '.join(names)} | torchmetrics / ours |")
        print("|---" * (len(names) + 2) + "|")
        for n in sizes:
            cost = found[n][part]
            told = ["-" if value is None else f"{value:.4g}" for value in cost.values()]
            ratio = cost["torchmetrics"] / cost["ours"]
            print(f"| {n:,} | {' | '.join(told)} | {ratio:,.1f} |", flush=True)


if __name__ == "__main__":
    main()

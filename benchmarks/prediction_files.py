"""Time and memory of ``trusteq calibrate`` on files of real size.

Two models of three classes, the compressed one overconfident and noisy, its rows in another order.

    python benchmarks/prediction_files.py --rows 5000 1000000
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import pandas as pd

CLASSES = ("entailment", "neutral", "contradiction")


def softmax(logits: np.ndarray) -> np.ndarray:
    """Return the probabilities of a table of logits."""
    raised = np.exp(logits - logits.max(axis=1, keepdims=True))
    return raised / raised.sum(axis=1, keepdims=True)


def write_pair(n: int, folder: Path) -> tuple[Path, Path]:
    """Write the predictions of an original and of a compressed model."""
    rng = np.random.default_rng(0)
    y = rng.integers(3, size=n)
    logits = 2.22 * (rng.normal(size=(n, 3)) + 2.22 * np.eye(3)[y])
    noisy = 1.1 * (logits + 0.3 * rng.normal(size=(n, 3)))
    order = rng.permutation(n)
    files = folder / "large.csv", folder / "small.csv"
    for path, p, rows in zip(
        files, map(softmax, (logits, noisy)), (np.arange(n), order), strict=True
    ):
        frame = pd.DataFrame(p[rows], columns=list(CLASSES))
        frame.assign(id=rows, label=np.take(CLASSES, y[rows])).to_csv(path, index=False)
    return files


def measure(n: int) -> None:
    """Run the command on a pair of files and print what it said, took and held."""
    with tempfile.TemporaryDirectory() as folder:
        files = write_pair(n, Path(folder))
        size = sum(path.stat().st_size for path in files)
        start = time.perf_counter()
        done = subprocess.Popen([Path(sys.executable).with_name("trusteq"), "calibrate", *files])
        _, status, usage = os.wait4(done.pid, 0)
        done.returncode = os.waitstatus_to_exitcode(status)
        print(
            f"\n{n:,} rows, {size / 1e6:.0f} MB in two files: exit status {done.returncode}, "
            f"{usage.ru_utime + usage.ru_stime:.1f} s of process time, "
            f"{time.perf_counter() - start:.1f} s in all, "
            f"{usage.ru_maxrss / 1024:.0f} MiB at most\n",
            flush=True,
        )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, nargs="+", default=[5000, 1_000_000])
    for rows in parser.parse_args().rows:
        measure(rows)

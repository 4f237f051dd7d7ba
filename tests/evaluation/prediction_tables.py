"""Files of predictions for tests."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
from probability_cases import calibrated

from trusteq_core.calibration import scale

CLASSES = ("entailment", "neutral", "contradiction")


def predictions(p: np.ndarray, y: np.ndarray, classes: tuple[str, ...] = CLASSES) -> pd.DataFrame:
    """Return the table of a file: ids in order, labels by name, a column for each class."""
    frame = pd.DataFrame(p, columns=list(classes))
    frame.insert(0, "label", [classes[code] for code in y])
    frame.insert(0, "id", [f"x{row}" for row in range(len(y))])
    return frame


def write(frame: pd.DataFrame, path: Path) -> Path:
    """Write a table in the format that the name of the file asks for."""
    if path.suffix == ".parquet":
        frame.to_parquet(path, index=False)
    else:
        frame.to_csv(path, index=False, sep="\t" if path.suffix == ".tsv" else ",")
    return path


def pair_of_models(n: int, seed: int = 0) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return a calibrated model, an overconfident one that flips some answers, and labels."""
    rng = np.random.default_rng(seed)
    p, y = calibrated(n, rng)
    noisy = np.log(p) + 0.4 * rng.normal(size=p.shape)
    q = np.exp(noisy - noisy.max(axis=1, keepdims=True))
    return p, scale(q / q.sum(axis=1, keepdims=True), 1.3), y

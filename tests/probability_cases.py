"""Probability tables for the tests of calibration and equivalence."""

from __future__ import annotations

import numpy as np
from hypothesis import strategies as st


def table(confidence, correct, n_classes=2):
    """Return a table and labels with these confidences and outcomes (confidence >= 1/K)."""
    confidence = np.asarray(confidence, dtype=float)
    rest = (1.0 - confidence) / (n_classes - 1)
    p = np.repeat(rest[:, None], n_classes, axis=1)
    p[:, 0] = confidence
    return p, np.where(np.asarray(correct) == 1, 0, 1)


@st.composite
def predictions(draw, models=1, smallest=1, largest=40):
    """Draw the probability tables of some models for the same labels: ``(*tables, y)``."""
    n, k = draw(st.integers(smallest, largest)), draw(st.integers(2, 4))
    cell = st.integers(0, 20)
    tables = []
    for _ in range(models):
        rows = draw(st.lists(st.lists(cell, min_size=k, max_size=k), min_size=n, max_size=n))
        weights = np.array(rows, dtype=float) + 1e-9
        tables.append(weights / weights.sum(axis=1, keepdims=True))
    y = draw(st.lists(st.integers(0, k - 1), min_size=n, max_size=n))
    return *tables, np.array(y)


def calibrated(n, rng, n_classes=3, separation=2.22):
    """Return the posteriors of gaussian classes and labels: a perfectly calibrated model.

    Three classes at the default separation are told apart with an accuracy of .90.
    """
    y = rng.integers(n_classes, size=n)
    x = rng.normal(size=(n, n_classes)) + separation * np.eye(n_classes)[y]
    logits = separation * x
    p = np.exp(logits - logits.max(axis=1, keepdims=True))
    return p / p.sum(axis=1, keepdims=True), y

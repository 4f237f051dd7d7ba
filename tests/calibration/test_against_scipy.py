"""What we fit ourselves because scipy is slow to import, against scipy's own."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.optimize import brentq, isotonic_regression

from trusteq_core.calibration import corp_curve, inverse_temperature


@pytest.mark.parametrize("seed", range(20))
def test_the_isotonic_fit_is_scipys(seed: int):
    rng = np.random.default_rng(seed)
    n = int(rng.integers(1, 80))
    confidence = rng.integers(0, 30, n) / 30
    correct = rng.integers(0, 2, n).astype(float)
    values, inverse, count = np.unique(confidence, return_inverse=True, return_counts=True)
    accuracy = np.bincount(inverse, weights=correct) / count
    expected = isotonic_regression(accuracy, weights=count.astype(float)).x
    found = corp_curve(confidence, correct)
    assert found["confidence"].tolist() == values.tolist()
    np.testing.assert_allclose(found["recalibrated"], expected, atol=1e-12)


@pytest.mark.parametrize("seed", range(20))
def test_the_inverse_temperature_is_the_root_that_brent_finds(seed: int):
    rng = np.random.default_rng(seed)
    n, sharpness = int(rng.integers(5, 400)), float(rng.choice([0.05, 1.0, 8.0]))
    p = rng.dirichlet(np.ones(3) / sharpness, n)
    p = np.maximum(p, 1e-12)
    p /= p.sum(axis=1, keepdims=True)
    y = np.array([rng.choice(3, p=row**0.7 / (row**0.7).sum()) for row in p])
    logs = np.log(p)

    def slope(beta: float) -> float:
        shares = np.exp(beta * logs - (beta * logs).max(axis=1, keepdims=True))
        shares /= shares.sum(axis=1, keepdims=True)
        return float(((shares * logs).sum(axis=1) - logs[np.arange(n), y]).mean())

    if slope(0.0) >= 0 or slope(1e4) <= 0:
        pytest.skip("no root in this draw")
    expected = brentq(slope, 0.0, 1e4, xtol=1e-13)
    assert inverse_temperature(p, y) == pytest.approx(expected, rel=1e-9)

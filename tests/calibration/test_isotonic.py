"""The isotonic fit behind CORP, against scipy's."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.optimize import isotonic_regression

from trusteq_core.calibration import corp_curve


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

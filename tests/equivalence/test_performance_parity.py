"""How well two models answer, and how often they answer differently."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from probability_cases import predictions
from scipy.spatial.distance import jensenshannon
from scipy.stats import entropy
from sklearn.metrics import accuracy_score, f1_score

from trusteq_core.equivalence import divergence_rows, macro_f1, performance_parity
from trusteq_core.errors import DataError


@given(predictions(models=2))
def test_accuracy_changes_by_positive_less_negative_flips(case):
    parity = performance_parity(*case)
    change = parity["accuracy_compressed"] - parity["accuracy_original"]
    assert change == pytest.approx(parity["positive_flips"] - parity["negative_flips"], abs=1e-12)
    parts = parity["positive_flips"] + parity["negative_flips"] + parity["wrong_differently"]
    assert parity["churn"] == pytest.approx(parts, abs=1e-12)
    assert parity["agreement"] + parity["churn"] == pytest.approx(1.0)
    assert parity["flips"] == round(parity["churn"] * parity["n"])


@given(predictions(models=2))
def test_accuracy_and_f1_match_scikit_learn(case):
    p_a, _, y = case
    parity, predicted = performance_parity(*case), p_a.argmax(axis=1)
    assert parity["accuracy_original"] == pytest.approx(accuracy_score(y, predicted))
    assert macro_f1(y, predicted, p_a.shape[1]) == pytest.approx(
        f1_score(y, predicted, average="macro")
    )


@given(predictions(models=2))
def test_divergences_match_scipy_and_keep_their_bounds(case):
    p_a, p_b, _ = case
    rows = divergence_rows(p_a, p_b)
    np.testing.assert_allclose(rows["kl"], entropy(p_a, p_b, axis=1), atol=1e-6)
    np.testing.assert_allclose(rows["js"], jensenshannon(p_a, p_b, axis=1) ** 2, atol=1e-7)
    assert (rows["js"] <= np.log(2) + 1e-12).all()
    assert (rows["total_variation"] <= 1 + 1e-12).all()
    # Pinsker: distributions that are close in KL are close in total variation.
    assert (rows["total_variation"] <= np.sqrt(rows["kl"] / 2) + 1e-6).all()


def test_wrong_to_differently_wrong_needs_three_classes():
    p_a = np.array([[0.8, 0.1, 0.1], [0.1, 0.8, 0.1]])
    p_b = np.array([[0.1, 0.8, 0.1], [0.1, 0.8, 0.1]])
    parity = performance_parity(p_a, p_b, np.array([2, 2]))
    assert parity["wrong_differently"] == 0.5
    assert parity["negative_flips"] == parity["positive_flips"] == 0.0


def test_a_model_does_not_differ_from_itself():
    p = np.random.default_rng(0).dirichlet(np.ones(3), size=50)
    parity = performance_parity(p, p, np.zeros(50, dtype=int))
    assert parity["flips"] == parity["kl_p99"] == parity["total_variation_mean"] == 0
    assert parity["agreement"] == 1.0


def test_a_certain_and_wrong_compressed_model_has_a_finite_divergence():
    kl = divergence_rows(np.array([[1.0, 0.0]]), np.array([[0.0, 1.0]]))["kl"]
    assert kl == pytest.approx(-np.log(1e-12))


def test_tables_that_do_not_match_are_refused():
    p = np.full((3, 2), 0.5)
    with pytest.raises(DataError, match="same examples and classes"):
        performance_parity(p, p[:2], np.zeros(3, dtype=int))
    with pytest.raises(DataError, match="3 labels"):
        performance_parity(p, p, np.array([0, 1, 2]))

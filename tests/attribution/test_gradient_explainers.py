"""Explainers over gradients, on models whose gradients are known in closed form."""

import numpy as np
import pytest
from games import segments_of_length
from scipy.special import expit

from trusteq_core.attribution import DEFAULT_EXPLAINERS, EXPLAINERS, ValueFunction, explain
from trusteq_core.tasks import word_grid

WEIGHTS = np.array([3.0, -1.0, 0.5, 0.0, 2.0])
TEXT = segments_of_length(3, 2)


class Logistic:
    """sigmoid(sharpness * (weights . x - 1)) over the degrees x to which the words are there."""

    name = "logistic"
    labels = ("no", "yes")

    def __init__(self, sharpness=1.0):
        self.sharpness, self.asked = sharpness, 0

    def score(self, strength):
        return expit(self.sharpness * (strength - 1.0))

    def predict(self, examples):
        words = word_grid(TEXT).words
        kept = [[w.text in texts[w.segment].split() for w in words] for texts in examples]
        p = self.score(np.array(kept) @ WEIGHTS)
        return np.column_stack([1 - p, p])

    def gradients(self, _segments, along, **_options):
        self.asked += len(along)
        p = self.score(along * WEIGHTS.sum())
        slope = (self.sharpness * p * (1 - p))[:, None] * WEIGHTS
        return np.stack([-slope, slope], axis=2), np.column_stack([1 - p, p])


@pytest.mark.parametrize("sharpness", [0.1, 1, 10, 1000])
def test_integrated_gradients_share_the_change_by_the_weights_however_sharp_the_model(sharpness):
    """Along the line a logistic model moves by one number, so its words share by their weights."""
    model = Logistic(sharpness)
    found = explain(model, TEXT, "integrated-gradients")
    gain = found.full[1] - found.base[1]
    np.testing.assert_allclose(found.values[:, 1], gain * WEIGHTS / WEIGHTS.sum(), atol=0.005)
    np.testing.assert_allclose(found.values[:, 0], -found.values[:, 1], atol=1e-12)


def test_gradient_input_is_the_slope_at_the_full_text():
    found = explain(Logistic(), TEXT, "gradient-input")
    p = Logistic().score(WEIGHTS.sum())
    np.testing.assert_allclose(found.values[:, 1], p * (1 - p) * WEIGHTS, atol=1e-12)


@pytest.mark.parametrize("steps", [2, 17, 30, 100])
def test_no_more_than_the_steps_are_taken(steps):
    model = Logistic(1000)
    found = explain(model, TEXT, "integrated-gradients", steps=steps)
    assert model.asked <= max(steps, 17)
    assert found.evaluations == model.asked + 2  # the full and the empty text


@pytest.mark.parametrize("name", ["integrated-gradients", "gradient-input"])
def test_gradient_explainers_are_declared_and_ignore_the_seed(name):
    assert EXPLAINERS[name].needs_gradients
    assert name not in DEFAULT_EXPLAINERS
    value = ValueFunction(Logistic(), TEXT)
    first, other = (EXPLAINERS[name].explain(value, seed=seed) for seed in (0, 1))
    np.testing.assert_array_equal(first.values, other.values)
    assert first.settings == {"mask": "remove", **EXPLAINERS[name].defaults}
    assert first.errors is None
    assert first.stability() is None

"""Ways to compute a model are measured against how it is loaded, and none is kept."""

from dataclasses import replace

import numpy as np
import pytest
from tiny_models import save_tiny

from trusteq_core.errors import ModelError
from trusteq_core.models.tuning import TOLERANCE, Trial, best_trial, tune
from trusteq_core.tasks import get_task

EXAMPLES = [("A dog sleeps in the garden.", "No cat."), ("A dog.", "A dog."), ("", "…")]


@pytest.fixture(scope="module")
def trials(tmp_path_factory):
    folder = save_tiny(tmp_path_factory.mktemp("tuned") / "tiny")
    seen = []
    found = tune(
        get_task("nli"), folder, EXAMPLES, threads=(1, 2),
        report=lambda done, total: seen.append((done, total)),
    )  # fmt: skip
    assert seen == sorted(seen)
    assert seen[-1][0] == seen[-1][1]
    return found


def test_batches_threads_and_number_formats_are_measured(trials):
    assert trials[0].backend == "torch"
    assert {trial.token_budget for trial in trials} >= {256, 512, 8192}
    assert {trial.threads for trial in trials} == {1, 2}
    assert {"float32", "bfloat16"} <= {trial.dtype for trial in trials}
    assert all(trial.inputs_per_second > 0 for trial in trials)


def test_only_the_number_format_changes_probabilities(trials):
    same = [trial.largest_change for trial in trials if trial.dtype == "float32"]
    rounded = [trial.largest_change for trial in trials if trial.dtype == "bfloat16"]
    assert max(same) <= 1e-5
    assert min(rounded) > 1e-5


def test_what_changes_probabilities_is_not_recommended():
    slow = Trial("torch", "float32", 1, 512, inputs_per_second=10.0)
    fast = replace(slow, dtype="bfloat16", inputs_per_second=90.0, largest_change=2 * TOLERANCE)
    other = replace(slow, backend="openvino", inputs_per_second=20.0, largest_change=1e-6)
    threaded = replace(slow, threads=2, inputs_per_second=15.0)
    assert best_trial([slow, fast, other, threaded]) == other
    assert best_trial([slow, fast, threaded]) == slow


def test_a_model_that_is_a_function_has_nothing_to_tune(monkeypatch):
    class Function:
        name = "mine"

        def predict(self, examples):
            return np.full((len(examples), 3), 1 / 3)

    monkeypatch.setattr("trusteq_core.models.tuning.load_model", lambda *_a, **_o: Function())
    with pytest.raises(ModelError, match='"mine" decides itself how it computes'):
        tune(get_task("nli"), "mine", EXAMPLES)

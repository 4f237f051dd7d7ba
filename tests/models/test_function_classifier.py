"""Any function of texts is a model; what it returns is checked."""

from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from tiny_models import TEXTS

from trusteq_core.attribution import explain
from trusteq_core.errors import DataError, ModelError
from trusteq_core.models import Classifier, FunctionClassifier, load_model
from trusteq_core.tasks import TASKS, Task, word_grid

PAIRS = list(pairwise(TEXTS))
LABELS = ("contradiction", "neutral", "entailment")


def wrap(function, **settings) -> FunctionClassifier:
    facts = {"labels": LABELS, "name": "mine", "version": "1"}
    return FunctionClassifier(function, "nli", **facts | settings)


def constant(pairs):
    return [[0.7, 0.2, 0.1]] * len(pairs)


def test_columns_are_put_in_the_order_of_the_task_by_name():
    model = wrap(constant)
    assert isinstance(model, Classifier)
    np.testing.assert_allclose(model.predict(PAIRS), [[0.1, 0.2, 0.7]] * len(PAIRS))
    assert model.predict([]).shape == (0, 3)


@pytest.mark.parametrize("explainer", ["lime", "shap-partition", "shapley", "occlusion"])
def test_attributions_are_those_of_the_torch_model_to_1e_4(classifier, explainer: str):
    model = FunctionClassifier(
        lambda pairs: classifier.predict(pairs).astype(np.float32),
        "nli",
        labels=classifier.labels,
        name="service",
        version="1",
    )
    ours, theirs = (explain(one, PAIRS[0], explainer) for one in (model, classifier))
    np.testing.assert_allclose(ours.values, theirs.values, atol=1e-4)


def test_a_task_of_one_segment_gets_plain_texts(monkeypatch):
    task = Task("mood", "Mood", ("text",), ("bad", "good"))
    monkeypatch.setitem(TASKS, "mood", task)
    asked = []

    def rule(texts):
        asked.extend(texts)
        return [[0.4, 0.6] for _ in texts]

    model = FunctionClassifier(rule, task, labels=task.labels, name="rule", version="1")
    assert model.predict([("fine",)]).tolist() == [[0.4, 0.6]]
    assert asked == ["fine"]


def test_a_function_that_takes_one_example_at_a_time_is_asked_so():
    sizes = []

    def one(pairs):
        sizes.append(len(pairs))
        return constant(pairs)

    assert wrap(one, batching=False).predict(PAIRS).shape == (len(PAIRS), 3)
    assert sizes == [1] * len(PAIRS)


def test_the_fingerprint_follows_name_version_and_labels_and_nothing_else():
    def other(pairs):
        return constant(pairs)

    first = wrap(constant).fingerprint
    assert wrap(other).fingerprint == first
    changed = [{"version": "2"}, {"name": "yours"}, {"labels": LABELS[::-1]}]
    assert len({wrap(constant, **each).fingerprint for each in changed} | {first}) == 4


@pytest.mark.parametrize("missing", [{"name": ""}, {"version": ""}])
def test_a_function_without_name_or_version_is_refused(missing: dict):
    with pytest.raises(ModelError, match="needs a name and a version"):
        wrap(constant, **missing)


def test_labels_of_another_number_or_task_are_refused():
    with pytest.raises(ModelError, match=r"2 label\(s\)"):
        wrap(constant, labels=("a", "b"))
    with pytest.raises(ModelError, match="do not name each label"):
        wrap(constant, labels=("a", "b", "c"))


@pytest.mark.parametrize(
    ("result", "said"),
    [
        (lambda pairs: np.full((len(pairs), 2), 0.5), r"returned shape \(3, 2\).*Return shape"),
        (lambda pairs: np.full((len(pairs) - 1, 3), 1 / 3), r"returned shape \(2, 3\)"),
        (lambda pairs: [0.2] * len(pairs), r"returned shape \(3,\)"),
        (lambda pairs: [[np.nan, 0.5, 0.5]] * len(pairs), "returned NaN or infinity, first"),
        (lambda pairs: [[np.inf, 0.0, 0.0]] * len(pairs), "returned NaN or infinity"),
        (lambda pairs: [[2.0, 1.0, -3.0]] * len(pairs), "no probabilities.*softmax"),
        (lambda pairs: [[1.4, -0.2, -0.2]] * len(pairs), "least value is -0.2"),
        (lambda _: "entailment", "no table of numbers"),
        (lambda _: [[0.1, 0.9], [0.1]], "no table of numbers"),
        (lambda _: 1 / 0, r"failed on 3 example\(s\): ZeroDivisionError"),
    ],
)
def test_a_result_that_holds_no_probabilities_is_named(result, said: str):
    with pytest.raises(ModelError, match=said):
        wrap(result).predict(PAIRS)


def test_probabilities_of_half_precision_are_made_to_sum_to_one():
    rows = wrap(lambda pairs: np.full((len(pairs), 3), 1 / 3, dtype=np.float16)).predict(PAIRS)
    np.testing.assert_allclose(rows.sum(axis=1), 1.0, atol=1e-12)


def test_examples_are_checked_before_the_function_sees_them():
    with pytest.raises(DataError, match=r"takes 2 text\(s\)"):
        wrap(constant).predict([("one",)])
    with pytest.raises(DataError, match="must be text"):
        wrap(constant).predict([("one", None)])


def test_every_word_counts_as_read():
    assert wrap(constant).visible_words(PAIRS[0]).shape == (len(word_grid(PAIRS[0])),)


GOOD = """
LABELS = ("contradiction", "neutral", "entailment")
VERSION = "1"
def predict(pairs):
    return [[0.7, 0.2, 0.1]] * len(pairs)
"""


def test_a_function_in_a_file_is_loaded_where_running_it_is_allowed(tmp_path: Path):
    path = tmp_path / "mine.py"
    path.write_text(GOOD)
    model = load_model("nli", f"{path}:predict", run_code=True)
    np.testing.assert_allclose(model.predict(PAIRS[:1]), [[0.1, 0.2, 0.7]])
    assert model.name == "predict"
    path.write_text(GOOD.replace("0.7, 0.2", "0.6, 0.3"))
    assert load_model("nli", f"{path}:predict", run_code=True).fingerprint != model.fingerprint


def test_a_file_is_not_run_without_leave(tmp_path: Path):
    path = tmp_path / "mine.py"
    path.write_text(f"from pathlib import Path\nPath({str(tmp_path / 'ran')!r}).touch()\n{GOOD}")
    with pytest.raises(ModelError, match="--run-code"):
        load_model("nli", f"{path}:predict")
    assert not (tmp_path / "ran").exists()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (None, "There is no file"),
        ("raise RuntimeError('off')", "fails as it is run: RuntimeError: off"),
        ("LABELS = VERSION = 'a'", "does not define predict"),
        ("def predict(pairs): return pairs", "does not define LABELS, VERSION"),
    ],
)
def test_a_file_that_is_no_model_is_named(tmp_path: Path, content: str | None, said: str):
    if content is not None:
        (tmp_path / "mine.py").write_text(content)
    with pytest.raises(ModelError, match=said):
        load_model("nli", f"{tmp_path}/mine.py:predict", run_code=True)

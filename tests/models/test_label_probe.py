"""A model whose outputs stand in another order is found out, by name or by its answers."""

import json
import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from safetensors.numpy import load_file, save_file
from tiny_models import edit_json, save_tiny

from trusteq_core.corpus import generate
from trusteq_core.errors import AnonymousLabels, DataError, ModelError
from trusteq_core.models import MODELS_DIR, load_model
from trusteq_core.models.label_probe import probe_labels
from trusteq_core.tasks import TASKS, Task, get_task, segments_of

NLI = get_task("nli")
PUBLIC = ("contradiction", "neutral", "entailment")


@pytest.fixture(scope="module")
def examples() -> pd.DataFrame:
    return generate("nli", "validation", limit=400)


@pytest.fixture
def permuted(tmp_path: Path) -> Path:
    """A model that ships, saved with its outputs in the order of public checkpoints."""
    folder = Path(shutil.copytree(MODELS_DIR / "nli" / "mini", tmp_path / "public"))
    (folder / "card.json").unlink()
    weights = load_file(folder / "model.safetensors")
    rows = [NLI.label_index(label) for label in PUBLIC]
    head = [name for name in weights if name.startswith("classifier.out_proj")]
    assert len(head) == 2
    save_file(
        {name: each[rows] if name in head else each for name, each in weights.items()},
        folder / "model.safetensors",
        metadata={"format": "pt"},
    )
    name_outputs(folder, PUBLIC)
    return folder


def name_outputs(folder: Path, names: tuple[str, ...]) -> None:
    edit_json(
        folder / "config.json",
        id2label=dict(enumerate(names)),
        label2id={name: number for number, name in enumerate(names)},
    )


def same_answers(model, examples: pd.DataFrame) -> None:
    texts = segments_of(examples.head(40), NLI)
    expected = load_model("nli", "mini").predict(texts)
    np.testing.assert_allclose(model.predict(texts), expected, atol=1e-6)


def test_named_outputs_in_another_order_are_put_right_by_name_and_it_is_said(permuted, examples):
    model = load_model("nli", permuted, examples=examples)
    same_answers(model, examples)
    assert model.notes == {"label_order": "contradiction, neutral, entailment"}


def test_outputs_that_do_not_behave_as_they_are_named_are_refused_with_the_finding(
    permuted, examples
):
    name_outputs(permuted, NLI.labels)
    said = "outputs 0, 1, 2 look like contradiction, neutral, entailment"
    with pytest.raises(ModelError, match=f"does not behave as its outputs are named: {said}"):
        load_model("nli", permuted, examples=examples)
    model = load_model("nli", permuted, examples=examples, map_labels=True)
    same_answers(model, examples)
    assert model.notes["label_order"] == "contradiction, neutral, entailment"
    assert said in model.notes["label_order_found"]


def test_anonymous_outputs_are_refused_with_the_finding_and_mapped_on_request(permuted, examples):
    name_outputs(permuted, ("LABEL_0", "LABEL_1", "LABEL_2"))
    with pytest.raises(AnonymousLabels, match="--label-order"):
        load_model("nli", permuted)
    with pytest.raises(ModelError) as refusal:
        load_model("nli", permuted, examples=examples)
    said = str(refusal.value)
    assert "does not name its outputs" in said
    assert "look like contradiction, neutral, entailment: accuracy 0.9" in said
    assert "--label-order contradiction,neutral,entailment, or --map-labels" in said
    mapped = load_model("nli", permuted, examples=examples, map_labels=True)
    given = load_model("nli", permuted, label_order=PUBLIC)
    same_answers(mapped, examples)
    assert mapped.fingerprint == given.fingerprint


def test_a_mapping_is_in_the_fingerprint(permuted):
    orders = (PUBLIC, NLI.labels)
    assert len({load_model("nli", permuted, label_order=o).fingerprint for o in orders}) == 2


def test_anonymous_outputs_of_a_model_that_knows_nothing_stay_refused(
    tiny_folder, tmp_path, examples
):
    folder = Path(shutil.copytree(tiny_folder, tmp_path / "random"))
    name_outputs(folder, ("LABEL_0", "LABEL_1", "LABEL_2"))
    with pytest.raises(ModelError, match="300 examples do not tell"):
        load_model("nli", folder, examples=examples, map_labels=True)


def test_the_labels_given_by_the_user_are_not_checked(permuted, examples):
    model = load_model("nli", permuted, label_order=NLI.labels, examples=examples)
    assert model.notes == {}


def test_the_best_order_is_the_one_with_the_highest_accuracy_of_all():
    rng = np.random.default_rng(0)
    y = rng.integers(3, size=200)
    outputs = np.eye(3)[(y + 1) % 3]  # output k means label k - 1
    found = probe_labels(outputs, y, NLI, NLI.labels)
    assert found.order == ("contradiction", "entailment", "neutral")
    assert (found.accuracy, found.assumed, found.clear, found.differs) == (1.0, 0.0, True, True)
    same = probe_labels(np.eye(3)[y], y, NLI, NLI.labels)
    assert (same.accuracy, same.assumed, same.differs) == (1.0, 1.0, False)


def test_a_chance_finding_is_not_clear():
    """Over 200 models that guess, none is clear at the declared 0.0001."""
    rng = np.random.default_rng(1)
    found = [
        probe_labels(rng.random((100, 3)), rng.integers(3, size=100), NLI, NLI.labels)
        for _ in range(200)
    ]
    assert not any(each.clear for each in found)


def test_the_names_of_many_outputs_are_believed_and_without_names_the_order_is_asked_for(
    tmp_path, monkeypatch
):
    task = Task("days", "Days", ("text",), ("mo", "tu", "we", "th", "fr", "sa", "su"))
    monkeypatch.setitem(TASKS, "days", task)
    frame = pd.DataFrame({"id": ["1"], "text": ["A dog sleeps."], "label": ["su"]})
    folder = save_tiny(tmp_path / "days", task.labels)
    assert load_model("days", folder, examples=frame).output_labels == task.labels
    name_outputs(folder, tuple(f"LABEL_{number}" for number in range(7)))
    with pytest.raises(DataError, match="--label-order"):
        load_model("days", folder, examples=frame)


def test_without_examples_there_is_nothing_to_judge():
    with pytest.raises(DataError, match="without labelled examples"):
        probe_labels(np.empty((0, 3)), np.empty(0, dtype=int), NLI, NLI.labels)


def test_the_names_in_the_fixture_are_those_of_the_configuration(permuted):
    config = json.loads((permuted / "config.json").read_text())
    assert tuple(config["id2label"].values()) == PUBLIC

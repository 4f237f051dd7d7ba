"""The zoo builds at miniature size, resumes, and is loaded by name."""

import json
from pathlib import Path

import numpy as np
import pytest

from trusteq_core.compression import ZOO, build_zoo, select
from trusteq_core.compression.architecture import miniature
from trusteq_core.errors import UnknownName
from trusteq_core.models import MODELS_DIR, catalogue, load_model

PAIRS = [("A dog sleeps in the garden.", "An animal sleeps."), ("It rained.", "It did not rain.")]


@pytest.fixture(scope="module")
def zoo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("zoo")
    build_zoo("nli", out, smoke=True)
    return out


def test_parents_stand_before_the_models_made_from_them():
    names = [model.name for model in ZOO]
    assert len(set(names)) == len(names) == 11
    for model in ZOO:
        assert model.parent is None or names.index(model.parent) < names.index(model.name)
        assert model.hidden % model.heads == 0


def test_an_unknown_model_of_the_zoo_is_an_error():
    with pytest.raises(UnknownName, match="Did you mean"):
        select(["bse"])


def test_a_miniature_keeps_the_kind_and_is_smaller():
    for model in ZOO:
        small = miniature(model)
        assert (small.name, small.kind, small.parent) == (model.name, model.kind, model.parent)
        assert small.hidden <= 64


def test_every_model_is_built_listed_and_predicts(zoo: Path):
    cards = catalogue("nli", zoo)
    assert [card.name for card in cards] == [model.name for model in ZOO]
    for card in cards:
        rows = load_model("nli", card.name, models_dir=zoo).predict(PAIRS)
        np.testing.assert_allclose(rows.sum(axis=1), 1)
        assert card.parameters > 0
        assert card.bytes > 0


def test_models_differ_in_fingerprint(zoo: Path):
    prints = {load_model("nli", model.name, models_dir=zoo).fingerprint for model in ZOO}
    assert len(prints) == len(ZOO) - 1  # at this size, medium has the shape and seed of base


def test_a_second_build_has_nothing_to_do(zoo: Path):
    assert build_zoo("nli", zoo, smoke=True) == []


def test_an_interrupted_build_goes_on_where_it_stopped_with_the_same_result(zoo: Path):
    folder = zoo / "nli" / "tiny"
    before = load_model("nli", "tiny", models_dir=zoo).fingerprint
    (folder / "card.json").unlink()
    (zoo / "nli" / ".tiny.partial").mkdir()
    steps = []
    built = build_zoo("nli", zoo, smoke=True, report=lambda *step: steps.append(step))
    assert [card.name for card in built] == ["tiny"]
    assert steps[-1][0] == steps[-1][1] == len(steps)
    assert load_model("nli", "tiny", models_dir=zoo).fingerprint == before
    assert not list((zoo / "nli").glob(".*"))


def test_a_model_made_with_other_settings_is_built_anew_with_its_descendants(
    tmp_path: Path,
):
    build_zoo("nli", tmp_path, smoke=True, models=["pruned"])
    assert {card.name for card in catalogue("nli", tmp_path)} == {"base", "pruned"}
    path = tmp_path / "nli" / "base" / "card.json"
    content = json.loads(path.read_text())
    content["made_with"]["epochs"] += 1
    path.write_text(json.dumps(content))
    built = build_zoo("nli", tmp_path, smoke=True, models=["pruned"])
    assert [card.name for card in built] == ["base", "pruned"]


def test_weights_are_stored_in_half_precision(zoo: Path):
    card = catalogue("nli", zoo)[0]
    assert card.bytes == pytest.approx(2 * card.parameters, rel=0.05)
    config = json.loads((card.path / "config.json").read_text())
    assert config["dtype"] == "float16"
    assert not list(zoo.rglob("*.bin"))


def test_a_pruned_model_has_six_zeros_in_ten_when_loaded(zoo: Path):
    from trusteq_core.compression.prune import sparsity

    model = load_model("nli", "pruned", models_dir=zoo).model
    assert sparsity(model) == pytest.approx(0.6, abs=2e-3)


@pytest.mark.parametrize("task", ["nli", "paraphrase"])
def test_the_models_that_ship_are_those_that_would_be_built(task: str, monkeypatch):
    def refuse(*_arguments, **_settings):
        pytest.fail("a model that ships is missing, or was made with other settings")

    monkeypatch.setattr("trusteq_core.compression.zoo.open_workshop", refuse)
    assert build_zoo(task, MODELS_DIR) == []
    of_task = [model.name for model in ZOO if model.tasks is None or task in model.tasks]
    assert [card.name for card in catalogue(task)] == of_task

"""What is refused when a model is loaded, and what decides a fingerprint."""

import json
import shutil
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
import torch
from tiny_models import TEXTS, edit_json, save_tiny

from trusteq_core.errors import ModelError, UnknownName
from trusteq_core.models import ModelCard, catalogue, find_model, load_model
from trusteq_core.models.recipes import Recipe

PAIRS = list(pairwise(TEXTS))


@pytest.fixture
def folder(tiny_folder: Path, tmp_path: Path) -> Path:
    """A copy of the tiny model that a test may damage."""
    return Path(shutil.copytree(tiny_folder, tmp_path / "model"))


def test_a_folder_with_only_pickled_weights_is_refused_with_the_way_out(folder: Path):
    (folder / "model.safetensors").rename(folder / "pytorch_model.bin")
    with pytest.raises(ModelError, match=r"pickled weights.*save_pretrained"):
        load_model("nli", folder)


def test_a_folder_without_weights_is_refused(folder: Path):
    (folder / "model.safetensors").unlink()
    with pytest.raises(ModelError, match="holds no weights"):
        load_model("nli", folder)


def test_a_folder_without_configuration_is_refused(folder: Path):
    (folder / "config.json").unlink()
    with pytest.raises(ModelError, match=r"has no config\.json"):
        load_model("nli", folder)


def test_a_configuration_that_is_no_json_is_refused(folder: Path):
    (folder / "config.json").write_text("{")
    with pytest.raises(ModelError, match="cannot be read as JSON"):
        load_model("nli", folder)


def test_a_model_that_brings_code_is_refused(folder: Path):
    edit_json(folder / "config.json", auto_map={"AutoModel": "evil.Model"})
    with pytest.raises(ModelError, match="never runs code"):
        load_model("nli", folder)


def test_an_unknown_architecture_is_refused(folder: Path):
    edit_json(folder / "config.json", model_type="made-up")
    with pytest.raises(ModelError, match="cannot be loaded by transformers"):
        load_model("nli", folder)


def test_a_folder_without_tokenizer_is_refused(folder: Path):
    (folder / "tokenizer.json").unlink()
    with pytest.raises(ModelError, match="has no tokenizer"):
        load_model("nli", folder)


def test_damaged_weights_are_refused(folder: Path):
    raw = (folder / "model.safetensors").read_bytes()
    (folder / "model.safetensors").write_bytes(raw[: len(raw) // 2])
    with pytest.raises(ModelError, match=str(folder)):
        load_model("nli", folder)


def test_an_encoder_without_classification_head_is_refused(classifier, folder: Path):
    classifier.model.bert.save_pretrained(folder)
    edit_json(folder / "config.json", id2label=classifier.model.config.id2label)
    with pytest.raises(ModelError, match="no fine-tuned classifier"):
        load_model("nli", folder)


def test_a_model_of_another_task_is_refused(folder: Path):
    with pytest.raises(ModelError, match=r"3 label\(s\), task \"paraphrase\" has 2"):
        load_model("paraphrase", folder)


def test_an_unknown_device_is_refused(folder: Path):
    with pytest.raises(ModelError, match='Use device="cpu"'):
        load_model("nli", folder, device="nonsense")


def test_a_plain_name_that_is_not_in_the_catalogue_lists_those_that_are(tmp_path: Path):
    _card(tmp_path, "base")
    with pytest.raises(UnknownName, match='Did you mean "base"'):
        load_model("nli", "bse", models_dir=tmp_path)


@pytest.mark.parametrize("path", ["./no/such/folder", "/no/such/folder", "a/b/c"])
def test_a_path_that_does_not_exist_is_an_error(path: str, tmp_path: Path):
    with pytest.raises(ModelError, match="There is no folder"):
        load_model("nli", path, models_dir=tmp_path)


def test_a_file_is_no_model_folder(folder: Path):
    with pytest.raises(ModelError, match="is a file"):
        load_model("nli", folder / "config.json")


def test_a_name_of_the_catalogue_wins_over_a_folder_of_that_name(
    folder: Path, tmp_path: Path, monkeypatch
):
    card = _card(tmp_path / "zoo", "base")
    shutil.copytree(folder, card.path, dirs_exist_ok=True)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "base").mkdir()
    model = load_model("nli", "base", models_dir=tmp_path / "zoo")
    assert model.name == "base"


def test_a_hub_id_fetches_safe_files_of_the_pinned_revision_only(folder: Path, monkeypatch):
    asked = {}

    def snapshot_download(repo, *, revision, allow_patterns):
        asked.update(repo=repo, revision=revision, patterns=allow_patterns)
        return str(folder)

    monkeypatch.setattr("huggingface_hub.snapshot_download", snapshot_download)
    model = load_model("nli", "org/some-model@v1.2")
    assert (asked["repo"], asked["revision"]) == ("org/some-model", "v1.2")
    assert not any(pattern.endswith((".bin", ".py", ".pt")) for pattern in asked["patterns"])
    assert model.name == "org/some-model"


def test_a_hub_that_cannot_be_reached_is_one_clear_sentence(monkeypatch, tmp_path: Path):
    def snapshot_download(_repo, **_options):
        raise OSError("no network")

    monkeypatch.setattr("huggingface_hub.snapshot_download", snapshot_download)
    with pytest.raises(ModelError, match="neither a folder here nor to be had from the hub"):
        load_model("nli", "org/model", models_dir=tmp_path)


def test_the_fingerprint_follows_weights_tokenizer_and_configuration(tiny_folder, folder: Path):
    original = load_model("nli", tiny_folder).fingerprint
    assert load_model("nli", folder).fingerprint == original
    edit_json(folder / "config.json", transformers_version="0.0", _name_or_path="elsewhere")
    assert load_model("nli", folder).fingerprint == original
    edit_json(folder / "config.json", layer_norm_eps=1e-6)
    assert load_model("nli", folder).fingerprint != original


def test_the_same_seed_gives_the_same_fingerprint_and_another_seed_another(tmp_path: Path):
    prints = [
        load_model("nli", save_tiny(tmp_path / str(number), seed=seed)).fingerprint
        for number, seed in enumerate((0, 0, 1))
    ]
    assert prints[0] == prints[1] != prints[2]


def test_int8_is_a_recipe_over_its_parent_close_to_it_and_deterministic(tmp_path: Path):
    save_tiny(tmp_path / "base")
    _recipe(tmp_path / "int8", Recipe("int8", "base"))
    base, int8 = (load_model("nli", tmp_path / name) for name in ("base", "int8"))
    rows = int8.predict(PAIRS)
    assert 0 < np.abs(rows - base.predict(PAIRS)).max() < 0.1
    np.testing.assert_array_equal(rows, int8.predict(PAIRS))
    np.testing.assert_array_equal(rows, load_model("nli", tmp_path / "int8").predict(PAIRS))
    assert int8.fingerprint != base.fingerprint


def test_an_int8_prediction_does_not_depend_on_the_rest_of_the_batch(tmp_path: Path):
    save_tiny(tmp_path / "base")
    _recipe(tmp_path / "int8", Recipe("int8", "base"))
    int8 = load_model("nli", tmp_path / "int8")
    alone = np.concatenate([int8.predict([pair]) for pair in PAIRS])
    np.testing.assert_allclose(alone, int8.predict(PAIRS), atol=1e-6)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ({"method": "magic", "parent": "base"}, "Known: int8, lowrank"),
        ({"method": "int8", "parent": "../../etc"}, "names no parent"),
        ({"method": "int8"}, "names no parent"),
        ({"method": "lowrank", "parent": "base"}, "positive whole number"),
    ],
)
def test_a_recipe_that_makes_no_sense_is_refused(folder: Path, content: dict, said: str):
    (folder / "recipe.json").write_text(json.dumps(content))
    with pytest.raises(ModelError, match=said):
        load_model("nli", folder)


def test_factorised_weights_that_do_not_fit_the_recipe_are_refused(folder: Path):
    _recipe(folder, Recipe("lowrank", "base", rank=4))
    with pytest.raises(ModelError, match="do not fit its recipe"):
        load_model("nli", folder)


def test_the_catalogue_reads_cards_in_their_order_without_torch(tmp_path: Path):
    for order, name in enumerate(("base", "tiny", "alpha")):
        _card(tmp_path, name, order=order)
    (tmp_path / "nli" / ".half.partial").mkdir()
    (tmp_path / "nli" / ".half.partial" / "card.json").write_text("{}")
    assert [card.name for card in catalogue("nli", tmp_path)] == ["base", "tiny", "alpha"]
    assert find_model("nli", "tiny", tmp_path).path == tmp_path / "nli" / "tiny"
    code = (
        "import sys; from trusteq_core.models import catalogue;"
        f"catalogue('nli', {str(tmp_path)!r});"
        "sys.exit(any(name in sys.modules for name in ('torch', 'transformers', 'tokenizers')))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_a_task_without_models_has_an_empty_catalogue(tmp_path: Path):
    assert catalogue("nli", tmp_path) == []
    with pytest.raises(UnknownName, match="Known: none"):
        find_model("nli", "base", tmp_path)


def test_a_card_that_lacks_a_field_is_named(tmp_path: Path):
    path = tmp_path / "nli" / "base" / "card.json"
    path.parent.mkdir(parents=True)
    path.write_text('{"name": "base"}')
    with pytest.raises(ModelError, match="incomplete"):
        catalogue("nli", tmp_path)


def test_loading_a_model_says_nothing_on_stderr(tiny_folder: Path):
    code = f"from trusteq_core.models import load_model; load_model('nli', {str(tiny_folder)!r})"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stderr == ""
    assert done.stdout == ""


def _card(root: Path, name: str, *, order: int = 0) -> ModelCard:
    card = ModelCard(name, name.title(), "trained", "original", root / "nli" / name, order=order)
    card.path.mkdir(parents=True)
    (card.path / "card.json").write_text(json.dumps(card.to_json()))
    return card


def _recipe(folder: Path, recipe: Recipe) -> None:
    folder.mkdir(exist_ok=True)
    (folder / "recipe.json").write_text(json.dumps(recipe.to_json()))


def test_the_default_dtype_of_loaded_weights_is_float32(classifier):
    assert {weight.dtype for weight in classifier.model.parameters()} == {torch.float32}

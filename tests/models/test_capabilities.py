"""What a model can do is known before it is loaded, and is what the loaded model does."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from trusteq_core.cli import main
from trusteq_core.models import Differentiable, FunctionClassifier, load_model
from trusteq_core.models.adapters import ADAPTERS, capabilities, capabilities_of, find_adapter


@pytest.fixture
def folders(tiny_folder: Path, onnx_folders: dict[str, Path], tmp_path: Path) -> dict[str, Path]:
    (tmp_path / "base").symlink_to(tiny_folder)
    int8 = tmp_path / "int8"
    int8.mkdir()
    (int8 / "recipe.json").write_text(json.dumps({"method": "int8", "parent": "base"}))
    return {
        "transformers": tiny_folder,
        "int8": int8,
        "onnx": onnx_folders["onnx"],
        "onnx-dynamic": onnx_folders["int8"],
    }


@pytest.mark.parametrize("kind", ["transformers", "int8", "onnx", "onnx-dynamic"])
def test_what_is_known_of_a_folder_is_what_the_loaded_model_says(folders, kind: str):
    assert find_adapter(folders[kind]).id == kind
    known = capabilities_of(folders[kind])
    model = load_model("nli", folders[kind])
    assert capabilities(model) == known
    assert known.mask_token
    if known.gradients:
        assert isinstance(model, Differentiable)


def test_a_model_without_gradients_says_so_when_they_are_asked_for(folders):
    from trusteq_core.attribution import explain
    from trusteq_core.errors import ModelError

    for kind in folders:
        if not capabilities_of(folders[kind]).gradients:
            with pytest.raises(ModelError, match="gradient"):
                explain(load_model("nli", folders[kind]), ("a dog", "a cat"), "gradient-input")


def test_a_function_gives_probabilities_and_no_more():
    model = FunctionClassifier(
        lambda pairs: [[0.5, 0.5]] * len(pairs),
        "paraphrase",
        labels=("different", "paraphrase"),
        name="even",
        version="1",
    )
    assert capabilities(model) == ADAPTERS["function"].capabilities
    assert not capabilities(model).hidden_words


def test_the_command_lists_them_for_the_catalogue_and_for_a_folder(folders):
    options = ["models", "--task", "nli", "--capabilities", "--model", str(folders["int8"])]
    done = CliRunner().invoke(main, [*options, "--json"])
    assert done.exit_code == 0
    rows = json.loads(done.stdout)
    assert rows[0]["model"] == "base"
    assert rows[0]["gradients"] is True
    assert (rows[-1]["model"], rows[-1]["gradients"]) == ("int8", False)
    table = CliRunner().invoke(main, options)
    assert "hidden words" in table.stdout
    assert "classifier of transformers" in table.stdout

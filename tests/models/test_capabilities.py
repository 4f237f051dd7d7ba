"""What a model can do is known before it is loaded, and is what the loaded model does."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from tiny_models import save_tiny

from trusteq_core.cli import main
from trusteq_core.models import Differentiable, FunctionClassifier, load_model
from trusteq_core.models.adapters import ADAPTERS, capabilities, capabilities_of, find_adapter


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    root = tmp_path_factory.mktemp("kinds")
    found = {"transformers": save_tiny(root / "base")}
    found["int8"] = root / "int8"
    found["int8"].mkdir()
    recipe = {"method": "int8", "parent": "base"}
    (found["int8"] / "recipe.json").write_text(json.dumps(recipe))
    try:
        from trusteq_core.models.export import export_onnx, quantise_onnx

        base = load_model("nli", found["transformers"])
        export_onnx(base, root / "onnx")
        quantise_onnx(root / "onnx", root / "onnx-int8")
    except ImportError:
        return found
    return found | {"onnx": root / "onnx", "onnx-dynamic": root / "onnx-int8"}


@pytest.mark.parametrize("kind", ["transformers", "int8", "onnx", "onnx-dynamic"])
def test_what_is_known_of_a_folder_is_what_the_loaded_model_says(folders, kind: str):
    if kind not in folders:
        pytest.skip("the packages for ONNX are not installed")
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

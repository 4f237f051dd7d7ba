"""ONNX files give the probabilities and attributions of the torch model they were made from."""

import shutil
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from tiny_models import TEXTS, edit_json, save_tiny

from trusteq_core.attribution import explain
from trusteq_core.errors import ModelError
from trusteq_core.models import load_model
from trusteq_core.models.adapters import capabilities, capabilities_of

pytest.importorskip("onnx")
pytest.importorskip("onnxruntime")
PAIRS = list(pairwise(TEXTS))


@pytest.fixture
def folder(onnx_folders: dict[str, Path], tmp_path: Path) -> Path:
    """A copy of the ONNX folder that a test may damage."""
    return Path(shutil.copytree(onnx_folders["onnx"], tmp_path / "model"))


def test_probabilities_are_those_of_the_torch_model(onnx_folders):
    torch, onnx = (load_model("nli", onnx_folders[name]) for name in ("torch", "onnx"))
    np.testing.assert_allclose(onnx.predict(PAIRS), torch.predict(PAIRS), atol=1e-5)
    assert onnx.labels == torch.labels
    assert onnx.fingerprint != torch.fingerprint


@pytest.mark.parametrize("explainer", ["lime", "shap-partition", "shapley", "occlusion"])
def test_attributions_are_those_of_the_torch_model_to_1e_4(onnx_folders, explainer: str):
    torch, onnx = (load_model("nli", onnx_folders[name]) for name in ("torch", "onnx"))
    ours, theirs = (explain(model, PAIRS[0], explainer) for model in (onnx, torch))
    np.testing.assert_allclose(ours.values, theirs.values, atol=1e-4)
    assert ours.evaluations == theirs.evaluations


def test_an_int8_file_is_near_and_its_answer_does_not_depend_on_the_batch(onnx_folders):
    onnx, int8 = (load_model("nli", onnx_folders[name]) for name in ("onnx", "int8"))
    together = int8.predict(PAIRS)
    assert 0 < np.abs(together - onnx.predict(PAIRS)).max() < 0.1
    alone = np.concatenate([int8.predict([pair]) for pair in PAIRS])
    np.testing.assert_array_equal(together, alone)
    size = {name: (onnx_folders[name] / "model.onnx").stat().st_size for name in ("onnx", "int8")}
    assert size["int8"] != size["onnx"]


def test_the_labels_of_an_onnx_file_are_fitted_by_name(onnx_folders, folder: Path):
    expected = load_model("nli", onnx_folders["onnx"]).predict(PAIRS)
    edit_json(folder / "config.json", id2label={0: "contradiction", 1: "neutral", 2: "entailment"})
    np.testing.assert_allclose(
        load_model("nli", folder).predict(PAIRS), expected[:, ::-1], atol=1e-12
    )


@pytest.mark.parametrize("content", [b"", b"no protobuf", b"\x08"])
def test_an_onnx_file_that_cannot_be_read_is_named(folder: Path, content: bytes):
    (folder / "model.onnx").write_bytes(content)
    with pytest.raises(ModelError, match=r"model\.onnx\" is no ONNX file that ONNX Runtime"):
        load_model("nli", folder)


def test_an_onnx_file_cut_short_is_named(folder: Path):
    raw = (folder / "model.onnx").read_bytes()
    (folder / "model.onnx").write_bytes(raw[: len(raw) // 2])
    with pytest.raises(ModelError, match="Export it again"):
        load_model("nli", folder)


def test_an_onnx_folder_without_tokenizer_is_refused(folder: Path):
    (folder / "tokenizer.json").unlink()
    with pytest.raises(ModelError, match="has no tokenizer"):
        load_model("nli", folder)


def test_a_device_that_onnx_runtime_lacks_is_refused(folder: Path):
    with pytest.raises(ModelError, match='Use device="cpu"'):
        load_model("nli", folder, device="nonsense")


def test_a_model_that_torch_quantises_cannot_be_exported(tmp_path: Path):
    import json

    from trusteq_core.models.export import export_onnx

    save_tiny(tmp_path / "base")
    (tmp_path / "int8").mkdir()
    recipe = {"method": "int8", "parent": "base"}
    (tmp_path / "int8" / "recipe.json").write_text(json.dumps(recipe))
    with pytest.raises(ModelError, match="cannot be exported"):
        export_onnx(load_model("nli", tmp_path / "int8"), tmp_path / "out")


def test_a_folder_to_quantise_holds_an_onnx_file(tmp_path: Path):
    from trusteq_core.models.export import quantise_onnx

    with pytest.raises(ModelError, match=r"has no model\.onnx"):
        quantise_onnx(tmp_path, tmp_path / "out")


def test_an_onnx_file_of_another_name_is_a_model_of_its_own(onnx_folders, folder: Path):
    path = folder / "model_v2.onnx"
    (folder / "model.onnx").rename(path)
    model = load_model("nli", path)
    assert model.name == "model-model_v2"
    expected = load_model("nli", onnx_folders["onnx"]).predict(PAIRS)
    np.testing.assert_array_equal(model.predict(PAIRS), expected)
    assert capabilities_of(path) == capabilities(model)


def test_openvino_gives_the_probabilities_of_the_onnx_file(onnx_folders, folder: Path):
    openvino = pytest.importorskip("openvino")
    graph = openvino.Core().read_model(folder / "model.onnx")
    openvino.save_model(graph, folder / "openvino_model.xml", compress_to_fp16=False)
    (folder / "model.onnx").unlink()
    expected = load_model("nli", onnx_folders["onnx"]).predict(PAIRS)
    np.testing.assert_allclose(load_model("nli", folder).predict(PAIRS), expected, atol=1e-5)
    (folder / "openvino_model.xml").write_text("<net/>")
    with pytest.raises(ModelError, match="cannot be loaded by OpenVINO"):
        load_model("nli", folder)

"""Tiny model folders and a classifier loaded from one, shared by the tests of this folder."""

from pathlib import Path

import pytest
from tiny_models import save_tiny

from trusteq_core.models import Classifier, load_model


@pytest.fixture(scope="session")
def tiny_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return save_tiny(tmp_path_factory.mktemp("models") / "tiny-nli")


@pytest.fixture(scope="session")
def classifier(tiny_folder: Path) -> Classifier:
    return load_model("nli", tiny_folder)


@pytest.fixture(scope="session")
def onnx_folders(tiny_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The tiny model, its ONNX file in float32, and that in int8."""
    pytest.importorskip("onnx")
    pytest.importorskip("onnxruntime")
    from trusteq_core.models.export import export_onnx, quantise_onnx

    root = tmp_path_factory.mktemp("onnx")
    export_onnx(load_model("nli", tiny_folder), root / "onnx")
    quantise_onnx(root / "onnx", root / "onnx-int8")
    return {"torch": tiny_folder, "onnx": root / "onnx", "int8": root / "onnx-int8"}

"""A tiny model folder and the classifier loaded from it, shared by the tests of this folder."""

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

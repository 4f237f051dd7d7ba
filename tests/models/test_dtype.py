"""Another number format is asked for, measured against float32, and kept with the result."""

from itertools import pairwise
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import torch
from tiny_models import TEXTS, save_tiny

from trusteq_core.errors import ModelError
from trusteq_core.evaluation.plan import Request
from trusteq_core.evaluation.run import run_model
from trusteq_core.models import load_model
from trusteq_core.store import ResultStore
from trusteq_core.tasks import get_task

NLI = get_task("nli")
PAIRS = list(pairwise(TEXTS))


@pytest.fixture
def examples() -> pd.DataFrame:
    frame = pd.DataFrame(PAIRS, columns=list(NLI.segments))
    return frame.assign(id=[f"e{n}" for n in range(len(frame))])


def test_bfloat16_is_used_and_what_it_changes_is_measured(tiny_folder, examples):
    whole = load_model("nli", tiny_folder)
    half = load_model("nli", tiny_folder, dtype="bfloat16", examples=examples)
    assert {weight.dtype for weight in half.model.parameters()} == {torch.bfloat16}
    change = np.abs(half.predict(PAIRS) - whole.predict(PAIRS))
    assert half.notes == {
        "dtype": "bfloat16",
        "dtype_examples": len(PAIRS),
        "dtype_largest_change": pytest.approx(change.max()),
        "dtype_mean_change": pytest.approx(change.mean()),
    }
    assert 0 < change.max() < 0.1
    assert half.fingerprint != whole.fingerprint
    assert half.name == f"{whole.name}-bfloat16"
    assert whole.notes == {}


def test_it_is_stored_with_the_result_and_leaves_the_address_alone(
    tiny_folder, examples, tmp_path: Path
):
    model = load_model("nli", tiny_folder, dtype="bfloat16", examples=examples)
    store = ResultStore(tmp_path)
    request = Request(explainers=("occlusion",), examples=2)
    entries = run_model(store, NLI, model, {"test": examples}, request)
    assert [entry.manifest.notes for entry in entries] == [model.notes] * 2
    again = store.find(kind="predictions", task="nli")[0].manifest
    address = again.address()
    model.notes = {}
    assert run_model(store, NLI, model, {"test": examples}, request)[0].address == address


def test_a_manifest_without_notes_is_written_as_before_there_were_any():
    from trusteq_core.store import Manifest

    plain = Manifest("predictions", "nli", model="m", model_fingerprint="f")
    assert "notes" not in plain.to_json()
    assert Manifest.from_json(plain.to_json()) == plain
    noted = Manifest("predictions", "nli", model="m", model_fingerprint="f", notes={"a": 1})
    assert noted.address() == plain.address()
    assert Manifest.from_json(noted.to_json()).notes == {"a": 1}


def test_an_unknown_number_format_is_refused(tiny_folder):
    with pytest.raises(ModelError, match="Known: float32, bfloat16, float16"):
        load_model("nli", tiny_folder, dtype="int4")


def test_a_model_with_a_format_of_its_own_is_not_cast(tmp_path: Path):
    save_tiny(tmp_path / "base")
    (tmp_path / "int8").mkdir()
    (tmp_path / "int8" / "recipe.json").write_text('{"method": "int8", "parent": "base"}')
    with pytest.raises(ModelError, match="Leave --dtype out"):
        load_model("nli", tmp_path / "int8", dtype="bfloat16")

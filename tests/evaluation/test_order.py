"""An order: its model found, its cost told, and carried out by the command itself."""

from __future__ import annotations

import shutil
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import fake_evaluation
import pytest

from trusteq_core.errors import TrusteqError
from trusteq_core.evaluation import compare
from trusteq_core.evaluation.evaluations import Evaluations
from trusteq_core.evaluation.order import (
    Order,
    Pace,
    estimate,
    locate_model,
    measured_pace,
    stored_pace,
)
from trusteq_core.evaluation.stored_tables import table_to_evaluate, usual_number
from trusteq_core.store import Manifest, ResultStore
from trusteq_core.tasks import examples_fingerprint, get_task

NLI = get_task("nli")
ROOT = Path(__file__).resolve().parents[2]
WORK = """
import sys, time
from pathlib import Path
from trusteq_core.cli.status import status_file
with status_file(Path(sys.argv[1])) as report:
    report(3, 10)
    time.sleep(120)
"""


@pytest.fixture
def store(miniature_store: Path) -> ResultStore:
    return ResultStore(miniature_store)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder that looks like a model's."""
    made = tmp_path / "mine"
    made.mkdir()
    (made / "config.json").write_text("{}")
    (made / "model.safetensors").touch()
    (made / "tokenizer.json").touch()
    return made


def test_the_table_with_most_models_is_evaluated(miniature_store: Path, tmp_path: Path):
    copy = shutil.copytree(miniature_store, tmp_path / "copy")
    store = ResultStore(copy)
    usual = table_to_evaluate(store, NLI)
    other = usual.head(5)
    data = examples_fingerprint(other, NLI)
    manifest = Manifest("examples", "nli", split="test", n=5, data_fingerprint=data)
    store.write(manifest, other)
    assert len(usual) == 160
    assert table_to_evaluate(store, NLI)["id"].tolist() == usual["id"].tolist()


def test_as_many_are_explained_as_for_most_models(store: ResultStore, tmp_path: Path):
    assert usual_number(store, NLI) == 48
    assert usual_number(ResultStore(tmp_path), NLI) == 200


def test_a_stored_result_costs_nothing_and_a_second_seed_only_where_it_matters(store):
    table = table_to_evaluate(store, NLI)
    order = Order("nli", "base", explainers=("lime", "occlusion"), examples=1, seeds=(0, 1))
    pace = stored_pace(store, order)
    assert pace.seconds == pytest.approx(0.0044)
    assert not pace.measured
    found = estimate(store, order, table, pace)
    assert (found.stored, found.results) == (1, 4)
    assert found.seconds == pytest.approx(found.evaluations * 0.0044)
    unknown = estimate(store, order, table, None)
    assert (unknown.stored, unknown.seconds) == (0, None)
    assert unknown.evaluations == found.evaluations + len(table)


def test_predictions_that_are_stored_leave_nothing_to_do(store):
    order = Order("nli", "base")
    found = estimate(store, order, table_to_evaluate(store, NLI), stored_pace(store, order))
    assert (found.evaluations, found.seconds) == (0, 0.0)


def test_a_model_without_a_profile_has_no_pace(store):
    assert stored_pace(store, Order("nli", "new")) is None


def test_a_folder_is_taken_only_where_it_is_allowed(folder: Path, tmp_path: Path):
    cards = fake_evaluation.write_cards(tmp_path / "cards")
    where = {"models_dir": cards}
    assert locate_model("nli", str(folder), folders=True, **where) == str(folder)
    assert locate_model("nli", "tiny", folders=False, **where) == "tiny"
    with pytest.raises(TrusteqError, match="No nli model"):
        locate_model("nli", str(folder), folders=False, **where)
    named_like_a_model = folder.rename(tmp_path / "tiny")
    with pytest.raises(TrusteqError, match="is the name of a model of the catalogue"):
        locate_model("nli", str(named_like_a_model), folders=True, **where)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (" ", "No folder is named"),
        ("org/model", "There is no folder"),
        ("/etc/passwd", "There is no folder"),
        ("a\0b", "There is no folder|is no path"),
        ("~nobody-of-this-name/x", "is no path|There is no folder"),
        ("/", "has no config.json"),
    ],
)
def test_what_is_no_model_folder_is_refused_without_loading_it(text, message, tmp_path):
    with pytest.raises(TrusteqError, match=message):
        locate_model("nli", text, models_dir=tmp_path, folders=True)


def test_a_folder_whose_name_cannot_be_stored_is_refused(folder: Path, tmp_path: Path):
    odd = folder.rename(tmp_path / "my model")
    with pytest.raises(TrusteqError, match="cannot be the model of a result"):
        locate_model("nli", str(odd), models_dir=tmp_path / "none", folders=True)


def test_the_key_tells_orders_apart():
    order = Order("nli", "base", ("lime",))
    others = {
        replace(order, **change).key
        for change in ({"mask": "mask_token"}, {"seeds": (1,)}, {"examples": 3}, {"model": "b"})
    }
    assert len(others | {order.key}) == 5
    assert Order("nli", "base", ("lime",)).key == order.key


def test_work_ends_when_its_standard_input_does(tmp_path: Path):
    status = tmp_path / "status.json"
    process = subprocess.Popen(
        [sys.executable, "-c", WORK, str(status)],
        stdin=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=ROOT,
    )
    end = time.monotonic() + 60
    while not status.exists() and time.monotonic() < end:
        time.sleep(0.02)
    assert '"done": 3, "total": 10' in status.read_text()
    _, errors = process.communicate(timeout=60)  # closes standard input
    assert process.returncode != 0
    assert b"KeyboardInterrupt" in errors


def test_a_folder_is_evaluated_by_the_command_and_can_be_compared(
    miniature_store: Path, tmp_path: Path, monkeypatch
):
    """The whole way: a model with random weights, its pace, its process, its comparison."""
    from transformers import BertConfig, BertForSequenceClassification

    from trusteq_core.compression.tokenizer import train_tokenizer

    monkeypatch.setenv("TRUSTEQ_PRECOMPUTED", str(tmp_path / "nothing"))
    store = ResultStore(shutil.copytree(miniature_store, tmp_path / "results"))
    table = table_to_evaluate(store, NLI)
    tokenizer = train_tokenizer(table["premise"].tolist(), "wordpiece", size=300)
    config = BertConfig(
        vocab_size=len(tokenizer),
        hidden_size=16,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=16,
        max_position_embeddings=64,
        id2label=dict(enumerate(NLI.labels)),
        label2id={label: code for code, label in enumerate(NLI.labels)},
    )
    BertForSequenceClassification(config).save_pretrained(tmp_path / "mine")
    tokenizer.save_pretrained(tmp_path / "mine")

    order = Order("nli", str(tmp_path / "mine"), ("occlusion",), examples=3)
    pace = measured_pace(order, table)
    assert isinstance(pace, Pace)
    assert pace.seconds > 0
    before = estimate(store, order, table, pace)
    assert (before.stored, before.results) == (0, 2)

    server = Evaluations(store, models_dir=tmp_path / "no-catalogue", folders=True)
    server.submit(order)
    assert server.wait(order.key, 300)
    done = server.get(order.key)
    assert (done.state, done.error) == ("done", "")
    assert done.done == done.total == before.evaluations
    assert estimate(store, order, table, pace).evaluations == 0
    assert compare(store, "nli", "base", "mine").explainers == ["occlusion"]

"""Evaluations in the background: how each ends, what outlives the server, what is refused."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import fake_evaluation
import pytest

from trusteq_core.errors import TrusteqError
from trusteq_core.evaluation.evaluations import Evaluations
from trusteq_core.evaluation.jobs import BusyError
from trusteq_core.evaluation.order import Order
from trusteq_core.store import ResultStore

SOON = 60
SERVER = """
import sys, time
sys.path.insert(0, sys.argv[1])
from pathlib import Path
import os, fake_evaluation
from trusteq_core.evaluation.evaluations import Evaluations
from trusteq_core.evaluation.order import Order
from trusteq_core.store import ResultStore
server = Evaluations(
    ResultStore(sys.argv[2]), models_dir=sys.argv[3], command=fake_evaluation.COMMAND
)
order = Order("nli", "slow")
server.submit(order)
while not server.get(order.key).done:
    time.sleep(0.05)
os._exit(9)
"""


@pytest.fixture(scope="module")
def cards(tmp_path_factory) -> Path:
    return fake_evaluation.write_cards(tmp_path_factory.mktemp("cards"))


@pytest.fixture
def store(tmp_path: Path) -> ResultStore:
    return ResultStore(tmp_path / "results")


@pytest.fixture
def server(store: ResultStore, cards: Path):
    made = Evaluations(store, models_dir=cards, command=fake_evaluation.COMMAND)
    yield made
    for each in made.all():
        if made.is_mine(each.key):
            made.cancel(each.key)
            made.wait(each.key, SOON)


def run(server: Evaluations, model: str):
    order = Order("nli", model)
    server.submit(order)
    assert server.wait(order.key, SOON)
    return server.get(order.key)


def started(server: Evaluations, model: str = "slow") -> Order:
    order = Order("nli", model)
    server.submit(order)
    wait_until(lambda: server.get(order.key).done)
    return order


def wait_until(true) -> None:
    end = time.monotonic() + SOON
    while not true():
        assert time.monotonic() < end
        time.sleep(0.02)


def test_a_finished_evaluation_is_remembered_by_the_next_server(server, store, cards):
    assert run(server, "tiny").state == "done"
    (found,) = Evaluations(store, models_dir=cards).all()
    assert (found.state, found.share, found.order) == ("done", 1.0, Order("nli", "tiny"))
    assert found.ended >= found.created


@pytest.mark.parametrize(
    ("model", "reason"),
    [
        ("refused", "The disk is *full*."),
        ("crashed", "The process ended unexpectedly: KeyError: 'x'"),
        ("killed", "The process was ended from outside by signal 9, perhaps for want of memory."),
    ],
)
def test_a_failed_evaluation_says_why_in_a_sentence(server, model, reason):
    found = run(server, model)
    assert found.state == "failed"
    assert found.error.startswith(reason)


def test_a_cancelled_evaluation_stores_what_is_done_and_can_be_started_again(server, store):
    order = started(server)
    found = server.get(order.key)
    assert (found.state, found.done, found.total) == ("running", 2, 10)
    assert found.remaining_seconds == pytest.approx(16.0)
    server.cancel(order.key)
    assert server.wait(order.key, SOON)
    assert server.get(order.key).state == "cancelled"
    assert (store.root / "stopped").exists()
    started(server)
    assert server.get(order.key).state == "running"


def test_one_computes_and_the_others_wait(server):
    first = started(server)
    second = Order("nli", "tiny")
    server.submit(second)
    server.submit(second)
    assert [each.state for each in server.all()] == ["queued", "running"]
    server.cancel(second.key)
    assert server.get(second.key).state == "cancelled"
    server.cancel(first.key)
    assert server.wait(first.key, SOON)
    assert run(server, "refused").state == "failed"
    assert server.get(second.key).state == "cancelled"


def test_a_full_queue_refuses_and_leaves_no_trace(store, cards):
    server = Evaluations(store, models_dir=cards, command=fake_evaluation.COMMAND, max_queued=0)
    first = started(server)
    with pytest.raises(BusyError):
        server.submit(Order("nli", "tiny"))
    assert len(server.all()) == 1
    server.cancel(first.key)
    assert server.wait(first.key, SOON)


def test_what_another_living_server_runs_is_running_and_not_ours_to_cancel(server, store, cards):
    order = started(server)
    other = Evaluations(store, models_dir=cards)
    assert other.get(order.key).state == "running"
    assert not other.is_mine(order.key)
    other.cancel(order.key)
    assert server.get(order.key).state == "running"


def test_an_evaluation_ends_with_its_server_and_is_shown_as_interrupted(server, store, cards):
    tests = str(Path(fake_evaluation.__file__).parent)
    arguments = [sys.executable, "-c", SERVER, tests, str(store.root), str(cards)]
    done = subprocess.run(arguments, check=False, capture_output=True, text=True)
    assert done.returncode == 9, done.stderr
    wait_until((store.root / "stopped").exists)
    (found,) = server.all()
    assert (found.state, found.done) == ("interrupted", 2)
    assert server.get(started(server).key).state == "running"


def test_a_damaged_record_hides_nothing_but_itself(server, store):
    run(server, "tiny")
    for name, text in (("a", "{"), ("b", "[]"), ("c", json.dumps({"order": {}}))):
        (store.root / ".jobs" / name).mkdir()
        (store.root / ".jobs" / name / "record.json").write_text(text)
    assert [each.order.model for each in server.all()] == ["tiny"]


def test_records_are_forgotten_in_the_end(server, store):
    run(server, "tiny")
    record = next((store.root / ".jobs").glob("*/record.json"))
    facts = json.loads(record.read_text())
    for seed in range(1, 40):
        order = Order("nli", "tiny", seeds=(seed,))
        (store.root / ".jobs" / order.key).mkdir()
        facts["order"]["seeds"] = [seed]
        (store.root / ".jobs" / order.key / "record.json").write_text(json.dumps(facts))
    assert len(server.all()) == 40
    run(server, "refused")
    assert len(server.all()) == 20


def test_results_that_cannot_be_stored_are_refused_before_anything_runs(cards, tmp_path):
    (tmp_path / "file").touch()
    server = Evaluations(ResultStore(tmp_path / "file" / "results"), models_dir=cards)
    with pytest.raises(TrusteqError, match="not stored"):
        server.submit(Order("nli", "tiny"))


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"task_id": "qa"}, 'No task "qa"'),
        ({"model": "tny"}, 'Did you mean "tiny"'),
        ({"model": "/etc"}, 'No nli model "/etc"'),
        ({"explainers": ("lime", "--help")}, 'No explainer "--help"'),
        ({"mask": "blank"}, 'No mask policy "blank"'),
        ({"examples": 0}, "At least 1 example"),
        ({"seeds": ()}, "at least one"),
        ({"seeds": (-1,)}, "whole numbers from 0"),
    ],
)
def test_a_wrong_order_is_refused_and_leaves_no_trace(server, changes, message):
    with pytest.raises(TrusteqError, match=message):
        server.submit(replace(Order("nli", "tiny"), **changes))
    assert server.all() == []

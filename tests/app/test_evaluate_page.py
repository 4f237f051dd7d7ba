"""The Evaluate page: an estimate first, then jobs in every state they can end in."""

from __future__ import annotations

import json
import shutil
import time
from dataclasses import replace
from pathlib import Path

import fake_evaluation
import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from trusteq_app import evaluate_loading
from trusteq_core.errors import TrusteqError
from trusteq_core.evaluation.order import Order, Pace
from trusteq_core.store import ResultStore

ROOT = Path(__file__).resolve().parents[2]
SOON = 120


@pytest.fixture
def store(miniature_store: Path, tmp_path: Path, monkeypatch) -> ResultStore:
    """Return a copy of the miniature store in which the model tiny has no results yet."""
    copy = ResultStore(shutil.copytree(miniature_store, tmp_path / "results"))
    later = ResultStore(tmp_path / "later")
    for entry in copy.find(task="nli", model="tiny"):
        later.write(entry.manifest, copy.read(entry))
        copy.remove(entry)
    monkeypatch.setenv("FAKE_RESULTS", str(later.root))
    return copy


@pytest.fixture
def page(store: ResultStore, tmp_path: Path, monkeypatch):
    """Return the page over that store, with a fake in place of the command."""
    monkeypatch.setattr("trusteq_core.evaluation.evaluations.COMMAND", fake_evaluation.COMMAND)
    monkeypatch.setattr(
        evaluate_loading, "measured_pace", lambda *_, **__: Pace("timed", 0.001, measured=True)
    )
    monkeypatch.chdir(ROOT)
    monkeypatch.setenv("TRUSTEQ_STORE", str(store.root))
    monkeypatch.setenv("TRUSTEQ_PRECOMPUTED", str(tmp_path / "nothing"))
    cards = fake_evaluation.write_cards(tmp_path / "cards")
    monkeypatch.setenv("TRUSTEQ_MODELS", str(cards))
    yield opened()
    for each in evaluate_loading.evaluations().all():
        if evaluate_loading.evaluations().is_mine(each.key):
            evaluate_loading.evaluations().cancel(each.key)
            evaluate_loading.evaluations().wait(each.key, SOON)
    st.cache_resource.clear()


def opened() -> AppTest:
    """Open the page as a server does that has just been started."""
    st.cache_data.clear()
    st.cache_resource.clear()
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=180).run()
    return app.switch_page("pages/evaluate.py").run()


def pick(page: AppTest, model: str) -> AppTest:
    return page.selectbox(key="eval_model_nli").select(model).run()


def begin(page: AppTest, model: str) -> Order:
    """Time a model, start it, and return its order."""
    pick(page, model)
    page.button(key="eval_time").click().run()
    page.button(key="eval_start").click().run()
    assert not page.exception
    (found,) = [each for each in evaluations() if each.order.model == model]
    return found.order


def evaluations():
    return evaluate_loading.evaluations().all()


def finish(page: AppTest, order: Order) -> AppTest:
    assert evaluate_loading.evaluations().wait(order.key, SOON)
    return page.run()


def text_of(page: AppTest) -> str:
    kinds = (page.markdown, page.caption, page.info, page.error)
    return "\n".join(each.value for kind in kinds for each in kind)


def test_the_cost_is_told_before_anything_starts_and_what_is_stored_costs_nothing(page):
    said = text_of(page)
    assert not page.exception
    assert "stored latency of 4.40 ms for one input alone" in said
    assert "1 of 5 results are stored already" in said
    assert "Results go to" in said
    assert "None yet." in said
    page.multiselect(key="eval_explainers").set_value([]).run()
    assert "Nothing to compute" in text_of(page)
    assert [each.key for each in page.button if each.key == "eval_start"] == []


def test_a_model_of_unknown_pace_is_timed_then_started_and_its_results_join_the_pickers(page):
    pick(page, "tiny")
    assert page.button(key="eval_start").disabled
    assert "time it here first" in text_of(page)
    assert "tiny" not in page.selectbox(key="compressed").options
    done = finish(page, begin(page, "tiny"))
    assert "its results are in the pickers" in text_of(done)
    assert "1.00 ms an input, just timed on this machine" in text_of(done)
    assert "tiny" in done.selectbox(key="compressed").options


def test_a_failed_job_says_why_in_one_sentence_and_can_start_again(page):
    order = begin(page, "refused")
    failed = finish(page, order)
    assert "Failed: The disk is \\*full\\*\\." in text_of(failed)
    assert failed.button(key=f"eval_again_{order.key}").label == "Start again"


def test_a_running_job_survives_pages_and_reloads_and_can_be_cancelled(page):
    order = begin(page, "slow")
    end = time.monotonic() + SOON
    while not evaluations()[0].done:
        assert time.monotonic() < end
        time.sleep(0.02)
    page.switch_page("pages/method.py").run()
    again = AppTest.from_file(str(ROOT / "app.py"), default_timeout=180).run()
    again.switch_page("pages/evaluate.py").run()
    assert "2 of 10 evaluations, about 16 s left" in json.dumps(
        [each.proto.text for each in again.get("progress")]
    )
    again.button(key=f"eval_cancel_{order.key}").click().run()
    assert "Cancelled; what was done is kept" in text_of(finish(again, order))


def test_a_job_whose_server_ended_is_interrupted_and_goes_on_when_asked(page, store):
    order = begin(page, "tiny")
    finish(page, order)
    record = store.root / ".jobs" / order.key / "record.json"
    record.write_text(
        json.dumps(json.loads(record.read_text()) | {"state": "running", "owner": "gone"})
    )
    restarted = opened()
    assert "Interrupted: the server ended before it did" in text_of(restarted)
    restarted.button(key=f"eval_again_{order.key}").click().run()
    assert "its results are in the pickers" in text_of(finish(restarted, order))


def test_a_folder_that_holds_no_model_is_refused_on_the_page(page, tmp_path):
    pick(page, "a folder on this machine")
    page.text_input(key="eval_folder").input(str(tmp_path)).run()
    assert "has no config" in text_of(page)
    assert evaluations() == []


def test_folders_are_offered_only_to_this_machine(page, monkeypatch):
    assert page.selectbox(key="eval_model_nli").options[:-1] == list(fake_evaluation.MODELS)
    monkeypatch.setattr(evaluate_loading, "is_loopback", lambda _: False)
    page.run()
    assert page.selectbox(key="eval_model_nli").options == list(fake_evaluation.MODELS)


def test_without_torch_the_page_says_what_to_install(page, monkeypatch):
    monkeypatch.setattr("trusteq_app.evaluate_view.find_spec", lambda _: None)
    page.run()
    assert "requirements" in text_of(page)
    assert "eval_start" not in [each.key for each in page.button]


@pytest.mark.usefixtures("page")
def test_without_results_a_model_can_still_be_evaluated(tmp_path, monkeypatch):
    monkeypatch.setenv("TRUSTEQ_STORE", str(tmp_path / "empty"))
    monkeypatch.setenv("TRUSTEQ_MODELS", str(tmp_path / "none"))
    empty = opened()
    assert not empty.exception
    assert empty.selectbox(key="eval_task").value == "nli"


@pytest.mark.usefixtures("page")
def test_a_demo_computes_nothing_and_says_so(monkeypatch):
    monkeypatch.setenv("TRUSTEQ_DEMO", "1")
    shown = opened()
    assert "no model is evaluated here" in text_of(shown)
    assert "eval_start" not in [each.key for each in shown.button]
    live = shown.switch_page("pages/live.py").run()
    assert "texts of your own are not explained here" in text_of(live)
    assert "live_compute" not in [each.key for each in live.button]
    uploads = shown.switch_page("pages/predictions.py").run()
    assert "files of your own are not read here" in text_of(uploads)
    assert uploads.get("file_uploader") == []
    with pytest.raises(TrusteqError, match="In demo mode nothing is computed"):
        evaluate_loading.start(Order("nli", "tiny"))
    assert not evaluate_loading.folders_allowed()


TABLE = b"""premise,hypothesis,label
A dog sleeps.,An animal rests.,entailment
A dog sleeps.,A cat rests.,neutral
"""


@pytest.fixture
def alone(page, monkeypatch) -> AppTest:
    """Return the page by itself: each run of `AppTest` would drop what was uploaded for it."""
    del page  # its store and its catalogue are those of this one
    monkeypatch.setattr("trusteq_app.guard.enter", lambda _: None)
    app = AppTest.from_file(str(ROOT / "pages" / "evaluate.py"), default_timeout=180)
    app.session_state["task"] = "nli"
    app.session_state["eval_source"] = "a file of my own"
    return app.run()


def upload(alone: AppTest, content: bytes, name: str = "pairs.csv") -> AppTest:
    alone.file_uploader(key="eval_upload_nli").set_value((name, content, "text/csv"))
    return alone.run()


def test_examples_of_the_visitor_are_read_counted_and_kept_beside_the_results(alone, store):
    shown = upload(alone, TABLE)
    assert not shown.error
    said = text_of(shown)
    assert "**2 examples**" in said
    assert "entailment 1, neutral 1, contradiction 0" in said
    assert "Nothing to compute" not in said
    (kept,) = (store.root / ".data").glob("*/pairs.csv")
    assert kept.read_bytes() == TABLE


def test_a_table_without_the_columns_of_the_task_is_refused_and_cannot_be_started(alone):
    shown = upload(alone, b"a,b\n1,2\n")
    assert "premise" in shown.error[0].value
    assert [each.key for each in shown.button if each.key == "eval_start"] == []


def test_results_on_a_table_of_the_visitor_are_shown_when_two_models_have_them(page, store):
    assert "split" not in {each.key for each in page.selectbox}
    for entry in store.find(task="nli", split="test"):
        if entry.manifest.kind == "examples" or entry.manifest.model in ("base", "distil"):
            store.write(replace(entry.manifest, split="pairs"), store.read(entry))
    again = opened()
    assert again.selectbox(key="split").options == ["test", "pairs"]
    again.session_state["split"] = "pairs"
    shown = again.switch_page("pages/disagreement.py").run()
    assert not shown.exception
    assert not shown.error
    assert shown.selectbox(key="original").options == ["base", "distil"]
    links = next(each.value["open"] for each in shown.dataframe if "open" in each.value).dropna()
    assert all("split=pairs" in link for link in links)

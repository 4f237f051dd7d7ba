"""Planning and running: nothing stored is computed again, and a killed run loses almost nothing."""

from __future__ import annotations

import re
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from counting import CountingClassifier
from miniature import miniature_examples

from trusteq_core.attribution import explain
from trusteq_core.errors import DataError, ResultError, StoreError, TrusteqError, UnknownName
from trusteq_core.evaluation import compare, run
from trusteq_core.evaluation.explanations import Explanations
from trusteq_core.evaluation.plan import Request, choose_examples, make_plan
from trusteq_core.evaluation.pool import Board, WorkUnit, run_units
from trusteq_core.evaluation.run import run_model
from trusteq_core.store import ResultStore
from trusteq_core.tasks import get_task

TASK = get_task("paraphrase")
WEIGHTS = {"never": -2.0, "dog": 1.0, "park": 0.5, "sleeps": 0.25}
FAST = Request(
    explainers=("occlusion", "shapley"), examples=6, settings={"shapley": {"budget": 40}}
)


@pytest.fixture
def table() -> pd.DataFrame:
    return miniature_examples(TASK, 60)


@pytest.fixture
def store(tmp_path: Path) -> ResultStore:
    return ResultStore(tmp_path / "results")


def model(name: str = "counting") -> CountingClassifier:
    return CountingClassifier(TASK, WEIGHTS, name)


# --- which examples ------------------------------------------------------------------------


def test_the_choice_takes_from_each_phenomenon_its_share():
    table = miniature_examples(TASK, 400)
    chosen = choose_examples(table, 100, TASK)
    shares = chosen["phenomenon"].value_counts() - table["phenomenon"].value_counts() / 4
    assert shares.abs().max() <= 1
    assert len(chosen) == 100


def test_the_choice_does_not_depend_on_the_order_of_the_table(table: pd.DataFrame):
    shuffled = table.sample(frac=1, random_state=1)
    assert set(choose_examples(table, 20, TASK)["id"]) == set(
        choose_examples(shuffled, 20, TASK)["id"]
    )


def test_a_larger_choice_contains_the_smaller_and_keeps_table_order(table: pd.DataFrame):
    small, large = choose_examples(table, 10, TASK), choose_examples(table, 30, TASK)
    assert set(small["id"]) < set(large["id"])
    assert large.index.is_monotonic_increasing


def test_examples_without_words_are_passed_over(table: pd.DataFrame):
    table.loc[3, ["sentence1", "sentence2"]] = "?!"
    chosen = choose_examples(table, len(table), TASK)
    assert len(chosen) == len(table) - 1
    assert "test-3" not in set(chosen["id"])


def test_a_table_without_phenomena_is_chosen_from_as_well(table: pd.DataFrame):
    assert len(choose_examples(table.drop(columns="phenomenon"), 7, TASK)) == 7


# --- plan ----------------------------------------------------------------------------------


def test_a_plan_counts_evaluations_and_what_is_stored_costs_nothing(store, table):
    plan = make_plan(store, TASK, model(), {"test": table}, FAST)
    kinds = [(s.manifest.kind, s.manifest.explainer) for s in plan.steps]
    assert kinds == [
        ("predictions", None),
        ("attributions", "occlusion"),
        ("attributions", "shapley"),
    ]
    assert plan.steps[0].evaluations == 60
    assert plan.steps[2].evaluations == 6 * 40
    run_model(store, TASK, model(), {"test": table}, FAST)
    after = make_plan(store, TASK, model(), {"test": table}, FAST)
    assert after.missing == ()
    assert after.evaluations == 0


def test_an_explainer_without_chance_runs_under_one_seed(store, table):
    plan = make_plan(store, TASK, model(), {"test": table}, replace(FAST, seeds=(0, 1)))
    seeds = [(s.manifest.explainer, s.manifest.seed) for s in plan.steps[1:]]
    assert seeds == [("occlusion", 0), ("shapley", 0), ("shapley", 1)]


def test_a_plan_refuses_what_does_not_exist(store, table):
    with pytest.raises(UnknownName, match="Known: lime, shap-partition, shapley, occlusion"):
        make_plan(store, TASK, model(), {"test": table}, Request(explainers=("shap",)))
    with pytest.raises(DataError, match='no examples of split "test" to explain'):
        make_plan(store, TASK, model(), {"mine": table}, FAST)


# --- run -----------------------------------------------------------------------------------


def test_what_is_stored_is_what_the_model_and_the_explainer_say(store, table):
    run_model(store, TASK, model(), {"test": table}, FAST)
    (predictions,) = store.find(kind="predictions")
    np.testing.assert_allclose(
        store.read(predictions)[["p_different", "p_paraphrase"]].to_numpy(),
        model().predict(list(zip(table["sentence1"], table["sentence2"], strict=True))),
    )
    (entry,) = store.find(explainer="shapley")
    found = Explanations.from_frame(store.read(entry), TASK)
    for place, example in enumerate(found.ids):
        row = table[table["id"] == example].iloc[0]
        expected = explain(
            model(), (row["sentence1"], row["sentence2"]), "shapley", example_id=example, budget=40
        )
        values, errors = found.of(place, 1)
        np.testing.assert_allclose(values, expected.values[:, 1], atol=1e-7)
        np.testing.assert_allclose(errors, expected.errors[:, 1], atol=1e-7)
        assert found.evaluations[place] == expected.evaluations


def test_nothing_stored_is_computed_again(store, table):
    run_model(store, TASK, model(), {"test": table}, FAST)
    again = model()
    run_model(store, TASK, again, {"test": table}, FAST)
    assert again.asked == 0


def test_a_damaged_result_is_computed_again(store, table):
    run_model(store, TASK, model(), {"test": table}, FAST)
    (entry,) = store.find(kind="predictions")
    whole = store.read(entry)
    raw = bytearray(entry.path.read_bytes())
    raw[300] ^= 0xFF
    entry.path.write_bytes(raw)
    with pytest.raises(ResultError):
        store.read(entry)
    again = model()
    run_model(store, TASK, again, {"test": table}, FAST)
    assert again.asked == 60
    pd.testing.assert_frame_equal(store.read(entry), whole)
    assert store.problems() == []


def test_progress_rises_to_the_total_and_cancelling_keeps_what_is_done(store, table, monkeypatch):
    monkeypatch.setattr(run, "_BETWEEN_PARTS", 0.0)  # one example at a time
    seen = []

    class Stop(Exception):
        pass

    def report(done: int, total: int) -> None:
        seen.append((done, total))
        if done > 0.6 * total:
            raise Stop

    with pytest.raises(Stop):
        run_model(store, TASK, model(), {"test": table}, FAST, report=report)
    assert [done for done, _ in seen] == sorted(done for done, _ in seen)
    assert store.find(kind="attributions") == []
    second = model()
    run_model(store, TASK, second, {"test": table}, FAST, report=lambda *pair: seen.append(pair))
    whole = model()
    run_model(ResultStore(store.root / "other"), TASK, whole, {"test": table}, FAST)
    assert 0 < second.asked < 0.7 * whole.asked
    assert seen[-1][0] == seen[-1][1]


KILLED = """
import os, signal, sys
sys.path[:0] = {paths!r}
from test_run import FAST, TASK, model
from miniature import miniature_examples
from trusteq_core.evaluation import run
from trusteq_core.store import ResultStore
def report(done, total):
    if done > 0.8 * total:
        os.kill(os.getpid(), signal.SIGKILL)
run.run_model(ResultStore({root!r}), TASK, model(), {{"test": miniature_examples(TASK, 60)}}, FAST,
              report=report)
"""


def test_a_killed_run_goes_on_and_gives_the_same_result(store, table, tmp_path):
    script = KILLED.format(paths=sys.path, root=str(store.root))
    killed = subprocess.run([sys.executable, "-c", script], check=False)
    assert killed.returncode == -9
    assert store.find(kind="attributions") == []
    assert list(store.root.glob(".parts/*/*.parquet"))
    run_model(store, TASK, model(), {"test": table}, FAST)
    other = ResultStore(tmp_path / "other")
    run_model(other, TASK, model(), {"test": table}, FAST)
    assert len(store.find()) == len(other.find()) == 4
    for entry in other.find():
        pd.testing.assert_frame_equal(store.read(store.get(entry.manifest)), other.read(entry))
    assert not (store.root / ".parts").exists()


@pytest.mark.parametrize("seconds", [0.0, 1000.0])
def test_examples_explained_side_by_side_get_the_values_of_one_alone(
    store, table, monkeypatch, seconds
):
    monkeypatch.setattr(run, "_BETWEEN_PARTS", seconds)
    wanted = Request(
        explainers=("lime", "shap-partition", "shapley"),
        examples=5,
        settings={"shap-partition": {"evaluations": 30, "batch": 4}, "lime": {"samples": 50}},
    )
    run_model(store, TASK, model(), {"test": table}, wanted)
    for entry in store.find(kind="attributions"):
        found, manifest = Explanations.from_frame(store.read(entry), TASK), entry.manifest
        settings = {key: each for key, each in manifest.settings.items() if key != "mask"}
        for place, example in enumerate(found.ids):
            row = table[table["id"] == example].iloc[0]
            texts = (row["sentence1"], row["sentence2"])
            alone = explain(model(), texts, manifest.explainer, example_id=example, **settings)
            np.testing.assert_allclose(found.of(place, 1)[0], alone.values[:, 1], atol=1e-7)
            assert found.evaluations[place] == alone.evaluations


def test_a_store_that_cannot_be_written_says_so(tmp_path, table):
    (tmp_path / "results").write_text("a file in its place")
    with pytest.raises(StoreError, match="was not stored"):
        run_model(ResultStore(tmp_path / "results"), TASK, model(), {"test": table}, FAST)


def test_two_models_that_were_run_can_be_compared(store, table):
    other = CountingClassifier(TASK, {**WEIGHTS, "never": 2.0}, "other")
    for each in (model("base"), other):
        run_model(store, TASK, each, {"test": table}, FAST)
    same = compare(store, "paraphrase", "base", "base")
    assert same.performance()["agreement"] == 1.0
    assert same.overlap("shapley", k=2)["jaccard"] == 1.0
    pair = compare(store, "paraphrase", "base", "other")
    assert pair.explainers == ["shapley", "occlusion"]
    assert pair.performance()["agreement"] < 1.0


# --- pool ----------------------------------------------------------------------------------


def work(name: str, root: str, *, report) -> int:
    store = ResultStore(root)
    tables = {"test": miniature_examples(TASK, 60)}
    return len(run_model(store, TASK, model(name), tables, FAST, report=report))


def refuse(*, report) -> None:
    report(0, 1)
    raise UnknownName("column", "texxt", ["text"])


def test_the_pool_runs_units_in_processes_and_says_how_far_it_is(store):
    lines: list[str] = []
    units = [WorkUnit(name, partial(work, name, str(store.root))) for name in ("one", "two")]
    assert run_units(units, workers=2, title="models", say=lines.append) == {"one": 3, "two": 3}
    assert len(store.find(kind="attributions")) == 4
    assert re.fullmatch(r"models: (one|two) done; 100% of all in 0:\d\d:\d\d, about .*", lines[-1])


_BEATS = """
import time
from itertools import count
from pathlib import Path

def for_ever(note, *, report):
    for beat in count(1):
        Path(note).write_text(str(beat))
        time.sleep(0.05)
"""
_RUNS = """
import sys
from functools import partial
from beats import for_ever
from trusteq_core.evaluation.pool import WorkUnit, run_units

run_units([WorkUnit("one", partial(for_ever, sys.argv[1]))], workers=1)
"""


def test_the_processes_of_a_killed_run_end_with_it(tmp_path):
    (tmp_path / "beats.py").write_text(_BEATS)
    note = tmp_path / "beat"
    parent = subprocess.Popen([sys.executable, "-c", _RUNS, str(note)], cwd=tmp_path)
    assert _soon(note.is_file)
    parent.kill()
    parent.wait()

    def is_still() -> bool:
        before = note.read_text()
        time.sleep(1.0)
        return note.read_text() == before

    assert _soon(is_still)


def _soon(happened: Callable[[], Any], seconds: float = 60.0) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if happened():
            return True
        time.sleep(0.05)
    return False


def test_a_progress_line_tells_share_and_time_left():
    lines: list[str] = []
    board = Board("models", ["one", "two"], lines.append)
    board.started -= 60
    board.finish("one")
    assert lines == ["models: one done; 50% of all in 0:01:00, about 0:01:00 left"]
    board.update("two", 1, 4)
    assert len(lines) == 1  # not a line for every report
    board.said -= 60
    board.update("two", 1, 4)
    assert lines[1].startswith("models: two 25%; 62% of all in 0:01:0")


def test_a_failing_unit_does_not_stop_the_others(store):
    units = [WorkUnit("bad", refuse), WorkUnit("good", partial(work, "good", str(store.root)))]
    with pytest.raises(
        TrusteqError, match=r'1 of 2 failed\. bad: No column "texxt"\. Did you mean "text"'
    ):
        run_units(units, workers=1, say=lambda _line: None)
    assert len(store.find(kind="predictions", model="good")) == 1

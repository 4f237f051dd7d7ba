"""What the results store promises: atomic, found by content, never half-read, never escaping."""

from __future__ import annotations

import errno
import json
import multiprocessing
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from miniature import write_miniature

from trusteq_core.errors import ResultError, StoreError
from trusteq_core.store import Manifest, ResultStore, StoreStack, default_store
from trusteq_core.store.parquet import read_manifest


def predictions(n: int = 4, *, shift: float = 0.0) -> pd.DataFrame:
    p = np.linspace(0.1, 0.9, n) * (1 - shift)
    return pd.DataFrame(
        {"id": [f"test-{i}" for i in range(n)], "p_different": 1 - p, "p_paraphrase": p}
    )


def manifest(**facts) -> Manifest:
    given = {
        "kind": "predictions",
        "task": "paraphrase",
        "model": "base",
        "model_fingerprint": "f0",
        "data_fingerprint": "d0",
        "split": "test",
        "n": 4,
    }
    return Manifest(**{**given, **facts})


@pytest.fixture
def store(tmp_path: Path) -> ResultStore:
    return ResultStore(tmp_path / "results")


def test_what_is_read_is_what_was_written(store: ResultStore):
    frame = pd.DataFrame(
        {
            "id": ["a", "b", "c"],
            "premise": ["naïve 👍🏽", "", "<b>$x`"],
            "label": ["neutral"] * 3,
            "reasons": [[1, 2], [], [0]],
            "held_out": [True, False, True],
            "true_neutral": [1 / 3, 0.1 + 0.2, 1.0],
        }
    )
    entry = store.write(manifest(kind="examples", task="nli"), frame)
    back = store.read(entry)
    pd.testing.assert_frame_equal(back, frame)
    assert back["reasons"].tolist() == [[1, 2], [], [0]]


def test_probabilities_keep_double_precision_and_values_are_compact(store: ResultStore):
    third = 1 / 3
    frame = pd.DataFrame(
        {"id": ["a"], "word": [0], "value_x": [third], "error_x": [np.nan], "full_x": [third]}
    )
    back = store.read(store.write(manifest(kind="attributions"), frame))
    assert back["full_x"].item() == third
    assert back["value_x"].dtype == np.float32
    assert np.isnan(back["error_x"]).all()


def test_the_address_depends_on_what_determines_the_result():
    first = manifest()
    for facts in (
        {"kind": "attributions"},
        {"task": "nli"},
        {"model": "tiny"},
        {"model_fingerprint": "f1"},
        {"split": "validation"},
        {"data_fingerprint": "d1"},
        {"explainer": "lime"},
        {"settings": {"samples": 10}},
        {"seed": 1},
    ):
        assert replace(first, **facts).address() != first.address(), facts
    for facts in ({"created": "2020"}, {"seconds": 1.0}, {"versions": {"a": "1"}}, {"n": 9}):
        assert replace(first, **facts).address() == first.address(), facts


def test_the_address_ignores_the_order_of_settings():
    one = manifest(settings={"a": 1, "b": 2})
    assert one.address() == manifest(settings={"b": 2, "a": 1}).address()


def test_the_layout_is_task_kind_address(store: ResultStore):
    entry = store.write(manifest(), predictions())
    expected = store.root / "paraphrase" / "predictions" / f"{manifest().address()}.parquet"
    assert entry.path == expected
    assert expected.is_file()


def test_find_matches_every_fact_and_takes_name_or_fingerprint(store: ResultStore):
    store.write(manifest(), predictions())
    store.write(manifest(model="tiny", model_fingerprint="f1"), predictions())
    store.write(manifest(kind="attributions", explainer="lime", seed=1), predictions())
    assert len(store.find()) == 3
    assert [e.manifest.model for e in store.find(kind="predictions", model="tiny")] == ["tiny"]
    assert [e.manifest.model for e in store.find(model="f1")] == ["tiny"]
    assert len(store.find(explainer="lime", seed=1)) == 1
    assert store.find(explainer="lime", seed=0) == []
    assert store.find(task="nli") == []
    assert store.find(split="validation") == []


def test_a_stored_result_says_when_by_what_and_with_which_versions(store: ResultStore):
    store.write(manifest(), predictions())
    (entry,) = store.find()
    assert entry.manifest.created.endswith("+00:00")
    assert entry.manifest.versions["numpy"] == np.__version__
    assert entry.manifest.producer.startswith("trusteq")


def test_writing_again_replaces(store: ResultStore):
    store.write(manifest(), predictions())
    entry = store.write(manifest(), predictions(shift=0.5))
    assert len(store.find()) == 1
    pd.testing.assert_frame_equal(store.read(entry), predictions(shift=0.5))
    assert [p.suffix for p in entry.path.parent.iterdir()] == [".parquet"]


def test_finding_reads_each_footer_once_and_no_rows(tmp_path: Path, monkeypatch):
    store = ResultStore(tmp_path)
    for seed in range(5):
        store.write(manifest(kind="attributions", seed=seed), predictions())
    read = []

    def reading(path: Path):
        read.append(path)
        return read_manifest(path)

    monkeypatch.setattr("trusteq_core.store.store.read_manifest", reading)
    monkeypatch.setattr(ResultStore, "read", lambda *_entry: pytest.fail("rows were read"))
    cold = ResultStore(tmp_path)
    for _ in range(3):
        assert len(cold.find(task="paraphrase")) == 5
    assert len(read) == len(set(read)) == 5


# --- bad files -----------------------------------------------------------------------------


def spoil_truncated(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-40])


def spoil_empty(path: Path) -> None:
    path.write_bytes(b"")


def spoil_text(path: Path) -> None:
    path.write_text("id,p_different\n")


def spoil_foreign(path: Path) -> None:
    pq.write_table(pa.table({"id": ["a"]}), path)


def spoil_newer(path: Path) -> None:
    facts = json.loads(manifest().to_json())
    rewrite_manifest(path, {**facts, "schema_version": 99, "something_new": 1})


def spoil_manifest(path: Path) -> None:
    rewrite_manifest(path, {"hello": 1})


def spoil_name(path: Path) -> None:
    path.rename(path.with_name("0" * 32 + ".parquet"))


def rewrite_manifest(path: Path, facts: dict) -> None:
    table = pq.read_table(path)
    kept = {**table.schema.metadata, b"trusteq": json.dumps(facts).encode()}
    pq.write_table(table.replace_schema_metadata(kept), path)


def spoil_producer(path: Path) -> None:
    """Change a circumstance, which the address does not cover."""
    facts = json.loads(pq.read_schema(path).metadata[b"trusteq"])
    rewrite_manifest(path, {**facts, "producer": "someone else"})


SPOILED = {
    spoil_truncated: "damaged",
    spoil_empty: "damaged",
    spoil_text: "damaged",
    spoil_foreign: "not written by TrustEQ",
    spoil_newer: "newer TrustEQ",
    spoil_manifest: "manifest cannot be read",
    spoil_name: "does not hold the result that its name says",
}


@pytest.mark.parametrize("spoil", SPOILED, ids=lambda spoil: spoil.__name__)
def test_an_unusable_file_is_named_and_the_rest_still_serves(store: ResultStore, spoil):
    bad = store.write(manifest(), predictions())
    good = store.write(manifest(model_fingerprint="f1"), predictions())
    spoil(bad.path)
    fresh = ResultStore(store.root)
    assert [entry.address for entry in fresh.find()] == [good.address]
    (problem,) = fresh.problems()
    assert SPOILED[spoil] in problem
    assert str(store.root) in problem
    assert fresh.read(good).shape == (4, 3)
    if spoil is not spoil_name:
        with pytest.raises(ResultError, match=SPOILED[spoil]):
            fresh.read(bad)


@pytest.mark.parametrize("spoil", SPOILED, ids=lambda spoil: spoil.__name__)
def test_computing_again_replaces_an_unusable_file(store: ResultStore, spoil):
    entry = store.write(manifest(), predictions())
    spoil(entry.path)
    assert store.get(manifest()) is None
    store.write(manifest(), predictions())
    assert store.get(manifest()) == store.find(model="base")[0]
    if spoil is not spoil_name:
        assert store.problems() == []


def test_every_flipped_byte_is_refused_or_harmless(store: ResultStore):
    """Pages carry checksums, the footer a digest of the table: no wrong row is ever returned."""
    frame = predictions(50)
    entry = store.write(manifest(n=50), frame)
    whole = entry.path.read_bytes()
    refused = 0
    for position in range(0, len(whole), 3):
        spoiled = bytearray(whole)
        spoiled[position] ^= 0x55
        entry.path.write_bytes(spoiled)
        try:
            back = store.read(entry)
        except ResultError:
            refused += 1
            continue
        pd.testing.assert_frame_equal(back, frame)
    assert refused > len(whole) / 6


def test_a_damaged_page_is_found_when_read_and_then_listed(store: ResultStore):
    entry = store.write(manifest(n=500), predictions(500))
    raw = bytearray(entry.path.read_bytes())
    raw[200] ^= 0xFF
    entry.path.write_bytes(raw)
    assert len(store.find()) == 1
    with pytest.raises(ResultError, match="damaged"):
        store.read(entry)
    assert len(store.problems()) == 1
    store.write(manifest(n=500), predictions(500))
    assert store.problems() == []


def test_a_changed_manifest_is_refused(store: ResultStore):
    entry = store.write(manifest(), predictions())
    spoil_producer(entry.path)
    with pytest.raises(ResultError, match="digest"):
        store.read(entry)


def test_a_file_that_went_away_is_named(store: ResultStore):
    entry = store.write(manifest(), predictions())
    entry.path.unlink()
    assert store.find() == []
    with pytest.raises(ResultError, match="no longer there"):
        store.read(entry)


# --- places --------------------------------------------------------------------------------


@pytest.mark.parametrize("task", ["../outside", "a/b", "", ".hidden", "a" * 81, "a\x00"])
def test_no_name_leads_out_of_the_store(store: ResultStore, task: str):
    with pytest.raises(StoreError, match="cannot be the task"):
        manifest(task=task)
    with pytest.raises(StoreError, match="cannot be the task"):
        store.find(task=task)


def test_a_link_out_of_the_store_is_not_followed(store: ResultStore, tmp_path: Path):
    other = ResultStore(tmp_path / "other").write(manifest(), predictions())
    link = store.root / "paraphrase" / "predictions" / other.path.name
    link.parent.mkdir(parents=True)
    link.symlink_to(other.path)
    assert store.find() == []
    assert "leads out of the store" in store.problems()[0]
    with pytest.raises(StoreError, match="is not in the store"):
        store.read(other)


def test_an_unknown_kind_is_refused_with_the_known_ones(store: ResultStore):
    with pytest.raises(StoreError, match="examples, predictions, attributions, profile"):
        store.find(kind="banana")


def test_a_read_only_store_says_that_the_result_was_not_stored(tmp_path: Path):
    store = ResultStore(tmp_path, writable=False)
    with pytest.raises(StoreError, match=r"was not stored: .* is read-only"):
        store.write(manifest(), predictions())
    assert list(tmp_path.iterdir()) == []


def test_a_full_disk_says_that_the_result_was_not_stored(store: ResultStore, monkeypatch):
    def full(*_args):
        raise OSError(errno.ENOSPC, "No space left on device")

    store.write(manifest(), predictions())
    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(StoreError, match=r"was not stored: .*No space left on device"):
        store.write(manifest(), predictions(shift=0.5))
    monkeypatch.undo()
    (entry,) = store.find()
    pd.testing.assert_frame_equal(store.read(entry), predictions())
    assert [path.name for path in entry.path.parent.iterdir()] == [entry.path.name]


def test_a_file_in_place_of_the_folder_is_named(tmp_path: Path):
    (tmp_path / "results").write_text("not a folder")
    store = ResultStore(tmp_path / "results")
    with pytest.raises(StoreError, match="was not stored"):
        store.write(manifest(), predictions())
    assert store.find() == []
    assert "cannot be read" in store.problems()[0]


def write_many(root: str, shift: float) -> None:
    for _ in range(15):
        ResultStore(root).write(manifest(n=400), predictions(400, shift=shift))


def test_two_processes_may_write_the_same_result(store: ResultStore):
    """A reader meanwhile sees one of the two whole results, never a mixture."""
    spawn = multiprocessing.get_context("spawn")
    store.write(manifest(n=400), predictions(400))
    writers = [
        spawn.Process(target=write_many, args=(str(store.root), shift)) for shift in (0.0, 0.5)
    ]
    for writer in writers:
        writer.start()
    allowed = [predictions(400), predictions(400, shift=0.5)]
    while any(writer.is_alive() for writer in writers):
        (entry,) = store.find()
        seen = store.read(entry)
        assert any(seen.equals(whole) for whole in allowed)
    for writer in writers:
        writer.join()
        assert writer.exitcode == 0
    assert len(list((store.root / "paraphrase" / "predictions").iterdir())) == 1


# --- stacks --------------------------------------------------------------------------------


def test_the_users_results_lie_over_the_precomputed_ones(tmp_path: Path):
    below, above = ResultStore(tmp_path / "shipped"), ResultStore(tmp_path / "own")
    below.write(manifest(), predictions())
    below.write(manifest(model_fingerprint="f1"), predictions())
    above.write(manifest(), predictions(shift=0.5))
    stack = StoreStack([above, ResultStore(below.root, writable=False)])
    assert len(stack.find()) == 2
    assert stack.get(manifest()).path.is_relative_to(above.root)
    pd.testing.assert_frame_equal(stack.read(stack.get(manifest())), predictions(shift=0.5))
    written = stack.write(manifest(seed=5), predictions())
    assert written.path.is_relative_to(above.root)


def test_a_lower_copy_serves_where_the_upper_is_damaged(tmp_path: Path):
    below, above = ResultStore(tmp_path / "shipped"), ResultStore(tmp_path / "own")
    below.write(manifest(n=500), predictions(500))
    entry = above.write(manifest(n=500), predictions(500))
    stack = StoreStack([above, below])
    raw = bytearray(entry.path.read_bytes())
    raw[200] ^= 0xFF
    entry.path.write_bytes(raw)
    pd.testing.assert_frame_equal(stack.read(stack.find()[0]), predictions(500))
    assert len(stack.problems()) == 1


def test_the_default_store_takes_argument_then_environment_then_current_folder(
    tmp_path: Path, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TRUSTEQ_STORE", str(tmp_path / "from-environment"))
    assert default_store(tmp_path / "given").stores[0].root == tmp_path / "given"
    assert default_store().stores[0].root == tmp_path / "from-environment"
    monkeypatch.delenv("TRUSTEQ_STORE")
    assert default_store().stores[0].root == tmp_path / "results"
    assert not default_store().stores[1].writable


# --- parts ---------------------------------------------------------------------------------

HALF_A_RUN = """
import os, signal, sys
sys.path[:0] = {paths!r}
from test_store import manifest, predictions
from trusteq_core.store import ResultStore
parts = ResultStore({root!r}).parts(manifest(n=40))
frame = predictions(40)
for start in range(0, 20, 5):
    parts.append(frame.iloc[start:start + 5], seconds=1.0)
os.kill(os.getpid(), signal.SIGKILL)
"""


def test_a_killed_run_is_finished_by_the_next_and_gives_the_same_result(store: ResultStore):
    script = HALF_A_RUN.format(paths=sys.path, root=str(store.root))
    killed = subprocess.run([sys.executable, "-c", script], check=False)
    assert killed.returncode == -9
    assert store.find() == []
    frame = predictions(40)
    parts = store.parts(manifest(n=40))
    done = parts.done()
    assert done == set(frame["id"][:20])
    parts.append(frame[~frame["id"].isin(done)].iloc[::-1], seconds=2.0)
    entry = store.finish(parts, frame["id"].tolist())
    pd.testing.assert_frame_equal(store.read(entry), frame)
    assert entry.manifest.seconds == 6.0
    assert entry.manifest.n == 40
    assert not (store.root / ".parts").exists()


def test_a_run_that_is_not_done_is_not_merged(store: ResultStore):
    parts = store.parts(manifest())
    parts.append(predictions(2))
    with pytest.raises(StoreError, match="2 of 4 examples are not done yet"):
        store.finish(parts, predictions(4)["id"].tolist())
    assert store.find() == []
    assert parts.done() == {"test-0", "test-1"}


def test_a_damaged_part_is_done_again(store: ResultStore):
    parts = store.parts(manifest())
    parts.append(predictions(4).iloc[:2])
    parts.append(predictions(4).iloc[2:])
    spoil_truncated(sorted(parts.folder.iterdir())[0])
    assert parts.done() == {"test-2", "test-3"}
    parts.append(predictions(4).iloc[:2])
    entry = store.finish(parts, predictions(4)["id"].tolist())
    pd.testing.assert_frame_equal(store.read(entry), predictions(4))


def test_an_example_done_twice_is_taken_once(store: ResultStore):
    parts = store.parts(manifest())
    parts.append(predictions(4).iloc[:3])
    parts.append(predictions(4).iloc[2:])
    entry = store.finish(parts, predictions(4)["id"].tolist())
    pd.testing.assert_frame_equal(store.read(entry), predictions(4))


def test_parts_are_not_found_as_results(store: ResultStore):
    store.parts(manifest()).append(predictions(2))
    assert store.find() == []
    assert store.problems() == []


# --- the miniature -------------------------------------------------------------------------


def test_the_miniature_is_the_same_every_time(miniature_store: Path, tmp_path: Path):
    again = ResultStore(write_miniature(tmp_path))
    first = ResultStore(miniature_store)
    assert {e.address for e in first.find()} == {e.address for e in again.find()}
    for entry in again.find():
        pd.testing.assert_frame_equal(first.read(first.get(entry.manifest)), again.read(entry))
    assert first.problems() == []

"""Tables that visitors bring are kept by their content, and nothing else is taken for one."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from trusteq_core.errors import DataError, StoreError
from trusteq_core.evaluation.order import Order
from trusteq_core.evaluation.uploads import LARGEST, Uploads

TABLE = b"premise,hypothesis,label\nA dog sleeps.,An animal rests.,entailment\n"


@pytest.fixture
def uploads(tmp_path: Path) -> Uploads:
    return Uploads(tmp_path / ".data")


def test_the_same_table_twice_is_kept_once_under_a_safe_name(uploads):
    path = uploads.keep("../my pairs (v2).csv", TABLE)
    assert path.read_bytes() == TABLE
    assert path.name == "my-pairs-v2.csv"
    assert path.resolve().is_relative_to(uploads.root.resolve())
    assert uploads.keep("../my pairs (v2).csv", TABLE) == path
    assert uploads.keep("my pairs (v2).csv", TABLE + b"\n") != path


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("pairs.xlsx", TABLE, "is none of"),
        ("test.csv", TABLE, "Give the file another name"),
        ("pairs.csv", bytes(LARGEST + 1), "are allowed here"),
    ],
)
def test_what_cannot_be_kept_is_refused_in_a_sentence(uploads, name, content, said):
    with pytest.raises(DataError, match=said):
        uploads.keep(name, content)
    assert not uploads.root.exists()


def test_a_folder_that_cannot_be_written_is_named(uploads):
    uploads.root.write_text("a file where the folder would be")
    with pytest.raises(StoreError, match="cannot be written"):
        uploads.keep("pairs.csv", TABLE)


def test_no_other_file_of_the_machine_is_taken_for_an_upload(uploads, tmp_path):
    uploads.check("")
    uploads.check(str(uploads.keep("pairs.csv", TABLE)))
    outside = tmp_path / "secret.csv"
    outside.write_bytes(TABLE)
    (uploads.root / "link.csv").symlink_to(outside)
    for path in (outside, uploads.root / ".." / "secret.csv", uploads.root / "link.csv"):
        with pytest.raises(DataError, match="Upload it first"):
            uploads.check(str(path))


def test_an_order_on_a_table_stores_its_results_under_the_name_of_the_table():
    usual = Order("nli", "base", ("lime",))
    order = replace(usual, data="results/.data/0a/my-pairs.csv")
    assert (usual.split, order.split) == ("test", "my-pairs")
    assert order.request.explained_split == "my-pairs"
    assert order.arguments()[-1] == "--data=results/.data/0a/my-pairs.csv"
    assert len(usual.arguments()) + 1 == len(order.arguments())
    assert order.key != usual.key

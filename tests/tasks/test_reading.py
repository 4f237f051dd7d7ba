"""Tables that a user brings: every kind of file, columns and labels under other names."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from trusteq_core.errors import DataError, UnknownName
from trusteq_core.store import parquet_bytes
from trusteq_core.tasks import get_task
from trusteq_core.tasks.readers import DataMapping, read_examples, split_name

PAIRS = get_task("paraphrase")
NLI = get_task("nli")
ROWS = [
    {"id": "a", "sentence1": "A dog, asleep.", "sentence2": 'It "sleeps".', "label": "paraphrase"},
    {"id": "b", "sentence1": "NA", "sentence2": "12\nlines", "label": "different"},
    {"id": "007", "sentence1": "Öl für 5 €", "sentence2": "日本", "label": "different"},
]


def write(folder: Path, suffix: str, rows: list[dict] = ROWS) -> Path:
    path, frame = folder / f"pairs{suffix}", pd.DataFrame(rows)
    if suffix == ".parquet":
        path.write_bytes(parquet_bytes(frame))
    elif suffix == ".jsonl":
        path.write_text("".join(f"{json.dumps(row)}\n\n" for row in rows), encoding="utf-8")
    else:
        frame.to_csv(path, index=False, sep="," if suffix == ".csv" else "\t", encoding="utf-8-sig")
    return path


@pytest.mark.parametrize("suffix", [".csv", ".tsv", ".txt", ".jsonl", ".parquet"])
def test_every_kind_of_file_holds_the_same_examples(tmp_path: Path, suffix: str):
    read = read_examples(write(tmp_path, suffix), PAIRS)
    assert read.frame.to_dict("records") == ROWS
    assert (read.name, read.rows, read.left_out, read.notes) == ("pairs", 3, {}, [])


def test_a_frame_is_read_as_a_file_is():
    read = read_examples(pd.DataFrame(ROWS), PAIRS)
    assert read.frame.to_dict("records") == ROWS
    assert read.name == "data"


def test_rows_are_numbered_where_there_is_no_id_whatever_is_left_out(tmp_path: Path):
    path = tmp_path / "my pairs.csv"
    path.write_text("sentence1,sentence2\na,b\n,b\nc,d\n")
    assert read_examples(path, PAIRS).frame["id"].tolist() == ["my-pairs-0", "my-pairs-2"]


def test_rows_without_text_or_label_are_left_out_by_count(tmp_path: Path):
    path = tmp_path / "pairs.csv"
    path.write_text(
        "sentence1,sentence2,label\na,b,paraphrase\n , b,different\na,,different\na,b,\n,,\n"
    )
    read = read_examples(path, PAIRS)
    assert len(read.frame) == 1
    assert read.left_out == {"sentence1": 2, "sentence2": 1, "a label": 1}
    assert read.notes == [
        "4 of 5 rows were left out: 2 without sentence1, 1 without sentence2, 1 without a label."
    ]
    assert read.to_dict()["used"] == 1


def test_gaps_of_a_frame_are_left_out_too():
    frame = pd.DataFrame({"sentence1": ["a", None, np.nan, "d"], "sentence2": ["b"] * 4})
    frame["label"] = ["paraphrase", "different", "different", pd.NA]
    assert read_examples(frame, PAIRS).left_out == {"sentence1": 2, "a label": 1}


def test_columns_and_labels_go_by_other_names(tmp_path: Path):
    path = tmp_path / "log.csv"
    path.write_text("left,right,same?,source,split\na,b,1,web,x\nc,d,0,,x\ne,f,-1,web,x\n")
    columns = ["sentence1=left", "sentence2=right", "label=same?", "group=source"]
    mapping = DataMapping.parse(columns, ["1=paraphrase", "0=different", "-1="])
    read = read_examples(path, PAIRS, mapping=mapping)
    assert read.frame.to_dict("records") == [
        {"id": "log-0", "sentence1": "a", "sentence2": "b", "label": "paraphrase", "group": "web"},
        # A row without a group is a group of its own.
        {"id": "log-1", "sentence1": "c", "sentence2": "d", "label": "different", "group": "log-1"},
    ]
    assert read.left_out == {"a label": 1}


def test_a_mapping_file_says_the_same_and_options_go_before_it(tmp_path: Path):
    (tmp_path / "map.toml").write_text(
        'quotes = false\n[columns]\nsentence1 = "left"\nsentence2 = "nothing"\n'
        'phenomenon = "kind"\n[labels]\nyes = "paraphrase"\n'
    )
    path = tmp_path / "pairs.tsv"
    path.write_text('left\tright\tlabel\tkind\n"a\tb "quoted"\tyes\tshort\n')
    mapping = DataMapping.parse(["sentence2=right"]).over(DataMapping.read(tmp_path / "map.toml"))
    assert read_examples(path, PAIRS, mapping=mapping).frame.to_dict("records") == [
        {
            "id": "pairs-0",
            "sentence1": '"a',
            "sentence2": 'b "quoted"',
            "label": "paraphrase",
            "phenomenon": "short",
        }
    ]


def test_a_column_mapped_to_nothing_is_left_out(tmp_path: Path):
    path = write(tmp_path, ".csv", [{**row, "id": "same"} for row in ROWS])
    read = read_examples(path, PAIRS, mapping=DataMapping.parse(["id=", "label="]))
    assert list(read.frame) == ["id", "sentence1", "sentence2"]
    assert read.frame["id"].tolist() == ["pairs-0", "pairs-1", "pairs-2"]


def test_labels_go_by_any_name_that_means_one_of_the_tasks():
    labels = ["ENTAILMENT", "Neutral", "contradictory"]
    frame = pd.DataFrame({"premise": ["a"] * 3, "hypothesis": ["b"] * 3, "label": labels})
    read = read_examples(frame, NLI)
    assert read.frame["label"].tolist() == ["entailment", "neutral", "contradiction"]


def test_a_number_of_a_label_is_the_same_in_any_type():
    frame = pd.DataFrame(
        {"sentence1": ["a"] * 3, "sentence2": ["b"] * 3, "label": [1.0, 0.0, None]}
    )
    mapping = DataMapping.parse(labels=["1=paraphrase", "0=different"])
    assert read_examples(frame, PAIRS, mapping=mapping).frame["label"].tolist() == [
        "paraphrase",
        "different",
    ]


def test_bytes_that_are_not_utf8_are_replaced_on_request_and_counted(tmp_path: Path):
    path = tmp_path / "pairs.csv"
    path.write_bytes(b"sentence1,sentence2\ncaf\xe9,b\nc,d\n\xff\xff,x\n")
    read = read_examples(path, PAIRS, replace_bytes=True)
    assert read.frame["sentence1"].tolist() == ["caf�", "c", "��"]
    assert read.replaced == 2
    assert read.notes == ['2 lines hold bytes that are not UTF-8, read as "�".']


class FakeDataset:
    """What `datasets.load_dataset` returns, as far as it is used."""

    def __init__(self) -> None:
        classes = SimpleNamespace(names=["entailment", "neutral", "contradiction"])
        self.features = {"label": classes}
        self.column_names = ["premise", "hypothesis", "label"]

    def __len__(self) -> int:
        return 3

    def __getitem__(self, name: str) -> list:
        return {"premise": ["a", "b", "c"], "hypothesis": ["d", "e", "f"], "label": [2, -1, 0]}[
            name
        ]


@pytest.mark.parametrize(
    ("address", "asked"),
    [
        ("org/snli", ("org/snli", None, "test", None)),
        ("org/snli:train", ("org/snli", None, "train", None)),
        ("org/glue@v1.0:mnli:test[:50]", ("org/glue", "mnli", "test[:50]", "v1.0")),
    ],
)
def test_a_data_set_of_the_hub_is_read_by_the_names_of_its_classes(monkeypatch, address, asked):
    calls = []

    def load_dataset(name, config, *, split, revision):
        calls.append((name, config, split, revision))
        return FakeDataset()

    monkeypatch.setitem(sys.modules, "datasets", SimpleNamespace(load_dataset=load_dataset))
    read = read_examples(f"datasets:{address}", NLI)
    assert calls == [asked]
    assert read.frame["label"].tolist() == ["contradiction", "entailment"]
    assert read.left_out == {"a label": 1}
    assert read.name == split_name(f"datasets:{address}")


def test_without_its_library_a_data_set_is_refused_with_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "datasets", None)
    with pytest.raises(DataError, match="pip install"):
        read_examples("datasets:org/snli", NLI)


def test_a_local_folder_is_read_by_the_library_itself(tmp_path: Path, monkeypatch):
    datasets = pytest.importorskip("datasets")
    monkeypatch.setattr(datasets.config, "HF_DATASETS_CACHE", tmp_path / "cache")
    (tmp_path / "data").mkdir()
    write(tmp_path / "data", ".jsonl")
    read = read_examples(f"datasets:{tmp_path / 'data'}:train", PAIRS)
    assert read.frame.to_dict("records") == ROWS
    assert list((tmp_path / "cache").iterdir())
    with pytest.raises(DataError, match="cannot be had"):
        read_examples(f"datasets:{tmp_path / 'data'}:dev", PAIRS)


@pytest.mark.parametrize("name", ["../../x.csv", "??.csv", ".csv", "a" * 99 + ".csv"])
def test_a_file_name_becomes_a_safe_split_name(name: str):
    assert 1 <= len(split_name(name)) <= 60
    assert "/" not in split_name(name)


def test_a_mapping_names_only_what_the_task_has():
    frame = pd.DataFrame(ROWS)
    with pytest.raises(UnknownName, match='Did you mean "sentence1"'):
        read_examples(frame, PAIRS, mapping=DataMapping.parse(["sentnce1=sentence1"]))
    with pytest.raises(UnknownName, match='Did you mean "paraphrase"'):
        read_examples(frame, PAIRS, mapping=DataMapping.parse(labels=["1=paraphrse"]))

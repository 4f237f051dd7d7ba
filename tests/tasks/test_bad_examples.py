"""Data that is of no use: each kind is refused by name, with its place and what to do."""

from __future__ import annotations

import os
from pathlib import Path

import pandas as pd
import pytest

from trusteq_core.errors import DataError, UnknownName
from trusteq_core.store import parquet_bytes
from trusteq_core.tasks import get_task
from trusteq_core.tasks.readers import DataMapping, read_examples, source

PAIRS = get_task("paraphrase")
HEADER = "id,sentence1,sentence2,label\n"


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("pairs.xlsx", b"PK", "is none of .csv, .tsv, .txt, .jsonl, .parquet"),
        ("pairs.csv", b"", '"pairs.csv" is empty'),
        ("pairs.csv", b"\n\n", '"pairs.csv" holds no row'),
        ("pairs.csv", HEADER, "The example table is empty"),
        ("pairs.jsonl", b"\n", '"pairs.jsonl" holds no row'),
        ("pairs.csv", HEADER + "1,,b,paraphrase\n", 'No row of "pairs.csv" can be used: 1 without'),
        # Names of columns.
        ("pairs.csv", "premise,hypothesis\na,b\n", 'has no column "sentence1". Found: premise'),
        ("pairs.csv", "sentnce1,sentence2\na,b\n", 'Did you mean "sentnce1".*--column sentence1='),
        ("pairs.csv", "sentence1;sentence2\na;b\n", "separated by"),
        ("pairs.csv", "sentence1,sentence2,label,label\na,b,c,d\n", 'two columns "label"'),
        # Encodings.
        ("pairs.csv", HEADER.encode() + b"1,a,b,different\n2,\xe9,b,different\n", "line 3, holds"),
        ("pairs.csv", HEADER.encode("utf-16"), "is in UTF-16. Save it as UTF-8"),
        ("pairs.jsonl", b'{"sentence1": "\xff", "sentence2": "b"}', "line 1, holds bytes"),
        ("pairs.jsonl", '{"sentence1": "\\ud83d", "sentence2": "b"}', "line 1, holds half a char"),
        # Lines.
        ("pairs.csv", HEADER + "1,a,b,different\n2,a,b,c,different\n", "line 3, has 5 column"),
        ("pairs.csv", HEADER + "1,a\n", r"line 2, has 2 column\(s\); expected are 4"),
        ("pairs.csv", HEADER + '1,"a\nb",b,different\n2,a\n', "line 4, has 2"),
        ("pairs.tsv", 'sentence1\tsentence2\n"a\tb\nc\td\n', "line 2, cannot be read: .*quotes"),
        ("pairs.jsonl", '{"sentence1": "a"', "line 1, is no JSON"),
        ("pairs.jsonl", '{"sentence1": "a", "sentence2": "b"}\n[1]\n', "line 2, holds no JSON obj"),
        ("pairs.jsonl", '{"sentence1": "a", "sentence2": 12}\n', "line 1, holds '12' in column"),
        ("pairs.parquet", b"PAR1 and no more", "cannot be read as Parquet"),
        # Labels and ids.
        ("pairs.csv", HEADER + "1,a,b,same\n2,a,b,same\n", 'line 2, has the label "same" .2 rows'),
        ("pairs.csv", HEADER + "1,a,b,paraphrse\n", 'Did you mean "paraphrase".*--label para'),
        ("pairs.csv", HEADER + "1,a,b,1\n", "Unknown label; those of .*different, paraphrase"),
        ("pairs.csv", HEADER + "7,a,b,different\n8,a,b,different\n7,c,d,different\n",
         'line 4, repeats "7" of line 2'),
        ("pairs.csv", HEADER + ",a,b,different\n", "line 2, has no id.*--column id="),
    ],
)  # fmt: skip
def test_a_table_of_no_use_is_refused_in_one_sentence(tmp_path: Path, name, content, message):
    path = tmp_path / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(DataError, match=message):
        read_examples(path, PAIRS)


def test_what_is_no_file_is_refused(tmp_path: Path):
    with pytest.raises(DataError, match="There is no file"):
        read_examples(tmp_path / "missing.csv", PAIRS)
    (tmp_path / "folder.csv").mkdir()
    with pytest.raises(DataError, match="is no file"):
        read_examples(tmp_path / "folder.csv", PAIRS)
    with pytest.raises(DataError, match="is no data set"):
        read_examples("datasets:a:b:c:d", PAIRS)


@pytest.mark.parametrize("suffix", [".csv", ".jsonl", ".parquet"])
def test_ten_gigabytes_are_refused_before_they_are_read(tmp_path: Path, suffix: str):
    path = tmp_path / f"pairs{suffix}"
    path.write_bytes(HEADER.encode())
    os.truncate(path, 10 * 2**30)  # a hole: it takes no room
    with pytest.raises(DataError, match="10,737,418,240 bytes; 1,073,741,824 are allowed"):
        read_examples(path, PAIRS)


def test_a_file_without_line_breaks_is_never_read_whole(tmp_path: Path):
    path = tmp_path / "pairs.csv"
    path.write_bytes(HEADER.encode())
    os.truncate(path, 2**29)
    with pytest.raises(DataError, match="line 2, has more than 1,048,576 bytes"):
        read_examples(path, PAIRS)


def test_a_quotation_that_never_ends_is_never_read_whole(tmp_path: Path):
    path = tmp_path / "pairs.csv"
    path.write_text(HEADER + '1,"' + "a line\n" * 200_000)
    with pytest.raises(DataError, match="line 2, cannot be read: field larger"):
        read_examples(path, PAIRS)


@pytest.mark.parametrize("suffix", [".csv", ".jsonl", ".parquet"])
def test_too_many_rows_are_refused(tmp_path: Path, monkeypatch, suffix: str):
    monkeypatch.setattr(source, "LARGEST_TABLE", 2)
    path, frame = tmp_path / f"pairs{suffix}", pd.DataFrame({"sentence1": list("abc")})
    frame["sentence2"] = frame["sentence1"]
    if suffix == ".parquet":
        path.write_bytes(parquet_bytes(frame))
    elif suffix == ".csv":
        frame.to_csv(path, index=False)
    else:
        frame.to_json(path, orient="records", lines=True)
    with pytest.raises(DataError, match="Split it up"):
        read_examples(path, PAIRS)
    path.write_bytes(path.read_bytes())
    monkeypatch.setattr(source, "LARGEST_TABLE", 3)
    assert read_examples(path, PAIRS).rows == 3


def test_a_small_parquet_file_that_unpacks_to_much_is_refused(tmp_path: Path, monkeypatch):
    monkeypatch.setattr(source, "LARGEST_FILE", 1 << 20)
    frame = pd.DataFrame({"sentence1": ["word " * 1000] * 1000, "sentence2": "b"})
    path = tmp_path / "pairs.parquet"
    path.write_bytes(parquet_bytes(frame))
    assert path.stat().st_size < 1 << 20
    with pytest.raises(DataError, match="unpacks to more than 1,048,576 bytes"):
        read_examples(path, PAIRS)


def test_a_mistyped_column_of_a_mapping_is_told_with_the_nearest(tmp_path: Path):
    path = tmp_path / "pairs.csv"
    path.write_text("question_a,question_b\na,b\n")
    columns = ["sentence1=question_a", "sentence2=qestion_b"]
    with pytest.raises(UnknownName, match=r'"qestion_b"\. Did you mean "question_b"'):
        read_examples(path, PAIRS, mapping=DataMapping.parse(columns))
    with pytest.raises(DataError, match="it cannot be left out"):
        read_examples(path, PAIRS, mapping=DataMapping.parse(["sentence1=", "sentence2="]))


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("[columns\n", "cannot be read as TOML"),
        ("[colums]\n", 'Did you mean "columns"'),
        ("[columns]\nlabel = 3\n", "is a table of names in quotation marks"),
        ("labels = 3\n", "is a table of names in quotation marks"),
        ("quotes = 1\n", "quotes is true or false"),
        ("format = 1\n", "format is a name"),
    ],
)
def test_a_mapping_file_of_no_use_is_refused(tmp_path: Path, content: str, message: str):
    path = tmp_path / "map.toml"
    path.write_text(content)
    with pytest.raises((DataError, UnknownName), match=message):
        DataMapping.read(path)


def test_a_setting_without_its_sign_is_refused(tmp_path: Path):
    with pytest.raises(DataError, match="Write it as in premise=sentence1"):
        DataMapping.parse(["premise"])
    with pytest.raises(DataError, match="cannot be read as TOML"):
        DataMapping.read(tmp_path / "missing.toml")

"""SNLI, MultiNLI, SICK, MRPC, QQP and PAWS as they are published, on files written here."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from public_data import public_file

from trusteq_core.errors import DataError, UnknownName
from trusteq_core.tasks import get_task
from trusteq_core.tasks.readers import read_examples

NLI, PAIRS = get_task("nli"), get_task("paraphrase")


def bowman(group: str, **more: str) -> list[dict[str, str]]:
    """Three rows as in SNLI and MultiNLI; on the second the annotators did not agree."""
    row = {
        "gold_label": "neutral",
        "sentence1_parse": "(ROOT (NP (DT A) (NN dog)))",
        "sentence1": 'A "dog" sleeps.',
        "sentence2": 'It "dreams.',
        group: "4705552913.jpg#2",
        **more,
    }
    labels = ("neutral", "-", "contradiction")
    return [{**row, "gold_label": label, "pairID": f"p{n}"} for n, label in enumerate(labels)]


EXPECTED = [
    {
        "id": identity,
        "premise": 'A "dog" sleeps.',
        "hypothesis": 'It "dreams.',
        "label": label,
        "group": "4705552913.jpg#2",
    }
    for identity, label in (("p0", "neutral"), ("p2", "contradiction"))
]


def as_json_lines(path: Path, rows: list[dict[str, str]]) -> Path:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path


def as_tabs(path: Path, rows: list[dict[str, str]]) -> Path:
    lines = ["\t".join(rows[0]), *("\t".join(row.values()) for row in rows)]
    path.write_text("\n".join(lines) + "\n")
    return path


@pytest.mark.parametrize("format", ["snli", None])
@pytest.mark.parametrize("write", [as_json_lines, as_tabs])
def test_snli(tmp_path: Path, write, format):
    suffix = ".jsonl" if write is as_json_lines else ".txt"
    read = read_examples(write(tmp_path / f"dev{suffix}", bowman("captionID")), NLI, format=format)
    assert read.frame.to_dict("records") == EXPECTED
    assert read.left_out == {"a label": 1}
    assert read.notes == [
        f'"dev{suffix}" was read as SNLI.',
        "1 of 3 rows were left out: 1 without a label.",
    ]


@pytest.mark.parametrize("format", ["multinli", None])
@pytest.mark.parametrize("write", [as_json_lines, as_tabs])
def test_multinli_keeps_the_genre(tmp_path: Path, write, format):
    suffix = ".jsonl" if write is as_json_lines else ".tsv"
    rows = bowman("promptID", genre="fiction")
    read = read_examples(write(tmp_path / f"dev{suffix}", rows), NLI, format=format)
    assert read.frame.to_dict("records") == [{**row, "phenomenon": "fiction"} for row in EXPECTED]


@pytest.mark.parametrize("format", ["sick", None])
@pytest.mark.parametrize("label", ["entailment_judgment", "entailment_label"])
def test_sick(tmp_path: Path, label, format):
    path = tmp_path / "SICK.txt"
    path.write_bytes(
        f"pair_ID\tsentence_A\tsentence_B\trelatedness_score\t{label}\r\n"
        "6\tThere is no boy\tA group of kids\t3.3\tNEUTRAL\r\n".encode()
    )
    assert read_examples(path, NLI, format=format).frame.to_dict("records") == [
        {
            "id": "6",
            "premise": "There is no boy",
            "hypothesis": "A group of kids",
            "label": "neutral",
        }
    ]


@pytest.mark.parametrize("format", ["mrpc", None])
def test_mrpc(tmp_path: Path, format):
    path = tmp_path / "msr_paraphrase_test.txt"
    path.write_text(
        "\N{ZERO WIDTH NO-BREAK SPACE}Quality\t#1 ID\t#2 ID\t#1 String\t#2 String\n"
        '1\t70\t71\t"We won, he said.\tHe said: "We won"\n0\t8\t9\tA\tB\n',
        encoding="utf-8",
    )
    frame = read_examples(path, PAIRS, format=format).frame
    assert frame["sentence1"].tolist() == ['"We won, he said.', "A"]
    assert frame["label"].tolist() == ["paraphrase", "different"]


@pytest.mark.parametrize(
    ("name", "content", "format"),
    [
        (
            "quora_duplicate_questions.tsv",
            "id\tqid1\tqid2\tquestion1\tquestion2\tis_duplicate\n"
            '9\t1\t2\t"What is ""it""?"\t"A line\nbreak?"\t1\n4\t5\t6\t\tWhy?\t0\n',
            None,
        ),
        (
            "train.csv",
            '"id","qid1","qid2","question1","question2","is_duplicate"\n'
            '"9","1","2","What is ""it""?","A line\nbreak?","1"\n"4","5","6","","Why?","0"\n',
            None,
        ),
        ("dev.tsv", '1\t"What is ""it""?"\t"A line\nbreak?"\t9\n0\t\tWhy?\t4\n', "qqp"),
    ],
)
def test_quora_question_pairs(tmp_path: Path, name: str, content: str, format):
    (tmp_path / name).write_text(content)
    read = read_examples(tmp_path / name, PAIRS, format=format)
    assert read.frame.to_dict("records") == [
        {
            "id": "9",
            "sentence1": 'What is "it"?',
            "sentence2": "A line\nbreak?",
            "label": "paraphrase",
        }
    ]
    assert read.format == "qqp"
    assert read.left_out == {"sentence1": 1}


@pytest.mark.parametrize("header", ["id\tsentence1\tsentence2\tlabel\r\n", ""])
def test_paws_with_and_without_its_header(tmp_path: Path, header: str):
    path = tmp_path / "test.tsv"
    path.write_bytes(f"{header}1\t`` A '' \" B .\tB and A .\t0\r\n2\tC\tD\t1\r\n".encode())
    frame = read_examples(path, PAIRS, format="paws").frame
    assert frame["sentence1"].tolist() == ["`` A '' \" B .", "C"]
    assert frame["id"].tolist() == ["1", "2"]
    assert frame["label"].tolist() == ["different", "paraphrase"]


def test_a_format_is_refused_where_it_does_not_fit(tmp_path: Path):
    path = tmp_path / "pairs.csv"
    path.write_text("left,right,label\na,b,1\n")
    with pytest.raises(UnknownName, match='Did you mean "paws"'):
        read_examples(path, PAIRS, format="pawz")
    with pytest.raises(DataError, match='SNLI is of task "nli"'):
        read_examples(path, PAIRS, format="snli")
    with pytest.raises(DataError, match="not those of PAWS"):
        read_examples(path, PAIRS, format="paws")
    path.write_text("x,a,b,1\n")
    with pytest.raises(DataError, match="not those of Quora question pairs"):
        read_examples(path, PAIRS, format="qqp")


def test_a_published_file_of_another_task_is_told(tmp_path: Path):
    path = as_tabs(tmp_path / "SICK.txt", [{"sentence_A": "a", "entailment_label": "NEUTRAL"}])
    with pytest.raises(DataError, match='those of SICK, of task "nli"'):
        read_examples(path, PAIRS)


@pytest.mark.parametrize(
    ("name", "task", "format", "labels"),
    [
        ("sick/SICK_train.txt", NLI, None, (1299, 2536, 665)),
        ("sick/SICK_trial.txt", NLI, None, (144, 282, 74)),
        ("sick/SICK_test_annotated.txt", NLI, None, (1414, 2793, 720)),
        ("snli-dev/snli_dev.csv", NLI, "snli", (3325, 3231, 3275)),
        ("paws-wiki/dev.tsv", PAIRS, "paws", (4461, 3539)),
        ("paws-wiki/test.tsv", PAIRS, "paws", (4464, 3536)),
    ],
)
def test_public_files_are_read_whole(name, task, format, labels):
    """The counts are those of `cut` and `grep -c` on the files."""
    read = read_examples(public_file(name), task, format=format)
    counts = read.frame["label"].value_counts()
    assert tuple(counts[label] for label in task.labels) == labels
    assert read.rows == sum(labels)
    assert read.left_out == {}


def test_the_public_sample_of_questions_is_not_all_utf8():
    path = public_file("qqp/dev.tsv")
    with pytest.raises(DataError, match=r"line 3, holds bytes that are not UTF-8.*replace-bytes"):
        read_examples(path, PAIRS, format="qqp")
    read = read_examples(path, PAIRS, format="qqp", replace_bytes=True)
    assert (read.rows, len(read.frame), read.replaced) == (10_000, 10_000, 83)
    assert not read.frame["sentence1"].str.contains('""').any()

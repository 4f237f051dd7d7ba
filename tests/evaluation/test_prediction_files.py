"""Files of predictions: what is read, how two are joined, and every bad file in one sentence."""

from __future__ import annotations

import tracemalloc
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from prediction_tables import CLASSES, pair_of_models, predictions, write

from trusteq_core.errors import DataError
from trusteq_core.evaluation import prediction_files, prediction_pair
from trusteq_core.evaluation.prediction_files import PredictionFile
from trusteq_core.evaluation.prediction_pair import PredictionPair, open_pair

P, Q, Y = pair_of_models(40)
A, B = predictions(P, Y), predictions(Q, Y)


def read(path: Path, **options: bool) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    rows = list(PredictionFile.open(path, **options).rows())
    return tuple(
        np.concatenate([getattr(part, name) for part in rows]) for name in ("ids", "y", "p")
    )


def whole(pair: PredictionPair) -> tuple[np.ndarray, np.ndarray]:
    everything = slice(0, pair.n)
    return pair.probabilities(0, everything), pair.probabilities(1, everything)


# --- one file --------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["a.csv", "a.tsv", "a.parquet", "A.CSV"])
def test_what_was_written_is_read_to_the_last_digit(tmp_path, name):
    path = write(A, tmp_path / name.lower()).rename(tmp_path / name)
    ids, y, p = read(path)
    assert ids.tolist() == A["id"].tolist()
    assert y.tolist() == Y.tolist()
    np.testing.assert_allclose(p, P, rtol=1e-15)


def test_ids_stay_text_and_a_byte_order_mark_is_no_part_of_a_name(tmp_path):
    path = tmp_path / "a.csv"
    text = 'id,label,no,yes\r\n007,no,0.75,0.25\r\nNA,yes,0.5,0.5\r\n"a ""b""\n,c",yes,0,1\r\n'
    path.write_bytes(text.encode("utf-8-sig"))
    ids, y, p = read(path)
    assert ids.tolist() == ["007", "NA", 'a "b"\n,c']
    assert y.tolist() == [0, 1, 1]
    assert p.tolist() == [[0.75, 0.25], [0.5, 0.5], [0.0, 1.0]]


def test_numbers_of_parquet_serve_as_ids_and_single_precision_is_widened(tmp_path):
    frame = A.assign(id=range(len(A)), label=A["label"].astype("category"))
    frame[list(CLASSES)] = frame[list(CLASSES)].astype("float32")
    ids, y, p = read(write(frame, tmp_path / "a.parquet"))
    assert ids[:3].tolist() == ["0", "1", "2"]
    assert y.tolist() == Y.tolist()
    assert p.dtype == np.float64
    np.testing.assert_allclose(p.sum(axis=1), 1.0, rtol=1e-15)


def test_the_columns_of_classes_may_be_named_as_in_our_own_tables(tmp_path):
    frame = A.rename(columns={name: f"p_{name}" for name in CLASSES})
    assert PredictionFile.open(write(frame, tmp_path / "a.csv")).classes == CLASSES


def test_logits_give_their_softmax(tmp_path):
    frame = predictions(np.log(P) + 3.0, Y)
    np.testing.assert_allclose(read(write(frame, tmp_path / "a.csv"), logits=True)[2], P)


def test_rows_within_the_tolerance_are_renormalised(tmp_path):
    frame = predictions(P * 1.0009, Y)
    np.testing.assert_allclose(read(write(frame, tmp_path / "a.csv"))[2], P, rtol=1e-12)


def changed(row: int, values: dict[str, object]) -> pd.DataFrame:
    frame = A.astype(object)
    for column, value in values.items():
        frame.loc[row, column] = value
    return frame


BAD_TABLES = {
    "sum": (
        changed(4, {"neutral": 0.0, "entailment": 0.2, "contradiction": 0.7}),
        r'"a.csv", row 5 \(id "x4"\): 0.2, 0, 0.7 sum to 0.9, not to 1',
    ),
    "rounded": (predictions(P.round(1) * 0.99, Y), "sum to 0.99, not to 1 .* all digits"),
    "negative": (
        changed(4, {"neutral": -0.1}),
        r"row 5 .* lie outside 0..1; these look like logits",
    ),
    "above one": (changed(4, {"neutral": 1.7}), "look like logits. .* say --logits"),
    "logits": (predictions(np.log(P), Y), "row 1 .* these look like logits"),
    "no number": (
        changed(4, {"neutral": None}),
        r'row 5 \(id "x4"\): column "neutral" is empty, NaN',
    ),
    "NaN": (changed(4, {"neutral": "nan"}), 'column "neutral" is empty, NaN or infinite'),
    "infinite": (changed(4, {"neutral": "inf"}), 'column "neutral" is empty, NaN or infinite'),
    "a word": (changed(4, {"neutral": "high"}), "invalid value 'high'. Every column besides"),
    "a comma in numbers": (changed(4, {"neutral": "0,5"}), "invalid value '0,5'"),
    "text": (A.assign(premise="A dog sleeps."), 'Every column besides "id" and "label" is a class'),
    "label": (
        changed(4, {"label": "maybe"}),
        r'label "maybe" is none of the classes entailment, neu',
    ),
    "label number": (
        A.assign(label=Y),
        'label ".*" is none of the classes .* Labels are the names',
    ),
    "no label": (changed(4, {"label": None}), '"a.csv", row 5, has no label'),
    "no id": (changed(4, {"id": None}), '"a.csv", row 5, has no id'),
    "no id column": (A.rename(columns={"id": "idx"}), 'no column "id". Is "idx" meant'),
    "no label column": (A.rename(columns={"label": "Gold_Label"}), 'Is "Gold_Label" meant'),
    "far name": (A.rename(columns={"label": "y"}), r'no column "label". Found: id, y, entailment'),
    "one class column": (A[["id", "label", "neutral"]], "has 1 column.* at least two"),
    "an index": (A.set_index(pd.Index(range(40), name="")).reset_index(), "column 1 has no name"),
    "a column twice": (A.set_axis(["id", "label", "a", "a", "b"], axis=1), 'two columns "a"'),
}


@pytest.mark.parametrize(("frame", "says"), BAD_TABLES.values(), ids=BAD_TABLES)
def test_a_bad_table_is_refused_in_a_sentence_that_names_the_place(tmp_path, frame, says):
    with pytest.raises(DataError, match=says) as error:
        read(write(frame, tmp_path / "a.csv"))
    assert "\n" not in str(error.value)


BAD_BYTES = {
    "empty": ("a.csv", b"", '"a.csv" is empty'),
    "semicolons": ("a.csv", b"id;label;a;b\n", 'separated by ";": .csv needs commas'),
    "tabs in a .csv": ("a.csv", b"id\tlabel\ta\tb\n", "separated by tabs"),
    "commas in a .tsv": ("a.tsv", b"id,label,a,b\n", 'separated by ","'),
    "Latin-1": ("a.csv", b"id,label,a,b\nx\xe9,a,0.5,0.5\n", '"a.csv" is not in UTF-8'),
    "Latin-1 head": ("a.csv", b"id,label,\xe9,b\n", '"a.csv" is not in UTF-8'),
    "UTF-16": ("a.csv", "id,label,a,b\nx,a,0.5,0.5\n".encode("utf-16"), "not in UTF-8"),
    "ragged": ("a.csv", b"id,label,a,b\nx,a,0.5\n", "Expected 4 columns, got 3"),
    "Excel": ("a.xlsx", b"PK", "none of .csv, .tsv and .parquet"),
    "not Parquet": ("a.parquet", b"id,label,a,b\n", "cannot be read as a table of predictions"),
}


@pytest.mark.parametrize(("name", "content", "says"), BAD_BYTES.values(), ids=BAD_BYTES)
def test_a_file_that_is_no_table_is_refused(tmp_path, name, content, says):
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(DataError, match=says) as error:
        read(path)
    assert "\n" not in str(error.value)


def test_a_file_that_is_not_there_is_refused(tmp_path):
    for name in ("missing.csv", "missing.parquet"):
        with pytest.raises(DataError, match="No such file or directory"):
            PredictionFile.open(tmp_path / name)


def test_columns_of_parquet_that_are_no_numbers_are_named(tmp_path):
    with pytest.raises(DataError, match='column "neutral" holds bool, not numbers'):
        read(write(A.assign(neutral=True), tmp_path / "a.parquet"))


@pytest.mark.parametrize("p", [P, P.round(2)], ids=["exact", "rounded"])
def test_logits_that_are_probabilities_are_refused(tmp_path, p):
    with pytest.raises(DataError, match=r"are probabilities already.* Leave out --logits"):
        read(write(predictions(p, Y), tmp_path / "a.csv"), logits=True)


def test_one_row_of_logits_may_look_like_probabilities(tmp_path):
    logits = np.log(P)
    logits[-1] = [0.2, 0.3, 0.5]
    assert len(read(write(predictions(logits, Y), tmp_path / "a.csv"), logits=True)[2]) == 40


# --- two files -------------------------------------------------------------------------------


@pytest.fixture
def file_a(tmp_path: Path) -> Path:
    return write(A, tmp_path / "a.csv")


@pytest.mark.parametrize("rows", [7, 1 << 16])
def test_rows_in_another_order_and_columns_too_are_joined_by_name(
    tmp_path, file_a, monkeypatch, rows
):
    """Whatever the size of the pieces in which they are read."""
    monkeypatch.setattr(prediction_files, "ROWS", rows)
    monkeypatch.setattr(prediction_pair, "ROWS", rows)
    shuffled = B.sample(frac=1.0, random_state=3)[["id", *reversed(CLASSES), "label"]]
    file_b = write(shuffled, tmp_path / "b.parquet")
    with open_pair(file_a, file_b) as pair:
        assert (pair.names, pair.classes, pair.n) == (("a", "b"), CLASSES, 40)
        assert pair.y.tolist() == Y.tolist()
        pieces = [pair.probabilities(1, rows) for rows in pair.slices()]
        np.testing.assert_allclose(whole(pair)[0], P, rtol=1e-15)
        np.testing.assert_allclose(np.concatenate(pieces), Q, rtol=1e-15)


def test_files_of_one_name_are_told_apart(tmp_path, file_a):
    with open_pair(file_a, write(B, tmp_path / "a.tsv")) as pair:
        assert pair.names == ("a.csv", "a.tsv")


BAD_PAIRS = {
    "ids": (
        B.assign(id=[f"x{row}" for row in range(3, 43)]),
        r'3 of 40 ids of "a.csv" are not in "b.csv": "x0", "x1", "x2"; 3 of 40 ids of "b.csv" '
        r'are not in "a.csv": "x40", "x41", "x42". Keep',
    ),
    "many ids": (B.assign(id=[f"y{row}" for row in range(40)]), r'"x0", "x1", "x2", …'),
    "fewer rows": (
        B.head(35),
        r'5 of 40 ids of "a.csv" are not in "b.csv": "x35", "x36", "x37", …',
    ),
    "double id": (
        B.assign(id=["x0", "x0", *B["id"][2:]]),
        r'1 id\(s\) stand in more than one row of "b.csv": "x0"',
    ),
    "double row": (pd.concat([B, B.tail(5)]), r'5 id\(s\) stand .* "x35", "x36", "x37", …'),
    "classes": (
        B.rename(columns={"neutral": "neither"}).replace("neutral", "neither"),
        r'only in "a.csv": neutral; only in "b.csv": neither',
    ),
    "a class less": (
        predictions(np.c_[Q[:, 0], 1 - Q[:, 0]], Y % 2, CLASSES[:2]),
        r'\(only in "a.csv": contradiction\)',
    ),
    "labels": (
        predictions(Q, np.r_[(Y[:4] + 1) % 3, Y[4:]]),
        r'4 of 40 examples have another label in "a.csv" than in "b.csv": "x0", .* …',
    ),
    "certain": (
        predictions(np.eye(3)[Q.argmax(axis=1)], Y),
        'Every confidence in "b.csv" is 1: these are answers',
    ),
    "empty": (B.head(0), '"b.csv" holds no example'),
    "one example": (B.head(1), '"b.csv" holds one example'),
}


@pytest.mark.parametrize(("frame", "says"), BAD_PAIRS.values(), ids=BAD_PAIRS)
def test_a_pair_that_does_not_fit_is_refused_with_the_count_and_three_examples(
    tmp_path, file_a, frame, says
):
    file_b = write(frame, tmp_path / "b.csv")
    with pytest.raises(DataError, match=says), open_pair(file_a, file_b):
        pass


def test_gold_labels_of_a_single_class_are_refused(tmp_path):
    files = [write(predictions(p, Y * 0), tmp_path / f"{n}.csv") for n, p in (("a", P), ("b", Q))]
    with (
        pytest.raises(DataError, match=r'Every label in "a.csv" is "entailment"'),
        open_pair(*files),
    ):
        pass


def test_logits_so_large_that_every_confidence_is_one_are_refused(tmp_path):
    models = {"a": P, "b": Q}
    files = [write(predictions(1e4 * np.log(models[n]), Y), tmp_path / f"{n}.csv") for n in models]
    with pytest.raises(DataError, match="is 1: these are answers"), open_pair(*files, logits=True):
        pass


def test_ids_are_named_although_labels_are_in_another_order(tmp_path, file_a):
    wrong = predictions(Q, np.r_[Y[:39], (Y[39] + 1) % 3]).iloc[::-1]
    with (
        pytest.raises(DataError, match=r'1 of 40 examples have another label.*: "x39". Both'),
        open_pair(file_a, write(wrong, tmp_path / "b.csv")),
    ):
        pass


def test_memory_grows_by_few_bytes_a_row(tmp_path):
    """A table of ten classes holds 80 bytes a row and model; they wait in a file."""
    peaks = []
    for n in (100_000, 300_000):
        frame = pd.DataFrame(np.full((n, 10), 0.1), columns=[f"c{k}" for k in range(10)])
        frame.insert(0, "label", np.where(np.arange(n) % 2, "c0", "c1"))
        frame.insert(0, "id", np.arange(n))
        path = write(frame, tmp_path / f"{n}.parquet")
        del frame
        tracemalloc.start()
        with open_pair(path, path) as pair:
            for rows in pair.slices():
                pair.probabilities(0, rows)
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert (peaks[1] - peaks[0]) / 200_000 < 60

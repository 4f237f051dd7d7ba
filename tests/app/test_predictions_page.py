"""The Predictions page compares two uploads, says what is wrong with them, and keeps nothing."""

import io
import json
import tempfile
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import streamlit as st
from probability_cases import calibrated
from streamlit.testing.v1 import AppTest

from trusteq_app import predictions_loading as loading
from trusteq_app import predictions_view as view
from trusteq_core.calibration import scale
from trusteq_core.equivalence import Margins
from trusteq_core.errors import DataError
from trusteq_core.evaluation.prediction_comparison import compare_predictions

ROOT = Path(__file__).resolve().parents[2]
CLASSES = ["entailment", "neutral", "contradiction"]
P, Y = calibrated(600, np.random.default_rng(3))
CHOICES = loading.Choices(15, "width", logits=False, margins=Margins())


def csv(p=P, y=Y, classes=CLASSES, prefix="x"):
    frame = pd.DataFrame(p, columns=classes)
    frame = frame.assign(id=[f"{prefix}{row}" for row in range(len(y))], label=np.take(classes, y))
    return frame.to_csv(index=False).encode()


@pytest.fixture
def page(monkeypatch):
    """Return the page by itself, without the frame.

    Each run of `AppTest` is a cold visit, which goes through the guard and drops what was uploaded
    for that run; the browser test uploads within the frame.
    """
    st.cache_resource.clear()
    monkeypatch.setattr("trusteq_app.guard.enter", lambda _: None)
    return AppTest.from_file(str(ROOT / "pages" / "predictions.py"), default_timeout=180).run()


@pytest.fixture
def spool(tmp_path, monkeypatch):
    """Return the folder in which temporary files are made."""
    folder = tmp_path / "spool"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


def upload(page, original, compressed, names=("large.csv", "small.csv"), **state):
    for key, value in state.items():
        page.session_state[key] = value
    for side, name, content in zip(view.SIDES, names, (original, compressed), strict=True):
        page.file_uploader(key=f"upload_{side}").set_value((name, content, "text/csv"))
    return page.run()


def text_of(page):
    kinds = (page.markdown, page.caption, page.subheader, page.error)
    return "\n".join(each.value for kind in kinds for each in kind)


def html_of(page):
    return "".join(element.proto.body for element in page.get("html"))


def downloads(page):
    return [each.proto.label for each in page.get("download_button")]


def table_with(page, column):
    return next(each.value for each in page.dataframe if column in each.value.columns)


def test_without_results_the_page_and_the_margins_are_there(empty_app):
    page = empty_app.switch_page("pages/predictions.py").run()
    assert not page.exception
    assert "make precomputed" not in text_of(page)
    assert page.number_input(key="margin_gap").value == Margins().gap


def test_before_an_upload_the_page_shows_the_format_and_its_limit(page):
    assert not page.exception
    assert {"What to upload", "An example"} <= {each.value for each in page.subheader}
    assert "at most 50 MB a file" in text_of(page)
    assert "nothing of them is stored" in text_of(page)
    assert downloads(page) == ["CSV"]


def test_one_upload_alone_is_not_compared(page):
    page.file_uploader(key="upload_original").set_value(("large.csv", csv(), "text/csv"))
    again = page.run()
    assert not again.exception
    assert not again.error
    assert "What to upload" in text_of(again)


def test_the_example_is_a_file_that_can_be_compared():
    written = loading.Upload("example.csv", view.EXAMPLE.to_csv(index=False).encode())
    found = loading.compare_uploads(written, written, CHOICES)
    assert found.n == len(view.EXAMPLE)
    assert found.performance["flips"] == 0


def test_a_model_is_equivalent_to_itself(page):
    shown = upload(page, csv(), csv())
    assert not shown.exception
    assert not shown.error
    assert "small is equivalent to large within every margin" in html_of(shown)
    assert "there was none" in text_of(shown)


def test_the_page_shows_what_the_command_line_computes(page, tmp_path):
    files = {"large.csv": csv(), "small.csv": csv(scale(P, 3.0))}
    for name, content in files.items():
        (tmp_path / name).write_bytes(content)
    known = compare_predictions(*(tmp_path / name for name in files), n_bins=10, scheme="mass")
    shown = upload(page, *files.values(), upload_bins=10, upload_scheme="equal mass")
    assert known.verdict.answer == "different"
    assert known.verdict.sentence in html_of(shown)
    measures = table_with(shown, "floor_original")
    for name in ("original", "compressed", "difference"):
        np.testing.assert_array_equal(measures[name], known.calibration[name])
    performance = table_with(shown, "pair").set_index("measure")
    assert performance.loc["accuracy", "original"] == known.performance["accuracy_original"]
    assert performance.loc["agreement", "pair"] == known.performance["agreement"] == 1.0
    assert f"{known.recalibration.share:.0%}".replace("%", " % of it is removed") in text_of(shown)
    assert downloads(shown) == ["The whole comparison (JSON)", "CSV", "CSV", "CSV", "CSV"]


def test_the_json_is_the_whole_comparison(page, monkeypatch):
    written = {}
    real = view.st.download_button
    monkeypatch.setattr(
        view.st,
        "download_button",
        lambda label, data, **rest: (
            written.update({rest["file_name"]: data}) or real(label, data, **rest)
        ),
    )
    upload(page, csv(), csv(scale(P, 3.0)))
    document = json.loads(written["comparison.json"])
    assert (document["n"], document["classes"]) == (len(Y), CLASSES)
    assert document["verdict"]["answer"] == "different"
    assert document["calibration"]["ece"]["compressed"] > document["calibration"]["ece"]["original"]
    assert pd.read_csv(io.BytesIO(written["performance.csv"]))["measure"][0] == "accuracy"


def test_margins_of_the_settings_decide(page):
    wide = {"margin_gap": 0.4, "margin_brier": 0.4, "margin_profile": 0.4}
    shown = upload(page, csv(), csv(scale(P, 3.0)), **wide)
    assert "is equivalent to large" in html_of(shown)
    assert "gap 0.4 (default 0.02)" in text_of(shown)


def test_logits_are_compared_after_a_softmax(page):
    logits = csv(np.log(P) + 5.0)
    refused = upload(page, csv(), logits)
    assert "look like logits" in refused.error[0].value
    assert f"is the switch *{view.SWITCH}*" in refused.error[0].value
    shown = upload(page, logits, logits, upload_logits=True)
    assert "is equivalent to large" in html_of(shown)


def test_parquet_and_tsv_are_read_too(page):
    parquet = io.BytesIO()
    pd.read_csv(io.BytesIO(csv())).to_parquet(parquet)
    tabs = csv().replace(b",", b"\t")
    shown = upload(page, parquet.getvalue(), tabs, names=("large.parquet", "small.tsv"))
    assert "small is equivalent to large" in html_of(shown)


def test_hostile_names_are_shown_as_text(page):
    hostile = ["<img src=x onerror=alert(1)>", "[yes](http://example.org) $a$", ":red[no]"]
    names = ("<b>large</b>.csv", "![x](http:small.csv")
    shown = upload(page, csv(classes=hostile), csv(classes=hostile), names=names)
    assert not shown.exception
    assert "&lt;" in html_of(shown)
    assert "<img" not in html_of(shown)
    assert "<b>" not in html_of(shown)
    said = text_of(shown)
    assert r"\:red\[no\]" in said
    assert "<img" not in said.replace(r"\<", "")
    assert "](http" not in said


def test_hostile_ids_are_shown_as_text(page):
    shown = upload(page, csv(prefix="<b>$"), csv(prefix=":red["))
    assert "600 of 600 ids" in shown.error[0].value
    assert r"\<b\>\$0" in shown.error[0].value
    assert r"\:red\[0" in shown.error[0].value


BAD = {
    "nothing": (b"", "small.csv", "is empty"),
    "no column of ids": (csv().replace(b"id,label", b"key,label"), "small.csv", "no column"),
    "another encoding": (csv().decode().encode("utf-16"), "small.csv", "is not in UTF-8"),
    "a spreadsheet": (csv(), "small.xlsx", "is none of .csv, .tsv and .parquet"),
    "no suffix": (csv(), "small", "is none of .csv, .tsv and .parquet"),
    "not Parquet": (csv(), "small.parquet", "cannot be read as a table of predictions"),
    "cut off": (csv()[:-400] + b'"', "small.csv", "small.csv"),
    "rows that sum to 2": (csv(2 * P / 1.0), "small.csv", "small.csv"),
    "other classes": (csv(classes=["a", "b", "c"]), "small.csv", "the same classes"),
    "fewer rows": (csv(P[:400], Y[:400]), "small.csv", "200 of 600 ids"),
    "other labels": (csv(y=(Y + 1) % 3), "small.csv", "600 of 600 examples have another label"),
    "text for a number": (csv().replace(b"0.", b"zero", 1), "small.csv", "cannot be read"),
}


@pytest.mark.parametrize("case", BAD)
def test_a_bad_file_is_refused_and_leaves_nothing_behind(spool, case):
    content, name, says = BAD[case]
    uploads = loading.Upload("large.csv", csv()), loading.Upload(name, content)
    with pytest.raises(DataError, match=says) as refused:
        loading.compare_uploads(*uploads, CHOICES)
    assert str(spool) not in str(refused.value)
    assert list(spool.iterdir()) == []


def test_the_page_says_of_every_bad_file_what_is_wrong_and_shows_the_format(page):
    for content, name, says in BAD.values():
        shown = upload(page, csv(), content, names=("large.csv", name))
        assert not shown.exception
        assert len(shown.error) == 1
        assert says in shown.error[0].value.replace("\\", "")
        assert "What to upload" in text_of(shown)


def test_an_upload_is_written_for_as_long_as_it_is_compared(page, spool, monkeypatch):
    seen = []

    def spying(*paths, **settings):
        seen.extend(path.read_bytes() for path in paths)
        return compare_predictions(*paths, **settings)

    monkeypatch.setattr(loading, "compare_predictions", spying)
    upload(page, csv(), csv(scale(P, 2.0)))
    assert seen == [csv(), csv(scale(P, 2.0))]
    assert list(spool.iterdir()) == []


def test_a_rerun_computes_nothing_and_another_choice_does(page, monkeypatch):
    computed = []

    def counting(*paths, **settings):
        computed.append(settings["n_bins"])
        return compare_predictions(*paths, **settings)

    monkeypatch.setattr(loading, "compare_predictions", counting)
    upload(page, csv(), csv())
    upload(page, csv(), csv())
    assert computed == [15]
    page.slider(key="upload_bins").set_value(7).run()
    assert computed == [15, 7]
    upload(page, csv(), csv(scale(P, 2.0)))
    assert computed == [15, 7, 7]


def test_more_rows_than_the_limit_are_refused(monkeypatch, spool):
    monkeypatch.setattr(loading, "MOST_ROWS", 500)
    uploads = [loading.Upload(f"{name}.csv", csv()) for name in ("large", "small")]
    with pytest.raises(DataError, match=r"more than 500 rows, the most .* with 3 classes"):
        loading.compare_uploads(*uploads, CHOICES)
    assert list(spool.iterdir()) == []


def test_a_full_disk_is_a_sentence(monkeypatch):
    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("pathlib.Path.write_bytes", full)
    uploads = [loading.Upload(f"{name}.csv", csv()) for name in ("large", "small")]
    with pytest.raises(DataError, match=r"do not fit .* No space left on device"):
        loading.compare_uploads(*uploads, CHOICES)


@pytest.mark.parametrize(
    "name",
    ["../../etc/passwd", "..", "", "a" * 5000 + ".csv", "\0\n.csv", "\ud800.csv", "C:\\x.csv"],
)
def test_any_name_becomes_that_of_a_file_in_the_folder(name, tmp_path):
    for each in loading.file_names(name, name):
        (tmp_path / each).write_bytes(b"")
    assert len(list(tmp_path.iterdir())) == 2


def test_two_files_of_one_name_are_told_apart(page):
    shown = upload(page, csv(), csv(scale(P, 3.0)), names=("test.csv", "test.csv"))
    assert "test (compressed) is different from test (original)" in html_of(shown)


def test_the_pickers_of_the_stored_pair_are_closed_here_and_nowhere_else(app):
    names = ("task", "original", "compressed")
    here = app.switch_page("pages/predictions.py").run()
    assert [here.selectbox(key=name).disabled for name in names] == [True] * 3
    assert any("plays no part on this page" in each.value for each in here.caption)
    there = here.switch_page("pages/calibration.py").run()
    assert [there.selectbox(key=name).disabled for name in names] == [False] * 3

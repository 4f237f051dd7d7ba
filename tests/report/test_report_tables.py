"""Every table leaves as CSV, Parquet and LaTeX with the numbers of the comparison."""

from __future__ import annotations

import io
import zipfile

import pandas as pd
import pytest
from hostile import HOSTILE_MODEL

from trusteq_core.report import FORMATS, ReportOptions, build_report, report_files
from trusteq_core.report.tables import csv_files, latex_tables, parquet_files, zip_bytes
from trusteq_core.report.worst import pick_worst

TABLES = {
    "criteria", "performance", "alignment", "calibration", "reliability", "examples", "models",
    "results",
}  # fmt: skip


def test_the_tables_are_those_of_the_comparison(report, comparison):
    assert set(report.tables) == TABLES
    performance = report.tables["performance"].set_index("measure")
    assert performance["compressed"]["accuracy"] == comparison.performance()["accuracy_compressed"]
    overlap = report.tables["alignment"].set_index("explainer")
    assert overlap["jaccard"]["lime"] == comparison.overlap("lime")["jaccard"]
    assert overlap["precision_original"]["lime"] == comparison.reasons("lime")["precision_original"]
    for column in ("original", "compressed"):
        assert report.tables["calibration"][column].equals(comparison.calibration()[column])


def test_the_criteria_are_those_of_the_verdict(report):
    criteria = report.tables["criteria"]
    assert criteria["answer"].tolist() == [f.answer for f in report.verdict.findings]
    assert (criteria["low"] <= criteria["estimate"]).all()
    assert (criteria["level"] == report.verdict.margins.level).all()


def test_results_hold_both_models_the_data_and_the_ceilings(report):
    results = report.tables["results"]
    assert results["kind"].value_counts().to_dict() == {
        "attributions": 4 * 3 + 3,  # the pair and its control; resampled where not deterministic
        "predictions": 2,
        "examples": 1,
    }
    assert not results["address"].duplicated().any()


def test_csv_is_read_back_with_its_numbers(report):
    files = csv_files(report)
    assert set(files) == {f"{name}.csv" for name in TABLES}
    for name, frame in report.tables.items():
        back = pd.read_csv(io.BytesIO(files[f"{name}.csv"]))
        numbers = frame.select_dtypes("number")
        pd.testing.assert_frame_equal(back[list(numbers)], numbers, check_dtype=False)


def test_parquet_is_read_back_as_it_was(report):
    files = parquet_files(report)
    assert set(files) == {f"{name}.parquet" for name in TABLES}
    for name, frame in report.tables.items():
        back = pd.read_parquet(io.BytesIO(files[f"{name}.parquet"]))
        pd.testing.assert_frame_equal(back, frame, check_dtype=False)


def test_latex_has_every_table_with_all_its_rows(report):
    """Of the examples those that the report shows: all would fill pages."""
    source = latex_tables(report)
    assert source.count(r"\begin{table}") == source.count(r"\end{table}") == len(TABLES)
    for name in TABLES:
        table = source.split(f"tab:trusteq-{name}")[1].split(r"\end{table}")[0]
        rows = report.worst if name == "examples" else report.tables[name]
        assert table.count(r"\\") == 1 + len(rows)
    assert report.worst[0].id in source


def test_latex_escapes_names(hostile_report):
    source = latex_tables(hostile_report)
    assert r"ti|ny`\$\_\{\{7*7\}\}" in source
    body = [line for line in source.splitlines() if not line.startswith("%")]
    assert HOSTILE_MODEL not in "\n".join(body)


def test_an_archive_holds_the_files_and_is_the_same_twice(report):
    files = csv_files(report)
    packed = zip_bytes(files)
    assert packed == zip_bytes(files)
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        assert {name: archive.read(name) for name in archive.namelist()} == files


@pytest.mark.parametrize("name", FORMATS)
def test_without_examples_no_format_holds_a_text_of_the_data(comparison, name):
    report = build_report(comparison, ReportOptions(n_examples=0))
    files = report_files(report, FORMATS[name], "report")
    text = comparison.examples["premise"].iloc[0].encode()
    assert [file for file, content in files.items() if text in content] == []


@pytest.mark.parametrize("name", FORMATS)
def test_a_report_without_explainers_is_written_in_every_format(comparison, name):
    report = build_report(comparison, ReportOptions(explainers=()))
    files = report_files(report, FORMATS[name], "report")
    assert all(files.values())


def test_flips_that_lost_a_right_answer_come_first_then_the_surest():
    table = pd.DataFrame(
        {
            "id": ["a", "b", "c", "d"],
            "flip": [True, True, True, False],
            "outcome": ["positive flip", "negative flip", "negative flip", "both right"],
            "confidence_original": [0.9, 0.6, 0.9, 0.9],
            "confidence_compressed": [0.9, 0.9, 0.8, 0.9],
        }
    )
    assert pick_worst(table, "flips", 3)["id"].tolist() == ["c", "b", "a"]

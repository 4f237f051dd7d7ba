"""What a visitor saves is opened again: tables parse, pictures and documents are what they say."""

import io
import json
import re
import zipfile

import pandas as pd
import pytest
from browsing import settle, visit
from steps import saved, wait_for_text

from trusteq_core.evaluation import compare
from trusteq_core.store import ResultStore

pytestmark = [pytest.mark.browser, pytest.mark.slow]

# Every table and chart with a CSV, by page: its file, and how many rows it holds for certain.
TABLES = {
    "": {"verdict.csv": 8, "criteria.csv": 8, "models.csv": 4, "model_map.csv": 4},
    "explanations": {"examples.csv": 48, "stored_words.csv": None, "explainers.csv": 4},
    "calibration": {"reliability.csv": 30, "calibration.csv": None},
    "disagreement": {"slice.csv": None},
}


def csv_buttons(page):
    buttons = page.get_by_test_id("stDownloadButton").get_by_role("button", name="CSV")
    return [buttons.nth(number) for number in range(buttons.count())]


@pytest.mark.parametrize("path", TABLES, ids=lambda path: path or "overview")
def test_every_table_of_a_page_is_saved_as_a_csv_that_parses(page, server, path):
    visit(page, f"{server}/{path}?compressed=tiny")
    page.wait_for_selector(".js-plotly-plot")
    found = {}
    for button in csv_buttons(page):
        name, content = saved(page, button)
        found[name] = pd.read_csv(io.BytesIO(content))
    assert set(TABLES[path]) <= set(found)
    for name, frame in found.items():
        assert len(frame.columns) > 1, name
        assert not any(column.startswith("Unnamed") for column in frame), name
        rows = TABLES[path].get(name)
        assert len(frame) == rows if rows else len(frame) > 0, name


def test_the_saved_examples_are_those_of_the_comparison(page, server, miniature_store):
    visit(page, f"{server}/explanations?compressed=tiny&slice=flips")
    _, content = saved(page, csv_buttons(page)[0])
    frame = pd.read_csv(io.BytesIO(content))
    comparison = compare(ResultStore(miniature_store), "nli", "base", "tiny")
    table = comparison.example_table("lime", k=5, explained="reference")
    flips = table[table["flip"]]
    assert frame["id"].tolist() == flips["id"].tolist()
    assert frame["jaccard"].tolist() == pytest.approx(flips["jaccard"].tolist())


def test_a_chart_is_saved_as_a_picture(page, server):
    visit(page, f"{server}/?compressed=tiny")
    page.wait_for_selector(".js-plotly-plot .main-svg")
    page.locator(".js-plotly-plot").first.hover()
    name, content = saved(page, page.locator(".modebar-btn").first)
    assert name == "criteria.png"
    assert content.startswith(b"\x89PNG\r\n\x1a\n")
    width = int.from_bytes(content[16:20], "big")
    assert width > 600


def test_every_format_of_the_report_opens(page, server, chromium, tmp_path):
    visit(page, f"{server}/report?compressed=tiny&report_examples=1")
    page.get_by_test_id("stBaseButton-primary").click()
    page.get_by_test_id("stDownloadButton").first.wait_for()
    settle(page)
    buttons = page.get_by_test_id("stDownloadButton").get_by_role("button")
    files = dict(saved(page, buttons.nth(number)) for number in range(buttons.count()))
    by_ending = {re.sub(r"^trusteq-nli-base-tiny", "", name): name for name in files}
    document = files[by_ending[".html"]].decode()
    (tmp_path / "report.html").write_text(document, encoding="utf-8")
    other = chromium.new_context()
    opened = other.new_page()
    opened.goto((tmp_path / "report.html").as_uri())
    assert "tiny" in opened.get_by_role("heading", level=1).inner_text()
    other.close()
    assert files[by_ending[".md"]].decode().lstrip().startswith(("#", "---"))
    archives = [name for name in files if name.endswith(".zip")]
    assert archives
    for name in archives:
        archive = zipfile.ZipFile(io.BytesIO(files[name]))
        assert archive.testzip() is None
        assert archive.namelist()
        for inner in archive.namelist():
            if inner.endswith(".csv"):
                assert len(pd.read_csv(io.BytesIO(archive.read(inner))).columns) > 1
            if inner.endswith(".parquet"):
                assert len(pd.read_parquet(io.BytesIO(archive.read(inner))).columns) > 1
            if inner.endswith(".json"):
                json.loads(archive.read(inner))
    wait_for_text(page, "Preview")

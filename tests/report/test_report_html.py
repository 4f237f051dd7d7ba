"""The HTML report says what was found, holds everything itself, and lets no text act."""

from __future__ import annotations

from html import unescape
from html.parser import HTMLParser

import pytest
from hostile import HOSTILE, HOSTILE_MODEL

from trusteq_core.errors import DataError, UnknownName
from trusteq_core.report import ReportOptions, build_report, to_html
from trusteq_core.report.html import render_html, summary_html

VOID = {"meta", "br", "img", "link", "input", "hr"}
FIVE_MB = 5_000_000


class Reader(HTMLParser):
    """Collects elements, attributes and text of a document, and checks that tags are closed."""

    def __init__(self) -> None:
        super().__init__()
        self.elements: list[str] = []
        self.attributes: list[tuple[str, str, str]] = []
        self.open: list[str] = []
        self.pieces: list[str] = []

    def handle_starttag(self, tag, attrs):
        self.elements.append(tag)
        self.attributes += [(tag, name, value or "") for name, value in attrs]
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.open.pop()

    def handle_endtag(self, tag):
        assert self.open, f"</{tag}> closes nothing"
        assert self.open.pop() == tag, f"</{tag}> at {self.getpos()}"

    def handle_data(self, data):
        if not self.open or self.open[-1] != "style":
            self.pieces.append(data)

    @property
    def text(self) -> str:
        return " ".join("".join(self.pieces).split())


def read(document: str) -> Reader:
    reader = Reader()
    reader.feed(document)
    reader.close()
    return reader


@pytest.fixture(scope="module")
def document(report) -> str:
    return render_html(report)


@pytest.fixture(scope="module")
def page(document) -> Reader:
    return read(document)


@pytest.fixture(scope="module")
def hostile_document(hostile_report) -> str:
    return render_html(hostile_report)


def test_every_tag_is_closed(page):
    assert page.open == []


def test_it_says_the_verdict_and_every_criterion_in_words(page, report):
    assert report.verdict.sentence in page.text
    assert len(report.verdict.findings) == 8
    assert [f.sentence for f in report.verdict.findings if f.sentence not in page.text] == []


def test_it_names_estimate_interval_margin_and_n_of_a_criterion(page, report):
    gap = next(f for f in report.verdict.findings if f.criterion.id == "gap")
    assert f"{100 * gap.estimate:.2f} points".replace("-", "−") in page.text
    low, high = (f"{100 * end:.2f}".replace("-", "−") for end in (gap.low, gap.high))
    assert f"{low} to {high} points" in page.text
    assert "± 2 points" in page.text
    assert "160" in page.text


def test_it_shows_overlap_between_chance_and_ceilings(page, comparison):
    for explainer in comparison.explainers:
        found = comparison.overlap(explainer)
        for name in ("jaccard", "chance", "ceiling_resampling", "ceiling_retraining"):
            assert f"{found[name]:.3f}" in page.text


def test_it_shows_calibration_beside_its_noise_floor(page, comparison):
    ece = comparison.calibration().set_index("measure").loc["ece"]
    shown = [f"{ece[name]:.4f}" for name in ("original", "compressed", "floor_original")]
    assert [value for value in shown if value not in page.text] == []


def test_the_reliability_diagram_has_a_mark_for_every_bin_with_examples(document, comparison):
    bins = comparison.reliability()
    assert document.count('<g class="bin">') == int((bins["count"] > 0).sum())


def test_worst_examples_are_shown_with_both_word_maps(document, report):
    assert {example.kind for example in report.worst} == {"other reasons", "flips"}
    assert document.count('<section class="tq-panel"') == 2 * len(report.worst)
    assert [example.id for example in report.worst if example.id not in document] == []


def test_provenance_names_fingerprints_versions_seeds_and_dates(page, report):
    results = report.tables["results"]
    for column in ("model_fingerprint", "data_fingerprint"):
        assert [mark for mark in results[column].dropna() if mark not in page.text] == []
    assert report.dates[0] in page.text
    assert set(results["seed"].dropna()) == {0, 1}  # the ceiling's other seed is told
    assert "numpy " in page.text
    assert "accuracy 0.02" in page.text


def test_nothing_that_is_missing_is_printed_as_a_value(page):
    assert [word for word in page.text.split() if word.lower() in ("nan", "none", "<na>")] == []


def test_the_same_results_give_the_same_report_byte_for_byte(document, comparison):
    assert to_html(comparison) == document


def test_it_runs_no_script_and_asks_no_host(page):
    assert "script" not in page.elements
    assert [name for _, name, _ in page.attributes if name in ("src", "href", "action")] == []
    policy = next(value for _, name, value in page.attributes if name == "content")
    assert policy.startswith("default-src 'none'")


def test_it_is_far_below_five_megabytes_even_with_all_examples(comparison):
    document = to_html(comparison, n_examples=20)
    assert len(document.encode()) < FIVE_MB / 5


def test_long_texts_are_left_out_before_the_file_is_too_large(comparison, monkeypatch):
    whole = to_html(comparison, n_examples=4)
    maps = whole.count('class="example"')
    monkeypatch.setattr("trusteq_core.report.html.MOST_BYTES", len(whole) // 3)
    document = to_html(comparison, n_examples=4)
    shown = document.count('class="example"')
    assert 1 < shown < maps
    assert f"{maps - shown} more with long texts were left out" in document
    # Both kinds keep their worst.
    assert "There is none" not in document
    monkeypatch.setattr("trusteq_core.report.html.MOST_BYTES", 0)
    assert "There is none that fits here." in to_html(comparison, n_examples=4)


def test_hostile_texts_are_text(hostile_document):
    page = read(hostile_document)
    assert page.open == []
    assert {"script", "img", "i", "b"} & set(page.elements) <= {"i", "b"}  # ours, in the legend
    assert [name for _, name, _ in page.attributes if name.startswith("on")] == []
    shown = "".join("".join(page.pieces).split())
    assert [text for text in HOSTILE if "".join(text.split()) not in shown] == []
    assert HOSTILE_MODEL in page.text
    assert "{{7*7}}" in page.text  # no template in a text is run


def test_hostile_names_are_escaped_in_the_title_and_the_summary(hostile_report, hostile_document):
    title = hostile_document.split("<title>")[1].split("</title>")[0]
    assert unescape(title).startswith(HOSTILE_MODEL)
    summary = summary_html(hostile_report)
    assert "<b>ti" not in summary
    assert read(summary).open == []


def test_a_text_that_turns_the_reading_direction_is_kept_to_itself(hostile_document):
    assert 'class="tq-text" dir="auto"' in hostile_document
    assert "<bdi>" in hostile_document


def test_the_notebook_shows_the_verdict_and_its_criteria(report):
    page = read(report._repr_html_())
    assert page.open == []
    assert report.verdict.sentence in page.text
    assert page.elements.count("tr") == 1 + len(report.verdict.findings)


def test_without_explainers_it_speaks_of_predictions_alone(comparison):
    page = read(to_html(comparison, explainers=()))
    assert "says nothing about reasons" in page.text
    assert "tq-panel" not in str(page.attributes)


def test_without_examples_no_text_of_the_data_is_in_it(comparison):
    report = build_report(comparison, ReportOptions(n_examples=0))
    document = render_html(report)
    assert "as asked" in document
    texts = [*comparison.examples["premise"], *comparison.examples["hypothesis"]]
    assert [text for text in texts if text in document] == []


@pytest.mark.parametrize("options", [{"k": 0}, {"n_bins": 0}, {"n_examples": 21}])
def test_a_number_out_of_range_is_refused(options):
    with pytest.raises(DataError, match=next(iter(options))):
        ReportOptions(**options)


def test_an_explainer_without_results_is_refused_by_name(comparison):
    with pytest.raises(UnknownName, match="lyme"):
        build_report(comparison, ReportOptions(explainers=("lyme",)))

"""The saved report in a real browser: no script, no request, no error, both themes and print."""

import re
from pathlib import Path

import pytest
from steps import colour_of, contrast, luminance

from trusteq_core.evaluation import compare
from trusteq_core.report import to_html
from trusteq_core.store import ResultStore

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture(scope="module")
def file(miniature_store: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("report") / "report.html"
    comparison = compare(ResultStore(miniature_store), "nli", "base", "tiny")
    path.write_text(to_html(comparison), encoding="utf-8")
    return path


@pytest.fixture
def opened(page, file):
    """Return the page with the report, what it asked for and what it complained about."""
    asked, said = [], []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.goto(file.as_uri())
    page.wait_for_load_state("networkidle")
    return page, asked, said


def test_it_opens_without_an_error_and_asks_for_nothing_but_itself(opened, file):
    _, asked, said = opened
    assert asked == [file.as_uri()]
    assert said == []


def test_its_policy_stops_a_script_that_got_in(page, file, tmp_path):
    """The net beneath the escaping: were a text let through, it could not act."""
    hostile = tmp_path / "hostile.html"
    document = file.read_text(encoding="utf-8")
    hostile.write_text(
        document.replace("<main>", "<main><script>document.title='hacked'</script>"),
        encoding="utf-8",
    )
    page.goto(hostile.as_uri())
    assert page.title() == "tiny for base: different"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_and_answers_have_contrast_in_both_themes(opened, scheme):
    page, _, _ = opened
    page.emulate_media(color_scheme=scheme)
    paper = colour_of(page, "body", "backgroundColor")
    assert (luminance(paper) > 0.5) == (scheme == "light")
    for selector in ("h1", ".note", "td", ".answer.equivalent", ".answer.different"):
        assert contrast(colour_of(page, selector, "color"), paper) >= 4.5
    assert contrast(colour_of(page, "svg.diagram text", "fill"), paper) >= 4.5


def test_it_prints_dark_on_white_even_from_a_dark_screen(opened):
    page, _, _ = opened
    page.emulate_media(color_scheme="dark", media="print")
    assert luminance(colour_of(page, "body", "backgroundColor")) > 0.9
    assert luminance(colour_of(page, "body", "color")) < 0.1


@pytest.mark.parametrize("width", [390, 1280])
def test_the_page_never_scrolls_sideways(opened, width):
    page, _, _ = opened
    page.set_viewport_size({"width": width, "height": 900})
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_the_page_previews_and_downloads_the_report(page, server, tmp_path):
    said = []
    page.on("pageerror", lambda error: said.append(str(error)))
    page.goto(f"{server}/report?compressed=tiny&report_k=3")
    page.get_by_role("button", name="Build the report").click()
    inside = page.frame_locator('iframe[title="Preview of the report"]')
    inside.get_by_role("heading", level=1).wait_for()
    assert "tiny" in inside.get_by_role("heading", level=1).inner_text()
    with page.expect_download() as caught:
        page.get_by_role("button", name=re.compile("^HTML")).click()
    assert caught.value.suggested_filename == "trusteq-nli-base-tiny.html"
    caught.value.save_as(tmp_path / "saved.html")
    assert "top 3 words" in (tmp_path / "saved.html").read_text(encoding="utf-8")
    assert said == []

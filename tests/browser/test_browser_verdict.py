"""Verdict and calibration in a browser: links opened cold, both themes, pictures that are saved."""

import re

import pytest
from browsing import settle, visit
from steps import contrast, wait_for_text

pytestmark = [pytest.mark.browser, pytest.mark.slow]

# Colour of a chip's text, of its tint, and of the page beneath, as numbers.
CHIP = """() => {
  const numbers = text => text.match(/[0-9.]+/g).map(Number);
  const chip = getComputedStyle(document.querySelector('.tq-verdict .tq-outcome'));
  const app = getComputedStyle(document.querySelector('[data-testid="stApp"]'));
  return [chip.color, chip.backgroundColor, app.backgroundColor].map(numbers);
}"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_answer_has_a_mark_a_word_and_contrast(page, server, scheme):
    page.emulate_media(color_scheme=scheme)
    visit(page, f"{server}/?compressed=tiny")
    page.wait_for_selector(".tq-verdict .tq-outcome")
    assert re.match(r"[✓✕?] \w+", page.inner_text(".tq-verdict .tq-outcome"))
    text, tint, ground = page.evaluate(CHIP)
    assert (sum(ground) > 3 * 128) == (scheme == "light")
    share = tint[3] if len(tint) > 3 else 1.0
    behind = [share * a + (1 - share) * b for a, b in zip(tint[:3], ground[:3], strict=True)]
    assert contrast(text[:3], behind) >= 4.5


def test_a_link_holds_the_margins_it_was_judged_by(page, server):
    visit(page, f"{server}/?compressed=tiny&margin_gap=0.05")
    wait_for_text(page, r"Margins changed: gap 0\.05 \(default 0\.02\)")
    assert "margin_gap=0.05" in page.url


def test_a_link_to_a_calibration_view_opens_that_view(page, server):
    view = "compressed=tiny&diagram=gap&scaled=true&class=neutral&bins=7&zoom=false"
    visit(page, f"{server}/calibration?{view}")
    wait_for_text(page, "Gap diagram")
    wait_for_text(page, "Gap: confidence less share of neutral")
    assert page.get_by_role("switch", name="After temperature scaling").is_checked()
    assert all(part in page.url for part in view.split("&"))


def test_a_definition_opens_where_it_is_linked_to(page, server):
    visit(page, f"{server}/method?method=Calibration#noise-floor")
    heading = page.get_by_role("heading", name="Noise floor")
    heading.wait_for()
    page.wait_for_function(
        "() => { const h = document.getElementById('noise-floor');"
        " return h && h.getBoundingClientRect().top < window.innerHeight }"
    )


def test_a_chart_is_saved_as_the_drawing_that_was_chosen(page, server):
    visit(page, f"{server}/calibration?compressed=tiny&image=SVG")
    page.wait_for_selector(".scatterlayer .points path")
    page.locator(".js-plotly-plot").first.hover()
    with page.expect_download() as saved:
        page.locator(".modebar-btn").first.click()
    assert saved.value.suggested_filename == "reliability.svg"
    assert b"<svg" in saved.value.path().read_bytes()
    settle(page)

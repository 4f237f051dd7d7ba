"""What only a browser can show: cold addresses, clicks, themes, hostile text, a live run."""

import re

import pytest
from browsing import settle, visit
from steps import (
    click_middle,
    colour_of,
    contrast,
    luminance,
    main_text,
    wait_for_text,
)

pytestmark = [pytest.mark.browser, pytest.mark.slow]

HEADINGS = {
    "": "Every model of the task",
    "explanations": "Difference per word",
    "calibration": "Measures and their noise floors",
    "disagreement": "Where does compression hurt?",
    "live": "Start from a stored example",
    "evaluate": "Evaluate a model",
    "predictions": "What to upload",
    "report": "A report on this pair",
    "method": "Interpretability alignment",
}
WITHOUT_PAIR = {"predictions"}
HOSTILE = "<b>dog</b> <img src=x onerror=\"document.title='hacked'\"> it's $5 `x` :red[no]"


@pytest.mark.parametrize("path", HEADINGS)
def test_page_opened_cold_has_its_frame_its_pair_and_its_content(page, fresh_server, path):
    server = fresh_server
    visit(page, f"{server}/{path}?compressed=tiny")
    wait_for_text(page, re.escape(HEADINGS[path]))
    assert "compressed=tiny" in page.url
    assert page.url.removeprefix(server).startswith(f"/{path}")
    if path in WITHOUT_PAIR:
        assert "The stored pair plays no part on this page" in main_text(page)
        assert page.get_by_role("combobox", name="Task").is_disabled()
    else:
        assert "Tiny, trained on gold labels" in main_text(page)


def test_a_link_to_an_example_opens_that_example(page, server):
    visit(page, f"{server}/explanations?compressed=tiny&example=test-9&explainer=occlusion&k=2")
    wait_for_text(page, r"in both models’ top 2")
    assert page.get_by_role("combobox", name="Example", exact=True).input_value() == "test-9"
    assert page.get_by_role("combobox", name="Explainer", exact=True).input_value() == "occlusion"


def test_the_pair_survives_a_change_of_page(page, server):
    visit(page, f"{server}/?compressed=tiny")
    page.get_by_role("link", name="Calibration").click()
    wait_for_text(page, "Measures and their noise floors")
    assert "compressed=tiny" in page.url


def test_a_click_on_a_bin_lists_its_examples(page, server):
    visit(page, f"{server}/calibration?compressed=tiny&bins=10")
    page.wait_for_selector(".scatterlayer .points path")
    before = page.locator("text=/examples where/").inner_text()
    # Traces are drawn in order: the last marker but two is of the compressed model.
    click_middle(page, page.locator(".scatterlayer .points path").nth(-3))
    page.wait_for_function(
        "before => { const now = [...document.querySelectorAll('p')]"
        ".find(p => /examples where/.test(p.innerText)); return now && now.innerText !== before }",
        arg=before,
    )
    after = page.locator("text=/examples where/").inner_text()
    assert re.search(r"where tiny has a confidence of 0\.\d00 to 0\.\d00", after)
    page.wait_for_url(re.compile(r"[?&]bin=\d"))


def test_a_row_of_the_table_becomes_the_example(page, server):
    visit(page, f"{server}/explanations?compressed=tiny")
    page.wait_for_selector(".tq-maps")
    for _ in range(4):  # a table that is being drawn again takes no click
        settle(page)
        table = page.get_by_test_id("stDataFrame").first.bounding_box()
        page.mouse.click(table["x"] + 20, table["y"] + 100)  # the tick box of the second row
        page.wait_for_timeout(3_000)
        if "example=test-" in page.url:
            break
    assert re.search(r"[?&]example=test-", page.url)


def test_the_browser_asks_no_other_host(page, server):
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    visit(page, f"{server}/explanations?compressed=tiny")
    page.wait_for_selector(".tq-maps")
    page.wait_for_load_state("networkidle")
    assert [url for url in asked if not url.startswith((server, "data:", "blob:"))] == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_has_contrast_in_both_themes(page, server, scheme):
    page.emulate_media(color_scheme=scheme)
    visit(page, f"{server}/explanations?compressed=tiny")
    page.wait_for_selector(".tq-maps")
    page.wait_for_selector(".ytick text")
    background = colour_of(page, '[data-testid="stApp"]', "backgroundColor")
    assert (luminance(background) > 0.5) == (scheme == "light")
    for selector, attribute in ((".tq-text", "color"), (".ytick text", "fill")):
        assert contrast(colour_of(page, selector, attribute), background) >= 4.5


def test_a_typed_pair_is_computed_and_hostile_text_stays_text(page, server):
    visit(page, f"{server}/live?compressed=tiny")
    page.get_by_label("Premise").fill(HOSTILE)
    page.get_by_label("Hypothesis").fill("An animal rests.")
    page.get_by_test_id("stBaseButton-primary").click()
    page.wait_for_selector(".tq-maps")
    wait_for_text(page, r"evaluations of base")
    shown = page.locator(".tq-text").first.inner_text()
    assert "<b>" in shown
    assert "onerror" in shown
    assert not page.query_selector(".tq-maps b, .tq-maps img")
    assert page.title() != "hacked"


def test_text_that_cannot_be_explained_is_refused_in_a_sentence(page, server):
    visit(page, f"{server}/live?compressed=tiny")
    page.get_by_label("Premise").fill("...")
    page.get_by_label("Hypothesis").fill("!")
    page.get_by_test_id("stBaseButton-primary").click()
    page.wait_for_selector('[data-testid="stAlert"]')
    assert "Traceback" not in main_text(page)
    assert "word" in page.inner_text('[data-testid="stAlert"]')


def test_nothing_runs_over_the_page_at_1280(page, server):
    visit(page, f"{server}/explanations?compressed=tiny")
    page.wait_for_selector(".tq-maps")
    width = page.evaluate("document.querySelector('[data-testid=stMain]').scrollWidth")
    assert width <= 1280

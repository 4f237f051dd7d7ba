"""Box, lasso and slices on the Disagreement page, and the links that they make."""

import re
from urllib.parse import parse_qs, urlsplit

import pytest
from browsing import settle, visit
from steps import click_middle

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def open_plane(page, address):
    visit(page, address)
    page.wait_for_selector(".js-plotly-plot .scatterlayer")


def drag(page, *places):
    box = page.locator(".js-plotly-plot").first.bounding_box()
    across, up = (
        [box["x"] + x * box["width"], box["y"] + y * box["height"]] for x, y in places[:2]
    )
    page.mouse.move(*across)
    page.mouse.down()
    page.mouse.move(*up, steps=4)
    for x, y in places[2:]:
        page.mouse.move(box["x"] + x * box["width"], box["y"] + y * box["height"], steps=4)
    page.mouse.up()


def chosen(page):
    """Return how many examples the caption counts in the region."""
    caption = page.get_by_text(re.compile(r"\d+ of 48 examples in the region"))
    caption.wait_for()
    return int(re.match(r"\d+", caption.inner_text()).group())


def test_a_drawn_box_lists_its_examples_and_its_link_opens_the_same(page, server):
    open_plane(page, f"{server}/disagreement?compressed=tiny")
    drag(page, (0.1, 0.5), (0.6, 0.95))
    page.wait_for_url(re.compile(r"[?&]shift="))
    count = chosen(page)
    assert 0 < count < 48
    address = page.url
    open_plane(page, address)
    assert chosen(page) == count
    page.get_by_role("button", name="Whole plane").click()
    page.get_by_text(re.compile("48 of 48 examples in the whole plane")).wait_for()


def test_a_drawn_lasso_is_in_the_address(page, server):
    open_plane(page, f"{server}/disagreement?compressed=tiny")
    page.locator('.modebar-btn[data-val="lasso"]').first.click()
    drag(page, (0.1, 0.4), (0.6, 0.4), (0.6, 0.95), (0.1, 0.95))
    page.wait_for_url(re.compile(r"[?&]lasso="))
    assert 0 < chosen(page) < 48


def test_a_slice_that_is_clicked_lists_its_examples_and_its_link_opens_them(page, server):
    visit(page, f"{server}/disagreement?compressed=tiny")
    marks = page.locator(".st-key-slices .scatterlayer .points path")
    marks.first.wait_for()
    listed = page.get_by_text(re.compile(r"^\d+ examples, flips first"))
    picker = page.get_by_role("combobox", name="Examples of the slice")
    before, told = picker.input_value(), listed.inner_text()
    click_middle(page, marks.last)
    page.wait_for_function(
        "before => document.querySelector('.st-key-part input').value !== before", arg=before
    )
    settle(page)
    clicked = picker.input_value()
    page.wait_for_url(lambda address: parse_qs(urlsplit(address).query)["part"] == [clicked])
    tick = page.locator(".st-key-slices .ytick text").filter(has_text="▸").text_content()
    assert clicked.split(": ")[1] in tick
    count = re.search(r"([\d,]+)$", tick).group(1)
    assert listed.inner_text().startswith(f"{count} examples")
    assert listed.inner_text() != told
    visit(page, page.url)
    assert picker.input_value() == clicked

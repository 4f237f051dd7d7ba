"""The Explanations page: filters, view, and the next example by keyboard."""

import re

import pytest
from browsing import settle, visit
from steps import choose, main_text, wait_for_text

from trusteq_app.example_filters import filter_examples
from trusteq_core.evaluation import compare
from trusteq_core.store import ResultStore

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture(scope="module")
def table(miniature_store):
    """Return the examples of the page as it opens."""
    comparison = compare(ResultStore(miniature_store), "nli", "base", "tiny")
    return comparison.example_table("lime", k=5, explained="reference")


def wait_for_example(page, name):
    page.wait_for_function(
        "name => document.querySelector('.st-key-example input').value === name", arg=name
    )
    page.wait_for_url(re.compile(f"[?&]example={name}(&|$)"))
    settle(page)


def test_search_and_filters_narrow_the_table(page, server, table):
    visit(page, f"{server}/explanations?compressed=tiny")
    search = page.get_by_role("textbox", name="Search")
    search.fill("Noon")
    search.press("Enter")
    found = filter_examples(table, search="noon", columns=("premise", "hypothesis"))
    wait_for_text(page, f"^{len(found)} of {len(table)} explained examples")
    page.get_by_role("button", name="Filter").click()
    choose(page, "Outcome", "both right")
    both = filter_examples(found, outcomes=["both right"])
    assert 0 < len(both) < len(found)
    wait_for_text(page, f"^{len(both)} of {len(table)} explained examples")
    page.keyboard.press("Escape")
    search.fill("no such word")
    search.press("Enter")
    wait_for_text(page, "No example passes these filters")
    assert page.locator(".tq-maps").is_visible()


def test_explainer_k_and_class_change_the_maps_and_the_address(page, server):
    visit(page, f"{server}/explanations?compressed=tiny&example=test-9")
    wait_for_text(page, "in both models’ top 5")
    before = page.locator(".tq-maps").inner_html()
    choose(page, "Explainer", "occlusion")
    page.wait_for_function(
        "before => document.querySelector('.tq-maps').innerHTML !== before", arg=before
    )
    page.get_by_role("slider", name="Top words K").press("ArrowRight")
    wait_for_text(page, "in both models’ top 6")
    before = page.locator(".tq-maps").inner_html()
    choose(page, "Explained class", "contradiction")
    page.wait_for_function(
        "before => document.querySelector('.tq-maps').innerHTML !== before", arg=before
    )
    page.wait_for_url(re.compile("explained=contradiction"))
    for part in ("explainer=occlusion", "k=6", "example=test-9"):
        assert part in page.url


def test_next_pressed_by_keyboard_keeps_the_focus(page, server, table):
    ids = table["id"].tolist()
    visit(page, f"{server}/explanations?compressed=tiny&example={ids[0]}")
    page.wait_for_selector(".tq-maps")
    onward = page.get_by_role("button", name="Next")
    onward.focus()
    for name in ids[1:3]:
        page.keyboard.press("Enter")
        wait_for_example(page, name)
    assert "Next" in page.evaluate("document.activeElement.innerText")
    assert "Traceback" not in main_text(page)

"""The Explanations page by mouse and by keyboard: slices, filters, neighbours, view, word maps."""

import re

import pytest
from browsing import settle, visit
from steps import choose, main_text, wait_for_text

from trusteq_app.example_filters import filter_examples, take_slice
from trusteq_core.evaluation import compare
from trusteq_core.store import ResultStore

pytestmark = [pytest.mark.browser, pytest.mark.slow]

# What Tab comes by, in this order, with other stops between.
STOPS = (
    "Task",
    "Original",
    "Compressed",
    "Settings",
    "Explainer",
    "Top words K",
    "Explained class",
    "Slice",
    "Search",
    "Filter",
    "Example",
    "Previous",
    "Next",
    "Random",
    "Colours",
)
# The name of what has the focus, and how it and what holds it look.
FOCUSED = """() => {
  const node = document.activeElement;
  const label = node.labels && node.labels[0] ? node.labels[0].innerText : '';
  window.looked = [];
  for (let part = node, n = 0; part && n < 6; part = part.parentElement, n += 1)
    window.looked.push(part);
  const name = node.getAttribute('aria-label') || label || node.innerText || '';
  return [name.slice(0, 60), look()];
}"""
LOOK = """() => { window.look = () => window.looked.map(part => {
  const style = getComputedStyle(part);
  return [style.outlineStyle, style.outlineColor, style.boxShadow, style.borderColor,
    style.backgroundColor].join(';');
}).join('|') }"""


@pytest.fixture(scope="module")
def table(miniature_store):
    """Return the examples of the page as it opens."""
    comparison = compare(ResultStore(miniature_store), "nli", "base", "tiny")
    return comparison.example_table("lime", k=5, explained="reference")


def example(page):
    return page.get_by_role("combobox", name="Example", exact=True).input_value()


def wait_for_example(page, name):
    page.wait_for_function(
        "name => document.querySelector('.st-key-example input').value === name", arg=name
    )
    page.wait_for_url(re.compile(f"[?&]example={name}(&|$)"))
    settle(page)


def test_slices_and_neighbours_go_through_the_examples_in_their_order(page, server, table):
    visit(page, f"{server}/explanations?compressed=tiny")
    page.wait_for_selector(".tq-maps")
    for name in ("flips", "same answer, other reasons", "both wrong", "confidence shift"):
        rows = take_slice(table, name)
        choose(page, "Slice", name)
        wait_for_text(page, f"^{len(rows)} of {len(table)} explained examples")
    near = rows["id"].tolist()
    choose(page, "Example", near[0])
    page.get_by_role("button", name="Next").click()
    wait_for_example(page, near[1])
    page.get_by_role("button", name="Previous").click()
    wait_for_example(page, near[0])
    page.get_by_role("button", name="Previous").click()
    wait_for_example(page, near[-1])
    page.get_by_role("button", name="Random").click()
    page.wait_for_url(lambda address: f"example={near[-1]}" not in address)
    assert example(page) in near


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


def test_the_keyboard_reaches_everything_and_the_focus_is_seen(page, server):
    visit(page, f"{server}/explanations?compressed=tiny")
    page.wait_for_selector(".tq-maps")
    page.evaluate(LOOK)
    page.locator("body").press("Home")
    reached, unseen = [], []
    for _ in range(90):
        page.keyboard.press("Tab")
        name, focused = page.evaluate(FOCUSED)
        page.evaluate("() => document.activeElement.blur()")
        if page.evaluate("() => look()") == focused:
            unseen.append(name)
        page.evaluate("() => window.looked[0].focus()")
        reached.append(name)
        if "Colours" in name:
            break
    places = [
        next((i for i, name in enumerate(reached) if re.search(rf"\b{stop}\b", name)), -1)
        for stop in STOPS
    ]
    assert -1 not in places, (STOPS, reached)
    assert places == sorted(places), reached
    assert unseen == []


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

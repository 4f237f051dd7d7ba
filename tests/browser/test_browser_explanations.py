"""The Explanations page: filters, view, and the next example by keyboard."""

import re

import pytest
from browsing import settle, visit
from steps import choose, main_text, wait_for_text

from trusteq_app.example_filters import filter_examples, slice_names, take_slice
from trusteq_core.evaluation import compare
from trusteq_core.store import ResultStore

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture(scope="module")
def table(miniature_store):
    """Return the examples of the page as it opens."""
    comparison = compare(ResultStore(miniature_store), "nli", "base", "tiny")
    return comparison.example_table("lime", k=5, explained="reference")


def wait_until_shown(page, name):
    page.wait_for_function(
        "name => document.querySelector('.st-key-example input').value === name", arg=name
    )
    settle(page)


def wait_for_example(page, name):
    wait_until_shown(page, name)
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


def test_a_slice_opens_its_first_example_and_its_neighbours_follow(page, server, table):
    name = slice_names(table)[-1]
    ids = take_slice(table, name)["id"].tolist()
    assert 1 < len(ids) < len(table)
    visit(page, f"{server}/explanations?compressed=tiny")
    choose(page, "Slice", name)
    wait_for_text(page, f"^{len(ids)} of {len(table)} explained examples")
    wait_until_shown(page, ids[0])  # which an address of the slice alone opens too
    page.get_by_role("button", name="Next").click()
    wait_for_example(page, ids[1])
    address = page.url
    page.get_by_role("button", name="Previous").click()
    wait_until_shown(page, ids[0])
    page.get_by_role("button", name="Random").click()
    page.wait_for_function(
        "name => document.querySelector('.st-key-example input').value !== name", arg=ids[0]
    )
    assert page.input_value(".st-key-example input") in ids
    visit(page, address)
    wait_until_shown(page, ids[1])
    wait_for_text(page, f"^{len(ids)} of {len(table)} explained examples")


def test_one_scale_for_both_models_or_one_for_each(page, server):
    visit(page, f"{server}/explanations?compressed=tiny&example=test-9")
    page.wait_for_selector(".tq-maps")
    shared = page.locator(".tq-legend").inner_text()
    page.get_by_role("button", name="Colours").click()
    page.get_by_text("One scale for both models").click()
    page.wait_for_function(
        "before => document.querySelector('.tq-legend').innerText !== before", arg=shared
    )
    settle(page)
    assert re.search(r"−\d", shared)
    assert not re.search(r"−\d", page.locator(".tq-legend").inner_text())


IS_WORD = "document.activeElement.classList.contains('tq-w')"
FOCUSED = """async () => {
  const node = document.activeElement
  const around = [node]
  while (around.length < 5 && around.at(-1).parentElement) around.push(around.at(-1).parentElement)
  const looks = () => around.map((each) => {
    const style = getComputedStyle(each)
    return [style.outline, style.boxShadow, style.borderColor, style.backgroundColor].join()
  }).join()
  const drawn = () => new Promise((done) => setTimeout(() => requestAnimationFrame(done)))
  await drawn()
  const focused = looks()
  node.blur()
  await drawn()
  const isSeen = looks() !== focused
  node.focus({preventScroll: true, focusVisible: true})
  const label = node.getAttribute('aria-label') || node.innerText || ''
  return {label: label.slice(0, 60).replaceAll('\\n', ' '), isSeen,
          isControl: node.matches('a, button, input, .tq-w')}
}"""


def stops_until_a_word(page, most=80):
    """Press Tab until a word has the focus; return what had it: its label, whether that is seen."""
    stops = []
    while len(stops) < most and not (stops and page.evaluate(IS_WORD)):
        page.keyboard.press("Tab")
        stops.append(page.evaluate(FOCUSED))
    return stops


def test_the_keyboard_reaches_everything_in_the_order_of_the_page(page, server):
    visit(page, f"{server}/explanations?compressed=tiny&example=test-9")
    page.wait_for_selector(".tq-maps")
    stops = stops_until_a_word(page)
    assert page.evaluate(IS_WORD)
    labels = [stop["label"] for stop in stops]
    wanted = ("Compressed", "Settings", "Explainer", "Slice", "Search", "Example", "Next")
    places = [
        next(i for i, label in enumerate(labels) if label.endswith(each) or f" {each} " in label)
        for each in wanted
    ]
    assert places == sorted(places)
    assert [stop["label"] for stop in stops if stop["isControl"] and not stop["isSeen"]] == []
    word = page.evaluate("document.activeElement.dataset.w")
    assert page.locator(f'.tq-w.tq-linked[data-w="{word}"]').count() == 2
    page.keyboard.press("ArrowRight")
    marked = page.evaluate("document.activeElement.dataset.w")
    assert marked != word
    assert page.locator(f'.tq-w.tq-linked[data-w="{marked}"]').count() == 2

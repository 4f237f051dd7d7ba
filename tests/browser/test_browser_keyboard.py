"""The Explanations page without a mouse: every control is reached, in order, and is seen to be."""

import re

import pytest
from browsing import settle, visit

pytestmark = [pytest.mark.browser, pytest.mark.slow]

# What the focus must pass on its way down the page, in this order.
ORDER = (
    "Task",
    "● Original",
    "◆ Compressed",
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
    "One scale for both models",
    "word",
)
MOST_STOPS = 60
# A container that the browser itself lets scroll by keyboard has no name of its own.
FOCUSED = """() => {
  const node = document.activeElement, box = node.getBoundingClientRect()
  const own = ['MAIN', 'BODY'].includes(node.tagName)
  const text = [...node.querySelectorAll('p')].map(each => each.innerText).join(' ')
  const name = node.getAttribute('aria-label') || text
  return {
    name: own ? '' : node.classList.contains('tq-w') ? 'word' : name,
    place: {x: box.x - 6, y: box.y - 6, width: box.width + 12, height: box.height + 12},
  }
}"""


def open_example(page, server):
    visit(page, f"{server}/explanations?compressed=tiny&example=test-9")
    page.wait_for_selector(".tq-maps")
    page.locator(".js-plotly-plot .main-svg").first.wait_for()
    settle(page)


def tab_until(page, name):
    """Press Tab until something of this name has the focus; return the names passed."""
    passed = []
    for _ in range(MOST_STOPS):
        page.keyboard.press("Tab")
        passed.append(page.evaluate(FOCUSED)["name"])
        if passed[-1] == name:
            return passed
    raise AssertionError(f"{name} was not reached by way of {passed}")


def is_seen(page, place):
    """Return whether what has the focus looks otherwise than without it."""
    clip = {**place, "x": max(place["x"], 0), "y": max(place["y"], 0)}
    focused = page.evaluate_handle("document.activeElement")
    with_focus = page.screenshot(clip=clip)
    focused.evaluate("node => node.blur()")
    without = page.screenshot(clip=clip)
    focused.evaluate("node => node.focus({preventScroll: true})")
    return with_focus != without


def test_tab_passes_every_control_in_the_order_of_the_page_and_shows_where_it_is(page, server):
    open_example(page, server)
    names, unseen = [], []
    while "word" not in names and len(names) < MOST_STOPS:
        page.keyboard.press("Tab")
        stop = page.evaluate(FOCUSED)
        names.append(stop["name"])
        if not is_seen(page, stop["place"]):
            unseen.append(stop["name"])
    assert [name for name in names if name in ORDER] == list(ORDER)
    assert unseen == []


def test_next_is_reached_and_pressed_by_keyboard_and_keeps_the_focus(page, server):
    open_example(page, server)
    tab_until(page, "Next")
    for number in (12, 15):
        page.keyboard.press("Enter")
        page.wait_for_url(re.compile(f"[?&]example=test-{number}(&|$)"))
        settle(page)
        picked = page.get_by_role("combobox", name="Example", exact=True)
        assert picked.input_value() == f"test-{number}"
        assert page.evaluate(FOCUSED)["name"] == "Next"


def test_a_word_with_the_focus_is_marked_in_both_panels(page, server):
    open_example(page, server)
    tab_until(page, "word")
    seen = []
    for key in ("ArrowRight", "ArrowRight", "ArrowLeft", "End"):
        page.keyboard.press(key)
        word = page.evaluate("document.activeElement.dataset.w")
        marked = page.locator(".tq-panel .tq-linked")
        assert marked.evaluate_all("nodes => nodes.map(each => each.dataset.w)") == [word, word]
        told = page.locator(".tq-told").all_inner_texts()
        named = marked.evaluate_all("nodes => nodes.map(each => each.getAttribute('aria-label'))")
        assert told == named
        seen.append(int(word))
    last = page.locator(".tq-panel").first.locator(".tq-w").count() - 1
    assert seen == [1, 2, 1, last]

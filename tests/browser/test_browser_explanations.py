"""The Explanations page: slices, filters, steps from example to example, view and scale."""

import re
from urllib.parse import parse_qs, quote_plus, urlsplit

import pytest
from browsing import settle, visit
from steps import choose, wait_for_text

from trusteq_app.example_filters import filter_examples, take_slice
from trusteq_core.evaluation import compare
from trusteq_core.store import ResultStore

pytestmark = [pytest.mark.browser, pytest.mark.slow]

SLICES = (
    "flips",
    "same answer, other reasons",
    "both wrong",
    "confidence shift",
    "phenomenon: negation",
)


@pytest.fixture(scope="module")
def table(miniature_store):
    """Return the examples of the page as it opens."""
    comparison = compare(ResultStore(miniature_store), "nli", "base", "tiny")
    return comparison.example_table("lime", k=5, explained="reference")


def example_in(address):
    """Return the example that an address names, None where it leaves it to the page."""
    return parse_qs(urlsplit(address).query).get("example", [None])[0]


def wait_for_example(page, name, *, first=False):
    """Wait for an example in its picker and in the address, which leaves out a slice's first."""
    page.wait_for_function(
        "name => document.querySelector('.st-key-example input').value === name", arg=name
    )
    page.wait_for_url(lambda address: example_in(address) == (None if first else name))
    settle(page)


def word_colours(page):
    """Return the backgrounds of the words of each model."""
    return page.locator(".tq-panel").evaluate_all(
        "panels => panels.map(each => [...each.querySelectorAll('.tq-w')]"
        ".map(word => getComputedStyle(word).backgroundColor).join())"
    )


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


def test_a_phenomenon_and_a_range_of_overlap_filter_the_table(page, server, table):
    name = table["phenomenon"].value_counts().index[0]
    visit(page, f"{server}/explanations?compressed=tiny")
    page.get_by_role("button", name="Filter").click()
    choose(page, "Phenomenon", name)
    found = filter_examples(table, phenomena=[name])
    assert 0 < len(found) < len(table)
    wait_for_text(page, f"^{len(found)} of {len(table)} explained examples")
    low = page.get_by_role("slider", name="Overlap").first
    for _ in range(8):
        low.press("ArrowRight")
    within = filter_examples(found, overlap=(0.4, 1.0))
    assert len(within) < len(found)
    wait_for_text(page, f"^{len(within)} of {len(table)} explained examples")


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


@pytest.mark.parametrize("name", SLICES)
def test_a_slice_opens_its_first_example_and_a_step_stays_within_it(page, server, table, name):
    ids = take_slice(table, name)["id"].tolist()
    visit(page, f"{server}/explanations?compressed=tiny&example=test-9")
    choose(page, "Slice", name)
    wait_for_text(page, f"^{len(ids)} of {len(table)} explained examples")
    page.wait_for_url(re.compile(f"[?&]slice={re.escape(quote_plus(name))}(&|$)"))
    wait_for_example(page, ids[0], first=True)
    page.get_by_role("button", name="Next").click()
    wait_for_example(page, ids[1 % len(ids)], first=len(ids) == 1)


def test_previous_and_random_step_within_a_slice_and_the_link_opens_there(page, server, table):
    ids = take_slice(table, "same answer, other reasons")["id"].tolist()
    assert 2 < len(ids) < len(table)
    visit(page, f"{server}/explanations?compressed=tiny&slice=same+answer,+other+reasons")
    wait_for_example(page, ids[0], first=True)
    page.get_by_role("button", name="Previous").click()
    wait_for_example(page, ids[-1])
    page.get_by_role("button", name="Random").click()
    page.wait_for_url(lambda address: example_in(address) not in (None, ids[-1]))
    picked = example_in(page.url)
    assert picked in ids
    visit(page, page.url)
    wait_for_example(page, picked)
    wait_for_text(page, f"^{len(ids)} of {len(table)} explained examples")


def test_one_scale_for_both_models_or_one_for_each(page, server):
    visit(page, f"{server}/explanations?compressed=tiny&example=test-9")
    legend = page.locator(".tq-legend")
    shared, colours = legend.inner_text(), word_colours(page)
    assert re.search(r"−\d", shared)
    page.get_by_test_id("stCheckbox").filter(has_text="One scale for both models").click()
    page.wait_for_function(
        "before => document.querySelector('.tq-legend').innerText !== before", arg=shared
    )
    page.wait_for_url(re.compile(r"[?&]shared_scale=false"))
    assert not re.search(r"−\d", legend.inner_text())
    changed = [old != new for old, new in zip(colours, word_colours(page), strict=True)]
    assert changed.count(True) == 1  # the model with the larger values set the shared scale


def test_a_click_on_a_heading_sorts_the_examples(page, server, table):
    visit(page, f"{server}/explanations?compressed=tiny")
    grid = page.get_by_test_id("stDataFrame").first
    first = grid.locator("[role=row][aria-rowindex='2'] [role=gridcell]")
    headings = grid.locator("[role=columnheader]")
    headings.get_by_text("Overlap").wait_for(state="attached")
    column = headings.all_inner_texts().index("Overlap")
    assert first.nth(column).inner_text() != f"{table['jaccard'].min():.2f}"
    box = grid.bounding_box()
    page.mouse.click(box["x"] + 970, box["y"] + 17)
    page.wait_for_function(
        '([column, least]) => document.querySelectorAll("[data-testid=stDataFrame] '
        "[role=row][aria-rowindex='2'] [role=gridcell]\")[column].innerText.startsWith(least)",
        arg=[column, f"{table['jaccard'].min():.2f}"],
    )

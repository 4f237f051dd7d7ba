"""Computing in the page: a live run cancelled, an evaluation's cost before it is started."""

import re

import pytest
from browsing import settle, visit
from steps import main_text, wait_for_text

pytestmark = [pytest.mark.browser, pytest.mark.slow]

LONG = " ".join(f"The farmer who owns {number} horses waits by the gate." for number in range(60))


def test_a_live_run_is_cancelled_and_nothing_is_kept(page, server):
    visit(page, f"{server}/live?compressed=tiny")
    page.get_by_label("Premise").fill(LONG)
    page.get_by_label("Hypothesis").fill("A farmer waits.")
    page.get_by_test_id("stBaseButton-primary").click()
    page.get_by_role("button", name="Cancel").click()
    wait_for_text(page, "Cancelled. Nothing was kept.")
    settle(page)
    assert not page.locator(".tq-maps").count()


def test_the_cost_of_an_evaluation_stands_there_before_it_is_started(page, server):
    visit(page, f"{server}/evaluate?compressed=tiny")
    wait_for_text(page, r"At most [\d,]+ evaluations")
    before = re.search(r"At most ([\d,]+) evaluations", main_text(page)).group(1)
    examples = page.get_by_role("spinbutton", name="Explained examples")
    examples.fill("2")
    examples.press("Enter")
    page.wait_for_function(
        "before => { const found = document.querySelector('[data-testid=stMain]').innerText"
        ".match(/At most ([0-9,]+) evaluations/); return found && found[1] !== before }",
        arg=before,
    )
    fewer = re.search(r"At most ([\d,]+) evaluations", main_text(page)).group(1)
    assert int(fewer.replace(",", "")) < int(before.replace(",", ""))
    assert page.get_by_role("button", name="Start").count() == 1

"""Computing in the page: a live run cancelled, struck out, kept; an evaluation's cost."""

import re
import shutil

import pytest
from browsing import settle, visit
from conftest import serving
from steps import main_text, press, upload, wait_for_text

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture
def live_server(miniature_store, models_dir, tmp_path):
    """Return the address of a dashboard whose store may be written to."""
    store = tmp_path / "results"
    shutil.copytree(miniature_store, store)
    with serving(store, models_dir, tmp_path) as address:
        yield address


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


def test_an_uploaded_table_is_read_and_its_evaluation_estimated(page, live_server):
    visit(page, f"{live_server}/evaluate?compressed=tiny")
    wait_for_text(page, r"At most [\d,]+ evaluations")
    press(page, "a file of my own")
    table = "premise,hypothesis,label\nA dog sleeps.,An animal sleeps.,entailment\n"
    table += "It rained <b>hard</b>.,It did not rain.,contradiction\n"
    upload(page, 0, "my pairs.csv", table.encode())
    wait_for_text(page, r"2 examples")
    assert "entailment 1, neutral 0, contradiction 1" in main_text(page)
    wait_for_text(page, r"At most [\d,]+ evaluations")
    assert page.get_by_role("button", name="Start").count() == 1
    upload(page, 0, "broken.csv", b"premise,hypothesis\n")
    page.get_by_role("alert").first.wait_for()
    assert "Traceback" not in main_text(page)


def test_a_live_result_has_a_word_struck_out_is_kept_and_opened_by_its_link(page, live_server):
    visit(page, f"{live_server}/live?compressed=tiny&live_explainers=occlusion")
    page.get_by_label("Premise").fill("The old farmer sleeps.")
    page.get_by_label("Hypothesis").fill("The farmer never sleeps.")
    page.get_by_test_id("stBaseButton-primary").click()
    page.locator(".tq-w").get_by_text("never").first.click()
    wait_for_text(page, r"With never left out:")
    assert page.locator(".tq-struck").all_inner_texts() == ["never"] * 2
    page.get_by_role("button", name="Keep this result").click()
    page.wait_for_url(re.compile("[?&]kept=[0-9a-f]{32}"))
    wait_for_text(page, "Kept on this server")
    maps = page.locator(".tq-panel").all_inner_texts()
    address = page.url
    again = page.context.browser.new_context().new_page()
    visit(again, address)
    again.wait_for_selector(".tq-maps")
    assert again.locator(".tq-panel").all_inner_texts() == maps
    assert not again.get_by_role("button", name="Cancel").count()
    again.context.close()

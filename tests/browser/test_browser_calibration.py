"""The Calibration page: every diagram, bins picked without a mouse, temperatures, classes."""

import re

import pytest
from browsing import settle, visit
from steps import press, wait_for_text

from trusteq_app.calibration_controls import DIAGRAMS
from trusteq_app.calibration_view import TITLES
from trusteq_core.calibration import least_reliable
from trusteq_core.evaluation import compare
from trusteq_core.store import ResultStore

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def data_of(page):
    """Return what the first chart of the page draws."""
    return page.evaluate(
        "() => JSON.stringify([...document.querySelectorAll('.js-plotly-plot')][0].data"
        ".map(trace => [trace.name, trace.y]))"
    )


def wait_for_other_data(page, before):
    page.wait_for_function(
        "before => { const chart = document.querySelector('.js-plotly-plot'); return chart "
        "&& chart.data && JSON.stringify(chart.data.map(t => [t.name, t.y])) !== before }",
        arg=before,
    )
    settle(page)


def test_every_diagram_is_drawn_and_is_in_the_address(page, server):
    visit(page, f"{server}/calibration?compressed=tiny")
    for name in [*list(DIAGRAMS)[1:], "reliability"]:
        press(page, name)
        page.get_by_role("heading", name=TITLES[name], exact=True).wait_for()
        if name != "reliability":
            page.wait_for_url(re.compile(f"[?&]diagram={name.split()[0]}"))
        page.wait_for_selector(".js-plotly-plot .main-svg")
    page.wait_for_url(lambda address: "diagram=" not in address)  # the default is left out


def test_temperature_scheme_and_class_draw_the_diagram_anew(page, server):
    visit(page, f"{server}/calibration?compressed=tiny")
    page.wait_for_selector(".js-plotly-plot .main-svg")
    before = data_of(page)
    switch = page.get_by_role("switch", name="After temperature scaling")
    page.get_by_test_id("stCheckbox").filter(has_text="After temperature scaling").click()
    wait_for_other_data(page, before)
    assert switch.is_checked()
    page.wait_for_url(re.compile(r"[?&]scaled=true"))
    for name, part in (("equal mass", "scheme=equal"), ("contradiction", "class=contradiction")):
        before = data_of(page)
        press(page, name)
        wait_for_other_data(page, before)
        page.wait_for_url(re.compile(part))


def test_bins_and_zoom_draw_the_diagram_anew(page, server):
    visit(page, f"{server}/calibration?compressed=tiny&bins=7")
    page.wait_for_selector(".js-plotly-plot .main-svg")
    before = data_of(page)
    page.get_by_role("slider", name="Bins").press("ArrowRight")
    wait_for_other_data(page, before)
    page.wait_for_url(re.compile(r"[?&]bins=8(&|$)"))
    axis = "document.querySelector('.js-plotly-plot').layout.xaxis.range[0]"
    assert page.evaluate(axis) > 0.2
    page.get_by_test_id("stCheckbox").filter(has_text="Zoom on 1/3 to 1").click()
    page.wait_for_function(f"() => {axis} <= 0")
    page.wait_for_url(re.compile(r"[?&]zoom=false"))


def test_a_bin_is_picked_by_keyboard_and_its_examples_are_listed(page, server):
    visit(page, f"{server}/calibration?compressed=tiny&bins=10")
    press(page, "original")
    box = page.get_by_role("combobox", name="Bin", exact=True)
    box.focus()
    page.keyboard.press("ArrowDown")
    page.get_by_role("option").first.wait_for()
    page.keyboard.press("Home")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"[?&]bin=\d"))
    number = re.search(r"[?&]bin=(\d+)", page.url).group(1)
    page.wait_for_function(
        "start => document.querySelector('.st-key-bin_picker input').value.startsWith(start)",
        arg=f"{number}: ",
    )
    wait_for_text(page, r"examples where base has a confidence of")
    visit(page, f"{server}/calibration?compressed=tiny&bins=10&bin_model=original&bin=9")
    wait_for_text(page, r"examples where base has a confidence of 0\.9\d+ to 1\.000")


def test_the_least_reliable_bin_is_named_and_one_click_away(page, server, miniature_store):
    comparison = compare(ResultStore(miniature_store), "nli", "base", "tiny")
    bins = comparison.reliability(15)
    worst = least_reliable(bins[bins["model"] == "compressed"])
    visit(page, f"{server}/calibration?compressed=tiny")
    box = page.get_by_role("combobox", name="Bin", exact=True)
    assert "least reliable" not in box.input_value()
    page.get_by_role("button", name="Least reliable").click()
    page.wait_for_url(re.compile(f"[?&]bin={worst}(&|$)"))
    settle(page)
    assert re.fullmatch(
        rf"{worst}: 0\.\d\d to [01]\.\d\d, \d+ examples, gap [+−]0\.\d+: least reliable",
        box.input_value(),
    )
    assert page.get_by_role("button", name="Least reliable").is_disabled()

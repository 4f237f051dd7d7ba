"""axe-core on every page in both themes: nothing serious of ours, the framework's own by name."""

import re

import pytest
from browsing import settle, visit

pytestmark = [pytest.mark.browser, pytest.mark.slow]

PAGES = {
    "overview": "",
    "explanations": "explanations",
    "calibration": "calibration",
    "disagreement": "disagreement",
    "live": "live",
    "evaluate": "evaluate",
    "predictions": "predictions",
    "report": "report",
    "method": "method",
}
# What opens only at a click.
POPOVERS = {
    "overview": "Settings",
    "explanations": "Filter",
    "calibration": "What each measure means",
    "disagreement": "Region",
}
GRAVE = ("serious", "critical")
# (rule, pattern of the element) of what the framework draws and no page can change: why.
OF_THE_FRAMEWORK: dict[tuple[str, str], str] = {}


@pytest.fixture(scope="module")
def axe():
    module = pytest.importorskip("axe_playwright_python.sync_playwright")
    return module.Axe()


def grave(axe, page):
    """Return the serious violations on a page that are ours, an element a line."""
    return [
        f"{found['id']}: {node['target']} {node['html'][:200]}"
        for found in axe.run(page).response["violations"]
        if found["impact"] in GRAVE
        for node in found["nodes"]
        if not any(
            found["id"] == rule and re.search(pattern, node["html"])
            for rule, pattern in OF_THE_FRAMEWORK
        )
    ]


@pytest.mark.parametrize("name", PAGES)
def test_a_page_has_no_serious_violation_in_either_theme(page, server, axe, name):
    visit(page, f"{server}/{PAGES[name]}?compressed=tiny")
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        settle(page)
        assert grave(axe, page) == []
    if name in POPOVERS:
        page.get_by_test_id("stPopoverButton").filter(has_text=POPOVERS[name]).click()
        page.get_by_test_id("stPopoverBody").wait_for()
        assert grave(axe, page) == []


def test_a_serious_violation_is_seen(page, server, axe):
    """The check above can fail: it finds a button without a name and text that is too faint."""
    visit(page, f"{server}/method")
    flaws = '<button style="padding:1rem"></button><p style="opacity:0.3">Too faint</p>'
    main = page.get_by_test_id("stMainBlockContainer")
    main.evaluate("(node, html) => node.insertAdjacentHTML('afterbegin', html)", flaws)
    assert {line.split(":")[0] for line in grave(axe, page)} == {"button-name", "color-contrast"}

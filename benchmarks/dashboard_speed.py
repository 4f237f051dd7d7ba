"""How long a visitor waits for the dashboard, measured in a browser against a running server.

    python benchmarks/dashboard_speed.py [--times 20] [--only example]

Prints a Markdown table: the median and the slowest tenth of so many waits, in milliseconds, over
the results and models that ship. A wait begins with the pointer going down (for an address: with
the request) and ends with the first frame that shows what was asked for; the browser's own clock
tells both. The server has seen each page once before. Needs Chromium.
"""

from __future__ import annotations

import argparse
import os
import statistics
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from browsing import PATIENCE_MS, chromium, dashboard, settle, visit

PAIR = "task=nli&original=base&compressed=distil"
SIZE = {"width": 1280, "height": 900}

# Waits until `state` of the page is neither missing nor what it was before the pointer went down.
WATCH = """state => { window.waited = new Promise(resolve => {
  const read = new Function('return ' + state), before = read();
  document.addEventListener('pointerdown', () => {
    const start = performance.now();
    const look = () => {
      const now = read();
      if (!now || now === before) return;
      watching.disconnect();
      requestAnimationFrame(() => resolve(performance.now() - start));
    };
    const watching = new MutationObserver(look);
    watching.observe(document.body, {subtree: true, childList: true, characterData: true});
  }, {once: true, capture: true});
}) }"""
# The same from the beginning of the navigation.
ARRIVED = """state => new Promise(resolve => {
  const read = new Function('return ' + state);
  const look = () => read()
    ? requestAnimationFrame(() => resolve(performance.now())) : setTimeout(look, 5);
  look();
})"""
VERDICT = "document.querySelector('.tq-verdict')?.textContent"
EMPTY = "/nothing here/.test(document.querySelector('.stApp')?.innerText)"
SCALING = "document.querySelector('.st-key-scaling p')?.textContent"
MAPS = "document.querySelector('.tq-maps')?.innerHTML"
BIN = "[...document.querySelectorAll('p')].find(p => /examples where/.test(p.innerText))?.innerText"

Waits = Iterator[float]


def waited(page: Any, state: str, act: Callable[[], None]) -> float:
    """Return the milliseconds from the click that `act` makes until `state` is another."""
    page.evaluate(WATCH, state)
    act()
    wait = page.evaluate("window.waited")
    settle(page)
    return float(wait)


def first_content(browser: Any, address: str, times: int) -> Waits:
    """Open the overview as a new visitor with an empty cache, until the verdict can be read."""
    for _ in range(times + 1):
        page = new_page(browser)
        page.goto(f"{address}/?{PAIR}", wait_until="commit")
        yield page.evaluate(ARRIVED, VERDICT)
        page.context.close()


def empty_app(browser: Any, folder: Path, times: int) -> Waits:
    """Open an app of one line of text as a new visitor: what Streamlit itself takes."""
    script = folder / "empty.py"
    script.write_text('import streamlit as st\n\nst.write("There is nothing here.")\n')
    with dashboard(folder, script) as address:
        for _ in range(times + 1):
            page = new_page(browser)
            page.goto(address, wait_until="commit")
            yield page.evaluate(ARRIVED, EMPTY)
            page.context.close()


def page_switch(browser: Any, address: str, times: int) -> Waits:
    """Go from the overview to the Calibration page and back, until its first sentence is there."""
    page = new_page(browser)
    visit(page, f"{address}/?{PAIR}")
    for number in range(times + 1):
        name, state = (("Calibration", SCALING), ("Overview", VERDICT))[number % 2]
        yield waited(page, state, page.get_by_role("link", name=name).click)


def example_switch(browser: Any, address: str, times: int) -> Waits:
    """Press Next on the Explanations page, until both word maps are those of the next example."""
    page = new_page(browser)
    visit(page, f"{address}/explanations?{PAIR}")
    page.wait_for_selector(".tq-maps")
    for _ in range(times + 1):
        yield waited(page, MAPS, page.get_by_role("button", name="Next").click)


def bin_click(browser: Any, address: str, times: int) -> Waits:
    """Click a marker of the reliability diagram, until the sentence on its examples is there."""
    page = new_page(browser)
    visit(page, f"{address}/calibration?{PAIR}")
    for number in range(times + 1):
        marker = page.locator(".scatterlayer .points path").nth(4 + 2 * (number % 2))
        marker.scroll_into_view_if_needed()
        place = marker.bounding_box()
        middle = place["x"] + place["width"] / 2, place["y"] + place["height"] / 2
        yield waited(page, BIN, lambda where=middle: page.mouse.click(*where))


def live(browser: Any, address: str, times: int) -> Waits:
    """Explain a new text by LIME for both models of the pair, until the word maps are there."""
    page = new_page(browser)
    visit(page, f"{address}/live?{PAIR}")
    names = (
        "Anna",
        "Boris",
        "Clara",
        "David",
        "Elena",
        "Felix",
        "Greta",
        "Henry",
        "Irene",
        "Jonas",
    )
    for number in range(times + 1):
        name = f"{names[number % 10]} {'never ' if number >= 10 else ''}"
        page.get_by_label("Premise").fill(f"{name}painted a tall fence in the garden on Sunday.")
        page.get_by_label("Hypothesis").fill(f"{name}painted a fence in {number + 3} hours.")
        page.get_by_label("Hypothesis").blur()
        settle(page)
        yield waited(page, MAPS, page.get_by_test_id("stBaseButton-primary").click)


def new_page(browser: Any) -> Any:
    """Return a page of a visitor who has never been here."""
    context = browser.new_context(viewport=SIZE)
    context.set_default_timeout(PATIENCE_MS)
    return context.new_page()


MEASURED: dict[str, tuple[str, Callable[[Any, str, int], Waits]]] = {
    "first": ("first content of the overview, cold address", first_content),
    "page": ("page switch", page_switch),
    "example": ("example switch", example_switch),
    "bin": ("bin click", bin_click),
    "live": ("live LIME of both models", live),
}


def report(title: str, measured: Waits) -> None:
    """Print a row. The first wait is not counted: the server reads, derives or loads then."""
    waits = list(measured)[1:]
    most = statistics.quantiles(waits, n=10)[-1]
    median = statistics.median(waits)
    print(f"| {title} | {len(waits)} | {median:.0f} | {most:.0f} |", flush=True)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--times", type=int, default=20)
    parser.add_argument("--only", choices=MEASURED, action="append")
    asked = parser.parse_args()
    print("| wait for | times | median ms | nine tenths within ms |\n|---|---|---|---|")
    with tempfile.TemporaryDirectory() as folder, chromium() as browser:
        report(
            "an empty Streamlit app, cold address", empty_app(browser, Path(folder), asked.times)
        )
        own = str(Path(folder) / "results")
        with dashboard(Path(folder), TRUSTEQ_STORE=own) as address:
            for name in asked.only or MEASURED:
                title, measure = MEASURED[name]
                report(title, measure(browser, address, asked.times))
    print(f"\n{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f} at the end.")


if __name__ == "__main__":
    main()

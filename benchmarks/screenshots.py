"""Pictures of every page of the dashboard, in both themes and two widths, to be looked at.

    python benchmarks/screenshots.py OUT [--pages overview,live] [--widths 1280,1920]
        [--themes light,dark]

The pages show the results that ship. Needs Chromium (on Debian `apt-get install chromium`).
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path
from typing import Any

from browsing import PATIENCE_MS, chromium, dashboard, settle, visit

PAIR = "task=nli&original=base&compressed=distil"
PAGES = {
    "overview": f"?{PAIR}",
    "explanations": f"explanations?{PAIR}",
    "calibration": f"calibration?{PAIR}",
    "calibration-gap": f"calibration?{PAIR}&diagram=gap",
    "calibration-corp": f"calibration?{PAIR}&diagram=CORP+curve",
    "calibration-profile": f"calibration?{PAIR}&diagram=profile+difference",
    "calibration-bins": f"calibration?{PAIR}&diagram=ECE+by+bins",
    "disagreement": f"disagreement?{PAIR}",
    "live": f"live?{PAIR}",
    "evaluate": f"evaluate?{PAIR}",
    "predictions": f"predictions?{PAIR}",
    "report": f"report?{PAIR}",
    "method": f"method?{PAIR}",
}
"""What is pictured, with its address."""

HEIGHT = 900


AFTER = {"live": ".tq-maps", "report": 'iframe[title="Preview of the report"]'}
"""What appears on a page when its button is pressed; before that it shows little."""


def take(browser: Any, address: str, name: str, *, width: int, theme: str, file: Path) -> None:
    """Save the whole of a page as a picture.

    A streamlit page scrolls within itself, so the window is made as tall as what it holds.
    """
    context = browser.new_context(
        viewport={"width": width, "height": HEIGHT}, color_scheme=theme, reduced_motion="reduce"
    )
    context.set_default_timeout(PATIENCE_MS)
    page = context.new_page()
    visit(page, f"{address}/{PAGES[name]}")
    if name in AFTER:
        page.get_by_test_id("stBaseButton-primary").click()
        page.wait_for_selector(AFTER[name])
        settle(page)
    tall = page.evaluate("document.querySelector('[data-testid=stMain]').scrollHeight")
    page.set_viewport_size({"width": width, "height": max(HEIGHT, tall + 80)})
    page.wait_for_timeout(1500)
    settle(page)
    page.screenshot(path=str(file))
    context.close()


def main(arguments: list[str] | None = None) -> None:
    """Picture every page asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path)
    parser.add_argument("--pages", default=",".join(PAGES))
    parser.add_argument("--widths", default="1280,1920")
    parser.add_argument("--themes", default="light,dark")
    asked = parser.parse_args(arguments)
    asked.out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, chromium() as browser:
        own = str(Path(folder) / "results")
        with dashboard(Path(folder), TRUSTEQ_STORE=own) as address:
            for name in asked.pages.split(","):
                for width in map(int, asked.widths.split(",")):
                    for theme in asked.themes.split(","):
                        file = asked.out / f"{name}-{width}-{theme}.png"
                        take(browser, address, name, width=width, theme=theme, file=file)
                        print(file, file=sys.stderr)


if __name__ == "__main__":
    main()

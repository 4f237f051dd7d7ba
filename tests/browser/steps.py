"""What a visitor does on a page and what is seen there, each waiting for as long as it needs."""

from __future__ import annotations

import re

from browsing import settle


def main_text(page):
    return page.inner_text('[data-testid="stMain"]')


def wait_for_text(page, pattern):
    page.get_by_text(re.compile(pattern)).first.wait_for()


def choose(page, name, option):
    """Pick an option of a selectbox; typing brings it into a long list."""
    box = page.get_by_role("combobox", name=name, exact=True)
    box.click()
    box.fill(option)
    page.get_by_role("option", name=option, exact=True).click()
    settle(page)


def press(page, name):
    """Press one of a row of exclusive choices, or a switch."""
    page.get_by_role("radio", name=name, exact=True).click()
    settle(page)


def upload(page, number, name, content):
    """Give a file to an uploader; one that is being drawn again would lose it."""
    settle(page)
    file = {"name": name, "mimeType": "application/octet-stream", "buffer": content}
    page.locator('input[type="file"]').nth(number).set_input_files(file)
    wait_for_text(page, re.escape(name))
    settle(page)


def saved(page, button):
    """Click a download button and return the file's name and content."""
    with page.expect_download() as downloading:
        button.click()
    return downloading.value.suggested_filename, downloading.value.path().read_bytes()


def click_middle(page, element):
    """Click where an element is: plotly listens on a layer above its markers."""
    element.scroll_into_view_if_needed()
    place = element.bounding_box()
    page.mouse.click(place["x"] + place["width"] / 2, place["y"] + place["height"] / 2)


def colour_of(page, selector, attribute):
    value = page.eval_on_selector(
        selector, "(node, name) => getComputedStyle(node)[name]", attribute
    )
    return tuple(float(part) for part in re.findall(r"[\d.]+", value)[:3])


def luminance(rgb):
    parts = [c / 255 for c in rgb]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one, other):
    bright, dim = sorted([luminance(one), luminance(other)], reverse=True)
    return (bright + 0.05) / (dim + 0.05)

"""Two files uploaded in a browser are compared within the frame, and hostile names stay text."""

import pytest
from test_browser_pages import visit, wait_for_text

from trusteq_app.predictions_view import EXAMPLE

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def test_uploads_of_a_cold_visit_are_compared_and_downloaded(page, fresh_server):
    visit(page, f"{fresh_server}/predictions?compressed=tiny&margin_gap=0.05")
    content = EXAMPLE.rename(columns={"neutral": "<b>neutral</b>"}).replace(
        "neutral", "<b>neutral</b>"
    )
    for number in range(2):
        page.locator('input[type="file"]').nth(number).set_input_files(
            {
                "name": f"model-{number}.csv",
                "mimeType": "text/csv",
                "buffer": content.to_csv(index=False).encode(),
            }
        )
        wait_for_text(page, rf"model-{number}\.csv")
    wait_for_text(page, "Model-1 is not shown to be equivalent to model-0")
    said = page.inner_text('[data-testid="stMain"]')
    assert "<b>neutral</b>" in said
    assert "gap 0.05 (default 0.02)" in said
    assert "compressed=tiny" in page.url
    with page.expect_download() as downloading:
        page.get_by_role("button", name="The whole comparison").click()
    assert downloading.value.suggested_filename == "comparison.json"


def test_a_bad_upload_is_a_sentence_in_the_page(page, server):
    visit(page, f"{server}/predictions")
    for number, name in enumerate(("model.csv", "model.xlsx")):
        page.locator('input[type="file"]').nth(number).set_input_files(
            {
                "name": name,
                "mimeType": "application/octet-stream",
                "buffer": EXAMPLE.to_csv(index=False).encode(),
            }
        )
        wait_for_text(page, rf"{name}")
    wait_for_text(page, "is none of .csv, .tsv and .parquet")
    assert "Traceback" not in page.inner_text('[data-testid="stMain"]')

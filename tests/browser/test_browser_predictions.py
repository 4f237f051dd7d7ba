"""Two files uploaded in a browser are compared within the frame, and hostile names stay text."""

import pytest
from browsing import visit
from steps import upload, wait_for_text

from trusteq_app.predictions_view import EXAMPLE

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def test_uploads_of_a_cold_visit_are_compared_and_downloaded(page, fresh_server):
    visit(page, f"{fresh_server}/predictions?compressed=tiny&margin_gap=0.05")
    hostile = {"neutral": "<b>neutral</b>"}
    content = EXAMPLE.rename(columns=hostile).replace(hostile).to_csv(index=False).encode()
    for number in range(2):
        upload(page, number, f"model-{number}.csv", content)
    wait_for_text(page, "model-1 is not shown to be equivalent to model-0")
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
        upload(page, number, name, EXAMPLE.to_csv(index=False).encode())
    wait_for_text(page, "is none of .csv, .tsv and .parquet")
    assert "Traceback" not in page.inner_text('[data-testid="stMain"]')

"""A store whose every text is hostile: each page shows the text and nothing comes of it."""

import re

import pytest
from browsing import settle, visit
from conftest import serving
from miniature import MODELS, miniature_examples, write_model
from steps import main_text

from trusteq_core.store import Manifest, ResultStore
from trusteq_core.tasks import examples_fingerprint, get_task

pytestmark = [pytest.mark.browser, pytest.mark.slow]

MARKUP = "<img src=x onerror=\"document.title='hacked'\"><script>document.title='hacked'</script>"
TEXTS = (
    f"{MARKUP} The dog sleeps.",
    "![x](https://hostile.invalid/a.png) [click](javascript:alert(1)) :red[The] dog $x^2$ `sleeps`",
    "كلب صغير ينام في الحديقة \u202e\u2066 <b>dog</b>",
    "小さな犬が公園で眠っている。 <iframe src='https://hostile.invalid'></iframe>",
    '=HYPERLINK("https://hostile.invalid") {{ 7*7 }} ${7*7} <style>*{display:none}</style>',
)
PATHS = ("", "explanations", "calibration", "disagreement", "live", "evaluate", "report")


@pytest.fixture(scope="module")
def hostile_server(tmp_path_factory):
    """Return a dashboard over examples with hostile texts, phenomena, ids and titles."""
    folder = tmp_path_factory.mktemp("hostile")
    store, task = ResultStore(folder / "results"), get_task("nli")
    examples = miniature_examples(task, 60)
    for number, text in enumerate(TEXTS):
        examples.loc[number :: len(TEXTS), "premise"] = text
        examples.loc[number :: len(TEXTS), "phenomenon"] = f"<b>{number}</b> $a$ :red[b]"
    examples["reasons"] = [[0] for _ in range(len(examples))]
    examples.loc[0, "id"] = "<i>one</i> *two* & three"
    fingerprint = examples_fingerprint(examples, task)
    manifest = Manifest("examples", task.id, split="test", n=60, data_fingerprint=fingerprint)
    store.write(manifest, examples)
    for model in MODELS:
        write_model(store, task, examples, model, 20)
    with serving(folder / "results", folder / "no models", folder) as address:
        yield address


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path or "overview")
def test_hostile_texts_stay_texts(page, hostile_server, path):
    asked, dialogs = [], []
    page.on("request", lambda request: asked.append(request.url))
    page.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
    visit(page, f"{hostile_server}/{path}?compressed=tiny")
    if path == "report":
        page.get_by_test_id("stBaseButton-primary").click()
        page.wait_for_selector('iframe[title="Preview of the report"]')
        settle(page)
    main = page.get_by_test_id("stMain")
    # The product marks its own bold text with a class; a text could not.
    own = ":not([class^=tq-])"
    made = f"img, script, b{own}, i{own}, iframe[src*=hostile], a[href^=javascript]"
    assert main.locator(made).count() == 0
    assert page.title() != "hacked"
    assert dialogs == []
    assert [url for url in asked if "hostile.invalid" in url] == []
    assert main.is_visible()
    width = page.evaluate("document.querySelector('[data-testid=stMain]').scrollWidth")
    assert width <= 1280


def test_a_hostile_example_is_read_word_by_word(page, hostile_server):
    visit(page, f"{hostile_server}/explanations?compressed=tiny")
    page.wait_for_selector(".tq-maps")
    shown = page.locator(".tq-text").first.inner_text()
    assert re.sub(r"\s", "", MARKUP) in re.sub(r"\s", "", shown)
    assert (
        "<i>one</i> *two* & three"
        in page.get_by_role("combobox", name="Example", exact=True).input_value()
    )
    assert "hacked" not in page.title()
    assert "Traceback" not in main_text(page)

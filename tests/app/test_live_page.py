"""The Live page: its address holds the request, words are struck out, results are taken along."""

import json
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from trusteq_app import live_keeping, live_loading, live_words, loading
from trusteq_app.live import LiveRequest, compute
from trusteq_app.live_document import as_document
from trusteq_core.errors import StoreError, TextError, TrusteqError
from trusteq_core.store import ResultStore, StoreStack
from trusteq_core.tasks import word_grid

ROOT = Path(__file__).resolve().parents[2]
TEXTS = ("A dog did not sleep.", "An animal slept.")


class Negation:
    """A classifier that sees one word: its probabilities are known in closed form."""

    name = "negation"
    mask_token = "[MASK]"  # noqa: S105  no password

    def __init__(self, sure):
        self.sure = sure
        self.fingerprint = f"negation {sure}"

    def predict(self, examples):
        found = np.array(["not" in texts[0].split() for texts in examples], dtype=float)
        third = (1 - self.sure) / 2
        rows = np.array([[self.sure, third, third], [third, third, self.sure]])
        return rows[found.astype(int)]


@pytest.fixture
def models(monkeypatch):
    """Return the names of the models that were loaded; both answer by the word "not"."""
    asked = []

    def load(_, name):
        asked.append(name)
        return Negation(0.9 if name == "base" else 0.8)

    monkeypatch.setattr(loading, "model", load)
    return asked


@pytest.fixture
def live(app, models):
    """Return the Live page opened by a link that holds a text."""
    assert models == []
    return opened(app)


def opened(app):
    for segment, text in zip(("premise", "hypothesis"), TEXTS, strict=True):
        app.query_params[f"text_{segment}"] = text
    app.query_params["live_explainers"] = "occlusion"
    return app.switch_page("pages/live.py").run()


def explained(page):
    page.button(key="live_compute").click().run()
    for job in loading.runner().jobs():
        assert job.wait(60)
    return page.run()


def maps_of(page):
    return json.loads(page.get("bidi_component")[0].proto.json)


def text_of(page):
    return "\n".join(each.value for each in [*page.markdown, *page.caption, *page.info])


def test_a_link_fills_the_request_and_computes_nothing(live, models):
    assert [area.value for area in live.text_area] == list(TEXTS)
    assert live.multiselect(key="live_explainers").value == ["occlusion"]
    assert "At most 20 evaluations" in text_of(live)  # two models, eight words, full and empty
    assert not loading.runner().jobs()
    assert models == []


def test_what_is_computed_is_shown_to_the_next_visitor_who_opens_the_link(live, models):
    assert ">not<" in maps_of(explained(live))["html"]
    before = len(models)
    visitor = opened(AppTest.from_file(str(ROOT / "app.py"), default_timeout=180).run())
    assert ">not<" in maps_of(visitor)["html"]
    assert len(models) == before


def test_an_edited_text_keeps_the_last_result_and_says_so(live):
    page = explained(live)
    page.text_area(key="text_premise").set_value("A cat slept.").run()
    assert "This is the last result" in text_of(page)
    assert ">dog<" in maps_of(page)["html"]


def test_a_text_without_words_is_refused_before_any_model_is_loaded(monkeypatch):
    monkeypatch.setattr(live_loading, "lacks_torch", lambda: False)
    with pytest.raises(TextError, match="at least one word"):
        live_loading.start(LiveRequest("nli", "base", "tiny", ("...", "!"), ("lime",)))


def test_a_long_text_stays_and_is_left_out_of_the_address(live):
    long = "dog " * 1_500
    page = live.text_area(key="text_premise").set_value(long).run()
    for _ in range(2):
        page = page.run()
        assert not page.exception
        assert page.text_area(key="text_premise").value == long
        assert page.text_area(key="text_hypothesis").value == TEXTS[1]
    assert "text_premise" not in page.query_params


def test_without_a_word_both_models_are_asked_again(live):
    page = explained(live)
    found = next(job.result for job in loading.runner().jobs())
    words = [word.text for word in word_grid(TEXTS).words]
    page.session_state["_live_struck"] = (found.request.key, frozenset({words.index("not")}))
    page.run()
    assert maps_of(page)["struck"] == [words.index("not")]
    assert "contradiction falls from 90.0 % to 5.0 %; the answer is now **entailment**" in (
        text_of(page)
    )
    page.button(key="live_delete").click().run()
    assert page.text_area(key="text_premise").value == "A dog did sleep."


@pytest.fixture
def result():
    request = LiveRequest("nli", "base", "tiny", TEXTS, ("occlusion", "shapley"))
    return compute(request, lambda *_: Negation(0.9), lambda *_: None)


def test_a_word_is_struck_and_taken_back_and_one_always_stays(result, monkeypatch):
    state = {}
    monkeypatch.setattr(live_words.st, "session_state", state)
    n_words = len(word_grid(TEXTS))
    for word in (*range(n_words), 0, n_words + 3):
        state["words"] = SimpleNamespace(picked=word)
        live_words.strike(result)
    assert live_words.struck(result) == frozenset(range(1, n_words - 1))


def test_the_document_holds_every_value_of_both_models(result):
    document = json.loads(json.dumps(as_document(result)))
    words = [word["text"] for word in document["words"]]
    assert words == [word.text for word in word_grid(TEXTS).words]
    for model in document["models"]:
        assert [found["explainer"] for found in model["attributions"]] == ["occlusion", "shapley"]
        occlusion, shapley = model["attributions"]
        assert occlusion["values"][words.index("not")][2] == pytest.approx(0.85)
        assert occlusion["errors"] is None
        assert np.shape(shapley["errors"]) == (len(words), 3)


def test_masking_puts_the_token_where_the_word_was():
    request = LiveRequest("nli", "base", "tiny", TEXTS, ("lime",), "mask_token")
    assert request.without({3}, mask_token="[MASK]")[0] == "A dog did [MASK] sleep."
    assert request.without({3})[0] == "A dog did sleep."
    assert request.key != request._replace(mask="remove").key


@pytest.fixture
def found():
    request = LiveRequest("nli", "base", "tiny", TEXTS, ("occlusion", "shapley"))
    return compute(
        request, lambda _, name: Negation(0.9 if name == "base" else 0.8), lambda *_: None
    )


@pytest.fixture
def own_store(tmp_path, monkeypatch):
    """Return the store of this server: an empty one, beneath which nothing lies."""
    store = ResultStore(tmp_path / "own")
    monkeypatch.setattr(loading, "store", lambda: StoreStack([store]))
    return store


def test_a_kept_result_is_read_back_as_it_was(found, own_store):
    address = live_keeping.keep(found)
    back = live_keeping.of_result(*loading.kept("nli", address))
    assert back.request == found.request
    assert back.fingerprints == ("negation 0.9", "negation 0.8")
    np.testing.assert_array_equal(back.probabilities, found.probabilities)
    for name, pair in found.attributions.items():
        for one, other in zip(pair, back.attributions[name], strict=True):
            np.testing.assert_allclose(other.values, one.values, rtol=1e-6)
            assert (one.errors is None) == (other.errors is None)
            facts = ("explainer", "evaluations", "seed", "settings")
            assert [getattr(other, f) for f in facts] == [getattr(one, f) for f in facts]
    assert loading.kept("paraphrase", address) is None
    assert live_keeping.keep(found) == address
    assert len(own_store.find(kind="live")) == 1


def test_what_is_kept_changes_no_comparison(found, own_store):
    before = loading.task_version("nli")
    live_keeping.keep(found)
    assert own_store.find(task="nli")
    assert loading.task_version("nli") == before


def test_nothing_is_kept_in_a_demo_or_where_nothing_can_be_written(found, own_store, monkeypatch):
    own_store.writable = False
    with pytest.raises(StoreError, match=r"was not stored: .* is read-only"):
        live_keeping.keep(found)
    own_store.writable = True
    monkeypatch.setenv("TRUSTEQ_DEMO", "1")
    with pytest.raises(TrusteqError, match="In demo mode nothing is computed"):
        live_keeping.keep(found)
    assert own_store.find(kind="live") == []


def test_a_refusal_is_a_sentence_on_the_page(live, monkeypatch):
    page = explained(live)
    monkeypatch.setattr(loading.store().stores[0], "writable", False)
    page = page.button(key="live_keep").click().run()
    assert not page.exception
    assert any("was not stored" in each.value for each in page.error)
    assert "kept" not in page.query_params


def test_an_address_that_nothing_is_kept_under_is_told(app, models):
    app.query_params["kept"] = "0" * 32
    page = opened(app)
    assert any("No result is kept here" in each.value for each in page.error)
    assert models == []

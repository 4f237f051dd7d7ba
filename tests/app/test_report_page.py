"""The Report page builds when asked, offers every format, and follows its options."""

import pytest

from trusteq_core.report import FORMATS


@pytest.fixture
def page(app):
    return app.switch_page("pages/report.py").run()


def build(page):
    return page.button(key="report_build").click().run()


def open_built(app, **state):
    """Open the page with these choices and the button pressed: one run, as one visit."""
    for key, value in {"_report_clicked": True, **state}.items():
        app.session_state[key] = value
    return app.switch_page("pages/report.py").run()


def preview(page):
    return page.get("iframe")[0].proto.srcdoc


def text_of(page):
    return "\n".join(each.value for kind in (page.markdown, page.caption) for each in kind)


def test_nothing_is_built_before_it_is_asked_for(page, monkeypatch):
    monkeypatch.setattr(
        "trusteq_app.report_loading.build_report", lambda *_: pytest.fail("built unasked")
    )
    again = page.run()
    assert not again.exception
    assert again.get("iframe") == []
    assert "the verdict with every criterion" in text_of(again)


def test_the_preview_is_the_report_and_every_format_downloads(page):
    built = build(page)
    assert not built.exception
    assert preview(built).lstrip().startswith("<!DOCTYPE html>")
    assert "Can <span" in preview(built)
    labels = [each.proto.label for each in built.get("download_button")]
    assert [label.split(" (")[0] for label in labels] == [each.title for each in FORMATS.values()]


def test_options_and_margins_reach_the_report(app):
    chosen = {"report_k": 3, "report_examples": 0, "report_bins": 7, "margin_gap": 0.25}
    shown = preview(open_built(app, report_explainers=["occlusion"], **chosen))
    assert "top 3 words" in shown
    assert "as asked" in shown
    assert "in 7 equal-width bins" in shown
    assert "gap 0.25" in shown
    assert "SHAP" not in shown


def test_changed_options_ask_for_a_new_report(page):
    built = build(page)
    changed = built.multiselect(key="report_explainers").set_value(["lime"]).run()
    assert changed.get("iframe") == []
    assert "Build it again" in text_of(changed)
    assert "SHAP" not in preview(build(changed))


def test_the_markdown_can_be_looked_at(app):
    shown = open_built(app, preview="Markdown")
    assert shown.code[0].value.startswith("---\n")
    assert shown.get("iframe") == []


def test_without_results_the_page_says_how_to_make_some(empty_app):
    page = empty_app.switch_page("pages/report.py").run()
    assert not page.exception
    assert "make precomputed" in text_of(page)


def test_the_report_has_the_colours_of_the_visitor(app):
    shown = preview(open_built(app, report_examples=1, palette="shap"))
    assert "rgba(255,0,81," in shown
    assert "rgba(225,119,12," not in shown

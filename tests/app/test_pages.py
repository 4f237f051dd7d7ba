"""Every page draws what the stored results say, and says what it cannot draw."""

import json
from urllib.parse import parse_qs

import pytest

from trusteq_app import loading
from trusteq_app.selection import Pair, View

NEED_RESULTS = ["overview", "explanations", "calibration", "disagreement", "live", "report"]
PAGES = [*NEED_RESULTS, "predictions", "method"]


def open_page(app, name, **state):
    for key, value in state.items():
        app.session_state[key] = value
    return app.switch_page(f"pages/{name}.py").run()


def text_of(app):
    """Return all that the page says in words."""
    kinds = (app.markdown, app.caption, app.subheader, app.info, app.error, app.warning)
    return "\n".join(element.value for kind in kinds for element in kind)


def charts(app):
    return [json.loads(chart.proto.spec) for chart in app.get("plotly_chart")]


def html_of(app):
    """Return all that is drawn as HTML: as it is, and by the component of the words."""
    words = (json.loads(element.proto.json)["html"] for element in app.get("bidi_component"))
    return "".join([*(element.proto.body for element in app.get("html")), *words])


def frame_with(app, column):
    """Return the first table that has a column."""
    return next(table.value for table in app.dataframe if column in table.value.columns)


@pytest.mark.parametrize("name", PAGES)
def test_page_is_drawn_and_every_chart_has_a_text_alternative_and_its_data(app, name):
    page = open_page(app, name)
    assert not page.exception
    assert not page.error
    assert all(chart.proto.alt.strip() for chart in page.get("plotly_chart"))
    assert len(page.get("download_button")) >= len(page.get("plotly_chart"))


@pytest.mark.parametrize("name", NEED_RESULTS)
def test_without_results_a_page_says_how_to_make_some(empty_app, name):
    page = open_page(empty_app, name)
    assert not page.exception
    assert "make precomputed" in text_of(page)


def test_method_page_needs_no_results(empty_app):
    page = open_page(empty_app, "method")
    assert "Macro-F1" in text_of(page)


def test_the_pair_can_be_chosen(app):
    app.selectbox(key="compressed").select("tiny").run()
    assert "**tiny** gives the same answer as **base**" in text_of(app)


def test_a_model_is_not_compared_with_itself(app):
    app.selectbox(key="original").select("distil").run()
    assert "distil" not in app.selectbox(key="compressed").options
    assert not app.exception


def test_overview_names_agreement_and_flips_of_the_stored_predictions(app):
    from trusteq_app import loading
    from trusteq_app.selection import Pair

    found = loading.performance(Pair("nli", "base", "distil"))
    shown = {metric.label: metric.value for metric in app.metric}
    assert shown["Agreement"] == f"{found['agreement']:.1%}".replace("%", " %")
    assert found["flips"] > 0


def test_overview_lists_every_model_of_the_task(app):
    table = frame_with(app, "parameters")
    assert sorted(table["model"]) == ["base", "base-b", "distil", "tiny"]


def test_picking_a_model_on_the_map_makes_it_the_compressed_one():
    from trusteq_app.model_map_view import take_model

    state = {
        "model_map": {"selection": {"points": [{"customdata": "tiny"}]}},
        "original": "base",
        "compressed": "distil",
    }
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("trusteq_app.model_map_view.st.session_state", state)
        take_model()
    assert state["compressed"] == "tiny"


def test_explanations_show_every_word_of_both_models(app):
    page = open_page(app, "explanations")
    table = frame_with(page, "premise")
    shown = html_of(page)
    assert shown.count('class="tq-panel"') == 2
    for word in table["premise"].iloc[0].rstrip(".").split():
        assert f">{word}<" in shown


def test_slice_of_flips_holds_flips_alone(app):
    page = open_page(app, "explanations", slice="flips")
    table = frame_with(page, "premise")
    assert len(table)
    assert (table["predicted_original"] != table["predicted_compressed"]).all()


def test_search_that_finds_nothing_says_so_and_keeps_the_example(app):
    page = open_page(app, "explanations", search="no such words anywhere")
    assert "No example passes" in text_of(page)
    assert 'class="tq-panel"' in html_of(page)


def test_next_goes_to_the_next_row(app):
    page = open_page(app, "explanations")
    ids = frame_with(page, "premise")["id"].tolist()
    page.button(key="example_next").click().run()
    assert page.selectbox(key="example").value == ids[1]
    assert page.session_state["examples"]["selection"]["rows"] == [1]


def test_an_example_can_be_taken_to_the_live_page(app):
    page = open_page(app, "explanations")
    (link,) = page.get("page_link")
    table = frame_with(page, "premise")
    assert parse_qs(link.proto.query_string)["text_premise"] == [table["premise"].iloc[0]]


def example_rows(app):
    """Return the ids that the table of examples lists, and the one that is ticked."""
    ids = frame_with(app, "predicted_original")["id"].tolist()
    return ids, [ids[row] for row in app.session_state["examples"]["selection"]["rows"]]


def test_a_new_slice_opens_its_first_example(app):
    page = open_page(app, "explanations")
    page.selectbox(key="slice").set_value("same answer, other reasons").run()
    ids, ticked = example_rows(page)
    assert [page.selectbox(key="example").value] == ticked == ids[:1]


def test_the_example_of_a_link_is_ticked_in_the_table(app):
    linked = loading.example_table(Pair("nli", "base", "distil"), View("lime", 5, "reference"))
    third = linked["id"].iloc[2]
    app.query_params["example"] = third
    page = open_page(app, "explanations")
    assert page.selectbox(key="example").value == third
    assert example_rows(page)[1] == [third]


def test_top_words_follow_the_slider(app):
    one = html_of(open_page(app, "explanations", k=1))
    assert "top 1" in one
    assert one.count(' tq-shared"') + one.count(" tq-shared ") + one.count(" tq-own") <= 8


def test_live_page_begins_with_an_example(app):
    page = open_page(app, "live")
    assert all(area.value for area in page.text_area)


def test_live_without_the_model_says_what_is_missing(app):
    page = open_page(app, "live")
    page.button(key="live_compute").click().run()
    from trusteq_app import loading

    for job in loading.runner().jobs():
        job.wait(60)
    page.run()
    assert not page.exception
    assert "base" in page.error[0].value


def test_method_page_has_every_part_of_the_definitions(app):
    from pathlib import Path

    page = open_page(app, "method")
    text = (Path(__file__).resolve().parents[2] / "docs" / "definitions.md").read_text()
    parts = [line[3:].strip() for line in text.splitlines() if line.startswith("## ")]
    assert [tab.label for tab in page.tabs] == [*parts, "Explainers"]


def test_the_words_of_every_map_answer_to_each_other(app):
    page = open_page(app, "explanations", palette="shap", shared_scale=False)
    (component,) = page.get("bidi_component")
    shown = json.loads(component.proto.json)
    assert not shown["picks"]
    assert "rgba(255,0,81," in shown["html"]  # the palette of the address
    assert "against −" in shown["html"]
    assert "+ for" in shown["html"].replace("</i> ", "")


@pytest.mark.parametrize("label", ["Previous", "Next", "Random"])
def test_neighbours_have_a_key_of_their_own(app, label):
    page = open_page(app, "explanations")
    keys = {each.label: each.proto.shortcut for each in page.button if each.proto.shortcut}
    assert len(set(keys.values())) == len(keys)
    assert keys[label]

"""The Calibration page draws what it is asked for, and the address holds what was asked."""

import json

import pytest

from trusteq_app.wording import scaling_line
from trusteq_core.calibration import GapRemoved
from trusteq_core.evaluation.scaling import Scaling

DIAGRAMS = ["reliability", "gap", "CORP curve", "profile difference", "ECE by bins"]


def open_page(app, **state):
    for key, value in state.items():
        app.session_state[key] = value
    page = app.switch_page("pages/calibration.py").run()
    assert not page.exception
    assert not page.error
    return page


def chart(page):
    return json.loads(page.get("plotly_chart")[0].proto.spec)


def table_with(page, column):
    return next(each.value for each in page.dataframe if column in each.value.columns)


def measured(page):
    """Return the table of measures under its row numbers: titles are worded by the page."""
    return table_with(page, "floor_original")


@pytest.mark.parametrize("diagram", DIAGRAMS[1:])
def test_every_diagram_is_drawn_with_words_and_data(app, diagram):
    page = open_page(app, diagram=diagram)
    assert chart(page)["data"]
    assert page.get("plotly_chart")[0].proto.alt.strip()
    assert len(page.get("download_button")) >= 3


@pytest.mark.parametrize("diagram", ["gap", "CORP curve"])
def test_side_by_side_each_model_has_a_diagram_of_its_own(app, diagram):
    page = open_page(app, diagram=diagram, beside=True)
    drawn = [json.loads(each.proto.spec)["data"] for each in page.get("plotly_chart")]
    names = [{trace.get("name") for trace in traces} & {"base", "distil"} for traces in drawn]
    assert names == [{"base"}, {"distil"}]


def test_the_bins_are_as_many_as_asked_for(app):
    traces = chart(open_page(app, bins=5))["data"]
    markers = [trace for trace in traces if trace.get("mode") == "markers"]
    assert {trace["name"] for trace in markers} == {"base", "distil"}
    assert all(len(trace["x"]) <= 5 for trace in markers)


def test_examples_of_a_bin_are_as_many_as_the_bin_counts(app):
    page = open_page(app, bins=5, bin_model="original", bin=4)
    members = table_with(page, "confidence_difference")
    told = "\n".join(each.value for each in page.markdown)
    assert f"**{len(members):,} examples**" in told
    assert members["confidence_original"].between(0.8, 1.0).all()
    sizes = members["confidence_difference"].abs().tolist()
    assert sizes == sorted(sizes, reverse=True)


def test_scaling_changes_every_number_but_no_answer(app):
    from trusteq_app import loading
    from trusteq_app.selection import Pair

    stored = loading.comparison(Pair("nli", "base", "distil"))
    page = open_page(app, scaled=True)
    gaps = stored.calibration().set_index("measure").loc["signed_gap"]
    shown = measured(page).iloc[0]
    assert shown["measure"].startswith("Signed gap")
    assert abs(shown["compressed"] - gaps["compressed"]) > 1e-4
    members = table_with(page, "confidence_difference")
    place = [stored.compressed.ids.index(name) for name in members["id"]]
    answers = [stored.task.labels[code] for code in stored.compressed.predicted[place]]
    assert members["predicted_compressed"].tolist() == answers


def test_one_class_has_its_own_measures_and_the_whole_axis(app):
    page = open_page(app, **{"class": "neutral"})
    assert not any("Brier" in title for title in measured(page)["measure"])
    assert chart(page)["layout"]["xaxis"]["range"][0] < 0


def test_zoom_can_be_switched_off(app):
    assert chart(open_page(app, zoom=False))["layout"]["xaxis"]["range"][0] < 0


def test_true_probabilities_are_drawn_where_the_corpus_knows_them(app):
    shown = {trace.get("name") for trace in chart(open_page(app, truth=True))["data"]}
    assert {"base, true", "distil, true"} <= shown


def test_explained_examples_link_to_their_explanation_and_no_others(app):
    page = open_page(app, bins=2, bin=1)
    links = table_with(page, "explanation").set_index("id")["explanation"]
    assert links.notna().sum() < len(links)
    for name, link in links.dropna().items():
        assert link.startswith("explanations?task=nli&original=base&compressed=distil")
        assert link.endswith(f"example={name}")


def test_examples_without_explanation_can_be_left_out(app):
    links = table_with(open_page(app, bins=2, bin=1, explained_only=True), "explanation")
    assert len(links)
    assert links["explanation"].notna().all()


def test_the_profile_shows_the_margin_that_the_visitor_set(app):
    page = open_page(app, diagram="profile difference", margin_profile=0.07)
    heights = {shape["y0"] for shape in chart(page)["layout"]["shapes"]}
    assert {0.07, -0.07} <= heights


NAMES = {"original": "base", "compressed": "tiny"}


@pytest.mark.parametrize(
    ("after", "chance", "told"),
    [
        (0.01, 0.02, "removes 75% of the gap"),
        (0.05, 0.02, "does not help"),
        (0.01, 0.05, "There is no gap between the models"),
    ],
)
def test_the_headline_says_what_a_temperature_removes(after, chance, told):
    gap = GapRemoved(0.04, after, 0.01, 0.01, (0.8,), (0.9,))
    text = scaling_line(Scaling(gap, chance, 500), NAMES)
    assert told in text
    assert "500 validation examples: inverse temperature 0.80 for base and 0.90 for tiny" in text


def test_cross_fitted_halves_are_named():
    gap = GapRemoved(0.04, 0.01, 0.01, 0.01, (0.8, 0.82), (0.9, 0.88))
    text = scaling_line(Scaling(gap, 0.02, None), NAMES)
    assert "halves of the test examples" in text
    assert "0.80 or 0.82 for base" in text

"""The plane of confidence and overlap, its region, and the slices that compression hurts."""

import json

import pytest
from streamlit.testing.v1 import AppTest

from trusteq_app.disagreement_view import _ends
from trusteq_app.links import example_address
from trusteq_app.selection import Pair, View


def open_page(app, **state) -> AppTest:
    for key, value in state.items():
        app.session_state[key] = value
    return app.switch_page("pages/disagreement.py").run()


@pytest.fixture
def page(app) -> AppTest:
    return open_page(app)


def chart(page, key):
    return next(
        json.loads(each.proto.spec) for each in page.get("plotly_chart") if key in each.proto.id
    )


def points_of(page):
    return [t for t in chart(page, "plane_")["data"] if t.get("mode") == "markers"]


def frame_with(page, column):
    return next(table.value for table in page.dataframe if column in table.value.columns)


def text_of(page):
    return "\n".join(e.value for kind in (page.caption, page.info, page.error) for e in kind)


def test_every_explained_example_is_a_point_and_a_row(page):
    assert not page.exception
    assert sum(len(trace["customdata"]) for trace in points_of(page)) == 48
    assert len(frame_with(page, "open")) == 48
    assert all(each.proto.alt.strip() for each in page.get("plotly_chart"))


def test_outcomes_differ_in_mark_and_colour(page):
    marks = [(t["marker"]["symbol"], t["marker"]["color"]) for t in points_of(page)]
    assert (
        len({symbol for symbol, _ in marks}) == len({colour for _, colour in marks}) == len(marks)
    )


def test_a_region_lists_its_examples(app):
    page = open_page(app, shift=(0.0, 1.0), overlap=(0.0, 0.3))
    rows = frame_with(page, "open")
    assert 0 < len(rows) < 48
    assert (rows["shift"] >= 0).all()
    assert (rows["jaccard"] <= 0.3).all()
    assert f"**{len(rows)} of 48** examples in the region" in text_of(page)
    assert sum(len(t["selectedpoints"]) for t in points_of(page)) == len(rows)


def test_an_empty_region_says_so(app):
    page = open_page(app, shift=(0.99, 1.0))
    assert "No example lies in this region" in text_of(page)
    assert not page.button(key="region_clear").disabled


def test_what_is_no_lasso_is_named_and_the_rest_is_drawn(app):
    page = open_page(app, lasso="nonsense")
    assert not page.exception
    assert "three or more corners" in text_of(page)
    assert len(frame_with(page, "open")) == 48


@pytest.mark.parametrize("harm", ["accuracy", "flips", "overlap"])
def test_slices_are_drawn_for_every_measure(app, harm):
    page = open_page(app, harm=harm)
    assert not page.exception
    drawn = [t for t in chart(page, "slices")["data"] if t.get("customdata")]
    assert drawn
    assert "Holm" in text_of(page)


def test_kinds_choose_the_slices(app):
    page = open_page(app, kinds=["label"])
    drawn = [row[0] for t in chart(page, "slices")["data"] for row in t.get("customdata", [])]
    assert drawn
    assert all(name.startswith("label: ") for name in drawn)


def test_examples_of_the_slice_begin_with_flips(app):
    page = open_page(app, harm="flips", part="phenomenon: negation")
    rows = page.dataframe[-1].value
    assert (rows["phenomenon"] == "negation").all()
    assert rows["flip"].is_monotonic_decreasing
    assert rows["open"].notna().any()
    assert rows["open"].isna().any()  # not every predicted example is explained


def test_a_link_names_all_that_the_page_needs():
    address = example_address(Pair("nli", "base", "tiny"), View("lime", 3, "gold"), "a&b")
    assert address == (
        "explanations?task=nli&original=base&compressed=tiny"
        "&explainer=lime&k=3&explained=gold&example=a%26b"
    )


def test_a_drawn_side_is_rounded_outwards_and_stays_on_the_axis():
    assert _ends([0.301, -0.209], -1.0, 1.0) == (-0.21, 0.31)
    assert _ends([-0.4, 1.7], 0.0, 1.0) == (0.0, 1.0)


def test_the_view_travels_from_page_to_page(app):
    app.switch_page("pages/explanations.py").run()
    app.selectbox(key="explainer").select("occlusion").run()
    app.switch_page("pages/disagreement.py").run()
    assert app.selectbox(key="explainer").value == "occlusion"


def test_without_results_the_page_says_how_to_make_some(empty_app):
    page = empty_app.switch_page("pages/disagreement.py").run()
    assert not page.exception
    assert "make precomputed" in "\n".join(each.value for each in page.markdown)

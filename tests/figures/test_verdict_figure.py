"""The chart of criteria places each interval against its own margin."""

import numpy as np
import pytest

from trusteq_core.figures import ANSWERS, criteria_figure, criteria_frame, describe_criteria


def finding(name, answer, low, estimate, high, *, margin, side="both"):
    return {
        "criterion": name,
        "title": name,
        "answer": answer,
        "estimate": estimate,
        "low": low,
        "high": high,
        "margin": margin,
        "side": side,
        "provable": 0.01,
        "n": 400,
        "sentence": f"{name} is {answer}.",
    }


@pytest.fixture
def frame():
    return criteria_frame(
        {
            "findings": [
                finding("gap", "equivalent", -0.01, 0.0, 0.01, margin=0.02),
                finding("overlap", "different", -0.5, -0.4, -0.3, margin=0.1, side="lower"),
                finding("profile", "inconclusive", 0.01, 0.02, 0.06, margin=0.03, side="upper"),
                finding("brier", "inconclusive", None, None, None, margin=0.02),
            ]
        }
    )


def test_positions_are_multiples_of_the_margin(frame):
    rows = frame.set_index("criterion")
    assert rows.loc["gap", "position_low"] == pytest.approx(-0.5)
    assert rows.loc["overlap", "position"] == pytest.approx(-4)
    assert rows.loc["profile", "position_high"] == pytest.approx(2)
    assert np.isnan(rows.loc["brier", "position"])


def test_an_answer_can_be_read_off_the_position_of_the_interval(frame):
    rows = frame.dropna().set_index("criterion")
    inside = rows["position_high"].lt(1) & rows["position_low"].gt(-1)
    assert inside.to_dict() == {"gap": True, "overlap": False, "profile": False}


def test_each_side_of_a_margin_that_is_open_stays_open(frame):
    figure = criteria_figure(frame)
    bar = figure.data[0]
    low, high = figure.layout.xaxis.range
    ends = {y: (b, b + x) for y, b, x in zip(bar.y, bar.base, bar.x, strict=True)}
    assert ends["gap"] == pytest.approx((-1, 1))
    assert ends["overlap"] == pytest.approx((-1, high))
    assert ends["profile"] == pytest.approx((low, 1))


def test_no_interval_is_cut_by_the_axis(frame):
    low, high = criteria_figure(frame).layout.xaxis.range
    assert low < frame["position_low"].min()
    assert high > frame["position_high"].max()


def test_the_three_answers_differ_in_mark_and_word_not_in_colour_alone():
    for part in ("mark", "word", "symbol", "colour"):
        assert len({getattr(style, part) for style in ANSWERS.values()}) == 3


def test_a_criterion_without_estimate_is_told_but_not_drawn(frame):
    drawn = [y for trace in criteria_figure(frame).data for y in trace.y]
    assert "brier" not in drawn
    assert describe_criteria(frame).endswith("brier: inconclusive.")


def test_nothing_tested_gives_a_sentence_in_place_of_a_chart():
    figure = criteria_figure(criteria_frame({"findings": []}))
    assert figure.layout.annotations[0].text == "No criterion has an estimate."

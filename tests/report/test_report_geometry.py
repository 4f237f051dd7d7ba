"""Marks stand where their numbers say."""

from __future__ import annotations

import math

import pandas as pd
import pytest

from trusteq_core.equivalence import Criterion, Evidence, Finding
from trusteq_core.report.geometry import DIAGRAM, INTERVAL, TRACK, bullet, diagram, intervals


def finding(side: str, estimate: float, low: float, high: float, margin: float = 0.02) -> Finding:
    criterion = Criterion("x", "X", "the x", margin, side=side)
    return Finding.of(criterion, Evidence(estimate, low, high, 0.01, 100, 100, 0.01))


def test_an_interval_lies_inside_its_zone_exactly_if_it_is_equivalent():
    findings = [
        finding("both", 0.0, -0.01, 0.01),
        finding("both", 0.03, 0.025, 0.04),
        finding("lower", 0.05, 0.04, 0.06),
        finding("upper", 0.01, 0.0, 0.015, margin=0.03),
    ]
    inside = [
        mark.zone[0] <= mark.low and mark.high <= mark.zone[1] for mark in intervals(findings)
    ]
    assert inside == [each.answer == "equivalent" for each in findings]


def test_all_intervals_share_one_zero_and_one_margin():
    first, second = intervals(
        [finding("both", 0.0, -0.01, 0.01), finding("both", 0.0, -0.1, 0.1, margin=0.2)]
    )
    assert (first.zone, first.zero, first.low) == (second.zone, second.zero, second.low)
    assert first.zero == INTERVAL.width / 2


def test_an_interval_beyond_the_axis_is_cut_and_says_so():
    mark = intervals([finding("both", -0.5, -math.inf, 0.01)])[0]
    assert (mark.cut_low, mark.cut_high) == (True, False)
    assert mark.low == INTERVAL.left


def test_without_an_estimate_there_is_no_dot():
    mark = intervals([finding("lower", math.nan, -math.inf, math.inf)])[0]
    assert mark.estimate is None


def test_a_bullet_reaches_from_zero_to_one():
    mark = bullet({"jaccard": 0.0, "chance": 1.0, "ceiling_resampling": None})
    assert (mark.score, mark.chance) == (mark.start, mark.end) == (TRACK.left, TRACK.width - 8)
    assert mark.room is None


@pytest.fixture
def bins() -> pd.DataFrame:
    row = {"low": 0.5, "high": 1.0, "accuracy_low": 0.6, "accuracy_high": 0.9, "bin": 1}
    full = {**row, "count": 10, "confidence": 0.75, "accuracy": 0.75}
    empty = {**row, "count": 0, "confidence": math.nan, "accuracy": math.nan}
    return pd.DataFrame(
        [{"model": side, **each} for side in ("original", "compressed") for each in (full, empty)]
    )


def test_a_calibrated_bin_stands_on_the_diagonal(bins):
    drawn = diagram(bins, 2, {"original": "a", "compressed": "b"})
    x0, y0, x1, y1 = drawn.diagonal
    point = drawn.points["original"][0]
    assert (point.x - x0) / (x1 - x0) == pytest.approx((point.y - y0) / (y1 - y0), abs=0.01)


def test_bins_without_examples_are_not_drawn(bins):
    drawn = diagram(bins, 2, {"original": "a", "compressed": "b"})
    assert [len(points) for points in drawn.points.values()] == [1, 1]
    nothing = diagram(bins[bins["count"] == 0], 2, {"original": "a", "compressed": "b"})
    assert [len(points) for points in nothing.points.values()] == [0, 0]


def test_the_confidence_axis_starts_where_confidence_does(bins):
    drawn = diagram(bins, 2, {"original": "a", "compressed": "b"})
    assert drawn.across[0] == (DIAGRAM.left, "0.5")
    assert drawn.points["original"][0].words.startswith("a: confidence 0.750, accuracy 0.750")

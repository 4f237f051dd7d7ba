"""The plane's marginals count every point once; the dot plot draws what its table says."""

import numpy as np
import pandas as pd

from trusteq_core.figures.disagreement import (
    OUTCOME_STYLES,
    describe_disagreement,
    disagreement_figure,
    marginal_counts,
)
from trusteq_core.figures.slices import (
    FINDING_STYLES,
    describe_slices,
    slice_figure,
    slice_rows,
)

POINTS = pd.DataFrame(
    {
        "id": ["a", "b", "<i>c"],
        "outcome": ["both right", "negative flip", "both right"],
        "shift": [-1.0, 0.0, 1.0],
        "jaccard": [0.0, 1.0, 0.43],
        "flip": [False, True, False],
        "chance": [0.2, 0.2, 0.3],
    }
)
SLICES = pd.DataFrame(
    {
        "slice": ["word: <b>", "label: x", "length: 1 to 3 words"],
        "kind": ["word", "label", "length"],
        "name": ["<b>", "x", "1 to 3 words"],
        "n": [40, 50, 60],
        "estimate": [0.4, 0.2, 0.1],
        "low": [0.3, 0.1, 0.0],
        "high": [0.5, 0.3, 0.2],
        "rest": [0.1, 0.2, 0.3],
        "whole": [0.2, 0.2, 0.2],
        "p_value": [0.0001, 0.9, 0.02],
        "p_holm": [0.0003, 0.9, 0.04],
        "finding": ["worse", "no difference shown", "better"],
    }
)


def test_marginals_count_every_point_once_on_each_axis():
    counts = marginal_counts(POINTS).groupby("axis")[["count", "flips"]].sum()
    assert counts.loc["shift"].tolist() == counts.loc["jaccard"].tolist() == [3, 1]


def test_points_keep_their_place_and_their_text_stays_text():
    drawn = {t.name: t for t in disagreement_figure(POINTS, k=5).data if t.type == "scatter"}
    right = drawn["both right (2)"]
    assert (list(right.x), list(right.y)) == ([-1.0, 1.0], [0.0, 0.43])
    assert list(right.customdata) == ["a", "&lt;i&gt;c"]


def test_points_outside_the_region_are_faint_and_the_region_is_outlined():
    inside, corners = np.array([True, False, False]), [(-1, 0), (0, 0), (0, 1)]
    figure = disagreement_figure(POINTS, k=5, inside=inside, outline=corners)
    drawn = {t.name: t for t in figure.data if t.type == "scatter"}
    assert list(drawn["both right (2)"].selectedpoints) == [0]
    assert list(drawn["negative flip (1)"].selectedpoints) == []
    assert figure.layout.shapes[0].path == "M-1,0 L0,0 L0,1 Z"


def test_no_two_outcomes_or_findings_look_alike_without_colour():
    one_plot = list(OUTCOME_STYLES)[:5]
    assert len({OUTCOME_STYLES[name][0] for name in one_plot}) == 5
    assert len({symbol for symbol, _, _ in FINDING_STYLES.values()}) == 3


def test_an_empty_plane_says_why():
    figure = disagreement_figure(POINTS.iloc[:0], k=5)
    assert "too few words" in figure.layout.annotations[0].text
    assert "No example" in describe_disagreement(POINTS.iloc[:0])


def test_the_plane_in_words_has_counts_and_means():
    assert "both right: 2, mean overlap 0.21" in describe_disagreement(POINTS)


def test_rows_keep_the_order_of_the_table_and_the_smallest_p_values():
    assert slice_rows(SLICES, limit=2)["kind"].tolist() == ["word", "length"]
    assert slice_rows(SLICES, kinds=["label"])["kind"].tolist() == ["label"]


def test_a_slice_is_drawn_with_its_interval_and_its_name_escaped():
    figure = slice_figure(SLICES, title="Flip rate", selected="label: x")
    worse = next(t for t in figure.data if t.name == FINDING_STYLES["worse"][2])
    assert list(worse.x) == [0.4]
    assert np.allclose(worse.error_x.array, [0.1])
    assert np.allclose(worse.error_x.arrayminus, [0.1])
    assert worse.customdata[0][0] == "word: &lt;b&gt;"
    labels = figure.layout.yaxis.ticktext
    assert "&lt;b&gt;" in labels[0]
    assert "▸ x" in labels[1]


def test_a_difference_of_shares_is_drawn_in_points():
    figure = slice_figure(SLICES, title="Change of accuracy", unit="points")
    worse = next(t for t in figure.data if t.name == FINDING_STYLES["worse"][2])
    assert np.allclose(worse.x, [40.0])
    assert np.allclose(worse.error_x.array, [10.0])
    assert figure.layout.shapes[0].x0 == 20.0
    assert figure.layout.xaxis.title.text == "Change of accuracy (points)"
    assert "%" not in figure.layout.xaxis.tickformat
    assert "%}" not in worse.hovertemplate


def test_slices_in_words_name_the_findings_alone():
    text = describe_slices(SLICES, "Flip rate")
    assert "word: <b> 0.400 (worse than the rest, corrected p < 0.001)" in text
    assert "label: x" not in text
    assert "no slice differs" in describe_slices(SLICES.iloc[1:2], "Flip rate")

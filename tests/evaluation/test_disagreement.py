"""Points of the disagreement plane, and the regions that a box or a lasso takes out of it."""

import numpy as np
import pandas as pd
import pytest

from trusteq_core.errors import DataError
from trusteq_core.evaluation import compare
from trusteq_core.evaluation.disagreement import MOST_CORNERS, Region, disagreement_points
from trusteq_core.store import ResultStore

SQUARE = "0,0 0.5,0 0.5,0.5 0,0.5"
POINTS = pd.DataFrame({"shift": [0.25, 0.75, 0.25, -0.5], "jaccard": [0.25, 0.25, 0.75, 0.25]})


@pytest.fixture(scope="module")
def table(miniature_store):
    return compare(ResultStore(miniature_store), "nli", "base", "tiny").example_table("lime")


def test_a_point_is_the_change_of_confidence_against_the_overlap(table):
    points = disagreement_points(table)
    assert len(points) == table["jaccard"].notna().sum()
    first = points.iloc[0]
    assert first["shift"] == first["confidence_compressed"] - first["confidence_original"]


def test_an_example_without_an_overlap_is_no_point(table):
    without = table.assign(jaccard=table["jaccard"].where(table.index != 3))
    assert table["id"].iloc[3] not in disagreement_points(without)["id"].tolist()


def test_without_labels_an_outcome_is_whether_the_answer_stays(table):
    points = disagreement_points(table.drop(columns=["label", "outcome"]))
    assert (points["outcome"] == "different answer").equals(points["flip"])


def test_a_lasso_holds_what_it_encloses():
    assert Region.of_text(SQUARE).contains(POINTS).tolist() == [True, False, False, False]


def test_a_lasso_around_a_hollow_leaves_the_hollow_out():
    hollow = Region.of_text("0,0 1,0 1,1 0.9,1 0.9,0.1 0.1,0.1 0.1,1 0,1")
    assert not hollow.contains(POINTS).any()


def test_a_lasso_comes_back_from_its_text():
    drawn = Region.of_lasso([0.0, 0.12345, 0.5], [0.0, 0.9, 0.1])
    assert Region.of_text(drawn.as_text()) == drawn


def test_a_long_lasso_is_thinned_and_still_holds_its_middle():
    angle = np.linspace(0, 2 * np.pi, 1000)
    drawn = Region.of_lasso(
        (0.25 + 0.2 * np.cos(angle)).tolist(), (0.25 + 0.2 * np.sin(angle)).tolist()
    )
    assert len(drawn.corners) <= MOST_CORNERS
    assert drawn.contains(POINTS).tolist() == [True, False, False, False]


def test_a_box_includes_its_ends_and_the_whole_plane_everything():
    assert Region((0.25, 0.75), (0.25, 0.25)).contains(POINTS).tolist() == [
        True,
        True,
        False,
        False,
    ]
    assert Region().is_full
    assert Region().contains(POINTS).all()


@pytest.mark.parametrize(
    "text", ["", "0,0 1,1", "a,b c,d e,f", "1 2 3", "nan,0 1,0 1,1", "0,0,0 1,1 2,2"]
)
def test_what_is_no_lasso_is_refused(text):
    with pytest.raises(DataError, match="three or more corners"):
        Region.of_text(text)

"""The plain functions behind the pages: wording, filters, downloads, live computation."""

import numpy as np
import pandas as pd
import pytest

from trusteq_app.example_filters import (
    describe_slice,
    filter_examples,
    neighbour,
    slice_names,
    take_slice,
)
from trusteq_app.live import LiveRequest, compute, scores_of, words_of
from trusteq_app.messages import escaped
from trusteq_app.scores_view import score_rows
from trusteq_app.wording import headline, points

NAMES = {"original": "base", "compressed": "tiny"}
PERFORMANCE = {"agreement": 0.9, "accuracy_original": 0.95, "accuracy_compressed": 0.93}


def test_headline_names_the_lower_ceiling_and_the_direction_of_both_gaps():
    overlap = {"jaccard": 0.4, "chance": 0.2, "ceiling_resampling": 0.9, "ceiling_retraining": 0.6}
    text = headline(NAMES, PERFORMANCE, {"LIME": overlap}, {"original": -0.01, "compressed": 0.03})
    assert "**90.0 %**" in text
    assert "accuracy −2.0 points" in text
    assert "chance gives 0.20 and the original trained again 0.60" in text
    assert "overconfident by **3.0 points**" in text
    assert "underconfident by **1.0 points**" in text


def test_headline_without_explanations_keeps_the_other_sentences():
    text = headline(NAMES, PERFORMANCE, {}, {"original": 0.0, "compressed": float("nan")})
    assert "overlap" not in text
    assert "not measured" in text


def test_a_difference_that_rounds_to_nothing_has_no_sign():
    assert points(-0.0001) == "0.0 points"


@pytest.mark.parametrize("text", ["$x$ `y` *z*", "<b>", "[a](b)", ":red[c]", "_d_", "# e"])
def test_markdown_is_shown_as_it_is(text):
    assert escaped(text).replace("\\", "") == text
    assert not any(mark in escaped(text).replace(f"\\{mark}", "") for mark in "$`*<[_#")


@pytest.fixture
def table():
    return pd.DataFrame(
        {
            "id": ["a", "b", "c", "d"],
            "premise": ["A dog (50%)", "A cat", "a DOG", "no"],
            "label": ["x", "x", "y", "y"],
            "phenomenon": ["p", "q", "p", "q"],
            "predicted_original": ["x", "x", "x", "z"],
            "predicted_compressed": ["x", "y", "x", "x"],
            "confidence_original": [0.9, 0.8, 0.7, 0.6],
            "confidence_compressed": [0.8, 0.2, 0.7, 0.65],
            "flip": [False, True, False, True],
            "outcome": ["both right", "negative flip", "both wrong", "both wrong"],
            "jaccard": [0.5, 0.1, 0.2, np.nan],
        }
    )


@pytest.mark.parametrize(
    ("name", "ids"),
    [
        ("all", ["a", "b", "c", "d"]),
        ("flips", ["b", "d"]),
        ("same answer, other reasons", ["c", "a"]),
        ("both wrong", ["c", "d"]),
        ("confidence shift", ["b", "a", "d", "c"]),
        ("phenomenon: q", ["b", "d"]),
    ],
)
def test_slices_hold_what_they_say(table, name, ids):
    assert name in slice_names(table)
    assert describe_slice(name).endswith(".")
    assert take_slice(table, name)["id"].tolist() == ids


def test_without_labels_no_slice_is_wrong_and_without_phenomena_none_is_named(table):
    names = slice_names(table.drop(columns=["label", "phenomenon"]))
    assert names == ["all", "flips", "same answer, other reasons", "confidence shift"]


def test_search_is_no_pattern_and_ignores_case(table):
    assert filter_examples(table, search="dog", columns=["premise"])["id"].tolist() == ["a", "c"]
    assert filter_examples(table, search="(50%)", columns=["premise"])["id"].tolist() == ["a"]
    assert filter_examples(table, search=".*", columns=["premise"]).empty


def test_filters_are_joined_and_the_full_range_keeps_rows_without_overlap(table):
    assert len(filter_examples(table)) == 4
    kept = filter_examples(table, phenomena=["p"], outcomes=["both right"], overlap=(0.4, 1.0))
    assert kept["id"].tolist() == ["a"]
    assert "d" not in filter_examples(table, overlap=(0.0, 0.9))["id"].tolist()


def test_neighbours_go_around(table):
    ids = table["id"].tolist()
    assert neighbour(ids, "a", -1) == "d"
    assert neighbour(ids, "d", 1) == "a"


class Keyword:
    """A classifier that sees one word: its probabilities are known in closed form."""

    labels = ("different", "paraphrase")

    def __init__(self, word):
        self.word = self.fingerprint = word

    def predict(self, examples):
        found = np.array([self.word in " ".join(texts) for texts in examples], dtype=float)
        return np.column_stack([0.9 - 0.8 * found, 0.1 + 0.8 * found])

    def visible_words(self, segments):
        from trusteq_core.tasks import word_grid

        return np.ones(len(word_grid(segments)), dtype=bool)


@pytest.fixture
def live_result():
    request = LiveRequest(
        "paraphrase", "dog", "cat", ("A dog sleeps", "A cat rests"), ("occlusion",)
    )
    reports = []
    result = compute(request, lambda _, name: Keyword(name), lambda *at: reports.append(at))
    return result, reports


def test_live_attributions_credit_the_word_each_model_sees(live_result):
    words = words_of(live_result[0], "occlusion", 1, "reference")
    assert words.set_index("word").loc["dog", "value_original"] == pytest.approx(0.8)
    assert words.set_index("word").loc["cat", "value_compressed"] == pytest.approx(0.8)
    assert words.loc[words["top_original"], "word"].tolist() == ["dog"]


def test_live_scores_compare_the_two_top_sets(live_result):
    assert scores_of(live_result[0], "occlusion", 1, "reference")["jaccard"] == 0.0


def test_live_progress_only_grows_and_ends_complete(live_result):
    done = [at for at, _ in live_result[1]]
    assert done == sorted(done)
    assert live_result[1][-1][0] == live_result[1][-1][1]


def test_measures_of_noise_are_shown_where_errors_are_known_and_only_there():
    known = {"cosine": 0.9, "stability_original": 0.4, "noise_loss": np.nan}
    assert score_rows(known)["measure"].tolist() == ["Cosine ↑", "● top K steady ↑"]
    mean = {"noise_loss": 0.2, "spearman": None}
    rows = score_rows(known, mean).set_index("measure")
    assert rows["mean"].dropna().to_dict() == {"Lost to noise ↓": 0.2}


def test_the_same_request_has_the_same_key():
    request = LiveRequest("nli", "base", "tiny", ("a", "b"), ("lime",))
    assert request.key == LiveRequest("nli", "base", "tiny", ("a", "b"), ("lime",)).key
    assert request.key != request._replace(texts=("ab", "")).key


def test_numbers_of_a_small_table_are_told_with_a_minus_and_stay_numbers():
    from trusteq_app.tables import told_numbers

    frame = pd.DataFrame({"name": ["a-b", "c"], "gap": [-0.5, 0.25], "n": [3, -4]})
    shown = told_numbers(frame, 2, signed=["gap"])
    text = shown.to_html()
    assert "−0.50" in text
    assert "+0.25" in text
    assert "a-b" in text
    pd.testing.assert_frame_equal(shown.data, frame)

"""Overlap, probabilities, word differences and the model map draw the frames they were given."""

import numpy as np
import pandas as pd
import pytest

from trusteq_core.figures import (
    describe_overlap,
    describe_probabilities,
    difference_rows,
    model_map_figure,
    overlap_figure,
    overlap_frame,
    probability_figure,
    probability_frame,
    word_difference_figure,
)

NAMES = {"original": "base", "compressed": "tiny"}
OVERLAPS = {
    "LIME": {"jaccard": 0.6, "chance": 0.2, "ceiling_resampling": 0.8},
    "Occlusion": {"jaccard": np.nan, "chance": np.nan},
}


def trace(figure, name):
    return next(t for t in figure.data if t.name == name)


def test_overlap_chart_marks_score_chance_and_ceiling():
    figure = overlap_figure(overlap_frame(OVERLAPS), k=5)
    assert list(trace(figure, "overlap of the pair").x) == [0.6]
    assert list(trace(figure, "chance").x) == [0.2]
    assert list(trace(figure, "resampling ceiling").x) == [0.8]
    assert "retraining ceiling" not in {t.name for t in figure.data}


def test_without_a_ceiling_no_room_up_to_it_is_drawn():
    figure = overlap_figure(overlap_frame({"LIME": {"jaccard": 0.5, "chance": 0.2}}), k=5)
    assert "chance to ceiling" not in {t.name for t in figure.data}


def test_overlap_marks_differ_in_shape():
    figure = overlap_figure(
        overlap_frame({"LIME": {**OVERLAPS["LIME"], "ceiling_retraining": 0.7}}), k=5
    )
    names = ["overlap of the pair", "chance", "resampling ceiling", "retraining ceiling"]
    assert len({trace(figure, name).marker.symbol for name in names}) == 4


def test_overlap_without_any_score_says_so():
    figure = overlap_figure(overlap_frame({"Occlusion": OVERLAPS["Occlusion"]}), k=5)
    assert "too few words" in figure.layout.annotations[0].text


def test_overlap_is_described_with_its_two_ends():
    text = describe_overlap(overlap_frame(OVERLAPS))
    assert "LIME: overlap 0.60 (chance 0.20, resampling ceiling 0.80)" in text
    assert "Occlusion: no overlap" in text


def test_probabilities_mark_the_gold_label_by_its_name():
    frame = probability_frame(["no", "yes"], np.array([0.2, 0.8]), np.array([0.4, 0.6]), gold="yes")
    figure = probability_figure(frame, names=NAMES)
    assert list(figure.layout.yaxis.ticktext) == ["no", "<b>yes</b> ★"]
    assert list(trace(figure, "tiny").x) == [0.4, 0.6]
    assert "yes: base 80.0%, tiny 60.0%" in describe_probabilities(frame, NAMES)


def test_true_probabilities_are_drawn_only_where_known():
    values = np.array([0.2, 0.8])
    without = probability_figure(probability_frame(["a", "b"], values, values), names=NAMES)
    known = probability_figure(
        probability_frame(["a", "b"], values, values, truth=np.array([0.3, 0.7])), names=NAMES
    )
    assert "true probability" not in {t.name for t in without.data}
    assert list(trace(known, "true probability").x) == [0.3, 0.7]


@pytest.fixture
def words():
    return pd.DataFrame(
        {
            "segment": [0, 0, 1, 1],
            "position": [0, 1, 0, 1],
            "word": ["A", "<b>", "$5", "cut"],
            "value_original": [0.1, -0.4, 0.3, np.nan],
            "value_compressed": [0.2, 0.4, 0.3, np.nan],
            "difference": [0.1, 0.8, 0.0, np.nan],
            "reason": [False, True, False, False],
        }
    )


def test_largest_differences_come_first_and_unread_words_not_at_all(words):
    assert difference_rows(words)["word"].tolist() == ["<b>", "A", "$5"]
    assert difference_rows(words, limit=1)["word"].tolist() == ["<b>"]
    assert difference_rows(words, order="text", limit=2)["word"].tolist() == ["A", "<b>"]


def test_difference_bars_run_from_the_original_to_the_compressed_value(words):
    figure = word_difference_figure(difference_rows(words, order="text"), names=NAMES)
    bar = trace(figure, "difference")
    assert [b + x for b, x in zip(bar.base, bar.x, strict=True)] == pytest.approx([0.2, 0.4, 0.3])
    assert list(trace(figure, "tiny").x) == [0.2, 0.4, 0.3]


def test_word_labels_are_escaped_and_name_their_segment(words):
    figure = word_difference_figure(
        difference_rows(words, order="text"), names=NAMES, segments=["premise", "hypothesis"]
    )
    labels = figure.layout.yaxis.ticktext
    assert "&lt;b&gt;" in labels[1]
    assert "<b>" not in "".join(labels)
    assert labels[0].startswith("<i>premise</i>")
    assert labels[1].endswith("•")


def test_a_word_that_comes_twice_carries_its_place(words):
    rows = difference_rows(words.assign(word=["A", "A", "A", "cut"]), order="text")
    labels = word_difference_figure(rows, names=NAMES).layout.yaxis.ticktext
    assert list(labels) == ["A (1)", "A (2) •", "A"]


def test_standard_errors_are_drawn_where_the_explainer_gives_them(words):
    rows = difference_rows(words)
    plain = word_difference_figure(rows, names=NAMES)
    exact = word_difference_figure(rows.assign(error_original=0.05), names=NAMES)
    assert trace(plain, "base").error_x.array is None
    assert list(trace(exact, "base").error_x.array) == [0.05] * 3


def test_model_map_shows_every_model_once_in_each_panel():
    table = pd.DataFrame(
        {
            "model": ["base", "base-b", "tiny"],
            "role": ["original", "control", "compressed"],
            "parameters": [3e6, 3e6, 1e5],
            "accuracy": [0.94, 0.93, 0.85],
            "ece": [0.01, 0.02, 0.05],
        }
    )
    figure = model_map_figure(
        table, cost="parameters", axes={"accuracy": "Accuracy", "ece": "ECE"}, selected="tiny"
    )
    clicked = [name for t in figure.data for name in t.customdata]
    assert sorted(clicked) == sorted(table["model"].tolist() * 2)
    assert {t.marker.symbol for t in figure.data} == {"star", "circle-open", "diamond"}
    written = [note.text for note in figure.layout.annotations]
    assert written.count("<b>tiny</b>") == written.count("base-b") == 2


def test_model_map_leaves_out_models_without_the_cost():
    table = pd.DataFrame({"model": ["x"], "role": ["compressed"], "bytes": [np.nan], "ece": [0.1]})
    assert not model_map_figure(table, cost="bytes", axes={"ece": "ECE"}).data


def test_names_of_a_dense_cluster_do_not_cover_each_other():
    from trusteq_core.figures.labels import _overlap, label_box, label_offsets

    x = np.array([200.0, 203.0, 200.0, 175.0, 190.0, 200.0])
    y = np.array([100.0, 102.0, 96.0, 101.0, 104.0, 100.0])
    names = ["base", "int8", "pruned", "lowrank", "distil", "base-b"]
    points = list(zip(x, y, names, strict=True))
    offsets = label_offsets(x, y, names, room=(330.0, 220.0))
    boxes = [label_box(*at, offset) for at, offset in zip(points, offsets, strict=True)]
    assert sum(_overlap(a, b) for i, a in enumerate(boxes) for b in boxes[:i]) < 10
    above = [label_box(*at, (0.0, 13.5)) for at in points]
    assert sum(_overlap(a, b) for i, a in enumerate(above) for b in above[:i]) > 700
    assert all(left >= 0 and bottom >= 0 and right <= 330 for left, bottom, right, _ in boxes)


def test_a_name_keeps_off_its_own_larger_mark_and_away_from_another_mark():
    from trusteq_core.figures.labels import label_offsets, needs_line

    alone = np.array([100.0])
    ((_, up),) = label_offsets(alone, alone, ["tiny"])
    ((_, higher),) = label_offsets(alone, alone, ["tiny"], larger=[True])
    assert higher > up
    x = np.array([100.0, 102.0, 97.0, 86.0])
    y = np.array([100.0, 92.0, 108.0, 100.0])
    names = ["medium", "lowrank", "distil", "int8"]
    offsets = label_offsets(x, y, names, room=(330.0, 220.0))
    far = [name for name, offset in zip(names, offsets, strict=True) if needs_line(name, offset)]
    assert far
    assert len(far) < len(names)

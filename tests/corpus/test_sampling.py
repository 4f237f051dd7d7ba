"""The driver keeps its promises whatever the phenomena are."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from trusteq_core.corpus.sampling import (
    HELD_OUT_SHARE,
    SPLITS,
    Draft,
    example_table,
    is_held_out,
    mark,
    pick,
    pick_two,
    split_of,
    unmark,
)
from trusteq_core.errors import DataError, UnknownName
from trusteq_core.tasks import check_examples, get_task, word_grid

TASK = get_task("paraphrase")
NAMES = [f"name{number}" for number in range(200)]


def greeting(rng: np.random.Generator) -> Draft:
    one, two = pick_two(rng, NAMES)
    return Draft(
        segments=(f"Yesterday, {mark(one)} met {mark(two)}.", f"{mark(two)} met {one}."),
        distribution=(0.25, 0.75),
        phenomenon="greeting",
        composition=one,
    )


def poor(rng: np.random.Generator) -> Draft:
    word = pick(rng, ["one", "two", "three"])
    return Draft((f"Say {mark(word)}.", "Say it."), (1.0, 0.0), "poor", "poor")


def test_the_table_keeps_the_contract_of_an_example_table():
    frame = check_examples(example_table(TASK, {greeting: 1.0}, "test", limit=50), TASK)
    assert frame["id"].iloc[17] == "paraphrase-test-00017"
    assert list(frame.columns) == [
        *("id", "sentence1", "sentence2", "label", "phenomenon", "held_out", "reasons"),
        *("true_different", "true_paraphrase"),
    ]


def test_reasons_point_at_the_marked_words_and_marks_are_gone():
    frame = example_table(TASK, {greeting: 1.0}, "train", limit=50)
    for row in frame.itertuples():
        grid = word_grid((row.sentence1, row.sentence2))
        chosen = [grid.words[index] for index in row.reasons]
        assert [(word.segment, word.position) for word in chosen] == [(0, 1), (0, 3), (1, 0)]
        assert "[" not in row.sentence1 + row.sentence2


def test_a_smaller_table_is_the_beginning_of_a_larger_one():
    small = example_table(TASK, {greeting: 1.0}, "validation", limit=20)
    large = example_table(TASK, {greeting: 1.0}, "validation", limit=60)
    pd.testing.assert_frame_equal(small, large.head(20))


def test_another_seed_gives_other_examples():
    one = example_table(TASK, {greeting: 1.0}, "test", seed=0, limit=40)
    two = example_table(TASK, {greeting: 1.0}, "test", seed=1, limit=40)
    assert set(one["sentence1"]) != set(two["sentence1"])


def test_no_pair_is_in_two_splits_even_across_seeds_and_none_twice_in_a_split():
    pairs = {}
    for split in SPLITS:
        frames = [
            example_table(TASK, {greeting: 1.0}, split, seed=seed, limit=400) for seed in (0, 1)
        ]
        for frame in frames:
            assert not frame.duplicated(["sentence1", "sentence2"]).any()
        pairs[split] = {
            frozenset(pair)
            for frame in frames
            for pair in zip(frame["sentence1"], frame["sentence2"], strict=True)
        }
    assert not pairs["train"] & pairs["test"]
    assert not pairs["train"] & pairs["validation"]
    assert not pairs["validation"] & pairs["test"]


def test_held_out_compositions_are_in_the_test_split_only():
    held = {name for name in NAMES if is_held_out(TASK, name)}
    assert 0 < len(held) < 3 * HELD_OUT_SHARE * len(NAMES)
    train = example_table(TASK, {greeting: 1.0}, "train", limit=600)
    test = example_table(TASK, {greeting: 1.0}, "test", limit=600)
    first_name = r"Yesterday, (\w+) met"
    assert not train["held_out"].any()
    assert not set(train["sentence1"].str.extract(first_name)[0]) & held
    shown = test["sentence1"].str.extract(first_name)[0].isin(held)
    pd.testing.assert_series_equal(shown, test["held_out"], check_names=False)
    assert shown.any()


def test_labels_are_drawn_from_the_true_distribution():
    frame = example_table(TASK, {greeting: 1.0}, "train", limit=4000)
    # Four standard errors of a proportion of 0.75 in 4000 draws.
    assert abs((frame["label"] == "paraphrase").mean() - 0.75) < 4 * (0.75 * 0.25 / 4000) ** 0.5


def test_split_of_ignores_the_order_of_the_texts():
    assert split_of(("one", "two")) == split_of(("two", "one"))


def test_unmark_finds_spans_of_the_plain_text():
    text, spans = unmark("[He] paid [by card].")
    assert [text[start:end] for start, end in spans] == ["He", "by card"]


@pytest.mark.parametrize("text", ["a [b", "a] b", "[a [b] c]"])
def test_unpaired_marks_are_an_error(text):
    with pytest.raises(DataError, match="pairs"):
        unmark(text)


def test_wrong_requests_are_named():
    with pytest.raises(UnknownName, match="train"):
        example_table(TASK, {greeting: 1.0}, "tests")
    with pytest.raises(DataError, match="limit"):
        example_table(TASK, {greeting: 1.0}, "test", limit=-1)


def test_phenomena_that_run_out_of_pairs_are_an_error_not_an_endless_loop():
    with pytest.raises(DataError, match="no new pair"):
        example_table(TASK, {poor: 1.0}, "train", limit=100)


@pytest.mark.parametrize(
    ("segments", "distribution", "message"),
    [
        (("No mark.", "None at all."), (1.0, 0.0), "no word is marked"),
        (("A [mark].", "None."), (0.5, 0.4), "sum"),
        (("A [mark].", "None."), (1.0,), "sum"),
    ],
)
def test_malformed_drafts_are_named(segments, distribution, message):
    def broken(rng: np.random.Generator) -> Draft:
        number = int(rng.integers(1000))
        return Draft((f"{segments[0]} {number}", segments[1]), distribution, "broken", str(number))

    with pytest.raises(DataError, match=message):
        example_table(TASK, {broken: 1.0}, "test", limit=1)


def test_an_empty_table_has_every_column():
    frame = example_table(TASK, {greeting: 1.0}, "test", limit=0)
    assert len(frame) == 0
    assert "true_paraphrase" in frame.columns

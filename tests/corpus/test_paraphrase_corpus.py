"""The paraphrase corpus as generated: balanced, graded as declared, and hard for single words."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd
import pytest
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.linear_model import LogisticRegression

from trusteq_core.corpus.paraphrase import PHENOMENA
from trusteq_core.corpus.paraphrase.graded import scale_probability
from trusteq_core.corpus.paraphrase.vocabulary import actions, table
from trusteq_core.corpus.sampling import SPLITS, example_table
from trusteq_core.tasks import check_examples, get_task, word_grid

TASK = get_task("paraphrase")


@pytest.fixture(scope="module")
def test_split() -> pd.DataFrame:
    return example_table(TASK, PHENOMENA, "test")


@pytest.fixture(scope="module")
def train() -> pd.DataFrame:
    return example_table(TASK, PHENOMENA, "train", limit=6000)


def _texts(frame: pd.DataFrame) -> list[str]:
    return [*frame["sentence1"], *frame["sentence2"]]


def test_generation_is_deterministic(train):
    again = example_table(TASK, PHENOMENA, "train", limit=300)
    pd.testing.assert_frame_equal(again, train.head(300))


def test_the_table_keeps_its_contract(test_split):
    assert len(check_examples(test_split, TASK)) == SPLITS["test"]


def test_labels_are_balanced_and_every_phenomenon_has_both(test_split):
    paraphrase = test_split["label"] == "paraphrase"
    assert 0.45 < paraphrase.mean() < 0.55
    by_phenomenon = paraphrase.groupby(test_split["phenomenon"]).mean()
    assert len(by_phenomenon) >= 12
    assert by_phenomenon.between(0.25, 0.75).all()


def test_the_best_possible_accuracy_is_about_94_percent(test_split):
    best = test_split[["true_different", "true_paraphrase"]].max(axis=1).mean()
    assert 0.93 <= best <= 0.95


def test_labels_follow_the_true_probabilities(train):
    graded = train[train["true_paraphrase"].between(0.01, 0.99)]
    surprise = (graded["label"] == "paraphrase") - graded["true_paraphrase"]
    spread = np.sqrt((graded["true_paraphrase"] * graded["true_different"]).sum())
    assert len(graded) > 1000
    assert abs(surprise.sum()) < 4 * spread
    certain = train.drop(graded.index)
    assert ((certain["label"] == "paraphrase") == (certain["true_paraphrase"] == 1.0)).all()


def test_every_example_has_one_to_six_reasons_within_its_words(test_split):
    for row in test_split.head(1500).itertuples():
        n_words = len(word_grid((row.sentence1, row.sentence2)))
        assert 1 <= len(row.reasons) <= 6
        assert list(row.reasons) == sorted(set(row.reasons))
        assert 0 <= row.reasons[0] <= row.reasons[-1] < n_words


def test_reasons_are_in_both_sentences_unless_a_detail_was_left_out(test_split):
    for row in test_split.head(1500).itertuples():
        segments = word_grid((row.sentence1, row.sentence2)).segment_of()[list(row.reasons)]
        assert len(set(segments)) == (1 if row.phenomenon == "left-out details" else 2)


def test_sentences_have_six_to_twenty_five_words(test_split):
    lengths = np.array([len(text.split()) for text in _texts(test_split)])
    assert lengths.min() >= 6
    assert lengths.max() <= 25
    assert 8 <= lengths.mean() <= 12


def test_sentences_are_well_formed(test_split):
    well_formed = re.compile(r"[A-Z0-9][^\[\]{}|_]*[^ ,][.?]")
    wrong = [text for text in _texts(test_split) if not well_formed.fullmatch(text)]
    assert not wrong
    articles = re.compile(r"\b(a [aeio]|an [bcdfgjklmnpqrstvwxyz])", re.IGNORECASE)
    assert not [text for text in _texts(test_split) if "  " in text or articles.search(text)]


def test_the_vocabulary_has_more_than_1200_words(test_split):
    assert len(set(re.findall(r"\w+", " ".join(_texts(test_split)).lower()))) >= 1200


def test_no_pair_is_in_two_splits(train, test_split):
    def pairs(frame: pd.DataFrame) -> set[frozenset[str]]:
        texts = zip(frame["sentence1"], frame["sentence2"], strict=True)
        return {frozenset(pair) for pair in texts}

    validation = example_table(TASK, PHENOMENA, "validation", limit=2000)
    assert not pairs(train) & pairs(test_split)
    assert not pairs(train) & pairs(validation)
    assert not pairs(validation) & pairs(test_split)


def test_a_tenth_of_the_test_split_is_held_out(train, test_split):
    assert 0.06 < test_split["held_out"].mean() < 0.15
    assert not train["held_out"].any()


def test_words_alone_do_not_decide(train, test_split):
    words = CountVectorizer().fit(_texts(train))
    one, two = (
        [words.transform(frame[name]) for frame in (train, test_split)]
        for name in ("sentence1", "sentence2")
    )

    def accuracy(fit, score) -> float:
        model = LogisticRegression(max_iter=200, C=0.3).fit(fit, train["label"])
        return model.score(score, test_split["label"])

    assert accuracy(two[0], two[1]) < 0.58
    assert accuracy(abs(one[0] - two[0]), abs(one[1] - two[1])) < 0.75


def test_journeys_are_paraphrases_only_between_the_same_cities(test_split):
    told = test_split[test_split["phenomenon"] == "routes"]
    exchanged = 0
    for row in told.itertuples():
        grid = word_grid((row.sentence1, row.sentence2))
        cities = [grid.words[index].text for index in row.reasons]
        same_cities = sorted(cities[:2]) == sorted(cities[2:])
        exchanged += same_cities and row.label == "different"
        assert same_cities or row.label == "different"
    assert exchanged > 0.05 * len(told)  # a fifth of the half that differs


def test_scale_probability_falls_with_distance_and_is_symmetric():
    steps = [scale_probability(0.0, distance, 0.15) for distance in (0, 1, 3, 20)]
    assert steps == pytest.approx([0.95, 0.8, 0.5, 0.05])
    assert scale_probability(1.0, 4.0, 0.15) == scale_probability(4.0, 1.0, 0.15)


def test_every_action_offers_a_contrast_of_verbs_with_synonyms():
    for action in actions():
        assert sum(len(synonyms) > 1 for synonyms in action.verbs) >= 2
        assert len({verb for synonyms in action.verbs for verb in synonyms}) == sum(
            map(len, action.verbs)
        )


def test_every_declared_probability_lies_inside_zero_and_one():
    data = table("graded")
    declared = [
        pair.rsplit("|", 1)[1] for frame in data["near"] for pair in frame["pairs"].split(",")
    ]
    declared += [phrase.rsplit("|", 1)[1] for phrase in data["detail"]["phrases"].split(",")]
    assert all(0.0 < float(probability) < 1.0 for probability in declared)

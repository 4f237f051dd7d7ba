"""The inference corpus: what a reader of its docstrings may rely on, measured on its tables."""

from __future__ import annotations

import re
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest

from trusteq_core.corpus import generate, sampling
from trusteq_core.corpus.morphology import number_word
from trusteq_core.corpus.nli import PHENOMENA
from trusteq_core.corpus.nli.orders import comparative, temporal_order
from trusteq_core.corpus.nli.parts import CONTRADICTION, ENTAILMENT, NEUTRAL
from trusteq_core.corpus.nli.quantities import GROUPS
from trusteq_core.errors import DataError, UnknownName
from trusteq_core.tasks import check_examples, examples_fingerprint, get_task, word_grid

TASK = get_task("nli")
TRUE = [f"true_{label}" for label in TASK.labels]
_DIGEST = (
    "from trusteq_core.corpus import generate; from trusteq_core.tasks import *; "
    "print(examples_fingerprint(generate('nli', 'test', limit=200), get_task('nli')))"
)


@pytest.fixture(scope="module")
def train() -> pd.DataFrame:
    return generate("nli", "train", limit=6_000)


@pytest.fixture(scope="module")
def test() -> pd.DataFrame:
    return generate("nli", "test", limit=3_000)


def _sentences(table: pd.DataFrame) -> list[str]:
    return [*table["premise"], *table["hypothesis"]]


def test_table_keeps_the_contract_of_an_example_table(train: pd.DataFrame):
    assert check_examples(train, TASK) is train
    assert list(train.columns[-3:]) == TRUE


def test_same_seed_gives_the_same_table_in_another_process(test: pd.DataFrame):
    environment = {"PYTHONHASHSEED": "7", "PYTHONPATH": ":".join(sys.path)}
    printed = subprocess.run(
        [sys.executable, "-c", _DIGEST], capture_output=True, text=True, check=True, env=environment
    )
    assert printed.stdout.strip() == examples_fingerprint(test.head(200), TASK)


def test_another_seed_gives_another_table(test: pd.DataFrame):
    other = generate("nli", "test", seed=1, limit=200)
    assert set(other["premise"]) & set(test["premise"].head(200)) == set()


def test_limit_gives_the_first_rows(test: pd.DataFrame):
    pd.testing.assert_frame_equal(generate("nli", "test", limit=50), test.head(50))


def test_no_pair_is_repeated_within_or_across_splits(train: pd.DataFrame, test: pd.DataFrame):
    validation = generate("nli", "validation", limit=1_000)
    tables = pd.concat([train, validation, test])
    pairs = [frozenset(pair) for pair in zip(tables["premise"], tables["hypothesis"], strict=True)]
    assert len(pairs) == len(set(pairs))


def test_labels_are_near_balanced(train: pd.DataFrame):
    shares = train["label"].value_counts(normalize=True)
    assert shares.min() > 0.30
    assert shares.max() < 0.37


def test_best_possible_accuracy_is_near_94_percent(train: pd.DataFrame):
    assert 0.93 <= train[TRUE].max(axis=1).mean() <= 0.95


def test_true_distributions_sum_to_one_and_labels_follow_them(train: pd.DataFrame):
    np.testing.assert_allclose(train[TRUE].sum(axis=1), 1.0)
    graded = train[train[TRUE].max(axis=1) < 1]
    for label in TASK.labels:
        expected = graded[f"true_{label}"]
        spread = np.sqrt((expected * (1 - expected)).sum()) / len(graded)
        assert abs((graded["label"] == label).mean() - expected.mean()) < 4 * spread
    certain = train[train[TRUE].max(axis=1) == 1]
    drawn = certain[TRUE].idxmax(axis=1).str.removeprefix("true_")
    assert (drawn == certain["label"]).all()


def test_every_phenomenon_comes_with_every_label(train: pd.DataFrame):
    table = pd.crosstab(train["phenomenon"], train["label"])
    assert len(table) == len(PHENOMENA) >= 14
    assert (table > 0).all(axis=None)


def test_reasons_are_a_few_words_of_the_grid(test: pd.DataFrame):
    for row in test.head(1_000).itertuples():
        grid = word_grid((row.premise, row.hypothesis))
        segments = {grid.words[index].segment for index in row.reasons}
        assert segments == {0, 1}
        assert len(row.reasons) < len(grid)
    assert test["reasons"].map(len).mean() < 5


def test_sentences_have_6_to_25_words_a_capital_and_a_full_stop(test: pd.DataFrame):
    for sentence in _sentences(test):
        assert 6 <= len(sentence.split()) <= 25
        assert re.fullmatch(r"[A-Z][^\[\].]*\.", sentence), sentence


def test_text_has_at_least_1200_word_types(train: pd.DataFrame):
    types = {
        word.lower() for sentence in _sentences(train) for word in re.findall(r"[\w'-]+", sentence)
    }
    assert len(types) >= 1_200


def test_articles_agree_with_the_next_sound(train: pd.DataFrame):
    silent_or_glide = re.compile(r"\b(a [aeio]|an [^aeiouh])\w*", re.IGNORECASE)
    found = [
        match.group() for s in _sentences(train) for match in [silent_or_glide.search(s)] if match
    ]
    assert found == []


def test_held_out_compositions_are_a_tenth_of_test_and_absent_elsewhere(
    train: pd.DataFrame, test: pd.DataFrame
):
    assert not train["held_out"].any()
    assert 0.07 <= test["held_out"].mean() <= 0.13


def test_held_out_words_are_known_from_training():
    """A held-out composition is new; its words are not."""
    known = {word for s in _sentences(generate("nli", "train", limit=15_000)) for word in s.split()}
    held_out = generate("nli", "test", limit=1_000).query("held_out")
    unknown = [word for s in _sentences(held_out) for word in s.split() if word not in known]
    assert len(unknown) < 0.005 * sum(len(s.split()) for s in _sentences(held_out))


def test_hypothesis_alone_says_little_about_the_label(train: pd.DataFrame, test: pd.DataFrame):
    from sklearn.feature_extraction.text import CountVectorizer
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline

    model = make_pipeline(CountVectorizer(), LogisticRegression(C=0.3, max_iter=300))
    model.fit(train["hypothesis"], train["label"])
    assert model.score(test["hypothesis"], test["label"]) < 0.5


def test_comparatives_agree_with_every_difference_that_they_leave_open():
    """Read both sentences as sets of differences, from -2 (much less) to 2 (much more)."""
    rng = np.random.default_rng(0)
    for _ in range(300):
        draft = comparative(rng)
        known, claimed = (_differences(re.sub(r"[\[\]]", "", text)) for text in draft.segments)
        assert draft.distribution == _label_of(known, claimed), draft.segments


_LESS = {"shorter", "younger", "poorer", "weaker", "sadder", "ruder", "lighter", "smaller"}
_LESS |= {"cheaper", "newer", "dirtier"}


def _differences(text: str) -> set[int]:
    if " as " in text:
        if "exactly" in text:
            return {0}
        return {0, 1, 2} if "at least" in text else {-1, -2}
    size = {1} if "slightly" in text else {2} if "much" in text else {1, 2}
    return {-each for each in size} if _LESS & set(text.split()) else size


def test_clock_times_agree_with_every_minute_that_they_leave_open():
    rng = np.random.default_rng(0)
    for _ in range(300):
        draft = temporal_order(rng)
        known, claimed = (_minutes(re.sub(r"[\[\]]", "", text)) for text in draft.segments)
        assert draft.distribution == _label_of(known, claimed), draft.segments


def _minutes(text: str) -> set[int]:
    way, hour = re.search(r"(at|before|after|no later than) (\w+) o'clock", text).groups()
    at = 60 * next(number for number in range(1, 13) if number_word(number) == hour)
    day = range(0, 24 * 60)
    ways = {
        "at": {at},
        "before": set(day[:at]),
        "after": set(day[at + 1 :]),
        "no later than": set(day[: at + 1]),
    }
    return ways[way]


def _label_of(known: set[int], claimed: set[int]) -> tuple[float, ...]:
    if known <= claimed:
        return ENTAILMENT
    return NEUTRAL if known & claimed else CONTRADICTION


def test_groups_are_plural():
    assert len(GROUPS) == len(set(GROUPS))
    assert all(group.endswith("s") or group in ("children", "people") for group in GROUPS)


def test_unknown_names_and_negative_limits_are_refused():
    with pytest.raises(UnknownName, match="train, validation, test"):
        generate("nli", "dev")
    with pytest.raises(UnknownName, match="Known: nli, paraphrase"):
        generate("sentiment", "train")
    with pytest.raises(DataError, match="0 or more"):
        generate("nli", "train", limit=-1)
    assert set(sampling.SPLITS) == {"train", "validation", "test"}

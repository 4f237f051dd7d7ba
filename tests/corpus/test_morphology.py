"""English word forms against forms a dictionary gives."""

from __future__ import annotations

import pytest

from trusteq_core.corpus.morphology import (
    article,
    gerund,
    join_words,
    number_word,
    participle,
    past,
    plural,
    sentence,
    third_person,
    with_article,
)


@pytest.mark.parametrize(
    ("base", "third", "simple_past", "past_participle", "ing"),
    [
        ("walk", "walks", "walked", "walked", "walking"),
        ("bake", "bakes", "baked", "baked", "baking"),
        ("carry", "carries", "carried", "carried", "carrying"),
        ("enjoy", "enjoys", "enjoyed", "enjoyed", "enjoying"),
        ("stop", "stops", "stopped", "stopped", "stopping"),
        ("quit", "quits", "quit", "quit", "quitting"),
        ("visit", "visits", "visited", "visited", "visiting"),
        ("prefer", "prefers", "preferred", "preferred", "preferring"),
        ("fix", "fixes", "fixed", "fixed", "fixing"),
        ("sew", "sews", "sewed", "sewed", "sewing"),
        ("repair", "repairs", "repaired", "repaired", "repairing"),
        ("free", "frees", "freed", "freed", "freeing"),
        ("lie", "lies", "lay", "lain", "lying"),
        ("write", "writes", "wrote", "written", "writing"),
        ("take in", "takes in", "took in", "taken in", "taking in"),
    ],
)
def test_verb_forms_follow_the_dictionary(base, third, simple_past, past_participle, ing):
    forms = third_person(base), past(base), participle(base), gerund(base)
    assert forms == (third, simple_past, past_participle, ing)


@pytest.mark.parametrize(
    ("noun", "expected"),
    [
        ("car", "cars"),
        ("lorry", "lorries"),
        ("journey", "journeys"),
        ("bench", "benches"),
        ("child", "children"),
        ("knife", "knives"),
        ("fireman", "firemen"),
        ("seaman", "seamen"),
        ("clergyman", "clergymen"),
        ("flight attendant", "flight attendants"),
        ("human", "humans"),
        ("German", "Germans"),
    ],
)
def test_plurals_follow_the_dictionary(noun, expected):
    assert plural(noun) == expected


@pytest.mark.parametrize(
    ("phrase", "expected"),
    [
        ("apple", "an"),
        ("pear", "a"),
        ("hour", "an"),
        ("honest man", "an"),
        ("house", "a"),
        ("university", "a"),
        ("unimportant rule", "an"),
        ("unknown actor", "an"),
        ("used car", "a"),
        ("ugly vase", "an"),
        ("[old] map", "an"),
        ("8-year-old", "an"),
        ("18-year-old", "an"),
        ("180-page book", "a"),
    ],
)
def test_the_article_follows_the_sound(phrase, expected):
    assert article(phrase) == expected
    assert with_article(phrase) == f"{expected} {phrase}"


def test_number_words_count_to_ninety_nine_without_repeating():
    counted = [number_word(number) for number in range(100)]
    assert len(set(counted)) == 100
    assert (counted[0], counted[13], counted[42]) == ("zero", "thirteen", "forty-two")


def test_lists_are_joined_as_in_a_sentence():
    assert join_words([]) == ""
    assert join_words(["tea", "milk"], "or") == "tea or milk"
    assert join_words(["tea", "milk", "rum"]) == "tea, milk, and rum"


def test_a_sentence_has_one_capital_no_space_before_punctuation_and_an_end():
    assert sentence("[last] week ,", "", "it  rained") == "[Last] week, it rained."
    assert sentence("why not", end="?") == "Why not?"

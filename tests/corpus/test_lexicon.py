"""The lexicon: what its words refer to exists, and each word stands once."""

from __future__ import annotations

from collections import Counter

import pytest

from trusteq_core.corpus import lexicon
from trusteq_core.errors import UnknownName


def _fields() -> set[str]:
    found = {each.field for each in lexicon.nouns()} | {each.word for each in lexicon.nouns()}
    return found.union(*(each.hypernyms for each in lexicon.nouns()))


def test_lexicon_is_large_enough_to_vary_sentences():
    assert len(lexicon.nouns()) >= 450
    assert len(lexicon.verbs()) >= 200
    assert len(lexicon.adjectives()) >= 190
    assert len(lexicon.names()) >= 150
    places = len(lexicon.spots()) + len(lexicon.cities()) + len(set(lexicon.cities().values()))
    assert places >= 150


@pytest.mark.parametrize(
    "words",
    [
        [each.word for each in lexicon.nouns()],
        [each.base for each in lexicon.verbs()],
        [each.word for each in lexicon.adjectives()],
        [each.word for each in lexicon.adverbs()],
        list(lexicon.names()),
    ],
    ids=["nouns", "verbs", "adjectives", "adverbs", "names"],
)
def test_each_word_stands_once(words: list[str]):
    assert [word for word, count in Counter(words).items() if count > 1] == []


def test_verbs_and_adjectives_select_fields_that_exist():
    selected = {f for each in lexicon.verbs() for f in (*each.subjects, *each.objects)}
    selected |= {f for each in lexicon.adjectives() for f in each.modifies}
    assert selected - _fields() == set()


def test_a_poodle_is_a_dog_and_an_animal_but_no_bird():
    poodle = lexicon.noun("poodle")
    assert poodle.is_a("dog")
    assert poodle.is_a("animal")
    assert not poodle.is_a("bird")


def test_nobody_slices_a_violin():
    sliced = {each.word for each in lexicon.objects_of("slice")}
    assert "onion" in sliced
    assert "violin" not in sliced


def test_every_city_lies_in_one_country_and_continents_hold_known_countries():
    assert lexicon.cities()["Lisbon"] == "Portugal"
    assert set(lexicon.continents()) <= set(lexicon.cities().values())


def test_typicality_is_a_share():
    assert all(0 <= each.strength <= 1 for each in lexicon.typicality())
    assert {each.word for each in lexicon.typicality()} >= {"sparrow", "penguin"}


def test_no_name_is_both_a_womans_and_a_mans():
    assert set(lexicon.names("woman")) & set(lexicon.names("man")) == set()


def test_an_unknown_noun_names_the_nearest():
    with pytest.raises(UnknownName, match='Did you mean "poodle"'):
        lexicon.noun("poodel")

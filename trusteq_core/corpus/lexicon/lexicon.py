"""The words of the controlled corpora: nouns, verbs, adjectives, adverbs, places, names, times.

The data files beside this module are written for the project. Word forms (plurals, tenses,
articles) are not here but in `trusteq_core.corpus.morphology`.

====================== =========================================================================
`nouns(field)`         nouns of a field or below a hypernym: ``nouns("dog")``, ``nouns("animal")``
`noun(word)`           one noun
`verbs()`, `verb(w)`   verbs with the fields of their subjects and objects
`objects_of(verb)`     the nouns a verb may take as its object
`adjectives(field)`    adjectives that may modify nouns of a field
`adjectives_for(noun)` adjectives that may modify one noun
`adverbs(kind)`        "manner", "frequency", "certainty" or "degree"
`names(gender)`        first names: "woman", "man" or None for both
`spots()`              places such as "in the kitchen" and what contains them
`cities()`             city -> country;  `continents()`  country -> continent
`times(kind)`          "days", "months", "past", "parts", "seasons", "weather"
`scales(kind)`         (weak, strong) pairs such as (warm, hot)
`typicality()`         how typical a property is of a kind of thing: most sparrows can fly
====================== =========================================================================

Everything is read once and returned in file order as tuples, so that a seeded draw always finds
the same words.
"""

from __future__ import annotations

import csv
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any

from trusteq_core.errors import UnknownName

__all__ = [
    "Adjective",
    "Adverb",
    "Noun",
    "Spot",
    "Typicality",
    "Verb",
    "adjectives",
    "adjectives_for",
    "adverbs",
    "cities",
    "continents",
    "names",
    "noun",
    "nouns",
    "objects_of",
    "scales",
    "spots",
    "times",
    "typicality",
    "verb",
    "verbs",
]

_DATA = files("trusteq_core.corpus.lexicon")


@dataclass(frozen=True, slots=True)
class Noun:
    """A countable noun; `hypernyms` nearest first, ``("dog", "animal")`` for a poodle."""

    word: str
    field: str
    hypernyms: tuple[str, ...] = ()
    synonyms: tuple[str, ...] = ()

    def is_a(self, field: str) -> bool:
        """Return whether the noun is `field`, belongs to it or lies below it."""
        return field in (self.word, self.field) or field in self.hypernyms


@dataclass(frozen=True, slots=True)
class Verb:
    """A verb; with no object fields it is intransitive.

    `light` is the light-verb variant in its base form, ``"make a decision"`` for *decide*; that of
    a transitive verb ends where its object follows.
    """

    base: str
    subjects: tuple[str, ...]
    objects: tuple[str, ...] = ()
    synonyms: tuple[str, ...] = ()
    antonym: str | None = None
    hypernym: str | None = None
    light: str | None = None

    @property
    def transitive(self) -> bool:
        """Whether the verb takes an object."""
        return bool(self.objects)


@dataclass(frozen=True, slots=True)
class Adjective:
    """An adjective, the fields of nouns it may modify, and its comparative where it has one."""

    word: str
    modifies: tuple[str, ...]
    antonym: str | None = None
    synonyms: tuple[str, ...] = ()
    comparative: str | None = None


@dataclass(frozen=True, slots=True)
class Adverb:
    """An adverb of one kind: manner, frequency, certainty or degree."""

    word: str
    kind: str
    antonym: str | None = None
    synonyms: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Spot:
    """A place with its preposition, ``Spot("kitchen", "in", "house")``; `within` may be None."""

    word: str
    preposition: str
    within: str | None = None

    def __str__(self) -> str:
        return f"{self.preposition} the {self.word}"


@dataclass(frozen=True, slots=True)
class Typicality:
    """A claim about a kind of thing, and how typical it is of one word: sparrows *could fly*.

    `strength` lies in [0, 1]; `negation` denies the claim.
    """

    kind: str
    claim: str
    negation: str
    word: str
    strength: float


@cache
def nouns(field: str | None = None) -> tuple[Noun, ...]:
    """Return the nouns that are `field`, belong to it or lie below it; all without a field.

    Examples
    --------
    >>> [each.word for each in nouns("scientist")]
    ['scientist', 'chemist', 'biologist', 'physicist', 'geologist']
    """
    if field is not None:
        return tuple(each for each in nouns() if each.is_a(field))
    found = []
    for group in _toml("nouns")["group"]:
        for entry in group["words"]:
            word, *synonyms = entry.split("=")
            found.append(Noun(word, group["field"], tuple(group["chain"]), tuple(synonyms)))
    return tuple(found)


def noun(word: str) -> Noun:
    """Return the noun `word`.

    Raises
    ------
    UnknownName
        If the lexicon has no such noun.
    """
    return _find("noun", word, _by_word(nouns))


@cache
def verbs() -> tuple[Verb, ...]:
    """Return every verb, in file order."""
    return tuple(
        Verb(
            row["base"],
            _split(row["subject"]),
            _split(row["object"]),
            _split(row["synonyms"]),
            row["antonym"] or None,
            row["hypernym"] or None,
            row["light"] or None,
        )
        for row in _csv("verbs")
    )


def verb(base: str) -> Verb:
    """Return the verb with this base form.

    Raises
    ------
    UnknownName
        If the lexicon has no such verb.
    """
    return _find("verb", base, _by_word(verbs))


@cache
def objects_of(base: str) -> tuple[Noun, ...]:
    """Return the nouns that the verb `base` may take as its object."""
    fields = verb(base).objects
    return tuple(each for each in nouns() if any(each.is_a(field) for field in fields))


@cache
def adjectives(field: str | None = None) -> tuple[Adjective, ...]:
    """Return the adjectives that name `field` among what they modify; all without a field."""
    if field is not None:
        return tuple(each for each in adjectives() if field in each.modifies)
    return tuple(
        Adjective(
            row["word"],
            _split(row["modifies"]),
            row["antonym"] or None,
            _split(row["synonyms"]),
            row["comparative"] or None,
        )
        for row in _csv("adjectives")
    )


@cache
def adjectives_for(word: str) -> tuple[Adjective, ...]:
    """Return the adjectives that may modify the noun `word`."""
    modified = noun(word)
    return tuple(each for each in adjectives() if any(modified.is_a(f) for f in each.modifies))


@cache
def adverbs(kind: str | None = None) -> tuple[Adverb, ...]:
    """Return the adverbs of one kind: manner, frequency, certainty, degree; all without one."""
    if kind is not None:
        return tuple(each for each in adverbs() if each.kind == kind)
    return tuple(
        Adverb(row["word"], row["kind"], row["antonym"] or None, _split(row["synonyms"]))
        for row in _csv("adverbs")
    )


@cache
def names(gender: str | None = None) -> tuple[str, ...]:
    """Return first names: of a "woman", of a "man", or women's then men's."""
    women, men = (tuple(_toml("people")[key]) for key in ("women", "men"))
    return {"woman": women, "man": men}.get(gender or "", women + men)


@cache
def spots() -> tuple[Spot, ...]:
    """Return the places inside and around buildings."""
    return tuple(
        Spot(word, preposition, group["within"] or None)
        for group in _toml("places")["spots"]
        for preposition in ("in", "at", "on")
        for word in group.get(preposition, ())
    )


@cache
def cities() -> Mapping[str, str]:
    """Return the country of each city."""
    countries = _toml("places")["countries"]
    return MappingProxyType(
        {city: country for country, members in countries.items() for city in members}
    )


@cache
def continents() -> Mapping[str, str]:
    """Return the continent of each country, where it lies on one only."""
    members = _toml("places")["continents"]
    return MappingProxyType(
        {country: continent for continent, listed in members.items() for country in listed}
    )


def times(kind: str) -> tuple[str, ...]:
    """Return expressions of time: "days", "months", "past", "parts", "seasons" or "weather"."""
    return tuple(_find("kind of time", kind, _toml("times")))


@cache
def scales(kind: str | None = None) -> tuple[tuple[str, str], ...]:
    """Return (weak, strong) pairs where the strong one entails the weak one."""
    return tuple(
        (row["weak"], row["strong"]) for row in _csv("scales") if kind in (None, row["kind"])
    )


@cache
def typicality() -> tuple[Typicality, ...]:
    """Return what is more or less typical of the members of a kind."""
    return tuple(
        Typicality(**(row | {"strength": float(row["strength"])}))  # type: ignore[arg-type]
        for row in _csv("typicality")
    )


@cache
def _by_word(listing: Any) -> dict[str, Any]:
    return {getattr(each, "base", None) or each.word: each for each in listing()}


def _find(kind: str, name: str, known: Mapping[str, Any]) -> Any:
    if name not in known:
        raise UnknownName(kind, name, known)
    return known[name]


def _split(cell: str) -> tuple[str, ...]:
    return tuple(part for part in cell.split(";") if part)


@cache
def _toml(name: str) -> dict[str, Any]:
    return tomllib.loads((_DATA / f"{name}.toml").read_text(encoding="utf-8"))


def _csv(name: str) -> list[dict[str, str]]:
    return list(csv.DictReader((_DATA / f"{name}.csv").read_text(encoding="utf-8").splitlines()))

"""The vocabulary of the paraphrase corpus, read once from the data files beside this module."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

__all__ = ["Action", "actions", "names", "synonym_sets", "table", "words"]

SynonymSet = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Action:
    """Verbs that all go with the same objects, agents and places.

    Attributes
    ----------
    verbs, objects : tuple of synonym sets
        Words of one set mean the same in this frame, words of different sets do not.
    adjectives : tuple of pairs of synonym sets
        Contrasts that fit every object, such as (big, large) against (small, little).
    agents, places : tuple of str
        Roles without article; prepositional phrases, some with a ``{city}`` to fill.
    mass : bool
        True if the objects are mass nouns, which take no indefinite article.
    """

    verbs: tuple[SynonymSet, ...]
    objects: tuple[SynonymSet, ...]
    adjectives: tuple[tuple[SynonymSet, ...], ...]
    agents: tuple[str, ...]
    places: tuple[str, ...]
    mass: bool


def words(listing: str, separator: str = ",") -> tuple[str, ...]:
    """Split a listing at its separators.

    Examples
    --------
    >>> words("red, dark blue")
    ('red', 'dark blue')
    """
    return tuple(word.strip() for word in listing.split(separator) if word.strip())


def synonym_sets(listing: str) -> tuple[SynonymSet, ...]:
    """Split a listing into synonym sets.

    Examples
    --------
    >>> synonym_sets("big|large, small")
    (('big', 'large'), ('small',))
    """
    return tuple(words(entry, "|") for entry in words(listing))


@cache
def table(name: str) -> dict[str, Any]:
    """Return the contents of the data file ``<name>.toml`` of this package."""
    return tomllib.loads(files(__package__).joinpath(f"{name}.toml").read_text("utf-8"))


@cache
def names(kind: str) -> tuple[str, ...]:
    """Return the proper names of a kind, such as ``"women"`` or ``"cities"``."""
    return words(table("names")[kind])


@cache
def actions() -> tuple[Action, ...]:
    """Return every action of the vocabulary."""
    data = table("actions")
    contrasts = {
        kind: tuple(synonym_sets(pair) for pair in words(listing, ";"))
        for kind, listing in data["adjectives"].items()
    }
    return tuple(
        Action(
            verbs=synonym_sets(entry["verbs"]),
            objects=synonym_sets(entry["objects"]),
            adjectives=contrasts[entry["adjectives"]],
            agents=words(data["agents"][entry["agents"]]),
            places=words(data["places"][entry["places"]]),
            mass=entry.get("mass", False),
        )
        for entry in data["action"]
    )

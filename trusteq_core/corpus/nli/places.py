"""Where somebody was: a city lies in its country, a country in its continent."""

from __future__ import annotations

import numpy as np

from trusteq_core.corpus.lexicon import cities, continents
from trusteq_core.corpus.morphology import sentence
from trusteq_core.corpus.nli.parts import (
    ENTAILMENT,
    NEUTRAL,
    any_label,
    opening,
    people,
)
from trusteq_core.corpus.sampling import Draft, pick

__all__ = ["location"]

_CITIES, _CONTINENTS = dict(cities()), dict(continents())
_COUNTRIES = sorted(set(_CITIES.values()))
_STAYS = [
    "was born in {}",
    "spent the whole summer in {}",
    "spent last Christmas in {}",
    "stayed in {} all of last year",
    "spent the entire month of {month} in {}",
    "was living in {} at that time",
    "lived only in {} as a child",
]
_MONTHS = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "October",
    "November",
]
_ASIDES = ["", "", "", "the heart of ", "the north of ", "the south of ", "a quiet part of "]


def location(rng: np.random.Generator) -> Draft:
    """Who was born in Lisbon was born in Portugal; in Portugal need not be Lisbon; not in Spain."""
    (person,) = people(rng, 1)
    stay = pick(rng, _STAYS).replace("{month}", pick(rng, _MONTHS))
    label = any_label(rng)
    level = rng.random()
    if level < 0.45:
        claimed = pick(rng, list(_CITIES))
        known, fact = _for_city(rng, claimed, label)
    elif level < 0.9:
        claimed = pick(rng, _COUNTRIES)
        known, fact = _for_country(rng, claimed, label)
    else:
        claimed = pick(rng, ["Europe", "Asia", "Africa"])
        known, fact = _for_continent(rng, claimed, label)
    premise = sentence(opening(rng, 0.2), person, stay.format(known))
    hypothesis = sentence(person, stay.format(f"[{claimed}]"))
    return Draft((premise, hypothesis), label, "location", f"location:{fact}:{claimed}")


def _for_city(rng: np.random.Generator, city: str, label: object) -> tuple[str, str]:
    country = _CITIES[city]
    if label is ENTAILMENT:
        return f"{pick(rng, _ASIDES[3:])}[{city}]", city
    if label is NEUTRAL:
        return f"{pick(rng, _ASIDES)}[{country}]", city
    others = [other for other in _CITIES if other != city]
    near = [other for other in others if _CITIES[other] == country]
    other = pick(rng, near if rng.random() < 0.4 else [*others, *_COUNTRIES])
    while other == country:
        other = pick(rng, others)
    return f"{pick(rng, _ASIDES)}[{other}]", other


def _for_country(rng: np.random.Generator, country: str, label: object) -> tuple[str, str]:
    inside = [city for city, its_country in _CITIES.items() if its_country == country]
    if label is ENTAILMENT:
        city = pick(rng, inside)
        return f"{pick(rng, _ASIDES)}[{city}]", city
    if label is NEUTRAL:
        where = _CONTINENTS.get(country, "")
        wide = [f"[{where}]"] * 3 if where else []
        return pick(rng, [*wide, "a [foreign] city", "a small [village]"]), country
    city = pick(rng, [city for city in _CITIES if city not in inside])
    other = city if rng.random() < 0.7 else _CITIES[city]
    return f"{pick(rng, _ASIDES)}[{other}]", other


def _for_continent(rng: np.random.Generator, continent: str, label: object) -> tuple[str, str]:
    if label is NEUTRAL:
        return pick(rng, ["a [foreign] city", "a small [village]"]), continent
    wanted = label is ENTAILMENT
    inside = [
        city
        for city, country in _CITIES.items()
        if country in _CONTINENTS and (_CONTINENTS[country] == continent) == wanted
    ]
    city = pick(rng, inside)
    known = city if rng.random() < 0.5 else _CITIES[city]
    return f"{pick(rng, _ASIDES)}[{known}]", city

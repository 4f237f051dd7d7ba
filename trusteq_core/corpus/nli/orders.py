"""Orders among people, things and moments: who is taller, who came when, what came first.

A claim follows if every case that the premise leaves open bears it out, is false if none does, and
is open otherwise.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from trusteq_core.corpus.lexicon import nouns, times
from trusteq_core.corpus.morphology import number_word, past, sentence
from trusteq_core.corpus.nli.parts import (
    CONTRADICTION,
    ENTAILMENT,
    NEUTRAL,
    Distribution,
    any_label,
    dated,
    event,
    marked,
    opening,
    people,
    when,
)
from trusteq_core.corpus.sampling import Draft, pick, pick_two

__all__ = ["comparative", "event_order", "temporal_order"]

# adjective for "as ... as", comparative, its converse
_QUALITIES = [
    ("tall", "taller", "shorter"),
    ("old", "older", "younger"),
    ("rich", "richer", "poorer"),
    ("strong", "stronger", "weaker"),
    ("happy", "happier", "sadder"),
    ("polite", "politer", "ruder"),
]
_THING_QUALITIES = [
    ("heavy", "heavier", "lighter"),
    ("big", "bigger", "smaller"),
    ("expensive", "more expensive", "cheaper"),
    ("old", "older", "newer"),
    ("clean", "cleaner", "dirtier"),
]
_THINGS = [each.word for f in ("container", "instrument", "seat", "tool") for each in nouns(f)]
_THINGS = [word for word in _THINGS if word not in ("container", "instrument", "seat", "tool")]

# Ways to compare, and how much more the first may have than the second: 2 for much more.
_DEGREES = {
    "{x} is [much] [{more}] than {y}": frozenset({2}),
    "{x} is [slightly] [{more}] than {y}": frozenset({1}),
    "{x} is clearly [{more}] than {y}": frozenset({1, 2}),
    "{x} is [at] [least] [as] {plain} as {y}": frozenset({0, 1, 2}),
    "{x} is [exactly] [as] {plain} as {y}": frozenset({0}),
    "{x} is certainly [not] [as] {plain} as {y}": frozenset({-1, -2}),
    "{x} is clearly [{less}] than {y}": frozenset({-1, -2}),
    "{x} is [much] [{less}] than {y}": frozenset({-2}),
}

_HOURS = range(2, 13)
_HALVES = range(2 * _HOURS[0] - 1, 2 * _HOURS[-1] + 2)  # a little before the first, after the last
_WAYS: dict[str, Callable[[int], Callable[[int], bool]]] = {
    "[at] [{}] o'clock": lambda at: lambda half: half == at,
    "[before] [{}] o'clock": lambda at: lambda half: half < at,
    "[after] [{}] o'clock": lambda at: lambda half: half > at,
    "[no] [later] than [{}] o'clock": lambda at: lambda half: half <= at,
}

_DAYS = [
    *("yesterday", "today", "last Saturday", "the day before yesterday"),
    *(f"on {day}" for day in times("days")),
]

# What people do at one moment each.
_MOMENTS = [
    "arrive",
    "leave the office",
    "wake up",
    "go to bed",
    "come home",
    "finish the test",
    "reach the station",
    "enter the museum",
    "leave the party",
    "board the train",
    "cross the bridge",
    "pay the bill",
    "finish the race",
    "join the choir",
    "start the exam",
    "leave the village",
    "move to the city",
    "sign the contract",
    "return from the market",
    "sit down",
]


def comparative(rng: np.random.Generator) -> Draft:
    """*Much taller* is *taller*, *at least as tall* may be, and *exactly as tall* is not."""
    if rng.random() < 0.5:
        pair, qualities = people(rng, 2), _QUALITIES
    else:
        pair, qualities = [f"the {word}" for word in pick_two(rng, _THINGS)], _THING_QUALITIES
    quality, more, less = pick(rng, qualities)
    label = any_label(rng)
    while True:
        known, claimed = pick(rng, list(_DEGREES)), pick(rng, list(_DEGREES))
        if _compare(_DEGREES[known], _DEGREES[claimed]) == label:
            break
    x, y = (marked(one) for one in pair)
    told = known.format(x=x, y=y, plain=quality, more=more, less=less)
    claim = claimed.format(x=x, y=y, plain=quality, more=more, less=less)
    premise = sentence(opening(rng), told)
    composition = f"comparative:{more}:{list(_DEGREES).index(known)}"
    return Draft((premise, sentence(claim)), label, "comparative", composition)


def temporal_order(rng: np.random.Generator) -> Draft:
    """*At six* is *before eight* and not *after seven*; *before eight* may be *before six*."""
    (person,), day, moment = people(rng, 1), pick(rng, _DAYS), pick(rng, _MOMENTS)
    label = any_label(rng)
    while True:
        (way, known), (claim, claimed) = (_moment(rng) for _ in range(2))
        if (way != claim) and _compare(known, claimed) == label:
            break
    told = f"{person} {past(moment)} {way}"
    premise = dated(rng, told, day)
    hypothesis = sentence(f"{person} {past(moment)} {claim} {day}")
    return Draft((premise, hypothesis), label, "temporal order", f"temporal order:{moment}:{way}")


def event_order(rng: np.random.Generator) -> Draft:
    """Two deeds of one person, told by *before*, *after*, *and then*, or only by *and*."""
    (person,), time = people(rng, 1), when(rng)
    first = event(rng)
    second = event(rng, unlike=[first])
    label = any_label(rng)
    if label is NEUTRAL:
        way = "both {0} [and] {1}"
    else:
        way = pick(rng, ["{0} [before] {2}", "{1} [after] {3}", "first {0} and [then] {1}"])
    earlier, later = (first, second) if rng.random() < 0.5 else (second, first)
    told = way.format(_verb(earlier.past), _verb(later.past), later.gerund, earlier.gerund)
    if label is CONTRADICTION:
        earlier, later = later, earlier
    claim = pick(rng, ["{0} [before] {2}", "{1} [after] {3}"])
    claim = claim.format(_verb(earlier.past), _verb(later.past), later.gerund, earlier.gerund)
    premise = sentence(f"{time},", person, told)
    composition = f"event order:{min(first.verb, second.verb)}:{max(first.verb, second.verb)}"
    return Draft((premise, sentence(person, claim)), label, "event order", composition)


def _verb(phrase: str) -> str:
    """Mark the first word."""
    verb, rest = phrase.split(" ", 1)
    return f"[{verb}] {rest}"


def _moment(rng: np.random.Generator) -> tuple[str, frozenset[int]]:
    """Draw a clock time, exact or not, and the half hours that it leaves open."""
    hour = int(rng.integers(_HOURS[0] + 1, _HOURS[-1]))
    way = pick(rng, list(_WAYS))
    return way.format(number_word(hour)), frozenset(filter(_WAYS[way](2 * hour), _HALVES))


def _compare(known: frozenset[int], claimed: frozenset[int]) -> Distribution:
    """Return what a claim's label is, from what is known and what is claimed to be possible."""
    if known <= claimed:
        return ENTAILMENT
    return NEUTRAL if known & claimed else CONTRADICTION

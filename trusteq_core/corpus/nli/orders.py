"""Orders among people and things: who is taller, who came first.

Two to three of them are put in an order that the premise tells in full or in part; the hypothesis
compares two of them. It follows if the known order says so, is false if the order says the
opposite (or that they are equal), and is open if the order does not relate the two.
"""

from __future__ import annotations

import numpy as np

from trusteq_core.corpus.lexicon import nouns
from trusteq_core.corpus.morphology import past, sentence
from trusteq_core.corpus.nli.parts import (
    CONTRADICTION,
    NEUTRAL,
    Distribution,
    any_label,
    event,
    marked,
    opening,
    people,
    when,
)
from trusteq_core.corpus.sampling import Draft, pick

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
    """Who is taller than whom, told directly, by the converse, or by way of a third."""
    if rng.random() < 0.6:
        some, qualities = people(rng, 3), _QUALITIES
    else:
        words: list[str] = []
        while len(words) < 3:
            word = pick(rng, _THINGS)
            if word not in words:
                words.append(word)
        some, qualities = [f"the {word}" for word in words], _THING_QUALITIES
    quality, more, less = pick(rng, qualities)
    (x, y), label, told = _known_order(rng, some)
    ways = (f"{{}} is [{more}] than {{}}", f"{{1}} is [{less}] than {{0}}")
    both = f"both {{}} and {{}} are [{more}] than {{}}"
    premise = _tell(rng, told, ways, both, f"{{}} is exactly [as] {quality} [as] {{}}", {x, y})
    surely = pick(rng, ["", "clearly", "certainly"])
    hypothesis = sentence(f"{marked(x)} is {surely} [{more}] than {marked(y)}")
    if rng.random() < 0.5:
        hypothesis = sentence(f"{marked(y)} is {surely} [{less}] than {marked(x)}")
    premise = sentence(opening(rng, 0.15), premise)
    return Draft(
        (premise, hypothesis), label, "comparative", f"comparative:{more}:{told[0]}:{label}"
    )


def temporal_order(rng: np.random.Generator) -> Draft:
    """Who arrived before whom, told by *before*, by *after*, or by way of a third."""
    some, time = people(rng, 3), when(rng)
    moment = pick(rng, _MOMENTS)
    did = past(moment)
    (x, y), label, told = _known_order(rng, some)
    ways = (f"{{}} {did} [before] {{}}", f"{{1}} {did} [after] {{0}}")
    both = f"{{}} and {{}} both {did} [before] {{}}"
    same = f"{{}} and {{}} {did} at the [same] moment"
    premise = sentence(f"{time},", _tell(rng, told, ways, both, same, {x, y}))
    hypothesis = sentence(f"{marked(x)} {did} [before] {marked(y)} {time}")
    if rng.random() < 0.5:
        hypothesis = sentence(f"{marked(y)} {did} [after] {marked(x)} {time}")
    return Draft(
        (premise, hypothesis), label, "temporal order", f"temporal order:{moment}:{told[0]}"
    )


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


def _known_order(
    rng: np.random.Generator, some: list[str]
) -> tuple[tuple[str, str], Distribution, tuple[str, list[str]]]:
    """Draw a known order, a claim "x before y", and what the order says of the claim.

    The order is one of: a pair ("a before b"), a chain ("a before b before c"), both ("a and b
    before c") and equals ("a with b").
    """
    a, b, c = some
    label = any_label(rng)
    if label is NEUTRAL:
        shape, asked = "both", pick(rng, [(a, b), (b, a)])
        if rng.random() < 0.3:
            shape, asked = "pair", pick(rng, [(a, c), (c, b)])
    else:
        shape = pick(rng, ["pair", "chain", "chain", "both"])
        true = {"pair": [(a, b)], "chain": [(a, b), (b, c), (a, c)], "both": [(a, c), (b, c)]}
        asked = pick(rng, true[shape])
        if label is CONTRADICTION:
            asked = asked[1], asked[0]
            if rng.random() < 0.2:
                shape, asked = "equal", (a, b)
    return asked, label, (shape, some)


def _tell(
    rng: np.random.Generator,
    told: tuple[str, list[str]],
    ways: tuple[str, str],
    both: str,
    same: str,
    asked: set[str],
) -> str:
    """Put a known order in words and mark the people that the claim is about."""
    shape, some = told
    a, b, c = (marked(one) if one in asked else one for one in some)
    if shape == "pair":
        return pick(rng, ways).format(a, b)
    if shape == "chain":
        links = [pick(rng, ways).format(a, b), pick(rng, ways).format(b, c)]
        if rng.random() < 0.5:
            links.reverse()
        return " and ".join(links)
    if shape == "both":
        return both.format(a, b, c)
    return same.format(a, b)

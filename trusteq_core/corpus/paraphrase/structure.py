"""The same words in another order: the same meaning, or participants that changed places.

Two sentences of a pair are built differently, one active and one passive for instance, so that the
same meaning needs another order of the participants, and the same order means something else.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from trusteq_core.corpus.morphology import (
    article,
    join_words,
    participle,
    past,
    sentence,
)
from trusteq_core.corpus.paraphrase.events import (
    chance,
    draft,
    fact,
    random_person,
    random_time,
)
from trusteq_core.corpus.paraphrase.vocabulary import names, synonym_sets, table, words
from trusteq_core.corpus.sampling import Draft, mark, pick, pick_two

__all__ = [
    "attributes",
    "clause_order",
    "comparisons",
    "connectives",
    "converse_verbs",
    "routes",
    "voice",
]


def voice(rng: np.random.Generator) -> Draft:
    """Return a pair, one active and one passive, with the roles kept or exchanged."""
    same = chance(rng)
    data = table("structure")["roles"]
    one, two = _two_persons(rng)
    verbs = pick(rng, synonym_sets(data["verbs"]))
    time, place = random_time(rng), f"in {pick(rng, names('cities'))}"
    swapped = _second_roles(rng, (one, two), same, _third_person(rng, one), exchange=0.2)
    forms = pick_two(rng, (True, False))  # passive or not
    fronts = [chance(rng, 0.3), chance(rng, 0.3)]
    texts = []
    for (agent, patient), passive, front in zip(((one, two), swapped), forms, fronts, strict=True):
        verb = pick(rng, verbs)
        if passive:
            core = f"{patient} was {participle(verb)} {mark('by')} {agent} {place}"
        else:
            core = f"{agent} {past(verb)} {patient} {place}"
        texts.append(_timed(core, time, front))
    key = f"{forms[0]}|{verbs[0]}"
    return draft(rng, (texts[0], texts[1]), same, "active and passive", key)


def routes(rng: np.random.Generator) -> Draft:
    """Return a pair of journeys with origin and destination kept or exchanged."""
    same = chance(rng)
    data = table("structure")["route"]
    origin, goal = (mark(city) for city in pick_two(rng, names("cities")))
    who = random_person(rng)[0] if chance(rng) else f"the {pick(rng, words(data['travelers']))}"
    means, time = pick(rng, words(data["means"])), random_time(rng)
    forms: tuple[Callable[[str, str], str], ...] = (
        lambda a, b: f"travelled from {a} to {b} {means}",
        lambda a, b: f"left {a} for {b} {means}",
        lambda a, b: f"set off from {a} for {b} {means}",
        lambda a, b: f"made the journey from {a} to {b} {means}",
    )
    first, second = pick_two(rng, range(len(forms)))
    third = mark(pick(rng, names("cities")))
    there = _second_roles(rng, (origin, goal), same, third, exchange=0.2)
    texts = (
        _timed(f"{who} {forms[first](origin, goal)}", time, chance(rng, 0.3)),
        _timed(f"{who} {forms[second](*there)}", time, chance(rng, 0.3)),
    )
    return draft(rng, texts, same, "routes", f"{fact(str(first), str(second))}|{means}")


def converse_verbs(rng: np.random.Generator) -> Draft:
    """Return a pair of transfers seen from both sides: Ann lent Ben a tent, Ben borrowed it."""
    same = chance(rng)
    data = table("structure")["converse"]
    give, take = pick(rng, synonym_sets(data["verbs"]))
    thing = f"the {pick(rng, words(data[give]))}"
    giver, taker = _two_persons(rng)
    time = random_time(rng)

    def told(source: str, target: str, giving: bool) -> str:
        if giving:
            return f"{source} {mark(past(give))} {thing} to {target}"
        return f"{target} {mark(past(take))} {thing} from {source}"

    first, second = pick_two(rng, (True, False))
    third = _third_person(rng, giver)
    roles = _second_roles(rng, (giver, taker), same, third, exchange=0.2)
    texts = (
        _timed(told(giver, taker, first), time, chance(rng, 0.3)),
        _timed(told(*roles, second), time, chance(rng, 0.3)),
    )
    return draft(rng, texts, same, "converse verbs", f"{first}|{give}|{thing}")


def comparisons(rng: np.random.Generator) -> Draft:
    """Return a pair of comparisons: taller than, shorter than, not as tall as."""
    same = chance(rng)
    data = table("structure")["comparison"]
    kind = "person" if chance(rng) else "place"
    more, less, plain = pick(rng, synonym_sets(data[kind]))
    if kind == "person":
        high, low = _two_persons(rng)
        other = _third_person(rng, high)
    else:
        scene = pick(rng, words(data["places"]))
        cities = (*pick_two(rng, names("cities")), pick(rng, names("cities")))
        high, low, other = (scene.format(city=mark(city)) for city in cities)
    hedge = pick(rng, words(data["hedges"]))

    def told(top: str, bottom: str, form: int) -> str:
        return (
            f"{top} was {_marked_last(more)} than {bottom}",
            f"{bottom} was {_marked_last(less)} than {top}",
            f"{bottom} was {mark('not')} as {plain} as {top}",
        )[form]

    first, second = pick(rng, ((0, 1), (1, 0), (0, 2), (2, 0)))
    order = _second_roles(rng, (high, low), same, other, exchange=0.2)
    texts = (
        _hedged(told(high, low, first), hedge, chance(rng)),
        _hedged(told(*order, second), hedge, chance(rng)),
    )
    return draft(rng, texts, same, "comparisons", f"{fact(str(first), str(second))}|{more}")


def attributes(rng: np.random.Generator) -> Draft:
    """Return a pair of two colored things named in another order, colors kept or exchanged."""
    same = chance(rng)
    data = table("structure")["attributes"]
    colors = pick_two(rng, words(data["adjectives"]))
    things = pick_two(rng, words(data["things"]))
    verbs = pick(rng, synonym_sets(data["verbs"]))
    who = random_person(rng)[0] if chance(rng, 0.6) else f"the {pick(rng, _persons())}"
    place = f"in {pick(rng, names('cities'))}"
    time = random_time(rng) if chance(rng) else ""

    def pair(first: str, second: str, turned: bool) -> str:
        phrases = [
            f"{article(color)} {mark(color)} {thing}"
            for color, thing in zip((first, second), things, strict=True)
        ]
        return join_words(phrases[::-1] if turned else phrases)

    third = pick(rng, words(data["adjectives"]))
    told = (colors, _second_roles(rng, colors, same, third))
    texts = [
        _timed(
            f"{who} {past(pick(rng, verbs))} {pair(*order, turn)} {place}", time, chance(rng, 0.4)
        )
        for order, turn in zip(told, (False, True), strict=True)
    ]
    key = f"{verbs[0]}|{fact(*colors)}"
    return draft(rng, (texts[0], texts[1]), same, "attributes", key)


def clause_order(rng: np.random.Generator) -> Draft:
    """Return a pair of two acts in sequence, one clause moved; done in one order or in two."""
    same = chance(rng)
    acts = words(table("structure")["clauses"]["acts"])
    drawn = (*pick_two(rng, acts), pick(rng, acts))
    earlier, later, third = (_marked_head(past(act)) for act in drawn)
    name, pronoun = random_person(rng)
    after, before = mark("after"), mark("before")

    def told(one: str, two: str, form: int) -> str:
        return (
            f"{after} {name} {one}, {pronoun} {two}",
            f"{name} {two} {after} {pronoun} {one}",
            f"{before} {name} {two}, {pronoun} {one}",
            f"{name} {one} {before} {pronoun} {two}",
        )[form]

    first, second = pick(rng, ((0, 1), (1, 0), (2, 3), (3, 2)))
    order = _second_roles(rng, (earlier, later), same, third)
    time = random_time(rng) if chance(rng, 0.25) else ""
    texts = (
        sentence(f"{time}," if time else "", told(earlier, later, first)),
        sentence(f"{time}," if time else "", told(*order, second)),
    )
    key = f"{fact(str(first), str(second))}|{earlier.split()[0]}"
    return draft(rng, texts, same, "clause order", key)


def connectives(rng: np.random.Generator) -> Draft:
    """Return a pair joined by a reason (because, since) or by a concession (although)."""
    same = chance(rng)
    data = table("structure")["connective"]
    kinds = [words(data["because"]), words(data["although"])]
    side = int(rng.integers(2))
    if same:
        one, two = pick_two(rng, kinds[side])
    else:
        one, two = pick(rng, kinds[side]), pick(rng, kinds[1 - side])
    reason = pick(rng, words(data["reasons"]))
    result = pick(rng, words(data["results"])).format(
        name=random_person(rng)[0], city=pick(rng, names("cities"))
    )
    fronts = [chance(rng), chance(rng)]
    texts = [
        sentence(mark(word), f"{reason},", result)
        if front
        else sentence(result, mark(word), reason)
        for word, front in zip((one, two), fronts, strict=True)
    ]
    key = f"{fronts[0] == fronts[1]}|{fact(one, two)}|{reason}"
    return draft(rng, (texts[0], texts[1]), same, "connectives", key)


def _persons() -> tuple[str, ...]:
    return words(table("structure")["roles"]["persons"])


def _two_persons(rng: np.random.Generator) -> tuple[str, str]:
    """Draw two persons: two first names, or two roles with a marked noun."""
    if chance(rng, 0.4):
        one, two = pick_two(rng, _persons())
        return f"the {mark(one)}", f"the {mark(two)}"
    first, second = pick_two(rng, names("women") + names("men"))
    return mark(first), mark(second)


def _third_person(rng: np.random.Generator, like: str) -> str:
    """Draw one more person, a role if `like` is one and otherwise a name."""
    if like.startswith("the "):
        return f"the {mark(pick(rng, _persons()))}"
    return mark(pick(rng, names("women") + names("men")))


def _second_roles(
    rng: np.random.Generator,
    roles: tuple[str, str],
    same: bool,
    third: str,
    *,
    exchange: float = 0.6,
) -> tuple[str, str]:
    """Return the roles of the second sentence: kept, or exchanged, or one given to a third.

    `exchange` is the chance of an exchange where the roles differ; a third that is already there
    counts as one.
    """
    if same:
        return roles
    one, two = roles
    if third in roles or chance(rng, exchange):
        return two, one
    return (third, two) if chance(rng) else (one, third)


def _marked_last(phrase: str) -> str:
    before, _, last = phrase.rpartition(" ")
    return f"{before} {mark(last)}".strip()


def _marked_head(phrase: str) -> str:
    head, _, rest = phrase.partition(" ")
    return f"{mark(head)} {rest}"


def _timed(core: str, time: str, front: bool) -> str:
    return sentence(f"{time},", core) if front and time else sentence(core, time)


def _hedged(core: str, hedge: str, front: bool) -> str:
    return sentence(f"{hedge},", core) if front else sentence(f"{core},", hedge)

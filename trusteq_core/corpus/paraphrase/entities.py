"""Names, places, times and numbers: the same one told differently, or another one."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from trusteq_core.corpus.morphology import number_word, past, plural, sentence
from trusteq_core.corpus.paraphrase.events import (
    ACTIVE,
    PASSIVE,
    chance,
    draft,
    fact,
    mark_content,
    random_event,
    random_person,
    random_time,
    tell,
    verb_synonym,
)
from trusteq_core.corpus.paraphrase.vocabulary import names, synonym_sets, table, words
from trusteq_core.corpus.sampling import Draft, mark, pick, pick_two

__all__ = ["amounts", "dates", "durations", "people", "places"]


def people(rng: np.random.Generator) -> Draft:
    """Return a pair about one person or two: by name, by nickname, or by title and surname."""
    same = chance(rng)
    form = pick(rng, ("name", "nickname", "title"))
    if form == "nickname":
        person, other_person = pick_two(rng, synonym_sets(table("names")["nicknames"]))
        full, short = pick_two(rng, person)
        told = (full, short if same else pick(rng, other_person))
    elif form == "title":
        kind, title = ("women", "Ms") if chance(rng) else ("men", "Mr")
        one, two = pick_two(rng, names("surnames"))
        told = (f"{pick(rng, names(kind))} {one}", f"{title} {one if same else two}")
    else:
        one, two = pick_two(rng, names("women" if chance(rng) else "men"))
        told = (one, one if same else two)
    event, action = random_event(rng)
    other = replace(verb_synonym(rng, event, action), agent=mark(told[1]))
    event = replace(event, agent=mark(told[0]))
    styles = pick_two(rng, ACTIVE + PASSIVE)
    key = f"{form}|{fact(*told) if form == 'nickname' else told[1]}"
    return draft(rng, (tell(event, styles[0]), tell(other, styles[1])), same, "people", key)


def places(rng: np.random.Generator) -> Draft:
    """Return a pair about one city or two: by name, or as the capital of its country."""
    same = chance(rng)
    if chance(rng):
        one, two = pick_two(rng, synonym_sets(table("names")["capitals"]))
        here = mark(one[0])
        there = f"the {mark('capital')} of {mark(one[1] if same else two[1])}"
        key = f"capital|{fact(one[0], one[1] if same else two[1])}"
    else:
        city, rival = pick_two(rng, names("cities"))
        here, there = mark(city), mark(city if same else rival)
        key = f"city|{there}"
    event, action = random_event(rng)
    other = replace(verb_synonym(rng, event, action), place=f"in {there}")
    event = replace(event, place=f"in {here}")
    styles = pick_two(rng, ACTIVE + PASSIVE)
    return draft(rng, (tell(event, styles[0]), tell(other, styles[1])), same, "places", key)


def dates(rng: np.random.Generator) -> Draft:
    """Return a pair of events at one time or at two, the time often moved to the front."""
    same = chance(rng)
    kind, preposition = pick(rng, (("weekdays", "on"), ("months", "in")))
    one, two = pick_two(rng, names(kind))
    two = one if same else two
    event, action = random_event(rng)
    event = replace(event, opener="")
    other = replace(verb_synonym(rng, event, action), time=f"{preposition} {mark(two)}")
    event = replace(event, time=f"{preposition} {mark(one)}")
    styles = pick_two(rng, ACTIVE + PASSIVE)
    key = f"{styles[1]}|{fact(one, two)}"
    return draft(rng, (tell(event, styles[0]), tell(other, styles[1])), same, "dates", key)


def amounts(rng: np.random.Generator) -> Draft:
    """Return a pair with one amount told twice, or with two amounts: a dozen, twelve, ten."""
    same = chance(rng)
    event, action = random_event(rng)
    while action.mass:
        event, action = random_event(rng)
    forms = _amount_forms()
    one, two = pick_two(rng, forms)
    told = pick_two(rng, one) if same else (pick(rng, one), pick(rng, two))
    noun = plural(pick(rng, pick(rng, action.objects)))
    event = replace(event, plural_thing=True)
    first, second = (replace(event, thing=f"{mark_content(amount)} {noun}") for amount in told)
    second = verb_synonym(rng, second, action)
    styles = _some_styles(rng)
    key = f"{styles[0] == styles[1]}|{fact(*told)}"
    return draft(rng, (tell(first, styles[0]), tell(second, styles[1])), same, "amounts", key)


def durations(rng: np.random.Generator) -> Draft:
    """Return a pair with one stretch of time told twice, or with two: a decade, ten years."""
    same = chance(rng)
    brief = chance(rng)
    kind = table("spans")["short" if brief else "long"]
    one, two = pick_two(rng, synonym_sets(kind["spans"]))
    told = pick_two(rng, one) if same else (pick(rng, one), pick(rng, two))
    verb, place = words(pick(rng, words(kind["activities"], ";")), "|")
    place = place.format(city=pick(rng, names("cities")))
    agent = random_person(rng)[0] if chance(rng) else f"the {pick(rng, _span_agents())}"
    time = random_time(rng) if brief and chance(rng) else ""
    texts = []
    for span in told:
        stretch = f"for {mark_content(span)}"
        if chance(rng, 0.35):
            texts.append(sentence(f"{stretch},", agent, past(verb), place, time))
        else:
            texts.append(sentence(agent, past(verb), place, stretch, time))
    key = f"{verb}|{fact(*told)}"
    return draft(rng, (texts[0], texts[1]), same, "durations", key)


def _amount_forms() -> list[tuple[str, ...]]:
    """Return the forms of each amount: in words, in digits, and by a collective."""
    collective = {2: "a couple of", 6: "half a dozen", 12: "a dozen", 24: "two dozen"}
    numbers = [*range(2, 13), 15, 20, 24, 30]
    return [
        (number_word(number), str(number), *([collective[number]] if number in collective else []))
        for number in numbers
    ]


def _span_agents() -> tuple[str, ...]:
    return words(table("spans")["agents"])


def _some_styles(rng: np.random.Generator) -> tuple[str, str]:
    """Draw two styles, equal in a third of the cases; no cleft, which is stiff with amounts."""
    styles = ("plain", "time first", *PASSIVE)
    first = pick(rng, styles)
    return first, first if chance(rng, 0.33) else pick(rng, styles)

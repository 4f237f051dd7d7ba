"""Pairs that are paraphrases to some degree: the label is drawn with a known probability.

The probabilities stand in ``graded.toml``, word by word or as positions on a scale, so that they
can be learned from the words of a pair. They are the truth of this corpus by definition.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from trusteq_core.corpus.morphology import article, past, plural, sentence
from trusteq_core.corpus.paraphrase.events import (
    PASSIVE,
    chance,
    draft,
    fact,
    mark_content,
    random_event,
    random_period,
    random_person,
    random_time,
    tell,
    verb_synonym,
)
from trusteq_core.corpus.paraphrase.vocabulary import names, table, words
from trusteq_core.corpus.sampling import Draft, pick, pick_two

__all__ = [
    "certainty",
    "frequency",
    "hypernyms",
    "left_out_details",
    "near_synonyms",
    "quantities",
    "scale_probability",
]

_HIGHEST, _LOWEST = 0.95, 0.05


def scale_probability(one: float, two: float, slope: float) -> float:
    """Return the probability that two expressions of a scale are taken to say the same.

    It falls from 0.95 by `slope` for each step of distance, down to 0.05.

    Examples
    --------
    >>> scale_probability(5.0, 5.0, 0.2), round(scale_probability(2.5, 5.0, 0.2), 2)
    (0.95, 0.45)
    """
    return max(_LOWEST, _HIGHEST - slope * abs(one - two))


def near_synonyms(rng: np.random.Generator) -> Draft:
    """Return a pair of near-synonyms: looked at, stared at."""
    frame = pick(rng, table("graded")["near"])
    one, two, probability = words(pick(rng, words(frame["pairs"])), "|")
    tail = _filled(rng, pick(rng, words(frame["tails"])))
    setting = random_period(rng) if frame.get("period") else random_time(rng)
    forms = (past(one), past(two))
    return _same_frame(rng, forms, tail, float(probability), "near-synonyms", setting)


def frequency(rng: np.random.Generator) -> Draft:
    """Return a pair that differs in how often something happened: often, sometimes."""
    one, two, probability = _two_steps(rng, "frequency")
    act = _filled(rng, pick(rng, words(table("graded")["habits"]["acts"])))
    setting = random_period(rng)
    return _same_frame(rng, (one, two), past(act), probability, "frequency", setting)


def certainty(rng: np.random.Generator) -> Draft:
    """Return a pair that differs in how certain something is: will probably, might."""
    one, two, probability = _two_steps(rng, "certainty")
    plan = _filled(rng, pick(rng, words(table("graded")["habits"]["plans"])))
    setting = pick(rng, names("openers")[:4])
    return _same_frame(rng, (one, two), plan, probability, "certainty", setting)


def quantities(rng: np.random.Generator) -> Draft:
    """Return a pair that differs in a vague quantity: several, many, most of the."""
    one, two, probability = _two_steps(rng, "quantity" if chance(rng) else "share")
    event, action = random_event(rng)
    while action.mass:
        event, action = random_event(rng)
    noun = plural(pick(rng, pick(rng, action.objects)))
    event = replace(event, plural_thing=True)
    styles = [pick(rng, ("plain", "time first", *PASSIVE)) for _ in range(2)]
    other = replace(verb_synonym(rng, event, action), thing=f"{mark_content(two)} {noun}")
    texts = (
        tell(replace(event, thing=f"{mark_content(one)} {noun}"), styles[0]),
        tell(other, styles[1]),
    )
    key = f"{styles[0] == styles[1]}|{fact(one, two)}"
    return draft(rng, texts, probability, "quantities", key)


def hypernyms(rng: np.random.Generator) -> Draft:
    """Return a pair of a kind and its class, a wider class, or another kind: poodle, dog."""
    entry = pick(rng, table("graded")["hypernym"])
    one, other_kind = pick_two(rng, words(entry["kinds"]))
    role = pick(rng, ("class", "class", "wider", "kind"))
    two, probability = (other_kind, "0") if role == "kind" else words(entry[role], "|")
    event, _ = random_event(rng)
    place = f"in {pick(rng, names('cities'))}" if chance(rng) else "in the old town"
    event = replace(event, verb=pick(rng, words(entry["verbs"])), place=place)
    definite = chance(rng)
    first, second = (
        replace(event, thing=f"{'the' if definite else article(noun)} {mark_content(noun)}")
        for noun in (one, two)
    )
    styles = [pick(rng, ("plain", "time first", *PASSIVE)) for _ in range(2)]
    texts = tell(first, styles[0]), tell(second, styles[1])
    key = f"{styles[0] == styles[1]}|{fact(one, two)}"
    return draft(rng, texts, float(probability), "hypernyms", key)


def left_out_details(rng: np.random.Generator) -> Draft:
    """Return a pair of which one sentence leaves a detail out, of small or great importance."""
    phrase, probability = words(pick(rng, words(table("graded")["detail"]["phrases"])), "|")
    event, action = random_event(rng)
    event = replace(event, opener="", place=event.place if chance(rng) else "")
    full = replace(event, place=f"{event.place} {mark_content(phrase)}".strip())
    other = verb_synonym(rng, event, action)
    styles = [pick(rng, ("plain", "time first", *PASSIVE)) for _ in range(2)]
    key = f"{styles[0] == styles[1]}|{phrase}"
    return draft(
        rng,
        (tell(full, styles[0]), tell(other, styles[1])),
        float(probability),
        "left-out details",
        key,
    )


def _two_steps(rng: np.random.Generator, scale: str) -> tuple[str, str, float]:
    """Draw two expressions of a scale, twice as often neighbors as distant ones."""
    data = table("graded")["scales"][scale]
    steps = [(step.split("|")[0], float(step.split("|")[1])) for step in words(data["steps"])]
    (one, low), (two, high) = pick_two(rng, steps)
    for _ in range(2):
        if abs(low - high) < 5:
            break
        (one, low), (two, high) = pick_two(rng, steps)
    return one, two, scale_probability(low, high, data["slope"])


def _same_frame(
    rng: np.random.Generator,
    forms: tuple[str, str],
    tail: str,
    probability: float,
    phenomenon: str,
    setting: str,
) -> Draft:
    """Return a pair "agent form tail" of two forms, with the setting in front or at the end."""
    agent = f"the {pick(rng, _roles())}" if chance(rng) else random_person(rng)[0]
    comma = "," if setting in names("openers") else ""
    texts = []
    for form in forms:
        core = f"{agent} {mark_content(form)} {tail}"
        front = chance(rng, 0.4)
        texts.append(
            sentence(f"{setting},", core) if front else sentence(f"{core}{comma}", setting)
        )
    key = f"{fact(*forms)}|{tail.split()[0]}"
    return draft(rng, (texts[0], texts[1]), probability, phenomenon, key)


def _filled(rng: np.random.Generator, text: str) -> str:
    return text.format(city=pick(rng, names("cities")), month=pick(rng, names("months")))


def _roles() -> tuple[str, ...]:
    return words(table("structure")["roles"]["persons"])

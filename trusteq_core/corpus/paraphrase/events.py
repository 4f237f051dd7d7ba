"""Past events with an agent and an object, and the ways to tell them without changing them."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from trusteq_core.corpus.morphology import article, participle, past, sentence
from trusteq_core.corpus.paraphrase.vocabulary import Action, actions, names
from trusteq_core.corpus.sampling import Draft, mark, pick, pick_two

__all__ = [
    "ACTIVE",
    "PASSIVE",
    "Event",
    "chance",
    "draft",
    "fact",
    "mark_content",
    "random_event",
    "random_period",
    "random_person",
    "random_time",
    "tell",
    "two_tellings",
    "verb_synonym",
    "voices",
]

ACTIVE = ("plain", "time first", "cleft")
PASSIVE = ("passive", "passive, time first")
_FUNCTION = frozenset({"a", "an", "the", "or", "is"}) | {
    *("about", "at", "for", "in", "into", "of", "on", "out", "to", "with")
}


@dataclass(frozen=True, slots=True)
class Event:
    """Something an agent did to an object; phrases may carry marks.

    Attributes
    ----------
    agent, verb, thing : str
        Noun phrase, base form of the verb, noun phrase.
    place, time, opener : str
        Phrases that may be empty.
    verb_marked : bool
        True if the verb decides the label.
    plural_thing : bool
        True if the object takes a plural verb in the passive.
    """

    agent: str
    verb: str
    thing: str
    place: str
    time: str
    opener: str = ""
    verb_marked: bool = False
    plural_thing: bool = False


def tell(event: Event, style: str) -> str:
    """Return the event as a sentence in one of the styles ``ACTIVE + PASSIVE``."""
    form = participle(event.verb) if style in PASSIVE else past(event.verb)
    verb = mark(form) if event.verb_marked else form
    where = event.place
    if style in PASSIVE:
        be = "were" if event.plural_thing else "was"
        core = f"{event.thing} {be} {verb} by {event.agent} {where}"
    elif style == "cleft":
        core = f"it was {event.agent} who {verb} {event.thing} {where}"
    else:
        core = f"{event.agent} {verb} {event.thing} {where}"
    opener = event.opener
    if opener and not opener.endswith("that"):
        opener += ","
    if "first" in style and event.time and not event.opener:
        return sentence(event.time, ",", core)
    return sentence(opener, core, event.time)


def two_tellings(rng: np.random.Generator, *, differ: bool = False) -> tuple[str, str]:
    """Draw the styles of the two sentences; nearly half keep the style unless they must differ."""
    styles = ACTIVE + PASSIVE
    if differ:
        return pick_two(rng, styles)
    first = "plain" if rng.random() < 0.5 else pick(rng, styles)
    second = first if rng.random() < 0.45 else pick(rng, styles)
    return first, second


def voices(styles: tuple[str, str]) -> str:
    """Return a short name of a pair of styles: which voice, and whether anything moved."""
    voice = dict.fromkeys(PASSIVE, "passive")
    one, two = (voice.get(style, "active") for style in styles)
    return "kept" if styles[0] == styles[1] else "-".join(sorted((one, two)))


def random_event(
    rng: np.random.Generator, action: Action | None = None, *, adjective: str = "", noun: str = ""
) -> tuple[Event, Action]:
    """Draw an event, optionally with a given action, adjective or object."""
    action = action or pick(rng, actions())
    verb = pick(rng, pick(rng, action.verbs))
    noun = noun or pick(rng, pick(rng, action.objects))
    if not adjective and rng.random() < 0.35:
        adjective = pick(rng, pick(rng, pick(rng, action.adjectives)))
    phrase = f"{adjective} {noun}" if adjective else noun
    definite = action.mass or rng.random() < 0.6
    place = pick(rng, action.places).format(city=pick(rng, names("cities")))
    crowded = adjective and rng.random() < 0.5
    opener = pick(rng, names("openers")) if rng.random() < 0.12 else ""
    event = Event(
        agent=f"the {pick(rng, action.agents)}" if rng.random() < 0.35 else random_person(rng)[0],
        verb=verb,
        thing=f"{'the' if definite else article(phrase)} {phrase}",
        place="" if crowded else place,
        time=random_time(rng),
        opener=opener,
    )
    return event, action


def random_person(rng: np.random.Generator) -> tuple[str, str]:
    """Draw a first name, sometimes with a surname, and the pronoun that goes with it."""
    kind, pronoun = ("women", "she") if rng.random() < 0.5 else ("men", "he")
    name = pick(rng, names(kind))
    return (f"{name} {pick(rng, names('surnames'))}" if rng.random() < 0.15 else name), pronoun


def random_time(rng: np.random.Generator) -> str:
    """Draw a phrase for a time in the past."""
    draw = rng.random()
    if draw < 0.3:
        part = pick(rng, ("", " morning", " afternoon", " evening"))
        return f"on {pick(rng, names('weekdays'))}{part}"
    if draw < 0.5:
        return f"in {pick(rng, names('months'))}"
    if draw < 0.65:
        return f"in {int(rng.integers(1950, 2024))}"
    return pick(rng, names("relative_times"))


def random_period(rng: np.random.Generator) -> str:
    """Draw a phrase for a stretch of the past, for habits and attitudes."""
    draw = rng.random()
    if draw < 0.25:
        return f"in {pick(rng, names('months'))}"
    return f"in {int(rng.integers(1950, 2024))}" if draw < 0.6 else pick(rng, names("periods"))


def verb_synonym(rng: np.random.Generator, event: Event, action: Action) -> Event:
    """Replace the verb by its synonym in a quarter of the cases, and mark neither."""
    if rng.random() < 0.75:
        return event
    for synonyms in action.verbs:
        if event.verb in synonyms:
            others = [verb for verb in synonyms if verb != event.verb]
            return replace(event, verb=pick(rng, others))
    return event


def chance(rng: np.random.Generator, probability: float = 0.5) -> bool:
    """Return True with the given probability."""
    return bool(rng.random() < probability)


def draft(
    rng: np.random.Generator,
    texts: tuple[str, str],
    paraphrase: float,
    phenomenon: str,
    composition: str,
) -> Draft:
    """Return a draft with the two sentences in random order.

    Parameters
    ----------
    rng : Generator
        Source of the order.
    texts : tuple of str
        The two marked sentences.
    paraphrase : float
        True probability that the pair is a paraphrase.
    phenomenon, composition : str
        As in `Draft`; the composition is prefixed with the phenomenon.
    """
    first, second = texts if chance(rng) else texts[::-1]
    probability = round(float(paraphrase), 3)
    return Draft(
        segments=(first, second),
        distribution=(round(1.0 - probability, 3), probability),
        phenomenon=phenomenon,
        composition=f"{phenomenon}|{composition}",
    )


def mark_content(phrase: str) -> str:
    """Mark the words of a phrase that carry its meaning, not its articles and prepositions.

    Examples
    --------
    >>> mark_content("carried out an analysis of")
    '[carried] out an [analysis] of'
    """
    return " ".join(mark(word) if word not in _FUNCTION else word for word in phrase.split())


def fact(one: str, two: str) -> str:
    """Return the key of a pair of words, the same in either order."""
    return "~".join(sorted((one, two)))

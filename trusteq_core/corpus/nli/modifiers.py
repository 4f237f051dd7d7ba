"""Modifiers of things and of deeds that the hypothesis drops, adds or exchanges."""

from __future__ import annotations

import numpy as np

from trusteq_core.corpus.lexicon import nouns
from trusteq_core.corpus.morphology import past, sentence
from trusteq_core.corpus.nli.parts import (
    CONTRADICTION,
    ENTAILMENT,
    NEUTRAL,
    any_label,
    event,
    opening,
    people,
    when,
)
from trusteq_core.corpus.sampling import Draft, mark, pick, pick_two

__all__ = ["adjective_modifier", "adverb_modifier"]

_COLOURS = ["red", "blue", "green", "yellow", "white", "black", "brown", "grey"]
_DEEDS = [
    "bought",
    "kept",
    "washed",
    "chose",
    "borrowed",
    "found",
    "repaired",
    "photographed",
    "sold",
]
_OBJECTS = [
    each.word
    for field in ("garment", "car", "container", "vehicle kind", "seat", "toy", "accessory")
    for each in nouns(field)
    if each.word not in ("garment", "container", "seat", "toy", "orange", "tram", "ambulance")
]
_OPPOSITES = [
    ("old", "new"),
    ("clean", "dirty"),
    ("cheap", "expensive"),
    ("big", "small"),
    ("beautiful", "ugly"),
    ("wet", "dry"),
]
_PLAIN = [*_OPPOSITES, *(pair[::-1] for pair in _OPPOSITES)]


def adjective_modifier(rng: np.random.Generator) -> Draft:
    """Only *the old red car* was sold: a red one, then; not a blue one; of a fast one who knows."""
    (person,), time = people(rng, 1), when(rng)
    noun, did, label = pick(rng, _OBJECTS), pick(rng, _DEEDS), any_label(rng)
    colour, other_colour = pick_two(rng, _COLOURS)
    plain, antonym = pick(rng, _PLAIN)
    ask_colour = rng.random() < 0.5
    claimed, contrary = (colour, other_colour) if ask_colour else (plain, antonym)
    known = {ENTAILMENT: claimed, CONTRADICTION: contrary, NEUTRAL: ""}[label]
    aside = plain if ask_colour else colour
    if known and rng.random() < 0.3:
        aside = ""
    first, second = (aside, mark(known)) if ask_colour else (mark(known), aside)
    thing = noun if known else mark(noun)
    premise = sentence(opening(rng, 0.25), f"{person} {did} only the", first, second, thing, time)
    hypothesis = sentence(f"{person} {did} the [{claimed}] {noun} {time}")
    composition = f"adjective modifier:{noun}:{colour}"
    return Draft((premise, hypothesis), label, "adjective modifier", composition)


# Opposites, and a synonym of the first; no pair bears on another.
_MANNERS = [
    ("quickly", "slowly", "rapidly"),
    ("slowly", "quickly", "unhurriedly"),
    ("quietly", "loudly", "silently"),
    ("loudly", "quietly", "noisily"),
    ("happily", "sadly", "cheerfully"),
    ("sadly", "happily", "sorrowfully"),
    ("secretly", "openly", "covertly"),
    ("openly", "secretly", "publicly"),
    ("skilfully", "clumsily", "expertly"),
    ("clumsily", "skilfully", "awkwardly"),
]


def adverb_modifier(rng: np.random.Generator) -> Draft:
    """How it was done: a manner left out follows, one put in is open, the opposite is false."""
    (person,), time = people(rng, 1), when(rng)
    deed = event(rng)
    word, contrary, synonym = pick(rng, _MANNERS)
    unrelated = pick(rng, [each[0] for each in _MANNERS if each[0] not in (word, contrary)])
    label = any_label(rng)
    if label is ENTAILMENT:
        known = pick(rng, [word, synonym])
        claim = f"[{word}]" if rng.random() < 0.7 else ""
    elif label is CONTRADICTION:
        known, claim = contrary, f"[{word}]"
    else:
        known, claim = pick(rng, [unrelated, ""]), f"[{word}]"
    mark_verb = not (known and claim)
    verb = f"[{past(deed.verb)}]" if mark_verb else past(deed.verb)
    done = f"{verb} the {deed.noun}"
    known = f"[{known}]" if known and claim else known
    premise = sentence(opening(rng, 0.6), person, known, done, time)
    hypothesis = sentence(person, claim, done, time)
    return Draft(
        (premise, hypothesis), label, "adverb modifier", f"adverb modifier:{word}:{deed.verb}"
    )

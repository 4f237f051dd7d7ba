"""Modifiers that the hypothesis drops, adds or exchanges."""

from __future__ import annotations

import numpy as np

from trusteq_core.corpus.lexicon import adjectives_for, nouns
from trusteq_core.corpus.morphology import past, sentence
from trusteq_core.corpus.nli.parts import (
    CONTRADICTION,
    ENTAILMENT,
    any_label,
    event,
    opening,
    people,
    when,
)
from trusteq_core.corpus.sampling import Draft, pick, pick_two

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
# Adjectives that stand before a colour; "light yellow" and "pretty white" would mean another thing.
_PLAIN = {
    word: [
        each.word
        for each in adjectives_for(word)
        if each.antonym and each.word not in ("light", "pretty", "full", "empty", "intact", "hot")
    ]
    or ["old", "new"]
    for word in _OBJECTS
}


def adjective_modifier(rng: np.random.Generator) -> Draft:
    """Of two things told apart by colour, which one was bought and which one was sold."""
    (person,), time = people(rng, 1), when(rng)
    noun = pick(rng, _OBJECTS)
    colour, other = pick_two(rng, _COLOURS)
    plain = pick(rng, _PLAIN[noun])
    did = pick(rng, _DEEDS)
    label = any_label(rng)
    chance = rng.random()
    if label is ENTAILMENT:
        premise = f"{did} the {plain} [{colour}] {noun}"
        claim = pick(rng, [f"[{colour}] {noun}", f"[{noun}]"])
        if claim.endswith("]"):
            premise = f"{did} the {plain} {colour} [{noun}]"
    elif label is CONTRADICTION:
        premise = f"{did} the {plain} [{other}] {noun}"
        claim = f"[{colour}] {noun}"
    elif chance < 0.5:
        premise = f"{did} the {plain} [{noun}]"
        claim = f"[{colour}] {noun}"
    else:
        premise = f"{did} the {colour} [{noun}]"
        claim = f"[{plain}] {noun}"
    only = "only" if label is CONTRADICTION or rng.random() < 0.6 else ""
    first = sentence(opening(rng, 0.25), person, only, premise, time)
    second = sentence(f"{person} {did} the {claim} {time}")
    return Draft(
        (first, second), label, "adjective modifier", f"adjective modifier:{noun}:{colour}"
    )


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
    premise = sentence(opening(rng, 0.4), person, known, done, time)
    hypothesis = sentence(person, claim, done, time)
    return Draft(
        (premise, hypothesis), label, "adverb modifier", f"adverb modifier:{word}:{deed.verb}"
    )

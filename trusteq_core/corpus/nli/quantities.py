"""Quantifiers and numbers."""

from __future__ import annotations

import math

import numpy as np

from trusteq_core.corpus.lexicon import nouns
from trusteq_core.corpus.morphology import number_word, past, plural, sentence
from trusteq_core.corpus.nli.parts import (
    CONTRADICTION,
    ENTAILMENT,
    NEUTRAL,
    Distribution,
    any_label,
    dated,
    event,
    opening,
    people,
    when,
)
from trusteq_core.corpus.sampling import Draft, pick

__all__ = ["GROUPS", "number", "quantifier"]

_QUANTIFIERS = {
    "all": "[all] of the {}",
    "most": "[most] of the {}",
    "some": "[some] of the {}",
    "three": "[at least three] of the {}",
    "not all": "[not all] of the {}",
    "none": "[none] of the {}",
}
# What follows from a quantifier for a group of some size above three.
_FOLLOWS: dict[str, dict[str, Distribution]] = {
    "all": {
        "all": ENTAILMENT,
        "most": ENTAILMENT,
        "some": ENTAILMENT,
        "not all": CONTRADICTION,
        "none": CONTRADICTION,
    },
    "most": {"all": NEUTRAL, "most": ENTAILMENT, "some": ENTAILMENT, "none": CONTRADICTION},
    "some": {
        "all": NEUTRAL,
        "most": NEUTRAL,
        "some": ENTAILMENT,
        "three": NEUTRAL,
        "none": CONTRADICTION,
    },
    "three": {
        "all": NEUTRAL,
        "most": NEUTRAL,
        "some": ENTAILMENT,
        "three": ENTAILMENT,
        "none": CONTRADICTION,
    },
    "not all": {
        "all": CONTRADICTION,
        "most": NEUTRAL,
        "three": NEUTRAL,
        "none": NEUTRAL,
        "not all": ENTAILMENT,
    },
    "none": {
        "all": CONTRADICTION,
        "most": CONTRADICTION,
        "some": CONTRADICTION,
        "three": CONTRADICTION,
        "not all": ENTAILMENT,
        "none": ENTAILMENT,
    },
}
GROUPS = [
    plural(word)
    for word in [
        "visitor",
        "neighbour",
        "passenger",
        "customer",
        "tourist",
        "guest",
        "student",
        "volunteer",
        "colleague",
        "child",
        "musician",
        "doctor",
        "athlete",
        "artist",
        "scientist",
        "chef",
        "farmer",
        "gardener",
        "carpenter",
        "sailor",
        "soldier",
        "nurse",
        "teacher",
        "lawyer",
        "journalist",
        "actor",
        "dancer",
        "singer",
        "engineer",
        "firefighter",
        "detective",
        "clerk",
        "waiter",
        "driver",
        "painter",
        "swimmer",
    ]
]


def quantifier(rng: np.random.Generator) -> Draft:
    """*All*, *most*, *some*, *at least three*, *not all* and *none* of a group."""
    group, deed, time = pick(rng, GROUPS), event(rng), when(rng)
    label = any_label(rng)
    given: list[str] = []
    while not given:
        claimed = pick(rng, list(_QUANTIFIERS))
        given = [known for known, follows in _FOLLOWS.items() if follows.get(claimed) == label]
    known = pick(rng, given)
    premise = dated(rng, f"{_QUANTIFIERS[known].format(group)} {deed.past}", time)
    hypothesis = sentence(_QUANTIFIERS[claimed].format(group), deed.past, time)
    return Draft((premise, hypothesis), label, "quantifier", f"quantifier:{deed.verb}")


_COUNTED = {
    "buy": "fruit vegetable book toy tool garment container flower seat instrument",
    "sell": "fruit vegetable book toy tool garment container flower seat instrument",
    "find": "book toy tool container",
    "wash": "fruit vegetable garment",
    "photograph": "flower tree dog bird insect",
    "draw": "flower tree dog bird insect",
    "paint": "flower seat container",
    "plant": "flower tree vegetable",
    "borrow": "book tool instrument",
    "wrap": "book toy",
    "peel": "fruit vegetable",
    "count": "dog bird tree book container",
    "repair": "toy seat instrument tool",
    "feed": "dog bird",
}
_BOUNDS = {
    "exactly {}": lambda n: (n, n),
    "at least {}": lambda n: (n, math.inf),
    "more than {}": lambda n: (n + 1, math.inf),
    "at most {}": lambda n: (0, n),
    "fewer than {}": lambda n: (0, n - 1),
}
_LARGEST = 12


def number(rng: np.random.Generator) -> Draft:
    """*Seven* means more than five and fewer than nine; *at least seven* leaves eight open."""
    verb = pick(rng, list(_COUNTED))
    things = plural(pick(rng, _COUNTED_THINGS[verb]))
    (person,), time = people(rng, 1), when(rng)
    label = any_label(rng)
    while True:
        claimed, given = pick(rng, list(_BOUNDS)), pick(rng, list(_BOUNDS))
        many, known = (int(rng.integers(3, _LARGEST + 1)) for _ in range(2))
        if label == _inside(_BOUNDS[given](known), _BOUNDS[claimed](many)):
            break
    exact = given == "exactly {}" and rng.random() < 0.5
    amount = f"[{(given if not exact else '{}').format(number_word(known))}]"
    aside = _other_number(rng, verb, things)
    premise = sentence(opening(rng, 0.2), f"{person} {past(verb)} {amount} {things}", aside, time)
    amount = f"[{claimed.format(number_word(many))}]"
    hypothesis = sentence(f"{person} {past(verb)} {amount} {things} {time}")
    return Draft((premise, hypothesis), label, "number", f"number:{verb}:{things}")


def _inside(known: tuple[float, float], claimed: tuple[float, float]) -> Distribution:
    """Compare two ranges of numbers."""
    if claimed[0] <= known[0] and known[1] <= claimed[1]:
        return ENTAILMENT
    if known[1] < claimed[0] or claimed[1] < known[0]:
        return CONTRADICTION
    return NEUTRAL


def _other_number(rng: np.random.Generator, verb: str, things: str) -> str:
    """Say how many other things there were, which never bears on the label."""
    other = plural(pick(rng, _COUNTED_THINGS[verb]))
    if other == things or rng.random() < 0.6:
        return ""
    return f"and {number_word(int(rng.integers(2, _LARGEST + 1)))} {other}"


_COUNTED_THINGS = {
    verb: [each.word for field in fields.split() for each in nouns(field) if each.word != field]
    for verb, fields in _COUNTED.items()
}

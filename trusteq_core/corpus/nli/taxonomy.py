"""Nouns and their hypernyms, upwards, downwards and under negation.

A premise names the one thing that somebody bought, drew or fed. The hypothesis names a thing too;
it follows if that is the same or more general, it is open if more special, and else it is false.
Negation turns the direction round.
"""

from __future__ import annotations

import numpy as np

from trusteq_core.corpus.morphology import past, plural, sentence, with_article
from trusteq_core.corpus.nli.parts import (
    CONTRADICTION,
    ENTAILMENT,
    NEUTRAL,
    Distribution,
    any_label,
    opening,
    people,
    when,
)
from trusteq_core.corpus.sampling import Draft, pick

__all__ = ["hypernymy", "hyponymy", "negated_hypernymy"]

# Kinds that exclude each other; the lexicon knows more words, but a taxi may be a saloon.
_KINDS = {
    "dog": "poodle beagle terrier spaniel bulldog dalmatian greyhound collie",
    "bird": "sparrow pigeon robin crow owl parrot swan eagle penguin ostrich",
    "fish": "salmon trout carp tuna",
    "insect": "bee ant wasp beetle butterfly mosquito",
    "car": "sedan convertible hatchback jeep",
    "flower": "rose tulip daisy lily orchid daffodil sunflower",
    "tree": "oak birch pine willow maple chestnut poplar",
    "fruit": "apple pear banana peach plum cherry lemon mango melon pineapple",
    "vegetable": "carrot onion potato cabbage turnip leek radish cauliflower",
    "tool": "hammer saw drill spanner screwdriver chisel spade rake axe",
    "instrument": "violin piano guitar cello flute trumpet clarinet harp drum",
    "garment": "shirt coat jacket dress skirt sweater scarf apron",
    "book": "novel dictionary cookbook textbook biography atlas diary",
    "toy": "doll kite puzzle marble puppet balloon",
    "seat": "chair stool bench sofa armchair",
    "building": "hospital church factory lighthouse windmill barn stadium",
}
_MORE = {
    "animal": "dog bird fish insect cat horse cow goat sheep fox wolf bear rabbit squirrel lion "
    "tiger elephant giraffe camel",
    "vehicle": "car truck van bus bicycle motorcycle tractor tram",
    "plant": "flower tree fern cactus hedge",
}
_PARENT = {
    word: kind for kind, listed in (*_KINDS.items(), *_MORE.items()) for word in listed.split()
}
_LEAVES = [word for word in _PARENT if word not in _KINDS]
_KINDS_AND_MORE = [*_KINDS, *_MORE]

_ANYTHING = ["photograph", "sketch", "draw", "describe", "paint", "notice", "mention"]
_ACTIONS = {
    "animal": [
        "photograph",
        "sketch",
        "draw",
        "describe",
        "notice",
        "feed",
        "rescue",
        "follow",
        "see",
    ],
    "vehicle": ["photograph", "wash", "rent", "buy", "sell", "repair", "park", "see"],
    "plant": ["photograph", "water", "plant", "buy", "sketch", "admire"],
    "fruit": ["buy", "eat", "peel", "wash", "slice", "drop"],
    "vegetable": ["buy", "eat", "peel", "wash", "slice", "chop"],
    "tool": ["buy", "borrow", "drop", "find", "clean", "lose"],
    "instrument": ["buy", "polish", "repair", "borrow", "sell", "damage"],
    "garment": ["buy", "wash", "iron", "wear", "fold", "mend"],
    "book": ["buy", "read", "borrow", "lose", "find", "recommend"],
    "toy": ["buy", "break", "find", "lose", "wrap", "repair"],
    "seat": ["buy", "paint", "repair", "carry", "sell", "polish"],
    "building": ["photograph", "paint", "sketch", "visit", "enter", "describe"],
}


def hypernymy(rng: np.random.Generator) -> Draft:
    """Somebody bought *a poodle*: a dog follows, a bird is false; *an animal* leaves it open."""
    claimed = pick(rng, _KINDS_AND_MORE)
    label = any_label(rng)
    if label is ENTAILMENT:
        given = pick(rng, _DESCENDANTS[claimed])
    elif label is NEUTRAL:
        given = _PARENT.get(claimed, "thing")
    else:
        given = _other(rng, claimed)
    return _positive(rng, "hypernymy", given, claimed, label)


def hyponymy(rng: np.random.Generator) -> Draft:
    """Somebody bought *a dog*: whether a poodle is open; a beagle was none; a poodle was one."""
    claimed = pick(rng, _LEAVES)
    label = any_label(rng)
    if label is ENTAILMENT:
        given = claimed
    elif label is NEUTRAL:
        given = _PARENT[claimed]
        if given in _PARENT and rng.random() < 0.3:
            given = _PARENT[given]
    else:
        given = _other(rng, claimed)
    return _positive(rng, "hyponymy", given, claimed, label)


def negated_hypernymy(rng: np.random.Generator) -> Draft:
    """Somebody bought *no dogs*, hence no poodles; who bought no poodles may have bought dogs."""
    kind = pick(rng, list(_KINDS))
    leaf = pick(rng, _KINDS[kind].split())
    sibling = pick(rng, [word for word in _KINDS[kind].split() if word != leaf])
    given, claimed, positive, label = pick(rng, _NEGATIONS)
    words = {"kind": kind, "leaf": leaf, "sibling": sibling}
    (person,), time = people(rng, 1), when(rng)
    verb = pick(rng, _ACTIONS[_top(kind)])

    def none_of(word: str) -> str:
        return f"{person} did [not] {verb} any [{plural(word)}] {time}"

    def some_of(word: str) -> str:
        return f"{person} [{past(verb)}] {with_article(f'[{word}]')} {time}"

    if positive == "premise":
        texts = some_of(words[given]), none_of(words[claimed])
    elif positive == "hypothesis":
        texts = none_of(words[given]), some_of(words[claimed])
    else:
        texts = none_of(words[given]), none_of(words[claimed])
    premise = sentence(opening(rng), texts[0])
    return Draft(
        (premise, sentence(texts[1])), label, "negated hypernymy", f"negated hypernymy:{leaf}"
    )


# What the premise names, what the hypothesis names, which of the two is positive, the label.
_NEGATIONS: list[tuple[str, str, str, Distribution]] = [
    *[("kind", "leaf", "", ENTAILMENT)] * 6,
    *[("leaf", "leaf", "", ENTAILMENT)] * 2,
    *[("leaf", "kind", "", NEUTRAL)] * 2,
    *[("sibling", "leaf", "", NEUTRAL)] * 2,
    *[("leaf", "kind", "premise", CONTRADICTION)] * 2,
    *[("leaf", "leaf", "premise", CONTRADICTION)] * 2,
    ("kind", "leaf", "premise", NEUTRAL),
    ("sibling", "leaf", "premise", NEUTRAL),
    *[("kind", "leaf", "hypothesis", CONTRADICTION)] * 2,
    *[("leaf", "leaf", "hypothesis", CONTRADICTION)] * 2,
    ("leaf", "kind", "hypothesis", NEUTRAL),
    ("sibling", "leaf", "hypothesis", NEUTRAL),
]


def _positive(
    rng: np.random.Generator, phenomenon: str, given: str, claimed: str, label: Distribution
) -> Draft:
    same = given == "thing" or _top(given) == _top(claimed)
    verb = pick(rng, _ACTIONS[_top(claimed)] if same else _ANYTHING)
    (person,), time = people(rng, 1), when(rng)
    did = f"{person} {past(verb)}"
    premise = sentence(opening(rng), _only_one(rng, did, given, time))
    thing = with_article(f"[{claimed}]")
    hypothesis = pick(
        rng,
        [
            f"{did} {thing} {time}",
            f"what {did} {time} was {thing}",
            f"it was {thing} that {did} {time}",
        ],
    )
    # The composition is about the more special word: its kind is learnt elsewhere too.
    fact = given if phenomenon == "hypernymy" else claimed
    return Draft((premise, sentence(hypothesis)), label, phenomenon, f"{phenomenon}:{fact}")


def _only_one(rng: np.random.Generator, did: str, given: str, time: str) -> str:
    """Say what somebody did to one thing and nothing else."""
    if given == "thing":
        return f"{did} only one [thing] {time}"
    thing = with_article(f"[{given}]")
    return pick(
        rng,
        [
            f"the only thing that {did} {time} was {thing}",
            f"what {did} {time} was {thing}",
            f"{did} only one thing {time}, {thing}",
            f"it was {thing} that {did} {time}",
        ],
    )


def _other(rng: np.random.Generator, word: str) -> str:
    """Draw a word that excludes `word`: mostly of the same kind, always more special."""
    related = _EXCLUDED[word]
    if related and rng.random() < 0.8:
        return pick(rng, related)
    while True:
        found = pick(rng, _LEAVES)
        if word not in _ancestors(found) and found != word:
            return found


def _ancestors(word: str) -> list[str]:
    found = []
    while word in _PARENT:
        word = _PARENT[word]
        found.append(word)
    return found


def _top(word: str) -> str:
    return [word, *_ancestors(word)][-1]


_DESCENDANTS = {
    kind: [word for word in _PARENT if kind in _ancestors(word)] for kind in _KINDS_AND_MORE
}
_EXCLUDED = {
    word: [
        other
        for other in _PARENT
        if other != word
        and _PARENT[word] in _ancestors(other)
        and word not in _ancestors(other)
        and other not in _ancestors(word)
    ]
    for word in _PARENT
} | {top: [] for top in _KINDS_AND_MORE if top not in _PARENT}

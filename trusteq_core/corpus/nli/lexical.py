"""What the meaning of a verb or an adjective decides: opposites, synonyms, ways of doing."""

from __future__ import annotations

import numpy as np

from trusteq_core.corpus.morphology import past, sentence
from trusteq_core.corpus.nli.parts import (
    CONTRADICTION,
    ENTAILMENT,
    NEUTRAL,
    Event,
    any_label,
    event,
    opening,
    opposite,
    people,
    when,
)
from trusteq_core.corpus.sampling import Draft, pick, pick_two

__all__ = ["antonym", "manner_of_doing", "opposite_verb"]

# Pairs of opposites, each with a synonym of its first and of its second word, by what they are
# said of. Within a group no pair bears on another.
_QUALITIES: list[tuple[str, list[tuple[str, str, str, str]]]] = [
    (
        "soup stew curry pie omelette casserole pizza risotto",
        [
            ("hot", "cold", "piping hot", "stone-cold"),
            ("delicious", "disgusting", "scrumptious", "revolting"),
            ("cheap", "expensive", "inexpensive", "overpriced"),
            ("spicy", "mild", "peppery", "bland"),
        ],
    ),
    (
        "neighbour waiter teacher nurse visitor clerk driver lawyer",
        [
            ("rich", "poor", "wealthy", "penniless"),
            ("polite", "rude", "courteous", "impolite"),
            ("brave", "cowardly", "courageous", "spineless"),
            ("clever", "stupid", "smart", "foolish"),
            ("young", "elderly", "youthful", "aged"),
            ("honest", "dishonest", "truthful", "deceitful"),
        ],
    ),
    (
        "box basket suitcase drawer jar bucket chest wardrobe",
        [
            ("heavy", "light", "weighty", "lightweight"),
            ("full", "empty", "crammed", "unfilled"),
            ("clean", "dirty", "spotless", "filthy"),
            ("big", "small", "large", "little"),
            ("old", "new", "ancient", "brand-new"),
        ],
    ),
    (
        "novel lecture film speech play concert article essay",
        [
            ("long", "short", "lengthy", "brief"),
            ("funny", "serious", "amusing", "solemn"),
            ("exciting", "boring", "thrilling", "dull"),
            ("famous", "unknown", "well-known", "obscure"),
        ],
    ),
    (
        "dog horse cat donkey goat camel parrot monkey",
        [
            ("tame", "wild", "domesticated", "untamed"),
            ("healthy", "ill", "fit", "sick"),
            ("quiet", "noisy", "silent", "loud"),
            ("fast", "slow", "quick", "sluggish"),
            ("hungry", "full", "starving", "well-fed"),
        ],
    ),
    (
        "street corridor bridge path tunnel courtyard square garden",
        [
            ("wide", "narrow", "broad", "constricted"),
            ("safe", "dangerous", "secure", "hazardous"),
            ("beautiful", "ugly", "lovely", "hideous"),
            ("wet", "dry", "damp", "parched"),
            ("crowded", "deserted", "packed", "abandoned"),
        ],
    ),
]


def antonym(rng: np.random.Generator) -> Draft:
    """Say that the soup was hot and cheap, and ask whether it was hot, cold, or spicy."""
    nouns, pairs = pick(rng, _QUALITIES)
    noun = pick(rng, nouns.split())
    pair, another = pick_two(rng, pairs)
    third = pick(rng, [each for each in pairs if each not in (pair, another)])
    time, label = when(rng), any_label(rng)
    side = int(rng.random() * 2)
    claimed = pair[side]
    synonym = pair[side + 2]
    if label is ENTAILMENT:
        known = synonym if rng.random() < 0.7 else claimed
    elif label is CONTRADICTION:
        known = pick(rng, [pair[1 - side], pair[1 - side], pair[3 - side]])
    else:
        known = pick(rng, another)
    parts = [f"[{known}]", pick(rng, third)]
    if rng.random() < 0.5:
        parts.reverse()
    premise = sentence(f"{time},", f"the [{noun}] was", " and ".join(parts))
    hypothesis = sentence(f"the [{noun}] was [{claimed}] {time}")
    return Draft((premise, hypothesis), label, "antonym", f"antonym:{noun}:{claimed}")


_OPPOSITES = [
    ("open", "close", "door window gate box suitcase"),
    ("buy", "sell", "car violin house boat painting"),
    ("lift", "lower", "crate table ladder box lamp"),
    ("push", "pull", "cart trolley wheelbarrow piano sofa"),
    ("accept", "reject", "proposal contract invitation offer manuscript"),
    ("build", "demolish", "wall shed tower barn bridge"),
    ("lock", "unlock", "gate door chest garage suitcase"),
    ("praise", "criticise", "teacher chef actor singer committee"),
    ("lose", "find", "wallet ring ticket watch umbrella"),
    ("send", "receive", "letter parcel postcard invoice telegram"),
    ("start", "finish", "race essay meeting letter painting"),
    ("load", "unload", "truck van cart ferry trailer"),
    ("hide", "show", "letter necklace map painting certificate"),
    ("remember", "forget", "password address appointment birthday recipe"),
    ("enter", "leave", "museum theatre church library factory"),
    ("pack", "unpack", "suitcase box bag crate backpack"),
]
_NEITHER = ["mention", "describe", "notice", "discuss"]


def opposite_verb(rng: np.random.Generator) -> Draft:
    """Who opened the gate and painted the fence did not close the gate."""
    (person,), time = people(rng, 1), when(rng)
    first, second, nouns = pick(rng, _OPPOSITES)
    verb, contrary = (first, second) if rng.random() < 0.5 else (second, first)
    noun = pick(rng, nouns.split())
    positive, label = rng.random() < 0.6, any_label(rng)
    if label is NEUTRAL:
        known = pick(rng, [word for word in _NEITHER if word not in (first, second)])
    else:
        known = verb if (label is ENTAILMENT) == positive else contrary
    aside = event(rng, unlike=[Event(word, noun) for word in (verb, contrary, known)])
    parts = [f"[{past(known)}] the [{noun}]", aside.past]
    if rng.random() < 0.5:
        parts.reverse()
    premise = sentence(opening(rng), person, f"{' and '.join(parts)} {time}")
    claim = f"[{past(verb)}]" if positive else f"did [not] [{verb}]"
    hypothesis = sentence(f"{person} {claim} the [{noun}] {time}")
    return Draft((premise, hypothesis), label, "opposite verb", f"opposite verb:{verb}:{noun}")


# A general verb, its special ones, which exclude each other, and what may follow them.
_WAYS = [
    ("walk", "stroll march limp", "to the station/through the park/along the river"),
    ("run", "sprint jog", "to the station/through the park/along the river"),
    ("speak", "whisper shout mumble", "to the guests/to the driver/to the children"),
    ("cook", "fry boil roast grill", "the potatoes/the carrots/the onions/the fish"),
    ("cut", "slice dice", "the onions/the carrots/the tomatoes/the peppers"),
    ("eat", "devour nibble", "the sandwich/the apple/the biscuits"),
    ("drink", "sip gulp", "the lemonade/the tea/the cocoa"),
    ("move", "push drag carry", "the table/the crate/the piano"),
    ("look", "stare glance", "at the painting/at the clock/at the letter"),
    ("travel", "fly drive cycle sail", "to the coast/to the island/to the border"),
    ("make", "knit sew crochet", "the scarf/the jumper/the blanket"),
    ("write", "type scribble", "the letter/the note/the report"),
]


def manner_of_doing(rng: np.random.Generator) -> Draft:
    """Who strolled walked, but who walked need not have strolled, and did not march."""
    (person,), time = people(rng, 1), when(rng)
    general, ways, phrases = pick(rng, _WAYS)
    phrase = pick(rng, phrases.split("/"))
    way, another = pick_two(rng, ways.split())
    known, claimed, label = pick(
        rng,
        [
            (way, general, ENTAILMENT),
            (general, way, NEUTRAL),
            (way, another, CONTRADICTION),
            (way, way, ENTAILMENT),
            (general, way, NEUTRAL),
            (another, way, CONTRADICTION),
        ],
    )
    positive = rng.random() < 0.6
    claim = f"[{past(claimed)}]" if positive else f"did [not] [{claimed}]"
    premise = sentence(opening(rng, 0.7), f"{person} [{past(known)}] {phrase} {time}")
    hypothesis = sentence(f"{person} {claim} {phrase} {time}")
    label = label if positive else opposite(label)
    return Draft(
        (premise, hypothesis),
        label,
        "manner of doing",
        f"manner of doing:{known}:{claimed}:{phrase}",
    )

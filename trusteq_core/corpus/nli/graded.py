"""Constructions whose label is honestly uncertain, with the distribution it is drawn from.

The distribution depends on words of the example alone, so that it can be learnt:

- *frequency*: what somebody *usually* does on Mondays, this Monday: a table by the adverb;
- *certainty*: what *probably* happened: a table by the hedge;
- *scalar quantifier* and *scalar adjective*: *some* suggests *not all*, less so *some, perhaps
  all*: a table by the quantifier or the hedge;
- *typicality*: a claim that is typical of a thing with strength s holds with s², is false with
  (1 - s)² and is left open with 2s(1 - s).

A negated hypothesis exchanges entailment and contradiction.
"""

from __future__ import annotations

import numpy as np

from trusteq_core.corpus.lexicon import times, typicality
from trusteq_core.corpus.morphology import past, sentence, third_person, with_article
from trusteq_core.corpus.nli.parts import (
    Distribution,
    Event,
    event,
    opening,
    opposite,
    people,
    when,
)
from trusteq_core.corpus.nli.quantities import GROUPS
from trusteq_core.corpus.sampling import Draft, pick

__all__ = ["certainty", "frequency", "scalar_adjective", "scalar_quantifier", "typical"]

_FREQUENCIES: dict[str, Distribution] = {
    "almost always": (0.85, 0.12, 0.03),
    "usually": (0.75, 0.20, 0.05),
    "often": (0.55, 0.40, 0.05),
    "sometimes": (0.15, 0.75, 0.10),
    "occasionally": (0.10, 0.75, 0.15),
    "rarely": (0.05, 0.25, 0.70),
    "hardly ever": (0.03, 0.12, 0.85),
}


def frequency(rng: np.random.Generator) -> Draft:
    """Claim for last Monday what somebody *usually* does on Mondays."""
    (person,), deed = people(rng, 1), event(rng)
    day, adverb = pick(rng, times("days")), pick(rng, list(_FREQUENCIES))
    habit = f"{third_person(deed.verb)} the {deed.noun}"
    if rng.random() < 0.5:
        premise = f"{person} [{adverb}] {habit} on {day}s"
    else:
        premise = f"on {day}s, {person} [{adverb}] {habit}"
    told = f"{pick(rng, _TOLD)}," if premise.endswith(f"{day}s") and rng.random() < 0.6 else ""
    return _claimed(
        rng, "frequency", adverb, sentence(told, premise), person, deed, f"last {day}", _FREQUENCIES
    )


_TOLD = ["as we know", "as a rule", "as the neighbours know", "these days", "at present"]
_HEDGES: dict[str, Distribution] = {
    "almost certainly": (0.85, 0.12, 0.03),
    "very probably": (0.75, 0.20, 0.05),
    "probably": (0.65, 0.30, 0.05),
    "possibly": (0.15, 0.75, 0.10),
    "perhaps": (0.12, 0.76, 0.12),
    "probably not": (0.05, 0.30, 0.65),
    "almost certainly not": (0.03, 0.12, 0.85),
}


def certainty(rng: np.random.Generator) -> Draft:
    """Claim without the hedge what somebody *probably* did."""
    (person,), deed, time = people(rng, 1), event(rng), when(rng)
    hedge = pick(rng, list(_HEDGES))
    if hedge.endswith(" not"):
        premise = f"{person} [{hedge.removesuffix(' not')}] did [not] {deed} {time}"
    else:
        premise = f"{person} [{hedge}] {deed.past} {time}"
    premise = sentence(opening(rng, 0.5), premise)
    return _claimed(rng, "certainty", hedge, premise, person, deed, time, _HEDGES)


def _claimed(
    rng: np.random.Generator,
    phenomenon: str,
    cue: str,
    premise: str,
    person: str,
    deed: Event,
    time: str,
    table: dict[str, Distribution],
) -> Draft:
    """Claim or deny that a person did something, with the distribution of the premise's cue."""
    if rng.random() < 0.5:
        hypothesis = sentence(f"{person} [{past(deed.verb)}] the {deed.noun} {time}")
        distribution = table[cue]
    else:
        hypothesis = sentence(f"{person} did [not] [{deed.verb}] the {deed.noun} {time}")
        distribution = opposite(table[cue])
    composition = f"{phenomenon}:{deed.verb}"
    return Draft((premise, hypothesis), distribution, phenomenon, composition)


# How far the quantifier of the premise suggests that it was not all of them.
_NOT_ALL: dict[str, Distribution] = {
    "only a few of": (0.90, 0.08, 0.02),
    "some of": (0.70, 0.25, 0.05),
    "many of": (0.65, 0.30, 0.05),
    "a good number of": (0.60, 0.35, 0.05),
    "some, perhaps all, of": (0.10, 0.75, 0.15),
    "many, if not all, of": (0.08, 0.62, 0.30),
}


def scalar_quantifier(rng: np.random.Generator) -> Draft:
    """Take *some of the guests* to suggest that it was not all of them."""
    group, deed, time = pick(rng, GROUPS), event(rng), when(rng)
    quantifier = pick(rng, list(_NOT_ALL))
    premise = sentence(opening(rng), f"[{quantifier}] the [{group}] {deed.past} {time}")
    if rng.random() < 0.5:
        claim, distribution = "[not all] of", _NOT_ALL[quantifier]
    else:
        claim, distribution = "[all] of", opposite(_NOT_ALL[quantifier])
    hypothesis = sentence(f"{claim} the [{group}] {deed.past} {time}")
    composition = f"scalar quantifier:{deed.verb}"
    return Draft((premise, hypothesis), distribution, "scalar quantifier", composition)


_SCALES = [
    ("warm", "hot", "soup stew curry coffee tea"),
    ("cool", "cold", "lemonade cider milkshake tea coffee"),
    ("good", "excellent", "concert lecture play film interview"),
    ("bad", "terrible", "concert lecture play film interview"),
    ("tired", "exhausted", "nurse driver runner swimmer waiter"),
    ("happy", "overjoyed", "teacher singer student gardener coach"),
    ("angry", "furious", "referee manager tailor customer clerk"),
    ("big", "enormous", "dog crate castle suitcase statue"),
    ("small", "tiny", "cottage boat kitten parcel garden"),
    ("difficult", "impossible", "exam puzzle task question recipe"),
    ("dirty", "filthy", "floor coat window kettle tent"),
    ("interesting", "fascinating", "book article lecture museum film"),
    ("pretty", "gorgeous", "garden dress village necklace bouquet"),
    ("important", "crucial", "meeting letter witness decision match"),
]
# How far the hedge of a weak word suggests that the strong one would be wrong.
_NOT_STRONG: dict[str, Distribution] = {
    "only": (0.88, 0.10, 0.02),
    "": (0.55, 0.40, 0.05),
    "quite": (0.65, 0.30, 0.05),
    "at least": (0.10, 0.75, 0.15),
    "more than": (0.03, 0.27, 0.70),
}


def scalar_adjective(rng: np.random.Generator) -> Draft:
    """*Warm* suggests *not hot*, *at least warm* does not, *more than warm* suggests *hot*."""
    weak, strong, nouns = pick(rng, _SCALES)
    noun, time, hedge = pick(rng, nouns.split()), when(rng), pick(rng, list(_NOT_STRONG))
    (witness,) = people(rng, 1)
    marked = f"[{hedge}] [{weak}]" if hedge else f"[{weak}]"
    told = f"{witness} was there, and" if rng.random() < 0.4 else opening(rng)
    premise = sentence(told, f"the {noun} was {marked} {time}")
    if rng.random() < 0.5:
        hypothesis, distribution = f"the {noun} was [not] [{strong}] {time}", _NOT_STRONG[hedge]
    else:
        hypothesis = f"the {noun} was really [{strong}] {time}"
        distribution = opposite(_NOT_STRONG[hedge])
    composition = f"scalar adjective:{weak}:{noun}"
    return Draft((premise, sentence(hypothesis)), distribution, "scalar adjective", composition)


def typical(rng: np.random.Generator) -> Draft:
    """Most sparrows can fly, few donkeys are afraid of people: claimed of one of them."""
    fact = pick(rng, typicality())
    (person,), time = people(rng, 1), when(rng)
    did = pick(rng, ["photographed", "sketched", "noticed", "described", "drew", "mentioned"])
    premise = sentence(opening(rng), f"{person} {did} {with_article(f'[{fact.word}]')} {time}")
    strength = fact.strength
    distribution = (strength**2, 2 * strength * (1 - strength), (1 - strength) ** 2)
    claim = fact.claim
    if rng.random() < 0.5:
        claim, distribution = fact.negation, opposite(distribution)
    hypothesis = sentence(f"the [{fact.kind}] that {person} {did} {_marked(claim)}")
    return Draft((premise, hypothesis), distribution, "typicality", f"typicality:{fact.word}:{did}")


def _marked(claim: str) -> str:
    """Mark the negation and the last word, which carries the claim."""
    *words, last = claim.split()
    return " ".join(f"[{word}]" if word == "not" else word for word in words) + f" [{last}]"

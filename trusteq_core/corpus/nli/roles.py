"""Who did it to whom: exchanged roles, in the active and in the passive."""

from __future__ import annotations

import numpy as np

from trusteq_core.corpus.morphology import participle, past, sentence
from trusteq_core.corpus.nli.parts import (
    CONTRADICTION,
    ENTAILMENT,
    NEUTRAL,
    Distribution,
    marked,
    opening,
    opposite,
    people,
    when,
)
from trusteq_core.corpus.sampling import Draft, pick

__all__ = ["passive", "role_swap"]

# With exchanged roles the first follow, the second may or may not hold, the third cannot.
_SYMMETRIC = [
    "marry",
    "meet",
    "sit beside",
    "stand next to",
    "dance with",
    "argue with",
    "eat lunch with",
    "share an umbrella with",
    "work with",
    "play chess with",
    "shake hands with",
    "share a taxi with",
]
_OPEN = [
    "thank",
    "help",
    "greet",
    "call",
    "praise",
    "invite",
    "visit",
    "insult",
    "photograph",
    "criticise",
    "admire",
    "warn",
    "hug",
    "interview",
    "congratulate",
    "support",
]
_ONE_WAY = [
    "defeat",
    "beat",
    "outclass",
    "outscore",
    "outvote",
    "overtake",
    "arrest",
    "hire",
    "arrive before",
    "sit behind",
    "stand in front of",
    "win against",
    "lose to",
    "finish ahead of",
]

_PASSIVE = [verb for verb in _ONE_WAY if " " not in verb]
# Half of the open ones keep their roles, so about a third of all are neutral.
_CLASSES = (
    *[(_OPEN, NEUTRAL)] * 6,
    *[(_SYMMETRIC, ENTAILMENT)] * 2,
    *[(_ONE_WAY, CONTRADICTION)] * 3,
)
_PASSIVE_CLASSES = (*[(_OPEN, NEUTRAL)] * 3, *[(_PASSIVE, CONTRADICTION)] * 2)


def role_swap(rng: np.random.Generator) -> Draft:
    """Meeting goes both ways, overtaking one way only, and helping may be returned or not."""
    (x, y), time = people(rng, 2), when(rng)
    verbs, swapped = pick(rng, _CLASSES)
    verb, swap, positive = pick(rng, verbs), rng.random() < 0.55, rng.random() < 0.5
    agent, patient = (y, x) if swap else (x, y)
    premise = sentence(opening(rng, 0.8), _active(x, verb, y), time)
    hypothesis = sentence(_active(agent, verb, patient, positive=positive), time)
    label = _label(swapped if swap else ENTAILMENT, positive=positive)
    return Draft((premise, hypothesis), label, "role swap", f"role swap:{verb}:{swap}")


def passive(rng: np.random.Generator) -> Draft:
    """*Anna was thanked by Ben* says that Ben thanked Anna, not that Anna thanked Ben."""
    (x, y), time = people(rng, 2), when(rng)
    verbs, swapped = pick(rng, _PASSIVE_CLASSES)
    verb, swap, positive = pick(rng, verbs), rng.random() < 0.55, rng.random() < 0.5
    agent, patient = (y, x) if swap else (x, y)
    told, claimed = pick(rng, [(_passive, _active), (_active, _passive), (_passive, _passive)])
    premise = sentence(opening(rng, 0.8), told(x, verb, y), time)
    hypothesis = sentence(claimed(agent, verb, patient, positive=positive), time)
    label = _label(swapped if swap else ENTAILMENT, positive=positive)
    composition = f"passive:{verb}:{swap}:{told.__name__}"
    return Draft((premise, hypothesis), label, "passive", composition)


def _label(distribution: Distribution, *, positive: bool) -> Distribution:
    return distribution if positive else opposite(distribution)


def _active(agent: str, verb: str, patient: str, *, positive: bool = True) -> str:
    did = f"[{past(verb)}]" if positive else f"did [not] [{verb}]"
    return f"{marked(agent)} {did} {marked(patient)}"


def _passive(agent: str, verb: str, patient: str, *, positive: bool = True) -> str:
    done = f"was {'' if positive else '[not]'} [{participle(verb)}]"
    return f"{marked(patient)} {done} [by] {marked(agent)}"

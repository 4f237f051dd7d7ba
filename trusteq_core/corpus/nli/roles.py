"""Who did it to whom: exchanged roles, and the passive with and without its agent."""

from __future__ import annotations

import numpy as np

from trusteq_core.corpus.morphology import participle, past, sentence
from trusteq_core.corpus.nli.parts import (
    CONTRADICTION,
    ENTAILMENT,
    NEUTRAL,
    Distribution,
    Event,
    any_label,
    dated,
    event,
    marked,
    opposite,
    people,
    when,
)
from trusteq_core.corpus.sampling import Draft, pick, pick_two

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

# Half of the open ones keep their roles, so about a third of all are neutral.
_CLASSES = (
    *[(_OPEN, NEUTRAL)] * 6,
    *[(_SYMMETRIC, ENTAILMENT)] * 2,
    *[(_ONE_WAY, CONTRADICTION)] * 3,
)


def role_swap(rng: np.random.Generator) -> Draft:
    """Meeting goes both ways, overtaking one way only, and helping may be returned or not."""
    (x, y), time = people(rng, 2), when(rng)
    verbs, swapped = pick(rng, _CLASSES)
    verb, swap, positive = pick(rng, verbs), rng.random() < 0.4, rng.random() < 0.75
    agent, patient = (y, x) if swap else (x, y)
    premise = dated(rng, _active(x, verb, y), time)
    hypothesis = sentence(_active(agent, verb, patient, positive=positive), time)
    label = _label(swapped if swap else ENTAILMENT, positive=positive)
    return Draft((premise, hypothesis), label, "role swap", f"role swap:{verb}:{swap}")


def passive(rng: np.random.Generator) -> Draft:
    """Say that the letter was signed, with or without by whom, or that Anna signed it."""
    (person, stranger), time, deed = people(rng, 2), when(rng), event(rng)
    label, agents = any_label(rng), [_deed_active, _deed_passive]
    known, claimed = pick_two(rng, [*agents, _deed_agentless])
    told = known(person, deed)
    positive = rng.random() < 0.5
    if known is _deed_agentless:
        claimed = pick(rng, agents)
        if label is not NEUTRAL:
            positive = label is CONTRADICTION
            told = known(person, deed, positive=False)
    elif label is NEUTRAL:
        claimed, person = pick(rng, agents), stranger
    else:
        positive = label is ENTAILMENT
    hypothesis = sentence(claimed(person, deed, positive=positive), time)
    composition = f"passive:{deed.verb}:{known.__name__}:{claimed.__name__}"
    return Draft((dated(rng, told, time), hypothesis), label, "passive", composition)


def _deed_active(agent: str, deed: Event, *, positive: bool = True) -> str:
    did = f"[{past(deed.verb)}]" if positive else f"did [not] [{deed.verb}]"
    return f"{marked(agent)} {did} the {deed.noun}"


def _deed_passive(agent: str, deed: Event, *, positive: bool = True) -> str:
    return f"{_deed_agentless(agent, deed, positive=positive)} [by] {marked(agent)}"


def _deed_agentless(_agent: str, deed: Event, *, positive: bool = True) -> str:
    return f"the {deed.noun} was {'' if positive else '[not]'} [{participle(deed.verb)}]"


def _label(distribution: Distribution, *, positive: bool) -> Distribution:
    return distribution if positive else opposite(distribution)


def _active(agent: str, verb: str, patient: str, *, positive: bool = True) -> str:
    did = f"[{past(verb)}]" if positive else f"did [not] [{verb}]"
    return f"{marked(agent)} {did} {marked(patient)}"

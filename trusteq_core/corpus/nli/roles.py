"""Who did it to whom: exchanged roles, in the active and in the passive."""

from __future__ import annotations

import numpy as np

from trusteq_core.corpus.morphology import participle, past, sentence
from trusteq_core.corpus.nli.parts import (
    CONTRADICTION,
    ENTAILMENT,
    NEUTRAL,
    opening,
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
    "outrun",
    "outscore",
    "outbid",
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
_CLASSES = ((_SYMMETRIC, ENTAILMENT), (_OPEN, NEUTRAL), (_ONE_WAY, CONTRADICTION))


def role_swap(rng: np.random.Generator) -> Draft:
    """Marrying goes both ways, overtaking one way only, and helping may be returned or not."""
    (x, y), time = people(rng, 2), when(rng)
    verbs, swapped = _CLASSES[int(np.searchsorted([0.12, 0.56], rng.random()))]
    verb = pick(rng, verbs)
    # Half of the pairs keep the roles, so that the verb alone decides nothing.
    swap = rng.random() < 0.75
    label = swapped if swap else ENTAILMENT
    head, _, rest = verb.partition(" ")
    did = f"[{past(head)}{' ' + rest if rest else ''}]"
    premise = sentence(opening(rng, 0.5), f"[{x}] {did} [{y}] {time}")
    agent, patient = (y, x) if swap else (x, y)
    hypothesis = sentence(f"[{agent}] {did} [{patient}] {time}")
    return Draft((premise, hypothesis), label, "role swap", f"role swap:{verb}")


def passive(rng: np.random.Generator) -> Draft:
    """*Anna was thanked by Ben* says that Ben thanked Anna, not that Anna thanked Ben."""
    (x, y), time = people(rng, 2), when(rng)
    verbs, swapped = pick(rng, [(_OPEN, NEUTRAL), (_PASSIVE, CONTRADICTION)])
    verb = pick(rng, verbs)
    swap = rng.random() < 2 / 3
    label = swapped if swap else ENTAILMENT
    done = f"was [{participle(verb)}] [by]"
    did = f"[{past(verb)}]"
    agent, patient = (y, x) if swap else (x, y)
    voices = pick(rng, [(True, False), (False, True), (True, True)])
    premise = f"[{y}] {done} [{x}] {time}" if voices[0] else f"[{x}] {did} [{y}] {time}"
    if voices[1]:
        hypothesis = f"[{patient}] {done} [{agent}] {time}"
    else:
        hypothesis = f"[{agent}] {did} [{patient}] {time}"
    texts = sentence(opening(rng, 0.5), premise), sentence(hypothesis)
    return Draft(texts, label, "passive", f"passive:{verb}")

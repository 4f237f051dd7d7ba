"""Negation, conjunction, conditionals and verbs that imply what they embed."""

from __future__ import annotations

import numpy as np

from trusteq_core.corpus.morphology import participle, past, sentence, third_person
from trusteq_core.corpus.nli.parts import (
    CONTRADICTION,
    ENTAILMENT,
    NEUTRAL,
    Distribution,
    Event,
    any_label,
    event,
    marked,
    opening,
    opposite,
    people,
    things,
    when,
)
from trusteq_core.corpus.sampling import Draft, pick

__all__ = ["conditional", "conjunction", "implicative", "negation"]


def negation(rng: np.random.Generator) -> Draft:
    """Say that a deed was done or not; of another person, or another deed, nothing is known."""
    (person, stranger), time = people(rng, 2), when(rng)
    deed = event(rng)
    other, aside = event(rng, unlike=[deed]), event(rng, unlike=[deed])
    label = any_label(rng)
    positive = rng.random() < 0.5
    who, what = person, deed
    if label is NEUTRAL:
        who, what = pick(rng, [(stranger, deed), (person, other)])
        done = rng.random() < 0.5
    else:
        done = (label is ENTAILMENT) == positive
    told = deed.marked_past if done else f"did [not] [{deed.verb}] the {deed.noun}"
    if rng.random() < 0.5 and not {aside.verb, aside.noun} & {other.verb, other.noun}:
        told += f" {'and' if done else 'but'} {aside.past}"
    premise = sentence(f"{time},", marked(person), told)
    hypothesis = _claim(who, what, time, positive=positive, mark_verb=True)
    return Draft((premise, hypothesis), label, "negation", f"negation:{deed.verb}")


def conjunction(rng: np.random.Generator) -> Draft:
    """*And*, *or*, *neither ... nor* and *but not* between two things."""
    (person,), time = people(rng, 1), when(rng)
    first = event(rng)
    second, third = _more_things(rng, first)
    form = pick(rng, ["and", "or", "neither", "but not"])
    done: dict[str, dict[str, Distribution]] = {
        "and": {first.noun: ENTAILMENT, second: ENTAILMENT},
        "or": {first.noun: NEUTRAL, second: NEUTRAL},
        "neither": {first.noun: CONTRADICTION, second: CONTRADICTION},
        "but not": {first.noun: ENTAILMENT, second: CONTRADICTION},
    }
    claimed = pick(rng, [first.noun, second, first.noun, second, third])
    positive = rng.random() < 0.5
    label = done[form].get(claimed, NEUTRAL)
    label = label if positive else opposite(label)

    def the(noun: str) -> str:
        return f"the [{noun}]" if noun == claimed else f"the {noun}"

    verb = past(first.verb)
    pair = {
        "and": f"{verb} {the(first.noun)} [and] {the(second)}",
        "or": f"{verb} either {the(first.noun)} [or] {the(second)}",
        "neither": f"{verb} [neither] {the(first.noun)} [nor] {the(second)}",
        "but not": f"{verb} {the(first.noun)} but [not] {the(second)}",
    }[form]
    premise = sentence(opening(rng), person, pair, time)
    hypothesis = _claim(
        person, Event(first.verb, f"[{claimed}]"), time, positive=positive, mark_person=False
    )
    return Draft((premise, hypothesis), label, "conjunction", f"conjunction:{first.verb}")


def conditional(rng: np.random.Generator) -> Draft:
    """*If* and *only if*: what follows once the condition is known to hold, or not to hold."""
    who, other = people(rng, 2)
    cause = event(rng)
    effect = event(rng, unlike=[cause])
    label = any_label(rng)
    positive = rng.random() < 0.5
    if label is NEUTRAL:
        form, known = pick(rng, [("if", "no"), ("only if", "yes"), ("if", "?"), ("only if", "?")])
    elif (label is ENTAILMENT) == positive:
        form, known = "if", "yes"
    else:
        form, known = "only if", "no"
    will = f"{other} will {effect} tomorrow"
    condition = f"[{form}] {who} {third_person(cause.verb)} the {cause.noun} today"
    has = f"{participle(cause.verb)} it"
    fact = {
        "yes": f"{who} [has] {has}",
        "no": f"{who} has [not] {has}",
        "?": f"nobody knows [whether] {who} has {has}",
    }[known]
    if form == "if" and rng.random() < 0.5:
        premise = sentence(f"{condition}, {will}, and {fact}")
    else:
        premise = sentence(f"{will} {condition}, and {fact}")
    hypothesis = sentence(f"{other} [{'will' if positive else 'will not'}] {effect} tomorrow")
    return Draft((premise, hypothesis), label, "conditional", f"conditional:{effect.verb}")


# Verbs by what they say of the deed they embed.
_IMPLICATIVES: dict[Distribution, list[str]] = {
    ENTAILMENT: [
        "[managed] to {deed}",
        "[remembered] to {deed}",
        "did [not] [forget] to {deed}",
        "did [not] [fail] to {deed}",
        "[dared] to {deed}",
        "[finished] {doing}",
        "[enjoyed] {doing}",
        "[regretted] {doing}",
    ],
    NEUTRAL: [
        "[hoped] to {deed}",
        "[planned] to {deed}",
        "[wanted] to {deed}",
        "[promised] to {deed}",
        "[agreed] to {deed}",
        "[intended] to {deed}",
        "[offered] to {deed}",
        "[considered] {doing}",
        "[suggested] {doing}",
    ],
    CONTRADICTION: [
        "[failed] to {deed}",
        "[forgot] to {deed}",
        "[refused] to {deed}",
        "[neglected] to {deed}",
        "did [not] [manage] to {deed}",
        "did [not] [remember] to {deed}",
        "did [not] [dare] to {deed}",
        "[avoided] {doing}",
    ],
}


def implicative(rng: np.random.Generator) -> Draft:
    """Who managed to do it did it, who forgot to did not, who hoped to may have."""
    (person,), time = people(rng, 1), when(rng)
    deed = event(rng)
    implied = any_label(rng)
    positive = rng.random() < 0.5
    phrase = pick(rng, _IMPLICATIVES[implied]).format(deed=deed, doing=deed.gerund)
    premise = sentence(opening(rng), person, phrase, time)
    hypothesis = _claim(person, deed, time, positive=positive, mark_person=False, mark_verb=True)
    label = implied if positive else opposite(implied)
    return Draft((premise, hypothesis), label, "implicative", f"implicative:{deed.verb}")


def _claim(
    person: str,
    deed: Event,
    time: str,
    *,
    positive: bool,
    mark_person: bool = True,
    mark_verb: bool = False,
) -> str:
    """Say that a person did or did not do something at a time."""
    who = marked(person) if mark_person else person
    if not positive:
        verb = f"[{deed.verb}]" if mark_verb else deed.verb
        return sentence(f"{who} did [not] {verb} the {deed.noun} {time}")
    return sentence(who, deed.marked_past if mark_verb else deed.past, time)


def _more_things(rng: np.random.Generator, first: Event) -> tuple[str, str]:
    """Draw two more nouns that the verb of an event takes."""
    found = [first.noun]
    while len(found) < 3:
        another = pick(rng, things(first.verb))
        if another not in found:
            found.append(another)
    return found[1], found[2]

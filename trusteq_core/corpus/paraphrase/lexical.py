"""One word replaced: by a synonym (paraphrase) or by another word of the same slot (different).

Contrasts come in quadruples, such as buy and purchase against rent and lease. Every word then
occurs in both kinds of pairs, and only the two words together decide.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from trusteq_core.corpus.morphology import article, past, sentence
from trusteq_core.corpus.paraphrase.events import (
    chance,
    draft,
    fact,
    mark_content,
    random_event,
    random_person,
    random_time,
    tell,
    two_tellings,
    verb_synonym,
    voices,
)
from trusteq_core.corpus.paraphrase.vocabulary import actions, names, synonym_sets, table, words
from trusteq_core.corpus.sampling import Draft, mark, pick, pick_two

__all__ = ["adjective_synonyms", "light_verbs", "noun_synonyms", "predicates", "verb_synonyms"]


def contrast(
    rng: np.random.Generator, sets: Sequence[tuple[str, ...]], same: bool
) -> tuple[str, str]:
    """Draw the same word twice or two words of one synonym set (`same`), or of two sets.

    Most contrasts are between sets of several words, so that no word betrays the label.
    """
    rich = [synonyms for synonyms in sets if len(synonyms) > 1]
    plain = chance(rng, 0.4)
    if same and plain:
        word = pick(rng, pick(rng, sets))
        return word, word
    if same:
        return pick_two(rng, pick(rng, rich))
    one, two = pick_two(rng, sets if plain else rich)
    return pick(rng, one), pick(rng, two)


def verb_synonyms(rng: np.random.Generator) -> Draft:
    """Return a pair whose verbs are synonyms or not: bought, purchased, rented."""
    same = chance(rng)
    event, action = random_event(rng)
    one, two = contrast(rng, action.verbs, same)
    styles = two_tellings(rng, differ=one == two)
    texts = tuple(
        tell(replace(event, verb=verb, verb_marked=True), style)
        for verb, style in zip((one, two), styles, strict=True)
    )
    key = f"{voices(styles)}|{fact(one, two)}"
    return draft(rng, (texts[0], texts[1]), same, "verb synonyms", key)


def noun_synonyms(rng: np.random.Generator) -> Draft:
    """Return a pair whose objects are synonyms or not: the physician, the doctor, the lawyer."""
    same = chance(rng)
    rich = [action for action in actions() if _several_rich(action.objects)]
    action = pick(rng, rich)
    one, two = contrast(rng, action.objects, same)
    event, action = random_event(rng, action, noun=mark(one))
    styles = two_tellings(rng, differ=one == two)
    other = replace(verb_synonym(rng, event, action), thing=_swap(event.thing, one, two))
    key = f"{voices(styles)}|{fact(one, two)}"
    return draft(rng, (tell(event, styles[0]), tell(other, styles[1])), same, "noun synonyms", key)


def adjective_synonyms(rng: np.random.Generator) -> Draft:
    """Return a pair whose objects are described alike or not: large, big, small."""
    same = chance(rng)
    action = pick(rng, actions())
    one, two = contrast(rng, pick(rng, action.adjectives), same)
    event, action = random_event(rng, action, adjective=mark(one))
    styles = two_tellings(rng, differ=one == two)
    other = replace(verb_synonym(rng, event, action), thing=_swap(event.thing, one, two))
    key = f"{voices(styles)}|{fact(one, two)}"
    return draft(
        rng, (tell(event, styles[0]), tell(other, styles[1])), same, "adjective synonyms", key
    )


def light_verbs(rng: np.random.Generator) -> Draft:
    """Return a pair of a verb and its light-verb variant, or of two different acts."""
    same = chance(rng)
    frame = pick(rng, table("predicates")["light"])
    acts = synonym_sets(frame["acts"])
    one, two = contrast(rng, acts, same)
    target = pick(rng, words(frame["targets"])).format(city=pick(rng, names("cities")))
    agent = f"the {pick(rng, words(frame['agents']))}" if chance(rng) else random_person(rng)[0]
    time = random_time(rng)
    front = pick_two(rng, (True, False)) if one == two else (chance(rng, 0.3), chance(rng, 0.3))
    texts = [
        sentence(f"{time},", agent, mark_content(past(act)), target)
        if fronted
        else sentence(agent, mark_content(past(act)), target, time)
        for act, fronted in zip((one, two), front, strict=True)
    ]
    key = f"{front[0] == front[1]}|{fact(one, two)}"
    return draft(rng, (texts[0], texts[1]), same, "light verbs", key)


def predicates(rng: np.random.Generator) -> Draft:
    """Return a pair of states told with or without a negation: not open, closed, not closed."""
    same = chance(rng)
    entry = pick(rng, table("predicates")["state"])
    subject = pick(rng, words(entry["subjects"])).format(city=pick(rng, names("cities")))
    positive, negative = words(entry["states"])
    truth = [positive, f"not {negative}"], [negative, f"not {positive}"]
    side = int(rng.integers(2))
    setting = pick(rng, words(entry["settings"]))
    movable = not setting.startswith(("of ", "to "))
    again = same and movable and chance(rng, 0.3)
    if again:
        one = two = pick(rng, truth[side])
    else:
        word = pick(rng, (positive, negative))
        contrasts = (positive, negative), (word, f"not {word}")
        one, two = pick_two(rng, truth[side]) if same else pick(rng, contrasts)
    opener = f"{pick(rng, words(table('predicates')['reports']))} that" if chance(rng) else ""
    fronts = pick_two(rng, (True, False)) if again else (chance(rng, 0.4), chance(rng, 0.4))
    texts = []
    for state, front in zip((one, two), fronts, strict=True):
        said = f"the {subject} was {mark(state)}"
        parts = (f"{setting},", said) if front and movable else (said, setting)
        texts.append(sentence(opener, *parts))
    forms = "plain" if "not" not in one + two else "negated"
    return draft(rng, (texts[0], texts[1]), same, "negation", f"{forms}|{positive}~{negative}")


def _several_rich(sets: Sequence[tuple[str, ...]]) -> bool:
    return sum(len(synonyms) > 1 for synonyms in sets) > 1


def _swap(phrase: str, one: str, two: str) -> str:
    """Replace the marked word in a noun phrase and let the article follow."""
    swapped = phrase.replace(mark(one), mark(two))
    determiner, _, rest = swapped.partition(" ")
    return f"{article(rest)} {rest}" if determiner in ("a", "an") else swapped

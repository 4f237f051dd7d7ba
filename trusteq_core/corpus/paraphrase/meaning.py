"""Tense, outcome and questions: forms that say the same, and forms that do not."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from trusteq_core.corpus.morphology import gerund, participle, past, sentence
from trusteq_core.corpus.paraphrase.events import chance, draft, fact, mark_content, random_event
from trusteq_core.corpus.paraphrase.vocabulary import names, table, words
from trusteq_core.corpus.sampling import Draft, pick, pick_two

__all__ = ["outcomes", "questions", "tenses"]

# Forms of one row mean the same; rows exclude each other.
_TENSES = (
    ("[will] {base}", "is [going] to {base}"),
    ("is [{gerund}]", "is [currently] [{gerund}]"),
    ("[has] {participle}", "[has] [already] {participle}"),
    ("[wants] to {base}", "[would] [like] to {base}"),
    ("[refuses] to {base}", "is [unwilling] to {base}"),
)
_OUTCOMES = (
    ("[{past}]", "[managed] to {base}", "[succeeded] in {gerund}"),
    ("did [not] {base}", "[failed] to {base}", "was [not] [able] to {base}"),
)
_NO_MARKS = {ord("["): None, ord("]"): None}


def tenses(rng: np.random.Generator) -> Draft:
    """Return a pair in one tense or mood, or in two: will buy, is going to purchase, has bought."""
    return _verb_forms(rng, _TENSES, "tense", dated=False)


def outcomes(rng: np.random.Generator) -> Draft:
    """Return a pair of acts done or not done: managed to repair, did not fix, repaired."""
    return _verb_forms(rng, _OUTCOMES, "outcomes", dated=True)


def questions(rng: np.random.Generator) -> Draft:
    """Return a pair of questions; different ones ask something else or about something else."""
    same = chance(rng)
    data = table("questions")
    kinds = list(data["forms"].values())
    one, two = pick_two(rng, kinds)
    template, listing = pick(rng, data["activities"]["templates"]).split("|")
    content, rival = pick_two(rng, words(listing, ";"))
    city, other_city = pick_two(rng, names("cities"))
    change = "none" if same else pick(rng, ("kind", "kind", "content", "city"))
    forms = (pick(rng, one), pick(rng, two)) if change == "kind" else pick_two(rng, one)
    if change in ("content", "city"):
        forms = tuple(form.translate(_NO_MARKS) for form in forms)
    first, second = mark_content(content), mark_content(rival)
    places = f"[{city}]", f"[{other_city}]"
    if change != "content":
        first = second = content
    if change != "city":
        places = city, city
    texts = [
        sentence(form.format(do=template.format(thing, city=place)), end="")
        for form, thing, place in zip(forms, (first, second), places, strict=True)
    ]
    key = f"{change}|{fact(*forms)}|{template.split()[0]}"
    return draft(rng, (texts[0], texts[1]), same, "questions", key)


def _verb_forms(
    rng: np.random.Generator, rows: tuple[tuple[str, ...], ...], phenomenon: str, *, dated: bool
) -> Draft:
    """Return a pair of an event told in two forms of one row, or in forms of two rows."""
    same = chance(rng)
    event, action = random_event(rng)
    if not dated:
        place = event.place or pick(rng, action.places).format(city=pick(rng, names("cities")))
        event = replace(event, time="", place=place)
    synonyms = pick(rng, action.verbs)
    one, two = pick_two(rng, rows)
    forms = pick_two(rng, one) if same else (pick(rng, one), pick(rng, two))
    opener = event.opener if not event.opener or event.opener.endswith("that") else ""
    texts = []
    for form in forms:
        verb = pick(rng, synonyms)
        phrase = form.format(
            base=verb, past=past(verb), gerund=gerund(verb), participle=participle(verb)
        )
        core = f"{event.agent} {phrase} {event.thing}"
        if event.time and chance(rng, 0.4) and not opener:
            texts.append(sentence(f"{event.time},", core, event.place))
        else:
            texts.append(sentence(opener, core, event.place, event.time))
    key = f"{fact(*forms)}|{synonyms[0]}"
    return draft(rng, (texts[0], texts[1]), same, phenomenon, key)

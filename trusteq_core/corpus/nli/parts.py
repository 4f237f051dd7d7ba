"""What the phenomena share: people, events, times, openings, and the three labels."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from trusteq_core.corpus.lexicon import names, nouns, objects_of, times
from trusteq_core.corpus.morphology import gerund, past, sentence
from trusteq_core.corpus.sampling import Draft, pick

__all__ = [
    "CONTRADICTION",
    "ENTAILMENT",
    "LABELS",
    "NEUTRAL",
    "Event",
    "any_label",
    "dated",
    "event",
    "marked",
    "of_length",
    "opening",
    "opposite",
    "people",
    "things",
    "when",
]

Distribution = tuple[float, float, float]
ENTAILMENT: Distribution = (1.0, 0.0, 0.0)
NEUTRAL: Distribution = (0.0, 1.0, 0.0)
CONTRADICTION: Distribution = (0.0, 0.0, 1.0)
LABELS = (ENTAILMENT, NEUTRAL, CONTRADICTION)

SHORTEST, LONGEST = 6, 25  # words of a sentence

# What several people can do one after the other to the same thing.
REPEATABLE = [
    "admire",
    "borrow",
    "check",
    "clean",
    "copy",
    "criticise",
    "describe",
    "discuss",
    "examine",
    "inspect",
    "paint",
    "photograph",
    "polish",
    "praise",
    "read",
    "recommend",
    "remove",
    "repair",
    "review",
    "sign",
    "sketch",
    "study",
    "taste",
    "test",
    "translate",
    "visit",
    "wash",
    "watch",
    "water",
    "weigh",
]

# Clauses and phrases that never bear on the label.
OPENINGS = (
    "as usual,",
    "as expected,",
    "in the end,",
    "after a long discussion,",
    "after a short break,",
    "after some hesitation,",
    "to everyone's surprise,",
    "to nobody's surprise,",
    "luckily,",
    "unfortunately,",
    "surprisingly,",
    "interestingly,",
    "curiously,",
    "of course,",
    "once again,",
    "at long last,",
    "for some reason,",
    "despite the noise,",
    "despite the bad weather,",
    "as the neighbours noticed,",
    "as everybody saw,",
    "as the diary shows,",
    "as you may remember,",
    "the streets were crowded, and",
    "the radio was playing, and",
    "everyone was tired, and",
    "the house was full of guests, and",
    "there was music everywhere, and",
    "it was a busy week, and",
    "the weather was dreadful, and",
    "the weather was perfect, and",
)


@dataclass(frozen=True, slots=True)
class Event:
    """Something a person does to a thing: ``Event("clean", "oven")``."""

    verb: str
    noun: str

    def __str__(self) -> str:
        return f"{self.verb} the {self.noun}"

    @property
    def past(self) -> str:
        """*cleaned the oven*."""
        return f"{past(self.verb)} the {self.noun}"

    @property
    def marked_past(self) -> str:
        """*[cleaned] the oven*."""
        return f"[{past(self.verb)}] the {self.noun}"

    @property
    def gerund(self) -> str:
        """*cleaning the oven*."""
        return f"{gerund(self.verb)} the {self.noun}"


def event(rng: np.random.Generator, *, unlike: Sequence[Event] = ()) -> Event:
    """Draw an event; its verb and noun occur in none of the events of `unlike`."""
    while True:
        verb = pick(rng, REPEATABLE)
        noun = pick(rng, _THINGS[verb])
        if not any(verb == other.verb or noun == other.noun for other in unlike):
            return Event(verb, noun)


def things(verb: str) -> list[str]:
    """Return the nouns of what may be done again and again with `verb`."""
    return _THINGS[verb]


def people(rng: np.random.Generator, number: int) -> list[str]:
    """Draw different people: a first name, or now and then *the baker*."""
    found: list[str] = []
    while len(found) < number:
        one = pick(rng, _NAMES) if rng.random() < 0.8 else f"the {pick(rng, _WORKERS)}"
        if one not in found:
            found.append(one)
    return found


def marked(person: str) -> str:
    """Mark a person, without the article.

    Examples
    --------
    >>> marked("the baker"), marked("Anna")
    ('the [baker]', '[Anna]')
    """
    article, _, word = person.rpartition(" ")
    return f"{article} [{word}]" if article else f"[{person}]"


def when(rng: np.random.Generator) -> str:
    """Draw a time in the past: *on Monday*, *last summer*, *after lunch*."""
    return pick(rng, _WHEN)


def opening(rng: np.random.Generator, share: float = 0.3) -> str:
    """Draw an opening that never bears on the label, or with chance 1 - `share` none."""
    return pick(rng, OPENINGS) if rng.random() < share else ""


def dated(rng: np.random.Generator, told: str, time: str) -> str:
    """Return a sentence that begins with its time, or with an opening and ends with its time."""
    if rng.random() < 0.3:
        return sentence(pick(rng, OPENINGS), told, time)
    return sentence(f"{time},", told)


def any_label(rng: np.random.Generator) -> Distribution:
    """Draw one of the three labels."""
    return pick(rng, LABELS)


def opposite(distribution: Distribution) -> Distribution:
    """Return the distribution of the negated hypothesis.

    Examples
    --------
    >>> opposite(ENTAILMENT) == CONTRADICTION, opposite(NEUTRAL) == NEUTRAL
    (True, True)
    """
    entailed, neutral, contradicted = distribution
    return (contradicted, neutral, entailed)


def of_length(
    phenomenon: Callable[[np.random.Generator], Draft],
) -> Callable[[np.random.Generator], Draft]:
    """Redraw a phenomenon until each sentence has between 6 and 25 words."""

    def draw(rng: np.random.Generator) -> Draft:
        while True:
            draft = phenomenon(rng)
            if all(SHORTEST <= text.count(" ") + 1 <= LONGEST for text in draft.segments):
                return draft

    draw.__name__ = phenomenon.__name__
    return draw


_NAMES = names()
_WORKERS = [each.word for each in nouns("worker")]
_THINGS = {
    verb: [thing.word for thing in objects_of(verb) if not thing.is_a("person")]
    for verb in REPEATABLE
}
_WHEN = [
    *times("past"),
    *(f"on {day}" for day in times("days")),
    *(f"in {month}" for month in times("months")),
    *times("parts"),
    *times("seasons"),
]

"""Slices of an example table: what it says of itself, and what its texts share."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pandas as pd

from trusteq_core.tasks import Task, segments_of, word_grid

__all__ = ["KINDS", "Slice", "find_slices"]

KINDS: dict[str, str] = {
    "phenomenon": "What decides the label, as the example table says.",
    "label": "The gold label.",
    "held out": "Compositions that training did not show, and those that it did.",
    "word": "Examples with a word in any of their texts: the most frequent words.",
    "length": "Number of words in all texts, in quarters.",
}
"""Where slices come from; the last two are found in the texts alone, never in the answers."""

MOST_WORDS = 60


@dataclass(frozen=True, slots=True, eq=False)
class Slice:
    """A part of an example table.

    Attributes
    ----------
    kind : str
        A key of `KINDS`.
    name : str
        What its examples share.
    members : ndarray of bool, shape (n,)
        True for its examples.
    """

    kind: str
    name: str
    members: np.ndarray

    @property
    def id(self) -> str:
        """Kind and name: ``word: never``."""
        return f"{self.kind}: {self.name}"


def find_slices(examples: pd.DataFrame, task: Task, *, least: int = 30) -> list[Slice]:
    """Return every slice with at least `least` examples inside and outside it.

    Parameters
    ----------
    examples : DataFrame
        An example table of n rows.
    task : Task
        Its segments are the texts.
    least : int, default 30
        Fewest examples on either side.

    Returns
    -------
    list of Slice
        In the order of `KINDS`; of slices with the very same examples the first. Words come in
        lower case, at most `MOST_WORDS`, those in most examples first; words that occur in the
        very same examples are one slice.

    Examples
    --------
    >>> from trusteq_core.tasks import get_task
    >>> frame = pd.DataFrame({
    ...     "id": list("abcd"), "sentence1": ["A dog", "A dog", "A cat", "A cat"],
    ...     "sentence2": ["It runs"] * 4, "label": ["different"] * 4,
    ... })
    >>> [each.id for each in find_slices(frame, get_task("paraphrase"), least=2)]
    ['word: dog', 'word: cat']
    """
    words = [
        [word.text.casefold() for word in word_grid(texts).words]
        for texts in segments_of(examples, task)
    ]
    found = [*_known(examples), *_words(words, least), *_lengths(words)]
    n = len(examples)
    kept: dict[bytes, Slice] = {}
    for each in found:
        if least <= each.members.sum() <= n - least:
            kept.setdefault(each.members.tobytes(), each)
    return list(kept.values())


def _known(examples: pd.DataFrame) -> Iterator[Slice]:
    for kind in ("phenomenon", "label"):
        if kind in examples:
            for name in sorted(examples[kind].dropna().unique()):
                yield Slice(kind, str(name), (examples[kind] == name).to_numpy(dtype=bool))
    if "held_out" in examples:
        held_out = examples["held_out"].to_numpy(dtype=bool)
        yield Slice("held out", "held out", held_out)
        yield Slice("held out", "seen", ~held_out)


def _words(words: list[list[str]], least: int) -> Iterator[Slice]:
    rows: dict[str, list[int]] = defaultdict(list)
    for row, here in enumerate(words):
        for word in dict.fromkeys(here):
            rows[word].append(row)
    same: dict[tuple[int, ...], list[str]] = defaultdict(list)
    for word, places in rows.items():
        if least <= len(places) <= len(words) - least:
            same[tuple(places)].append(word)
    for where in sorted(same, key=len, reverse=True)[:MOST_WORDS]:
        members = np.isin(np.arange(len(words)), where)
        yield Slice("word", ", ".join(same[where]), members)


def _lengths(words: list[list[str]]) -> Iterator[Slice]:
    lengths = np.array([len(here) for here in words])
    if not lengths.size:
        return
    cuts = np.unique(np.quantile(lengths, (0.25, 0.5, 0.75), method="lower"))
    edges = [lengths.min() - 1, *cuts[cuts < lengths.max()], lengths.max()]
    for low, high in pairwise(edges):
        members = (lengths > low) & (lengths <= high)
        span = f"{low + 1}" if low + 1 == high else f"{low + 1} to {high}"
        yield Slice("length", f"{span} words", members)

"""The shared driver: from drafts of marked sentences to a table of examples.

A *phenomenon* is a function of a random generator that returns a `Draft`. In the texts of a draft
square brackets mark the words that decide the label: ``"Ann [bought] a car."``. The driver

- draws the label from the draft's true distribution,
- takes the marks out and finds the marked words in the word grid (the ``reasons``),
- gives every pair of texts, in either order, to one split for good, by a stable hash,
- shows held-out compositions (a phenomenon meeting a lexical fact), chosen by a stable hash of
  their key, in the test split only.

Rows come in a fixed order from one generator a split, so a smaller table is always the beginning
of a larger one.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Any, TypeVar

import numpy as np
import pandas as pd

from trusteq_core.errors import DataError, UnknownName
from trusteq_core.tasks import Task, word_grid

__all__ = [
    "HELD_OUT_SHARE",
    "SPLITS",
    "Draft",
    "Phenomenon",
    "example_table",
    "is_held_out",
    "mark",
    "pick",
    "pick_two",
    "split_of",
    "unmark",
]

T = TypeVar("T")

_MARK = re.compile(r"\[([^\[\]]+)\]")

SPLITS = {"train": 60_000, "validation": 5_000, "test": 5_000}
"""Number of examples of each split."""

HELD_OUT_SHARE = 0.1
"""Share of the compositions that only the test split shows."""

# Shares of the space of all pairs, not of the examples: each split draws until it is full.
_SPACE = {"train": 0.7, "validation": 0.15, "test": 0.15}
_MOST_REJECTIONS = 5_000  # in a row; then the phenomena have run out of new pairs


@dataclass(frozen=True, slots=True)
class Draft:
    """One example before its label is drawn.

    Attributes
    ----------
    segments : tuple of str
        One text a segment; the words that decide the label stand in square brackets.
    distribution : tuple of float
        True probability of each label, in the task's order.
    phenomenon : str
        What decides the label, for instance ``"active and passive"``.
    composition : str
        Key of the combination of phenomenon and lexical fact. Each part of a combination should
        also occur in others, so that a held-out composition asks for generalisation.
    """

    segments: tuple[str, ...]
    distribution: tuple[float, ...]
    phenomenon: str
    composition: str


Phenomenon = Callable[[np.random.Generator], Draft]


def example_table(
    task: Task,
    phenomena: Mapping[Phenomenon, float],
    split: str,
    *,
    seed: int = 0,
    limit: int | None = None,
) -> pd.DataFrame:
    """Generate the example table of one split.

    Parameters
    ----------
    task : Task
        Names the segments and the labels.
    phenomena : mapping of phenomenon to float
        The phenomena and how often each is drawn, relative to the others.
    split : str
        ``"train"``, ``"validation"`` or ``"test"``.
    seed : int
        Another seed gives other examples; pairs and compositions keep their splits.
    limit : int, optional
        Number of rows, at most the size of the split; the whole split if left out.

    Returns
    -------
    DataFrame
        Columns ``id``, one per segment, ``label``, ``phenomenon``, ``held_out``, ``reasons``,
        ``true_<label>``.

    Raises
    ------
    UnknownName
        If there is no such split.
    DataError
        If `limit` is negative, a draft is malformed, or the phenomena run out of new pairs.
    """
    if split not in SPLITS:
        raise UnknownName("split", split, SPLITS)
    if limit is not None and limit < 0:
        raise DataError(f"limit must be 0 or more, got {limit}.")
    size = SPLITS[split] if limit is None else min(limit, SPLITS[split])
    rng = np.random.default_rng(int(2**64 * _fraction(f"{task.id}\x1f{split}\x1f{seed}")))
    rows = []
    for number, (draft, texts) in zip(
        range(size), _accepted(rng, task, phenomena, split), strict=False
    ):
        rows.append(_row(rng.random(), task, draft, texts, f"{task.id}-{split}-{number:05d}"))
    return pd.DataFrame(rows, columns=_columns(task))


def split_of(texts: Sequence[str]) -> str:
    """Return the only split in which a pair of texts, in either order, may occur.

    Examples
    --------
    >>> split_of(["A dog.", "A cat."]) == split_of(["A cat.", "A dog."])
    True
    """
    position = _fraction("\x1f".join(sorted(texts)))
    for split, bound in zip(_SPACE, accumulate(_SPACE.values()), strict=True):
        if position < bound:
            return split
    return split


def is_held_out(task: Task, composition: str) -> bool:
    """Return whether a composition is kept from training and validation."""
    return _fraction(f"{task.id}\x1f{composition}") < HELD_OUT_SHARE


def mark(words: str) -> str:
    """Mark words as deciding the label.

    Examples
    --------
    >>> f"Ann {mark('gave up')}."
    'Ann [gave up].'
    """
    return f"[{words}]" if words else ""


def unmark(text: str) -> tuple[str, list[tuple[int, int]]]:
    """Return the text without marks and the character spans that were marked.

    Examples
    --------
    >>> unmark("Ann [bought] a [red] car.")
    ('Ann bought a red car.', [(4, 10), (13, 16)])
    """
    plain, spans, length = [], [], 0
    for number, piece in enumerate(_MARK.split(text)):
        if number % 2:  # the split alternates: outside, inside, outside, ...
            spans.append((length, length + len(piece)))
        plain.append(piece)
        length += len(piece)
    result = "".join(plain)
    if "[" in result or "]" in result:
        raise DataError(f"Marks must come in pairs and may not be nested: {text!r}.")
    return result, spans


def pick(rng: np.random.Generator, items: Sequence[T]) -> T:
    """Return one item, all equally likely (much faster than ``rng.choice``)."""
    return items[int(rng.random() * len(items))]


def pick_two(rng: np.random.Generator, items: Sequence[T]) -> tuple[T, T]:
    """Return two items at different places, in random order."""
    first = int(rng.random() * len(items))
    second = int(rng.random() * (len(items) - 1))
    return items[first], items[second + (second >= first)]


def _accepted(
    rng: np.random.Generator, task: Task, phenomena: Mapping[Phenomenon, float], split: str
) -> Iterator[tuple[Draft, tuple[str, ...]]]:
    """Yield the drafts that belong to `split`, with their plain texts, none twice."""
    functions = list(phenomena)
    bounds = np.cumsum(list(phenomena.values())) / sum(phenomena.values())
    seen: set[tuple[str, ...]] = set()
    rejected = 0
    while rejected < _MOST_REJECTIONS:
        rejected += 1
        chosen = min(int(np.searchsorted(bounds, rng.random(), side="right")), len(functions) - 1)
        draft = functions[chosen](rng)
        if split != "test" and is_held_out(task, draft.composition):
            continue
        texts = tuple(text.replace("[", "").replace("]", "") for text in draft.segments)
        if len(set(texts)) < len(texts) or texts in seen or split_of(texts) != split:
            continue
        seen.add(texts)
        rejected = 0
        yield draft, texts
    raise DataError(
        f"The phenomena of task {task.id!r} gave no new pair for split {split!r} in "
        f"{_MOST_REJECTIONS:,} draws. Add vocabulary, or ask for fewer than {len(seen):,} rows."
    )


def _row(
    chance: float, task: Task, draft: Draft, texts: tuple[str, ...], identifier: str
) -> list[Any]:
    distribution = draft.distribution
    if len(distribution) != len(task.labels) or abs(sum(distribution) - 1) > 1e-9:
        raise DataError(
            f"{draft.phenomenon}: a distribution needs {len(task.labels)} probabilities that sum "
            f"to 1, got {distribution}."
        )
    drawn = sum(chance >= bound for bound in list(accumulate(distribution))[:-1])
    return [
        identifier,
        *texts,
        task.labels[drawn],
        draft.phenomenon,
        is_held_out(task, draft.composition),
        _reasons(draft, texts),
        *distribution,
    ]


def _reasons(draft: Draft, texts: tuple[str, ...]) -> list[int]:
    """Return the word-grid indices of the marked words."""
    spans = [unmark(text)[1] for text in draft.segments]
    reasons = [
        index
        for index, word in enumerate(word_grid(texts).words)
        if any(start < word.end and word.start < end for start, end in spans[word.segment])
    ]
    if not reasons:
        raise DataError(f"{draft.phenomenon}: no word is marked in {draft.segments}.")
    return reasons


def _columns(task: Task) -> list[str]:
    true = [f"true_{label}" for label in task.labels]
    return ["id", *task.segments, "label", "phenomenon", "held_out", "reasons", *true]


def _digest(text: str) -> bytes:
    return hashlib.blake2b(text.encode(), digest_size=8).digest()


def _fraction(text: str) -> float:
    """Return a stable pseudo-random number in [0, 1) that depends on the text alone."""
    return int.from_bytes(_digest(text), "little") / 2**64

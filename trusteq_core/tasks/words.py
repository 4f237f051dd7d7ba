"""Word grid: the players of every explainer and the columns of every comparison.

A word is a word at a position in a segment, found by character spans in the original text. The
grid depends on the text alone, so it is the same for every model whatever its tokenizer.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import regex

__all__ = ["Word", "WordGrid", "word_grid"]

# In order: one ideograph or kana; an emoji with its modifiers; a number with its separators and
# an optional currency sign; a word with inner apostrophes, hyphens or full stops.
_WORD = regex.compile(
    r"""
      [\p{Han}\p{Hiragana}\p{Katakana}]
    | \p{Regional_Indicator}{2}
    | (?!\p{N})\p{Extended_Pictographic}
        (?:\p{EMod}|\uFE0F|\u200D\p{Extended_Pictographic})*
    | \p{Sc}?\p{N}+(?:[.,:]\p{N}+)*[\p{L}\p{M}%]*
    | [\p{L}\p{M}\p{N}_]+(?:['’.\-\u2010\u2011][\p{L}\p{M}\p{N}_]+)*
    """,
    regex.VERBOSE,
)
_SPACE = regex.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Word:
    """A word at a position in a segment: ``text == segments[segment][start:end]``."""

    segment: int
    position: int
    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class WordGrid:
    """The words of one example, segment by segment.

    Attributes
    ----------
    segments : tuple of str
        The original texts.
    words : tuple of Word
        All words, in reading order; the index of a word in this tuple is its player number.
    """

    segments: tuple[str, ...]
    words: tuple[Word, ...]

    def __len__(self) -> int:
        return len(self.words)

    def segment_of(self) -> np.ndarray:
        """Return the segment number of each word, shape (n_words,)."""
        return np.array([word.segment for word in self.words], dtype=int)

    def masked(self, keep: np.ndarray, *, mask_token: str | None = None) -> tuple[str, ...]:
        """Return the segments with the words outside the coalition masked.

        Each segment is rebuilt on its own, so segments never merge. Punctuation and everything
        else between words stays; runs of white space collapse to one space.

        Parameters
        ----------
        keep : ndarray of bool, shape (n_words,)
            True for the words of the coalition.
        mask_token : str, optional
            Put in the place of each masked word; without one the word is removed.

        Examples
        --------
        >>> grid = word_grid(("A dog sleeps.", "A cat sleeps."))
        >>> grid.masked(np.array([1, 0, 1, 1, 1, 0], dtype=bool))
        ('A sleeps.', 'A cat .')
        >>> grid.masked(np.array([1, 0, 1, 1, 1, 0], dtype=bool), mask_token="[MASK]")
        ('A [MASK] sleeps.', 'A cat [MASK].')
        """
        pieces: list[list[str]] = [[] for _ in self.segments]
        ends = [0] * len(self.segments)
        for word, kept in zip(self.words, keep, strict=True):
            text = self.segments[word.segment]
            pieces[word.segment].append(text[ends[word.segment] : word.start])
            if kept:
                pieces[word.segment].append(word.text)
            elif mask_token is not None:
                pieces[word.segment].append(mask_token)
            ends[word.segment] = word.end
        for number, text in enumerate(self.segments):
            pieces[number].append(text[ends[number] :])
        return tuple(_SPACE.sub(" ", "".join(parts)).strip() for parts in pieces)


def word_grid(segments: Sequence[str]) -> WordGrid:
    """Find the words of an example's segments.

    Words keep inner apostrophes, hyphens and full stops; numbers keep separators and a currency
    sign; every Chinese or Japanese character and every emoji is a word. Punctuation is no word.

    Parameters
    ----------
    segments : sequence of str
        The texts of one example, in the task's order.

    Returns
    -------
    WordGrid
        Possibly with no words at all (punctuation only).

    Examples
    --------
    >>> [word.text for word in word_grid(("Ann's well-kept $1,200 bike — 东京 👍🏽!",)).words]
    ["Ann's", 'well-kept', '$1,200', 'bike', '东', '京', '👍🏽']
    """
    words = [
        Word(number, position, match.start(), match.end(), match.group())
        for number, text in enumerate(segments)
        for position, match in enumerate(_WORD.finditer(text))
    ]
    return WordGrid(tuple(segments), tuple(words))

"""The tokens of prompts, told apart into those of the segments and those of the question."""

from __future__ import annotations

from collections import UserDict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

__all__ = ["PromptTokens", "SegmentTokens"]


class PromptTokens(UserDict):
    """What a tokenizer returned for prompts, its characters counted in the segments.

    Parameters
    ----------
    tokens : BatchEncoding
        What the tokenizer returned.
    starts : sequence of tuple of int
        Where each segment begins in its prompt.
    examples : sequence of tuple of str
        The segments of each example as they stand in its prompt.
    """

    def __init__(
        self,
        tokens: Any,
        starts: Sequence[tuple[int, ...]],
        examples: Sequence[tuple[str, ...]],
    ) -> None:
        super().__init__(tokens)
        self._found = zip(tokens.encodings, starts, examples, strict=True)

    @cached_property
    def encodings(self) -> list[SegmentTokens]:
        """Segment and characters of each token, as for a tokenizer that reads the segments."""
        return [SegmentTokens.of(*each) for each in self._found]


@dataclass(frozen=True, slots=True)
class SegmentTokens:
    """Which segment each token of a prompt is of, and which of its characters it covers.

    Attributes
    ----------
    sequence_ids : list of int or None
        Number of the segment; None for a token of the prompt's own words.
    offsets : list of tuple of int
        First character, and the one behind the last, in that segment.
    """

    sequence_ids: list[int | None]
    offsets: list[tuple[int, int]]

    @classmethod
    def of(cls, encoding: Any, starts: tuple[int, ...], segments: tuple[str, ...]) -> SegmentTokens:
        """Return where the tokens of one prompt lie in its segments."""
        ids: list[int | None] = []
        offsets = []
        for start, end in encoding.offsets:
            number, inside = None, (0, 0)
            for segment, (begin, text) in enumerate(zip(starts, segments, strict=True)):
                if begin < end <= begin + len(text) and end > start:
                    # A token may begin with the space before the segment.
                    number, inside = segment, (max(0, start - begin), end - begin)
            ids.append(number)
            offsets.append(inside)
        return cls(ids, offsets)

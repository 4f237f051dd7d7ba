"""Token ids of an example's masked versions, assembled from the ids of its words."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from trusteq_core.models.token_rows import TokenRows
from trusteq_core.tasks import WordGrid

__all__ = ["MaskedTokens", "Slots", "masked_tokens"]

_RANDOM_CHECKS = 4


@dataclass(frozen=True, slots=True, eq=False)
class Slots:
    """The places of a sequence that depend on which players are kept.

    Attributes
    ----------
    player : ndarray of int, shape (n_slots,)
        The player that a slot depends on; -1 for one that is always there.
    stands_in : ndarray of bool, shape (n_slots,)
        True where the slot is there when its player is *not* kept.
    """

    player: np.ndarray
    stands_in: np.ndarray

    def present(self, keep: np.ndarray) -> np.ndarray:
        """Return which slots are there for each coalition.

        Parameters
        ----------
        keep : ndarray of bool, shape (m, n_players)

        Returns
        -------
        ndarray of bool, shape (m, n_slots)

        Examples
        --------
        >>> slots = Slots(np.array([-1, 0, 0, 1]), np.array([False, False, True, False]))
        >>> slots.present(np.array([[True, True], [False, True]])).astype(int)
        array([[1, 1, 0, 1],
               [1, 0, 1, 1]])
        """
        return (keep[:, self.player] ^ self.stands_in) | (self.player < 0)


@dataclass(frozen=True, slots=True, eq=False)
class MaskedTokens:
    """The token ids of every masked version of one example.

    Attributes
    ----------
    slots : Slots
        What each token depends on.
    names : tuple of str
        As in `TokenRows`.
    values : ndarray of int32, shape (n_names, n_slots)
        The tokens.
    """

    slots: Slots
    names: tuple[str, ...]
    values: np.ndarray

    def rows(self, keep: np.ndarray) -> TokenRows:
        """Return the inputs of coalitions, keep being bool of shape (m, n_players)."""
        present = self.slots.present(keep)
        return TokenRows(self.names, self.values[:, present.nonzero()[1]], present.sum(axis=1))


def masked_tokens(
    tokenise: Callable[[Sequence[tuple[str, ...]]], Any],
    names: Sequence[str],
    grid: WordGrid,
    players: np.ndarray,
    *,
    longest: int,
    mask: tuple[str, int] | None = None,
) -> MaskedTokens | None:
    """Prepare the assembly of an example, where that gives the tokenizer's own ids.

    It does where the ids of a text are those of its words and of what stands between them. That
    is checked on the full input, the empty one, the words of even and of odd number, which
    together hold every neighbourhood, and some random ones. Words that touch (as in Chinese) can
    become neighbours in more ways, so removing words from such a text is left to the tokenizer;
    and so is a text that the tokenizer may cut short.

    Parameters
    ----------
    tokenise : callable
        ``tokenise(examples)`` as fast tokenizers return it.
    names : sequence of str
        The tokenizer's ``model_input_names``.
    grid : WordGrid
        The example's words.
    players : ndarray of int, shape (n_players,)
        Indices of the words that may be masked.
    longest : int
        Inputs of this many tokens may have been cut.
    mask : tuple of str and int, optional
        The mask token and its id, where masked words are replaced by it; else they are removed.

    Returns
    -------
    MaskedTokens or None
        None where the tokenizer has to read every masked text.
    """
    if mask is None and _words_touch(grid):
        return None
    encoding = tokenise([grid.segments])
    full = TokenRows.from_encoding(encoding, names)
    if full.lengths[0] >= longest:
        return None
    player_of_word = np.full(len(grid) + 1, -1)
    player_of_word[players] = np.arange(len(players))
    word = _word_of_token(encoding.encodings[0], grid)
    found = MaskedTokens(
        Slots(player_of_word[word], np.zeros(len(word), dtype=bool)), full.names, full.values
    )
    if mask is not None:
        found = _with_stand_ins(found, mask[1])
    return found if _same_as_tokenised(found, tokenise, grid, players, mask) else None


def _words_touch(grid: WordGrid) -> bool:
    return any(
        before.segment == after.segment and before.end == after.start
        for before, after in zip(grid.words, grid.words[1:], strict=False)
    )


def _word_of_token(encoding: Any, grid: WordGrid) -> np.ndarray:
    """Return the word that holds the end of each token; -1 for special tokens and gaps."""
    word_of = [np.full(len(text) + 1, -1) for text in grid.segments]
    for number, word in enumerate(grid.words):
        word_of[word.segment][word.start : word.end] = number
    return np.array(
        [
            -1 if segment is None or start == end else word_of[segment][end - 1]
            for segment, (start, end) in zip(encoding.sequence_ids, encoding.offsets, strict=True)
        ]
    )


def _with_stand_ins(found: MaskedTokens, mask_id: int) -> MaskedTokens:
    """Put a mask token before the first token of every player, there when the player is not."""
    player = found.slots.player
    _, first = np.unique(player, return_index=True)
    first = np.sort(first[player[first] >= 0])
    values = np.insert(found.values, first, found.values[:, first], axis=1)
    places = first + np.arange(len(first))
    values[0, places] = mask_id
    stands_in = np.zeros(values.shape[1], dtype=bool)
    stands_in[places] = True
    return MaskedTokens(
        Slots(np.insert(player, first, player[first]), stands_in), found.names, values
    )


def _same_as_tokenised(
    found: MaskedTokens,
    tokenise: Callable[[Sequence[tuple[str, ...]]], Any],
    grid: WordGrid,
    players: np.ndarray,
    mask: tuple[str, int] | None,
) -> bool:
    """Compare some assembled inputs with the tokenizer's own."""
    n = len(players)
    even = np.arange(n) % 2 == 0
    ends = np.array([np.ones(n, dtype=bool), np.zeros(n, dtype=bool), even, ~even])
    keep = np.concatenate([ends, np.random.default_rng(n).random((_RANDOM_CHECKS, n)) < 0.5])
    kept = np.ones((len(keep), len(grid)), dtype=bool)
    kept[:, players] = keep
    texts = [grid.masked(row, mask_token=mask[0] if mask else None) for row in kept]
    own = TokenRows.from_encoding(tokenise(texts), found.names)
    return own.keys() == found.rows(keep).keys()

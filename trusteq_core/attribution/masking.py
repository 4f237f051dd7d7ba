"""Coalitions of words to masked texts: which words play, and what a model then reads."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

import numpy as np

from trusteq_core.attribution.symbols import Symbols
from trusteq_core.errors import DataError, ModelError, TextError, UnknownName
from trusteq_core.models.masked_tokens import MaskedTokens
from trusteq_core.models.token_rows import TokenRows
from trusteq_core.tasks import WordGrid, word_grid

__all__ = ["MASKS", "Inputs", "MaskedTexts", "Predictor"]

Inputs = TokenRows | list[tuple[str, ...]]
"""What a model is given: token ids, or texts."""

MASKS: tuple[str, ...] = ("remove", "mask_token")
"""The mask policies: leave masked words out, or put the model's own mask token in their place."""


class Predictor(Protocol):
    """The least a model must offer to be explained; every `Classifier` does.

    ``visible_words(segments)``, ``mask_token`` and ``name`` are used where it has them, and
    ``tokens``, ``masked_tokens`` and ``predict_tokens`` of
    `trusteq_core.models.token_classifier.TokenClassifier`, with which inputs of many examples
    share batches.
    """

    def predict(self, examples: Sequence[tuple[str, ...]]) -> np.ndarray:
        """Return one row of K probabilities for each example."""
        ...


class MaskedTexts:
    """The masked versions of one example, for one model.

    Players are the words that the model reads. A word that it does not read is never a player:
    where the tokenizer cuts a segment short, the text is cut behind the last word read, so that
    removing words cannot pull unread ones into view; unread words before that stay in place.

    Parameters
    ----------
    model : Predictor
        Asked for ``visible_words`` where it has that method, and for its mask token.
    segments : sequence of str
        The texts of the example.
    mask : {"remove", "mask_token"}
        The mask policy.

    Attributes
    ----------
    grid : WordGrid
        All words of the example.
    players : ndarray of int, shape (n_players,)
        The words that are masked, as indices into the grid.

    Raises
    ------
    TextError
        If there is no word, or the model reads none of them.
    ModelError
        If the policy is ``mask_token`` and the model has no mask token.
    UnknownName
        If there is no such policy.
    """

    __slots__ = ("_cut", "_model", "_positions", "_symbols", "_tokens", "grid", "mask",
                 "mask_token", "players")  # fmt: skip

    def __init__(self, model: Any, segments: Sequence[str], *, mask: str = "remove") -> None:
        if mask not in MASKS:
            raise UnknownName("mask policy", mask, MASKS)
        self.mask = mask
        self.mask_token = _mask_token(model) if mask == "mask_token" else None
        self.grid = word_grid(segments)
        if not len(self.grid):
            raise TextError("There is no word in this text. Type at least one word or number.")
        visible = _visible_words(model, self.grid)
        self.players = np.flatnonzero(visible)
        if not len(self.players):
            raise TextError(
                f"The model reads none of the {len(self.grid)} word(s) of this text. "
                "Type words that its tokenizer knows."
            )
        self._cut, held = _cut_to_visible(self.grid, visible)
        self._positions = np.flatnonzero(visible[held])
        self._symbols = Symbols.of(self._cut, self._positions, stand_ins=mask == "mask_token")
        self._model = model
        self._tokens: MaskedTokens | None = None
        if self.as_tokens:
            self._tokens = self._model.masked_tokens(self._cut, self._positions, mask=mask)

    @property
    def as_tokens(self) -> bool:
        """Whether the model takes token ids."""
        return hasattr(self._model, "predict_tokens")

    @property
    def by_index(self) -> bool:
        """Whether inputs are assembled from the words' token ids, as checked on this example.

        Otherwise every masked text is read by the model's tokenizer.
        """
        return self._tokens is not None

    def keys(self, keep: np.ndarray) -> list[bytes]:
        """Return one key for each coalition; equal keys stand for equal texts.

        Parameters
        ----------
        keep : ndarray of bool, shape (m, n_players)
        """
        return self._symbols.keys(keep)

    def inputs(self, keep: np.ndarray) -> Inputs:
        """Return what the model is given for each coalition: token ids where it takes them."""
        if self._tokens is not None:
            return self._tokens.rows(keep)
        texts = self.texts(keep)
        return self._model.tokens(texts) if self.as_tokens else texts

    def texts(self, keep: np.ndarray) -> list[tuple[str, ...]]:
        """Return the segments with the players outside each coalition masked."""
        kept = np.ones((len(keep), len(self._cut)), dtype=bool)
        kept[:, self._positions] = keep
        return [self._cut.masked(row, mask_token=self.mask_token) for row in kept]


def _mask_token(model: Predictor) -> str:
    """Return the model's mask token, or raise `ModelError`."""
    token = getattr(model, "mask_token", None)
    if not token:
        raise ModelError(
            f'Model "{getattr(model, "name", "?")}" has no mask token. '
            'Use the mask policy "remove".'
        )
    return str(token)


def _visible_words(model: Predictor, grid: WordGrid) -> np.ndarray:
    """Return which words the model reads; all of them if it cannot say."""
    ask = getattr(model, "visible_words", None)
    if ask is None:
        return np.ones(len(grid), dtype=bool)
    visible = np.asarray(ask(grid.segments), dtype=bool)
    if visible.shape != (len(grid),):
        raise DataError(
            f"visible_words gave shape {visible.shape}, but the text has {len(grid)} word(s)."
        )
    return visible


def _cut_to_visible(grid: WordGrid, visible: np.ndarray) -> tuple[WordGrid, np.ndarray]:
    """Cut each segment behind its last visible word, if words follow that.

    Returns
    -------
    cut : WordGrid
        The shortened segments and the words they hold.
    held : ndarray of int
        The indices of those words in `grid`.
    """
    texts = list(grid.segments)
    number = grid.segment_of()
    held = np.ones(len(grid), dtype=bool)
    for segment in range(len(texts)):
        words = np.flatnonzero(number == segment)
        seen = words[visible[words]]
        if not len(words) or (len(seen) and seen[-1] == words[-1]):
            continue
        end = grid.words[seen[-1]].end if len(seen) else grid.words[words[0]].start
        texts[segment] = texts[segment][:end]
        held[words] = words <= (seen[-1] if len(seen) else -1)
    kept = np.flatnonzero(held)
    return WordGrid(tuple(texts), tuple(grid.words[index] for index in kept)), kept

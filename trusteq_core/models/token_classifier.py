"""A classifier over token ids: everything about it but the forward pass itself."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from trusteq_core.errors import DataError, ModelError
from trusteq_core.models.adapters import ADAPTERS
from trusteq_core.models.batching import token_batches
from trusteq_core.models.masked_tokens import MaskedTokens, masked_tokens
from trusteq_core.models.token_rows import TokenRows
from trusteq_core.tasks import Task, WordGrid, word_grid

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerBase

__all__ = ["Forward", "TokenClassifier"]

_TOKEN_BUDGET = 2048


class Forward(Protocol):
    """The seam behind which a library computes: token ids in, outputs out."""

    def __call__(self, inputs: Mapping[str, np.ndarray]) -> np.ndarray:
        """Return the model's outputs before softmax, shape (n, outputs).

        Parameters
        ----------
        inputs : mapping of ndarray of int64, each (n, width)
            One matrix for each of the tokenizer's ``model_input_names``, padded to one width;
            the model takes those that it knows.

        Raises
        ------
        MemoryError
            If the batch does not fit into the memory; it comes again in halves.
        RuntimeError
            If the model fails in any other way.
        """
        ...


class TokenClassifier:
    """A sequence classifier that satisfies the `Classifier` protocol.

    Parameters
    ----------
    forward : Forward
        The forward pass.
    tokenizer : PreTrainedTokenizerBase
        A fast tokenizer, which knows the characters behind each token.
    task : Task
        The task whose segments the model reads.
    name : str
        Short id.
    fingerprint : str
        Hash of everything that decides the outputs.
    output_order : sequence of int
        For each label of the task, the number of the model's output.
    max_tokens : int
        Longest input.
    adapter : str
        Id of the adapter that loaded it.
    token_budget : int
        Tokens of a batch, padding included. It is halved when a batch does not fit into memory.
    """

    def __init__(
        self,
        forward: Forward,
        tokenizer: PreTrainedTokenizerBase,
        *,
        task: Task,
        name: str,
        fingerprint: str,
        output_order: Sequence[int],
        max_tokens: int,
        adapter: str = "transformers",
        token_budget: int = _TOKEN_BUDGET,
    ) -> None:
        self.forward = forward
        self.tokenizer = tokenizer
        self.task = task
        self.max_tokens = max_tokens
        self._name = name
        self._fingerprint = fingerprint
        self._order = list(output_order)
        self.token_budget = token_budget
        self._fill = {
            "input_ids": tokenizer.pad_token_id,
            "token_type_ids": tokenizer.pad_token_type_id,
        }
        self.adapter = ADAPTERS[adapter]
        self.notes: dict[str, Any] = {}
        if self._order != sorted(self._order):
            self.notes["label_order"] = ", ".join(self.output_labels or ())

    @property
    def name(self) -> str:
        """Short id, as in the catalogue."""
        return self._name

    @property
    def labels(self) -> tuple[str, ...]:
        """The task's labels, in the order of the columns of `predict`."""
        return self.task.labels

    @property
    def output_labels(self) -> tuple[str, ...] | None:
        """The label that each of the model's outputs means, in the order of the outputs."""
        return tuple(self.labels[self._order.index(output)] for output in sorted(self._order))

    @property
    def fingerprint(self) -> str:
        """Hash of weights, tokenizer, configuration, label order and compression recipe."""
        return self._fingerprint

    @property
    def outputs(self) -> list[int]:
        """For each label of the task, the number of the model's output that means it."""
        return self._order

    @property
    def mask_token(self) -> str | None:
        """The tokenizer's mask token, where it has one."""
        return self.tokenizer.mask_token

    def predict(self, examples: Sequence[tuple[str, ...]]) -> np.ndarray:
        """Return probabilities, float64 of shape (n, K), rows summing to one.

        Raises
        ------
        DataError
            If an example has another number of segments than the task.
        ModelError
            If the model's outputs are not finite, or one example alone is too large for the
            memory.
        """
        probabilities = np.empty((len(examples), len(self.labels)))
        if len(examples):
            for rows, answers in self.predict_tokens(self.tokens(examples)):
                probabilities[rows] = answers
        return probabilities

    def tokens(self, examples: Sequence[tuple[str, ...]]) -> TokenRows:
        """Return the inputs of some examples, at least one, as token ids."""
        return TokenRows.from_encoding(self._tokenise(examples), self.tokenizer.model_input_names)

    def masked_tokens(
        self, grid: WordGrid, players: np.ndarray, *, mask: str = "remove"
    ) -> MaskedTokens | None:
        """Return the inputs of an example's masked versions, assembled without the tokenizer.

        Parameters
        ----------
        grid : WordGrid
            The example's words.
        players : ndarray of int, shape (n_players,)
            Indices of the words that may be masked.
        mask : {"remove", "mask_token"}
            Mask policy.

        Returns
        -------
        MaskedTokens or None
            None where that would not always give the tokenizer's own ids; see
            `trusteq_core.models.masked_tokens`.
        """
        token = self.tokenizer.mask_token
        return masked_tokens(
            self._tokenise,
            self.tokenizer.model_input_names,
            grid,
            players,
            longest=self.max_tokens,
            mask=None if mask == "remove" else (token, self.tokenizer.mask_token_id),
        )

    def predict_tokens(self, tokens: TokenRows) -> Iterator[tuple[np.ndarray, np.ndarray]]:
        """Yield probabilities batch by batch, the longest inputs first.

        Yields
        ------
        rows : ndarray of int, shape (m,)
            The numbers of the inputs.
        probabilities : ndarray of float64, shape (m, K)

        Raises
        ------
        ModelError
            As `predict`.
        """
        for rows in token_batches(tokens.lengths, lambda: self.token_budget):
            outputs = self._outputs(tokens, rows)
            if not np.isfinite(outputs).all():
                raise ModelError(
                    f'Model "{self.name}" gives outputs that are not numbers (NaN or infinite). '
                    "Its weights are damaged or overflow; save them again, in float32 where in "
                    "doubt."
                )
            yield rows, _softmax(outputs[:, self._order])

    def visible_words(self, segments: tuple[str, ...]) -> np.ndarray:
        """Return which words of the example's grid the model reads, bool of shape (n_words,).

        A word is visible where at least one token covers one of its characters; a word known only
        as the unknown token is still read as a word. Truncated and dropped words are not.
        """
        grid = word_grid(segments)
        encoding = self._tokenise([segments]).encodings[0]
        covered = [np.zeros(len(text), dtype=bool) for text in segments]
        for number, (start, end) in zip(encoding.sequence_ids, encoding.offsets, strict=True):
            if number is not None:
                covered[number][start:end] = True
        return np.array(
            [covered[word.segment][word.start : word.end].any() for word in grid.words], dtype=bool
        )

    def _tokenise(self, examples: Sequence[tuple[str, ...]]) -> Any:
        for segments in examples:
            self.task.check_segments(tuple(segments))
            if not all(isinstance(text, str) for text in segments):
                raise DataError(f"Every segment must be text, got {segments!r}.")
        columns = [list(texts) for texts in zip(*examples, strict=True)]
        return self.tokenizer(*columns, truncation=True, max_length=self.max_tokens)

    def _outputs(self, tokens: TokenRows, rows: np.ndarray) -> np.ndarray:
        """Return the outputs for some inputs, in halves where the memory does not hold them."""
        left = self.tokenizer.padding_side == "left"
        try:
            return np.asarray(self.forward(tokens.padded(rows, self._fill, left=left)), float)
        except MemoryError as error:
            longest = int(tokens.lengths[rows].max())
            if len(rows) == 1:
                raise ModelError(
                    f"One input of {longest} tokens is too large for the memory with model "
                    f'"{self.name}". Use a shorter text or a smaller model.'
                ) from error
            # Later batches need not fail to learn the same.
            self.token_budget = min(self.token_budget, longest * len(rows) // 2)
        except RuntimeError as error:
            raise ModelError(f'Model "{self.name}" failed on an input: {error}') from error
        middle = len(rows) // 2
        return np.concatenate([self._outputs(tokens, part) for part in np.split(rows, [middle])])


def _softmax(logits: np.ndarray) -> np.ndarray:
    powers = np.exp(logits - logits.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)

"""Sequence classifiers of the transformers library behind the `Classifier` protocol."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from trusteq_core.errors import DataError, ModelError
from trusteq_core.models import environment  # noqa: F401  sets the libraries up, so it comes first
from trusteq_core.models.batching import token_batches
from trusteq_core.tasks import Task, word_grid

import torch  # isort: skip
from transformers import PreTrainedModel, PreTrainedTokenizerBase  # isort: skip

__all__ = ["TransformersClassifier", "longest_input"]

# Most models fit well in memory with this many tokens; it is halved where one does not.
_TOKEN_BUDGET = 8192
_UNLIMITED = 1_000_000
_POSITIONS_AFTER_PADDING = (
    "camembert",
    "mpnet",
    "roberta",
    "roberta-prelayernorm",
    "xlm-roberta",
    "xlm-roberta-xl",
)


class TransformersClassifier:
    """A transformers sequence classifier that satisfies the `Classifier` protocol.

    Parameters
    ----------
    model : PreTrainedModel
        Classifier in evaluation mode.
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
    token_budget : int
        Tokens of a batch, padding included.
    """

    def __init__(
        self,
        model: PreTrainedModel,
        tokenizer: PreTrainedTokenizerBase,
        *,
        task: Task,
        name: str,
        fingerprint: str,
        output_order: Sequence[int],
        token_budget: int = _TOKEN_BUDGET,
    ) -> None:
        self.model = model
        self.tokenizer = tokenizer
        self.task = task
        self._name = name
        self._fingerprint = fingerprint
        self._order = list(output_order)
        self._budget = token_budget
        self.max_tokens = longest_input(model, tokenizer)

    @property
    def name(self) -> str:
        """Short id, as in the catalogue."""
        return self._name

    @property
    def labels(self) -> tuple[str, ...]:
        """The task's labels, in the order of the columns of `predict`."""
        return self.task.labels

    @property
    def fingerprint(self) -> str:
        """Hash of weights, tokenizer, configuration, label order and compression recipe."""
        return self._fingerprint

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
        if len(examples) == 0:
            return np.empty((0, len(self.labels)))
        tokens = self._tokenise(examples)
        lengths = np.array([len(row) for row in tokens["input_ids"]])
        logits = np.empty((len(examples), len(self.labels)))
        for rows in token_batches(lengths, self._budget):
            logits[rows] = self._forward(tokens, rows)
        if not np.isfinite(logits).all():
            raise ModelError(
                f'Model "{self.name}" gives outputs that are not numbers (NaN or infinite). Its '
                "weights are damaged or overflow; save them again, in float32 where in doubt."
            )
        return _softmax(logits[:, self._order])

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

    def _forward(self, tokens: Any, rows: np.ndarray) -> np.ndarray:
        """Return the logits of some examples, in halves where the memory does not hold them."""
        try:
            with torch.inference_mode():
                inputs = {
                    key: value.to(self.model.device)
                    for key, value in self._pad(tokens, rows).items()
                }
                return self.model(**inputs).logits.double().cpu().numpy()
        except (RuntimeError, MemoryError) as error:
            if not _is_memory_error(error):
                raise ModelError(f'Model "{self.name}" failed on an input: {error}') from error
            if len(rows) == 1:
                raise ModelError(
                    f"One input of {len(tokens['input_ids'][rows[0]])} tokens is too large for the "
                    f'memory with model "{self.name}". Use a shorter text or a smaller model.'
                ) from error
        middle = len(rows) // 2
        return np.concatenate([self._forward(tokens, part) for part in np.split(rows, [middle])])

    def _pad(self, tokens: Any, rows: np.ndarray) -> dict[str, torch.Tensor]:
        """Return the inputs of some examples as tensors of one width."""
        fill = {
            "input_ids": self.tokenizer.pad_token_id,
            "token_type_ids": self.tokenizer.pad_token_type_id,
        }
        width = max(len(tokens["input_ids"][row]) for row in rows)
        left = self.tokenizer.padding_side == "left"
        padded = {}
        for key in self.tokenizer.model_input_names:
            matrix = np.full((len(rows), width), fill.get(key, 0), dtype=np.int64)
            for place, row in enumerate(rows):
                ids = tokens[key][row]
                matrix[place, width - len(ids) if left else 0 :][: len(ids)] = ids
            padded[key] = torch.from_numpy(matrix)
        return padded


def longest_input(model: PreTrainedModel, tokenizer: PreTrainedTokenizerBase) -> int:
    """Return the largest number of tokens that both the tokenizer and the model accept."""
    positions = getattr(model.config, "max_position_embeddings", None) or _UNLIMITED
    if model.config.model_type in _POSITIONS_AFTER_PADDING:
        # These count positions from behind the padding token's number.
        positions -= (model.config.pad_token_id or 0) + 1
    longest = min(tokenizer.model_max_length, positions)
    return int(longest) if longest < _UNLIMITED else 512


def _is_memory_error(error: BaseException) -> bool:
    said = str(error).lower()
    return isinstance(error, MemoryError | torch.OutOfMemoryError) or (
        "out of memory" in said or "can't allocate memory" in said or "not enough memory" in said
    )


def _softmax(logits: np.ndarray) -> np.ndarray:
    powers = np.exp(logits - logits.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)

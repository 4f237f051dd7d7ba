"""Gradients of a transformers classifier with respect to its words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np

from trusteq_core.errors import ModelError
from trusteq_core.models import environment  # noqa: F401  sets the libraries up, so it comes first
from trusteq_core.tasks import WordGrid, word_grid

import torch  # isort: skip
from transformers import PreTrainedModel  # isort: skip

__all__ = ["token_words", "word_gradients"]

_TOKEN_BUDGET = 4096
"""Tokens that are differentiated at a time; a gradient keeps every layer in memory."""


def word_gradients(
    model: PreTrainedModel,
    inputs: Mapping[str, np.ndarray],
    membership: np.ndarray,
    along: np.ndarray,
    *,
    output_order: Sequence[int],
    blank: int | None,
    name: str,
) -> tuple[np.ndarray, np.ndarray]:
    """Return how probabilities change as the words fade in, at places along the way.

    The way is a straight line between embeddings: at 0 every token of a word is blank, at 1 the
    text is as it is. Tokens of no word (punctuation, separators) never change.

    Parameters
    ----------
    model : PreTrainedModel
        Sequence classifier in evaluation mode.
    inputs : mapping of ndarray of int64
        Its inputs for one example, each of shape (1, n_tokens).
    membership : ndarray, shape (n_tokens, n_words)
        The share of each token that belongs to each word, see `token_words`.
    along : ndarray, shape (m,)
        Places from 0 to 1.
    output_order : sequence of int
        For each label of the task, the number of the model's output.
    blank : int or None
        The token whose embedding stands for a masked word; None for the zero vector.
    name : str
        The model's name, for errors.

    Returns
    -------
    products : ndarray, shape (m, n_words, K)
        Gradient of each probability times what separates the word from its blank, summed over
        the word's tokens.
    probabilities : ndarray, shape (m, K)
        The model's answers at these places.

    Raises
    ------
    ModelError
        If no gradient reaches the embeddings, or it is not finite.
    """
    embeddings = model.get_input_embeddings()
    tensors = {key: torch.from_numpy(matrix).to(model.device) for key, matrix in inputs.items()}
    shares = torch.from_numpy(membership).to(model.device)
    with torch.no_grad():
        own = embeddings(tensors["input_ids"])[0]
        start = torch.zeros_like(own)
        if blank is not None:
            start = embeddings(torch.full_like(tensors["input_ids"], blank))[0]
        step = torch.where((shares.sum(dim=1) > 0)[:, None], own - start, 0.0)
    products, probabilities = [], []
    size = max(1, _TOKEN_BUDGET // len(own))
    for places in np.split(along, range(size, len(along), size)):
        left = torch.from_numpy(1.0 - places).to(own)
        points = (own - left[:, None, None] * step).requires_grad_()
        with _replaced(embeddings, points), torch.enable_grad():
            expanded = {key: matrix.expand(len(places), -1) for key, matrix in tensors.items()}
            answers = model(**expanded).logits.double().softmax(dim=1)[:, list(output_order)]
            slopes = _slopes(answers, points, name)
        change = (slopes * step).sum(dim=-1).double()  # (K, m, n_tokens)
        products.append((change @ shares).permute(1, 2, 0).cpu().numpy())
        probabilities.append(answers.detach().cpu().numpy())
    return _checked(np.concatenate(products), name), np.concatenate(probabilities)


def _checked(products: np.ndarray, name: str) -> np.ndarray:
    """Return the products if they say anything, else raise `ModelError`."""
    wrong = "" if np.isfinite(products).all() else "are not numbers (NaN or infinite)"
    if not products.any():
        # An operation that rounds lets no gradient through.
        wrong = "do not reach its words, as behind layers in int8"
    if wrong:
        raise ModelError(
            f'The gradients of model "{name}" {wrong}. '
            "Use an explainer that only masks words, such as shapley or lime."
        )
    return products


def _slopes(answers: torch.Tensor, points: torch.Tensor, name: str) -> torch.Tensor:
    """Return the gradient of each class's probability, shape (K, m, n_tokens, width)."""
    slopes = []
    try:
        # Probabilities add up to one, so the last gradient follows from the others.
        for label in range(answers.shape[1] - 1):
            (slope,) = torch.autograd.grad(answers[:, label].sum(), points, retain_graph=True)
            slopes.append(slope)
    except RuntimeError as error:
        raise ModelError(
            f'Model "{name}" has no gradients: {str(error).splitlines()[0]} '
            "Use an explainer that only masks words, such as shapley or lime."
        ) from error
    slopes.append(-torch.stack(slopes).sum(dim=0))
    return torch.stack(slopes)


@contextmanager
def _replaced(embeddings: torch.nn.Module, points: torch.Tensor) -> Iterator[None]:
    """Let the embedding layer give these points, whatever tokens it is asked for."""
    handle = embeddings.register_forward_hook(lambda *_: points)
    try:
        yield
    finally:
        handle.remove()


def token_words(encoding: Any, segments: Sequence[str]) -> np.ndarray:
    """Return which share of each token belongs to each word, by character spans.

    Parameters
    ----------
    encoding : tokenizers.Encoding
        One example, with ``sequence_ids`` and ``offsets``.
    segments : sequence of str
        Its texts.

    Returns
    -------
    ndarray, shape (n_tokens, n_words)
        A row sums to one, or to zero for a token that holds no character of a word; a token that
        reaches over several words is shared equally.
    """
    spans = _spans(word_grid(segments))
    membership = np.zeros((len(encoding.offsets), len(spans)))
    for row, (number, (start, end)) in enumerate(
        zip(encoding.sequence_ids, encoding.offsets, strict=True)
    ):
        if number is not None:
            membership[row] = (spans[:, 0] == number) & (spans[:, 1] < end) & (start < spans[:, 2])
    return membership / np.maximum(membership.sum(axis=1, keepdims=True), 1.0)


def _spans(grid: WordGrid) -> np.ndarray:
    """Return segment, start and end of each word, shape (n_words, 3)."""
    return np.array([(word.segment, word.start, word.end) for word in grid.words]).reshape(-1, 3)

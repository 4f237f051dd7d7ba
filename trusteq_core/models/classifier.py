"""What every model looks like to the rest of the core."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol, runtime_checkable

import numpy as np

__all__ = ["Classifier", "Differentiable", "Report"]

Report = Callable[[int, int], None]
"""``report(done, total)``: called by long work; it may raise to cancel."""


@runtime_checkable
class Classifier(Protocol):
    """A text classifier over a fixed list of labels.

    Attributes
    ----------
    name : str
        Short id, as in the catalogue.
    labels : tuple of str
        The task's labels, in the task's order: adapters reorder their outputs to it.
    fingerprint : str
        Hash of weights, tokenizer, configuration and compression recipe.
    mask_token : str or None
        The model's own mask token, where it has one.
    """

    @property
    def name(self) -> str: ...

    @property
    def labels(self) -> tuple[str, ...]: ...

    @property
    def fingerprint(self) -> str: ...

    @property
    def mask_token(self) -> str | None: ...

    def predict(self, examples: Sequence[tuple[str, ...]]) -> np.ndarray:
        """Return probabilities, float64 of shape (n, K), rows summing to one.

        A batch of one gives the same row as a batch of many, up to floating point.
        """
        ...

    def visible_words(self, segments: tuple[str, ...]) -> np.ndarray:
        """Return which words of the example's grid the model reads, bool of shape (n_words,).

        False where the tokenizer truncates the input or drops the word.
        """
        ...


@runtime_checkable
class Differentiable(Protocol):
    """What a classifier offers besides, where its library computes gradients."""

    def gradients(
        self, segments: tuple[str, ...], along: np.ndarray, *, mask: str = "remove"
    ) -> tuple[np.ndarray, np.ndarray]:
        """Return how the probabilities change as all words fade in together.

        Parameters
        ----------
        segments : tuple of str
            The texts of one example.
        along : ndarray, shape (m,)
            Places on the straight line between embeddings: at 0 every word is blank, at 1 the
            text is as it is.
        mask : {"remove", "mask_token"}
            Blank is the zero vector, or the embedding of the mask token.

        Returns
        -------
        products : ndarray, shape (m, n_words, K)
            Gradient of each probability times what separates the word from its blank, summed over
            the tokens of the word.
        probabilities : ndarray, shape (m, K)
            The answers at these places.

        Raises
        ------
        ModelError
            If this model has no gradients, or they are not finite.
        """
        ...

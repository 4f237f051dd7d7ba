"""The value function: the model's probabilities for coalitions of one example's words.

An explainer sees nothing of a model but this. Masking, dropping duplicates, batching and the check
that the model gives one answer to one input happen behind it.
"""

from __future__ import annotations

from collections.abc import Sequence
from copy import copy

import numpy as np

from trusteq_core.attribution.evaluations import EvaluationTable
from trusteq_core.attribution.masking import MaskedTexts, Predictor
from trusteq_core.attribution.queue import Ask
from trusteq_core.errors import DataError, ModelError
from trusteq_core.models.classifier import Differentiable, Report
from trusteq_core.tasks import WordGrid

__all__ = ["ValueFunction"]


class ValueFunction:
    """Probabilities of one example as a function of the words that are kept.

    All explainers of an example share one value function: an input is evaluated once, whichever
    explainer, class or K asks for it.

    Parameters
    ----------
    model : Predictor
        Anything with ``predict``; ``visible_words`` and ``mask_token`` are used where present.
    segments : sequence of str
        The texts of the example, in the task's order.
    mask : {"remove", "mask_token"}
        Leave masked words out, or put the model's mask token in their place.
    report : callable, optional
        Called as ``report(done, total)`` while inputs are evaluated; may raise to cancel.
    ask : callable, optional
        Where inputs are answered together with those of other examples
        (`trusteq_core.attribution.side_by_side`); by the model at once, where none is given.

    Attributes
    ----------
    grid : WordGrid
        All words of the example.
    players : ndarray of int, shape (n_players,)
        Indices of the words that the model reads; only they are masked.
    full, base : ndarray, shape (K,)
        Probabilities with every word kept, and with every word masked.
    evaluations : int
        Distinct inputs that were asked for, the full and the empty one included.
    batch_effect : float
        Largest change of a probability seen when an input was repeated in another batch.
    by_index : bool
        Whether inputs are assembled from the words' token ids, which were found to be the
        tokenizer's own; else every masked text is read by the tokenizer.

    Raises
    ------
    TextError
        If the text has no word, or none that the model reads.
    ModelError
        If the model changes its answer to a repeated input, gives a wrong shape or NaN, or has
        no mask token where one is needed.

    Examples
    --------
    >>> class Length:
    ...     def predict(self, examples):
    ...         share = np.array([len(" ".join(texts).split()) for texts in examples]) / 10
    ...         return np.column_stack([share, 1 - share])
    >>> value = ValueFunction(Length(), ("a dog sleeps", "a cat"))
    >>> value(np.array([[1, 1, 1, 0, 0], [1, 1, 1, 0, 0]]))
    array([[0.3, 0.7],
           [0.3, 0.7]])
    >>> value.full, value.base, value.evaluations
    (array([0.5, 0.5]), array([0., 1.]), 3)
    """

    def __init__(
        self,
        model: Predictor,
        segments: Sequence[str],
        *,
        mask: str = "remove",
        report: Report | None = None,
        ask: Ask | None = None,
    ) -> None:
        self._texts = MaskedTexts(model, segments, mask=mask)
        self._table = EvaluationTable(model, self._texts, ask=ask)
        self._asked = {self._table.full_row, self._table.base_row}
        self._planned = 0
        self.report = report

    def __call__(self, keep: np.ndarray) -> np.ndarray:
        """Return the probabilities of coalitions.

        Parameters
        ----------
        keep : ndarray of bool or 0/1, shape (m, n_players)
            One row a coalition, True for the words it keeps.

        Returns
        -------
        ndarray of float64, shape (m, K)
        """
        keep = np.asarray(keep)
        if keep.ndim != 2 or keep.shape[1] != len(self.players):
            raise DataError(
                f"Coalitions of shape {keep.shape} do not fit {len(self.players)} player(s); "
                "give one row a coalition, one column a player."
            )
        rows = self._table.rows(keep.astype(bool), report=self._progress())
        self._asked.update(rows.tolist())
        return self._table.values[rows]

    @property
    def grid(self) -> WordGrid:
        """All words of the example."""
        return self._texts.grid

    @property
    def players(self) -> np.ndarray:
        """Indices of the words that the model reads, shape (n_players,)."""
        return self._texts.players

    @property
    def mask(self) -> str:
        """The mask policy."""
        return self._texts.mask

    @property
    def full(self) -> np.ndarray:
        """Probabilities with every word kept, shape (K,)."""
        return self._table.values[self._table.full_row].copy()

    @property
    def base(self) -> np.ndarray:
        """Probabilities with every word masked, shape (K,)."""
        return self._table.values[self._table.base_row].copy()

    @property
    def evaluations(self) -> int:
        """Distinct inputs that were asked for."""
        return len(self._asked)

    @property
    def batch_effect(self) -> float:
        """Largest change of a probability seen when an input was repeated in another batch."""
        return self._table.batch_effect

    @property
    def by_index(self) -> bool:
        """Whether inputs are assembled from the words' token ids."""
        return self._texts.by_index

    def gradients(self, along: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return how the probabilities change as all words fade in together.

        Parameters
        ----------
        along : ndarray, shape (m,)
            Places on the way, from 0 (every word blank) to 1 (the text as it is).

        Returns
        -------
        products : ndarray, shape (m, n_players, K)
        probabilities : ndarray, shape (m, K)
            See `trusteq_core.models.Differentiable`.

        Raises
        ------
        ModelError
            If the model has no gradients.
        """
        model = self._table.model
        if not isinstance(model, Differentiable):
            raise ModelError(
                f'Model "{getattr(model, "name", "?")}" has no gradients. Use an explainer that '
                "only masks words, such as shapley or lime."
            )
        products, probabilities = model.gradients(self.grid.segments, along, mask=self.mask)
        return products[:, self.players], probabilities

    def view(self, *, planned: int = 0) -> ValueFunction:
        """Return the same function over the same evaluations, counting from nothing.

        Parameters
        ----------
        planned : int
            Evaluations expected, the total of the progress reported.
        """
        other = copy(self)
        other._asked = {self._table.full_row, self._table.base_row}
        other._planned = planned
        return other

    def _progress(self) -> Report | None:
        """Turn progress over one call into progress over the planned evaluations."""
        report, before = self.report, len(self._asked)
        if report is None:
            return None
        planned = self._planned
        return lambda done, total: report(before + done, max(planned, before + total))

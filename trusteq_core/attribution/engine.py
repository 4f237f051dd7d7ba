"""The value function: the model's probabilities for coalitions of one example's words.

Everything between an explainer and a model happens here: masking, dropping duplicates, batching,
progress, and the check that the model gives one answer to one input.
"""

from __future__ import annotations

from collections.abc import Sequence
from copy import copy

import numpy as np

from trusteq_core.attribution.masking import MaskedTexts, Predictor
from trusteq_core.errors import DataError, ModelError
from trusteq_core.models.classifier import Report
from trusteq_core.tasks import WordGrid

__all__ = ["ValueFunction"]

_CHUNK = 256
"""Inputs handed to the model at a time: often enough to report and cancel."""

_SAME = 1e-4
"""A repeated input may change a probability by this much (floating point, not chance)."""


class EvaluationTable:
    """Every masked input of one example that was evaluated, and the model's answers.

    Parameters
    ----------
    model : Predictor
        Anything with ``predict``.
    texts : MaskedTexts
        The example's masked versions.

    Attributes
    ----------
    full_row, base_row : int
        The rows of the full and of the empty input.
    batch_effect : float
        Largest change of a probability of the full or the empty input when it was evaluated in
        another batch; above floating point it means that batching changes the model's answers.
    """

    def __init__(self, model: Predictor, texts: MaskedTexts) -> None:
        self.model, self.texts = model, texts
        self._row_of_coalition: dict[bytes, int] = {}
        self._row_of_text: dict[tuple[str, ...], int] = {}
        self._values = np.empty((0, 0))
        self.batch_effect = 0.0
        self._since_check = _CHUNK
        ends = np.array([[True], [False]]).repeat(len(texts.players), axis=1)
        self.full_row, self.base_row = self.rows(ends, report=None).tolist()
        self._ends = list(self._row_of_text)

    @property
    def values(self) -> np.ndarray:
        """All answers so far, shape (n_rows, K)."""
        return self._values

    def rows(self, keep: np.ndarray, *, report: Report | None) -> np.ndarray:
        """Return the row of each coalition in `values`, evaluating those that are new.

        Parameters
        ----------
        keep : ndarray of bool, shape (m, n_players)
        report : callable, optional
            Called as ``report(done, total)`` over the new inputs; may raise to cancel. Chunks
            that were finished by then are kept.

        Returns
        -------
        ndarray of int, shape (m,)
        """
        keys = [row.tobytes() for row in np.packbits(keep, axis=1)]
        waiting: dict[tuple[str, ...], list[bytes]] = {}
        for index, key in enumerate(keys):
            if key not in self._row_of_coalition:
                text = self.texts.text(keep[index])
                if text in self._row_of_text:
                    self._row_of_coalition[key] = self._row_of_text[text]
                else:
                    waiting.setdefault(text, []).append(key)
        self._evaluate(waiting, report)
        return np.array([self._row_of_coalition[key] for key in keys], dtype=int)

    def _evaluate(self, waiting: dict[tuple[str, ...], list[bytes]], report: Report | None) -> None:
        """Evaluate distinct texts chunk by chunk and enter them under their coalitions."""
        texts = list(waiting)
        for start in range(0, len(texts), _CHUNK):
            if report is not None:
                report(start, len(texts))
            chunk = texts[start : start + _CHUNK]
            answers = self._predict_checked(chunk)
            first = len(self._values)
            self._values = np.concatenate([self._values, answers]) if first else answers
            for row, text in enumerate(chunk, start=first):
                self._row_of_text[text] = row
                self._row_of_coalition.update(dict.fromkeys(waiting[text], row))

    def _predict_checked(self, chunk: list[tuple[str, ...]]) -> np.ndarray:
        """Evaluate a chunk; every so often, repeat the full and the empty input with it."""
        self._since_check += len(chunk)
        if not len(self._values) or self._since_check < _CHUNK:
            return self._predict(chunk)
        self._since_check = 0
        answers = self._predict([*chunk, *self._ends])
        known = self._values[: len(self._ends)]
        change = float(np.abs(answers[len(chunk) :] - known).max())
        if change > _SAME:
            # The same batch once more tells a model that depends on its batch from one that
            # gives no fixed answer at all.
            again = float(np.abs(self._predict(self._ends) - known).max())
            if again > _SAME:
                raise ModelError(
                    f'Model "{getattr(self.model, "name", "?")}" changes its answers: the same '
                    f"input moved by {again:.2g} in probability when it was repeated. Put it in "
                    "evaluation mode (no dropout, no sampling); it cannot be explained otherwise."
                )
        self.batch_effect = max(self.batch_effect, change)
        return answers[: len(chunk)]

    def _predict(self, texts: list[tuple[str, ...]]) -> np.ndarray:
        """Return the model's answers, checked for shape and finiteness."""
        answers = np.asarray(self.model.predict(texts), dtype=np.float64)
        width = self._values.shape[1] if len(self._values) else None
        if answers.ndim != 2 or len(answers) != len(texts) or width not in (None, answers.shape[1]):
            raise ModelError(
                f"The model gave an array of shape {answers.shape} for {len(texts)} input(s). "
                f"It must give one row per input and {width or 'K'} columns."
            )
        if not np.isfinite(answers).all():
            bad = int((~np.isfinite(answers).all(axis=1)).sum())
            raise ModelError(
                f"The model gave NaN or infinite probabilities for {bad} of {len(texts)} masked "
                "input(s); it cannot be explained on this text."
            )
        return answers


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
    ) -> None:
        self._texts = MaskedTexts(model, segments, mask=mask)
        self._table = EvaluationTable(model, self._texts)
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

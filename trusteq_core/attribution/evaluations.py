"""Every masked input of one example that was evaluated, and the model's answers."""

from __future__ import annotations

import numpy as np

from trusteq_core.attribution.masking import MaskedTexts, Predictor
from trusteq_core.attribution.queue import Ask, Request, answer
from trusteq_core.errors import ModelError
from trusteq_core.models.classifier import Report

__all__ = ["EvaluationTable"]

_BETWEEN_CHECKS = 256
"""New inputs after which the full and the empty one are evaluated again."""

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
    ask : callable, optional
        Where new inputs are answered; by the model at once, where none is given.

    Attributes
    ----------
    full_row, base_row : int
        The rows of the full and of the empty input.
    values : ndarray, shape (n_rows, K)
        All answers so far.
    batch_effect : float
        Largest change of a probability of the full or the empty input when it was evaluated in
        another batch; above floating point it means that batching changes the model's answers.
    """

    full_row, base_row = 0, 1

    def __init__(self, model: Predictor, texts: MaskedTexts, *, ask: Ask | None = None) -> None:
        self.model, self.texts = model, texts
        self._ask: Ask = ask or (lambda request, report: answer(model, [request], report))
        self._row_of: dict[bytes, int] = {}
        self.values = np.empty((0, 0))
        self.batch_effect = 0.0
        self._since_check = 0
        self._ends = np.array([[True], [False]]).repeat(len(texts.players), axis=1)
        self.rows(self._ends, report=None)
        self._since_check = _BETWEEN_CHECKS

    def rows(self, keep: np.ndarray, *, report: Report | None) -> np.ndarray:
        """Return the row of each coalition in `values`, evaluating those that are new.

        Parameters
        ----------
        keep : ndarray of bool, shape (m, n_players)
        report : callable, optional
            Called as ``report(done, total)`` over the new inputs; may raise to cancel. Batches
            that were finished by then are kept.

        Returns
        -------
        ndarray of int, shape (m,)
        """
        keys = self.texts.keys(keep)
        new: dict[bytes, int] = {}
        for index, key in enumerate(keys):
            if key not in self._row_of:
                new.setdefault(key, index)
        if new:
            self._evaluate(list(new), keep[list(new.values())], report)
        return np.array([self._row_of[key] for key in keys], dtype=int)

    def _evaluate(self, keys: list[bytes], keep: np.ndarray, report: Report | None) -> None:
        """Have coalitions answered and enter them; at times, the full and the empty one too."""
        first, n = len(self.values), len(keys)
        self._since_check += n
        repeats = self._ends[: 2 if self._since_check > _BETWEEN_CHECKS else 0]
        changes = [0.0]

        def enter(places: np.ndarray, answers: np.ndarray) -> None:
            self._make_room(first + n, answers.shape[1])
            new = places < n
            self.values[first + places[new]] = answers[new]
            self._row_of.update((keys[place], first + place) for place in places[new].tolist())
            known = self.values[places[~new] - n]
            changes.extend(np.abs(answers[~new] - known).max(axis=1).tolist())

        inputs = self.texts.inputs(np.concatenate([keep, repeats]))
        over_new = None if report is None else lambda done, _: report(min(done, n), n)
        self._ask(Request(inputs, enter), over_new)
        if len(repeats):
            self._since_check = 0
            self._judge(max(changes))

    def _make_room(self, rows: int, width: int) -> None:
        """Let `values` have some more rows, still without answers."""
        if not len(self.values):
            self.values = np.empty((0, width))
        if self.values.shape[1] != width:
            raise ModelError(
                f"The model gave {width} columns where it gave {self.values.shape[1]} before. "
                "It must give one column per class."
            )
        missing = rows - len(self.values)
        self.values = np.concatenate([self.values, np.full((missing, width), np.nan)])

    def _judge(self, change: float) -> None:
        """Note how far repeated answers moved, and refuse a model that gives no fixed answer."""
        if change > _SAME:
            # One batch twice tells a model that depends on its batch from one without an answer.
            ends = self.texts.texts(self._ends)
            again = float(np.abs(self.model.predict(ends) - self.model.predict(ends)).max())
            if again > _SAME:
                raise ModelError(
                    f'Model "{getattr(self.model, "name", "?")}" changes its answers: the same '
                    f"input moved by {again:.2g} in probability when it was repeated. Put it in "
                    "evaluation mode (no dropout, no sampling); it cannot be explained otherwise."
                )
        self.batch_effect = max(self.batch_effect, change)

"""Every masked input of one example that was evaluated, and the model's answers."""

from __future__ import annotations

import numpy as np

from trusteq_core.attribution.masking import MaskedTexts, Predictor
from trusteq_core.errors import ModelError
from trusteq_core.models.classifier import Report

__all__ = ["EvaluationTable"]

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

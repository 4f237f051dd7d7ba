"""The probabilities of a pair as calibration looks at them: as stored, or after scaling.

An *event* is what a probability is held against: that the predicted label is right, or, for one
class, that it is the gold label.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from trusteq_core.calibration import (
    bin_index,
    positive_class,
    temperature_scaled,
    top_label,
)
from trusteq_core.errors import DataError, ResultError, UnknownName
from trusteq_core.evaluation.calibrated import event_edges
from trusteq_core.evaluation.comparison import Comparison, compare
from trusteq_core.evaluation.outcomes import outcomes
from trusteq_core.tasks import Task

__all__ = ["PREDICTED", "SIDES", "CalibrationPair", "Events", "validation_predictions"]

PREDICTED = "predicted label"
"""The event that the predicted label is right; the others are the task's labels."""

SIDES = ("original", "compressed")


@dataclass(frozen=True, slots=True, eq=False)
class Events:
    """Probabilities of one model for one event, and what came of them.

    Attributes
    ----------
    score : ndarray, shape (n,)
        Probability that the model gives to the event.
    happened : ndarray, shape (n,)
        1 where it is so, else 0.
    truth : ndarray, shape (n,), optional
        The true probability of the event, where the corpus knows it.
    """

    score: np.ndarray
    happened: np.ndarray
    truth: np.ndarray | None = None


@dataclass(frozen=True, slots=True, eq=False)
class CalibrationPair:
    """Two tables of probabilities for the same labelled examples.

    Attributes
    ----------
    task : Task
        Its labels name the columns.
    examples : DataFrame
        One row an example: ``id``, the segments, ``label``.
    probabilities : dict of ndarray, each of shape (n, K)
        By side: ``"original"`` and ``"compressed"``.
    gold : ndarray of int, shape (n,)
        Gold labels as column numbers.
    truth : ndarray, shape (n, K), optional
        True label distributions.
    """

    task: Task
    examples: pd.DataFrame
    probabilities: dict[str, np.ndarray]
    gold: np.ndarray
    truth: np.ndarray | None = None

    @classmethod
    def of(cls, pair: Comparison, *, scaled: bool = False) -> CalibrationPair:
        """Return the probabilities of a pair, after temperature scaling if asked for.

        The temperature of each model is fitted on its stored validation predictions; without
        them on one half of the examples for the other, and the other way round.
        """
        tables = {
            "original": pair.original.probabilities,
            "compressed": pair.compressed.probabilities,
        }
        gold = pair.gold
        if scaled:
            fitted = validation_predictions(pair)
            for number, side in enumerate(SIDES):
                on = None if fitted is None else (fitted[number], fitted[2])
                found = temperature_scaled(tables[side], gold, fitted_on=on)
                tables[side] = found.probabilities
        return cls(pair.task, pair.examples, tables, gold, pair.true_probabilities)

    def events(self, side: str, event: str = PREDICTED) -> Events:
        """Return one model's probabilities of an event, and what came of them.

        Raises
        ------
        UnknownName
            If there is no such side or event.
        """
        if side not in self.probabilities:
            raise UnknownName("side of the pair", side, self.probabilities)
        if event not in (PREDICTED, *self.task.labels):
            raise UnknownName("event", event, (PREDICTED, *self.task.labels))
        p = self.probabilities[side]
        if event == PREDICTED:
            shown, (score, happened) = p.argmax(axis=1), top_label(p, self.gold)
        else:
            code = self.task.labels.index(event)
            shown, (score, happened) = np.full(len(p), code), positive_class(p, self.gold, code)
        truth = None if self.truth is None else self.truth[np.arange(len(p)), shown]
        return Events(score, happened, truth)

    def edges(self, n_bins: int, scheme: str, event: str = PREDICTED) -> np.ndarray:
        """Return the bin edges that both models share."""
        scores = [self.events(side, event).score for side in SIDES]
        return event_edges(scores[0], scores[1], n_bins, scheme)

    def members(
        self, side: str, bin: int, *, n_bins: int, scheme: str, event: str = PREDICTED
    ) -> pd.DataFrame:
        """Return the examples in one bin of one model's diagram.

        Returns
        -------
        DataFrame
            ``id``, the segments, ``label``, ``predicted_original``, ``predicted_compressed``,
            ``confidence_original``, ``confidence_compressed`` (the probability of the event),
            ``confidence_difference`` (compressed minus original), ``outcome`` and, where known,
            ``phenomenon``; the largest absolute difference first.
        """
        score = {each: self.events(each, event).score for each in SIDES}
        if side not in score:
            raise UnknownName("side of the pair", side, score)
        index = bin_index(score[side], self.edges(n_bins, scheme, event))
        rows = np.flatnonzero(index == bin)
        difference = score["compressed"] - score["original"]
        rows = rows[np.argsort(-np.abs(difference[rows]), kind="stable")]
        columns = ["id", *self.task.segments, "label"]
        frame = self.examples.iloc[rows][columns].reset_index(drop=True)
        codes = {each: self.probabilities[each].argmax(axis=1) for each in SIDES}
        for each in SIDES:
            frame[f"predicted_{each}"] = [self.task.labels[code] for code in codes[each][rows]]
        for each in SIDES:
            frame[f"confidence_{each}"] = score[each][rows]
        frame["confidence_difference"] = difference[rows]
        frame["outcome"] = outcomes(self.gold, codes["original"], codes["compressed"])[rows]
        if "phenomenon" in self.examples:
            frame["phenomenon"] = self.examples["phenomenon"].to_numpy()[rows]
        return frame


def validation_predictions(
    pair: Comparison,
) -> tuple[np.ndarray, np.ndarray, np.ndarray] | None:
    """Return both models' validation probabilities and the labels; None where not stored.

    Predictions of another version of a model are not its own, and do not count.
    """
    names = pair.original.name, pair.compressed.name
    try:
        held = compare(pair.results.store, pair.task.id, *names, split="validation")
        gold = held.gold
    except (DataError, ResultError, UnknownName):
        return None
    same = (
        held.original.fingerprint == pair.original.fingerprint
        and held.compressed.fingerprint == pair.compressed.fingerprint
    )
    return (held.original.probabilities, held.compressed.probabilities, gold) if same else None

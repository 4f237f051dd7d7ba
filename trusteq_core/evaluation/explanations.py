"""The stored attributions of one model by one explainer, example by example."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from trusteq_core.attribution import Attribution
from trusteq_core.errors import ResultError
from trusteq_core.tasks import Task

__all__ = ["Explanations", "attribution_rows"]


@dataclass(frozen=True, slots=True, eq=False)
class Explanations:
    """Attributions of many examples, as they are stored.

    Attributes
    ----------
    ids : tuple of str
        The explained examples, in stored order.
    starts : ndarray of int, shape (n + 1,)
        Words of example i are rows ``starts[i]:starts[i + 1]``.
    values, errors : ndarray, shape (rows, K)
        Signed attributions and their standard errors (NaN where not estimated).
    base, full : ndarray, shape (n, K)
        Probabilities with every word masked, and of the example as it is.
    evaluations : ndarray of int, shape (n,)
        Distinct masked inputs that were evaluated.
    """

    ids: tuple[str, ...]
    starts: np.ndarray
    values: np.ndarray
    errors: np.ndarray
    base: np.ndarray
    full: np.ndarray
    evaluations: np.ndarray

    @classmethod
    def from_frame(cls, frame: pd.DataFrame, task: Task) -> Explanations:
        """Read an attributions frame.

        Raises
        ------
        ResultError
            If a column is missing, or the words of an example are not 0, 1, 2, ... in order.
        """
        columns = {
            name: [f"{name}_{label}" for label in task.labels]
            for name in ("value", "error", "base", "full")
        }
        needed = [
            "id",
            "word",
            "evaluations",
            *(name for each in columns.values() for name in each),
        ]
        missing = [name for name in needed if name not in frame.columns]
        if missing:
            raise ResultError(
                f"These attributions lack the column(s) {', '.join(missing)}; they do not belong "
                f'to task "{task.id}". Compute them again.'
            )
        word = frame["word"].to_numpy()
        firsts = np.flatnonzero(word == 0)
        starts = np.append(firsts, len(frame))
        ids = frame["id"].to_numpy()[firsts]
        in_order = np.concatenate([np.arange(n) for n in np.diff(starts)] or [np.empty(0)])
        if len(in_order) != len(word) or (in_order != word).any() or len(set(ids)) != len(ids):
            raise ResultError("These attributions are not in word order. Compute them again.")
        return cls(
            ids=tuple(ids),
            starts=starts,
            values=frame[columns["value"]].to_numpy(),
            errors=frame[columns["error"]].to_numpy(),
            base=frame[columns["base"]].to_numpy()[firsts],
            full=frame[columns["full"]].to_numpy()[firsts],
            evaluations=frame["evaluations"].to_numpy()[firsts],
        )

    def __len__(self) -> int:
        return len(self.ids)

    def take(self, ids: Sequence[str]) -> Explanations:
        """Return the explanations of these examples, in this order; all must be there."""
        place = {example: position for position, example in enumerate(self.ids)}
        chosen = np.array([place[example] for example in ids], dtype=int)
        spans = [np.arange(self.starts[i], self.starts[i + 1]) for i in chosen]
        rows = np.concatenate(spans) if spans else np.empty(0, dtype=int)
        return Explanations(
            ids=tuple(ids),
            starts=np.cumsum([0, *(len(span) for span in spans)]),
            values=self.values[rows],
            errors=self.errors[rows],
            base=self.base[chosen],
            full=self.full[chosen],
            evaluations=self.evaluations[chosen],
        )

    def n_words(self) -> np.ndarray:
        """Return the number of words of each example, shape (n,)."""
        return np.diff(self.starts)

    def towards(self, classes: np.ndarray) -> list[np.ndarray]:
        """Return each example's attribution towards its class.

        Parameters
        ----------
        classes : ndarray of int, shape (n,)
            Position of the explained class of each example.

        Returns
        -------
        list of ndarray, each of shape (n_words_i,)
        """
        return self._towards(self.values, classes)

    def errors_towards(self, classes: np.ndarray) -> list[np.ndarray]:
        """Return the standard errors of what `towards` returns."""
        return self._towards(self.errors, classes)

    def _towards(self, table: np.ndarray, classes: np.ndarray) -> list[np.ndarray]:
        picked = table[np.arange(len(table)), np.repeat(classes, self.n_words())]
        return np.split(picked, self.starts[1:-1])

    def of(self, place: int, target: int) -> tuple[np.ndarray, np.ndarray]:
        """Return values and errors of one example towards one class, each (n_words,) float64."""
        span = slice(self.starts[place], self.starts[place + 1])
        return self.values[span, target].astype(float), self.errors[span, target].astype(float)


def attribution_rows(example_id: str, attribution: Attribution, task: Task) -> pd.DataFrame:
    """Return one attribution as rows of an attributions frame, one a word."""
    n_words = len(attribution.values)
    errors = attribution.errors
    if errors is None:
        errors = np.full(attribution.values.shape, np.nan)
    columns: dict[str, object] = {"id": [example_id] * n_words, "word": np.arange(n_words)}
    for k, label in enumerate(task.labels):
        columns[f"value_{label}"] = attribution.values[:, k]
        columns[f"error_{label}"] = errors[:, k]
    for k, label in enumerate(task.labels):
        columns[f"base_{label}"] = np.full(n_words, attribution.base[k])
        columns[f"full_{label}"] = np.full(n_words, attribution.full[k])
    columns["evaluations"] = np.full(n_words, attribution.evaluations)
    return pd.DataFrame(columns)

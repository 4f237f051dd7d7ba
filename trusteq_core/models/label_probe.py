"""What the outputs of a model look like, judged by labelled examples."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import permutations

import numpy as np

from trusteq_core.errors import DataError
from trusteq_core.tasks import Task

__all__ = ["MOST_LABELS", "LabelFinding", "probe_labels"]

_CHANCE_FINDING = 1e-4  # how seldom a clear finding comes about where two orders are equally good
MOST_LABELS = 6
"""The most labels a task may have for all their orders to be tried: 720."""


@dataclass(frozen=True, slots=True)
class LabelFinding:
    """The order of labels under which a model's answers are right most often.

    Attributes
    ----------
    order : tuple of str
        The label that each output looks like, in the order of the outputs.
    accuracy : float
        Under this order.
    assumed : float
        Accuracy under the order that was assumed.
    runner_up : float
        Accuracy under the next best order.
    n : int
        Number of examples.
    clear : bool
        Whether the best order beats the next best by more than chance (two-sided sign test on the
        examples that only one of them gets right, p < 0.0001).
    differs : bool
        Whether the best order is another than the assumed one.
    """

    order: tuple[str, ...]
    accuracy: float
    assumed: float
    runner_up: float
    n: int
    clear: bool
    differs: bool

    def sentence(self) -> str:
        """Return the finding in words.

        Examples
        --------
        >>> LabelFinding(("b", "a"), 0.9, 0.1, 0.1, 200, True, True).sentence()
        'outputs 0, 1 look like b, a: accuracy 0.90 on 200 examples against 0.10 as they stand'
        """
        numbers = ", ".join(map(str, range(len(self.order))))
        return (
            f"outputs {numbers} look like {', '.join(self.order)}: accuracy {self.accuracy:.2f} on "
            f"{self.n:,} examples against {self.assumed:.2f} as they stand"
        )


def probe_labels(
    outputs: np.ndarray, y: np.ndarray, task: Task, assumed: Sequence[str]
) -> LabelFinding:
    """Return which label each output looks like: the order with the highest accuracy of all.

    Parameters
    ----------
    outputs : ndarray, shape (n, K)
        The model's outputs or probabilities, in its own order.
    y : ndarray of int, shape (n,)
        Gold labels as positions among the task's labels.
    task : Task
        The task; at most six labels.
    assumed : sequence of str
        The labels in the order of the outputs, as they are assumed to stand.

    Raises
    ------
    DataError
        If there is no example, or the task has more than six labels.
    """
    # Imported here: reading stored results passes by this module, and scipy takes long to import.
    from scipy.stats import binomtest

    if not len(y):
        raise DataError("The order of labels cannot be judged without labelled examples.")
    if len(task.labels) > MOST_LABELS:
        raise DataError(
            f"The order of {len(task.labels)} labels is not judged by trying all. Say it: "
            "--label-order."
        )
    answers = np.asarray(outputs).argmax(axis=1)
    codes = np.array(list(permutations(range(len(task.labels)))))  # (orders, K): label of output
    right = codes[:, answers] == y
    ranked = np.argsort(-right.sum(axis=1), kind="stable")
    best, second = ranked[0], ranked[1]
    mine = [task.label_index(label) for label in assumed]
    won, lost = (right[a] & ~right[b] for a, b in ((best, second), (second, best)))
    one_right = int(won.sum() + lost.sum())
    clear = one_right > 0 and binomtest(int(won.sum()), one_right).pvalue < _CHANCE_FINDING
    return LabelFinding(
        order=tuple(task.labels[code] for code in codes[best]),
        accuracy=float(right[best].mean()),
        assumed=float((np.array(mine)[answers] == y).mean()),
        runner_up=float(right[second].mean()),
        n=len(y),
        clear=bool(clear),
        differs=codes[best].tolist() != mine,
    )

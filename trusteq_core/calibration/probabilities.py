"""Tables of predicted probabilities: checks, and the binary events that calibration is about."""

from __future__ import annotations

import numpy as np

from trusteq_core.errors import DataError

__all__ = [
    "TOLERANCE",
    "check_events",
    "check_labels",
    "check_probabilities",
    "positive_class",
    "softmax",
    "top_label",
]

TOLERANCE = 1e-3
"""How far the sum of a row of probabilities may be from one."""

_ROUNDING = 1e-12


def check_probabilities(p: np.ndarray) -> np.ndarray:
    """Return probabilities as float64 rows that sum to one, or say what is wrong.

    Parameters
    ----------
    p : ndarray, shape (n, K)
        One row an example, one column a class, at least one row and two columns.

    Returns
    -------
    ndarray of float64, shape (n, K)
        Renormalised.

    Raises
    ------
    DataError
        If the shape is wrong, a value is NaN, infinite or negative, or a row is more than 0.001
        away from summing to one.

    Examples
    --------
    >>> check_probabilities([[0.25, 0.75]])
    array([[0.25, 0.75]])
    """
    p = _table(p, "probabilities")
    sums = p.sum(axis=1)
    negative, off = (p < 0).any(axis=1), np.abs(sums - 1.0) > TOLERANCE
    if negative.any() or off.any():
        if p.min() < 0 or p.max() > 1 + TOLERANCE:
            row = int(np.argmax((p < 0).any(axis=1) | (p.max(axis=1) > 1 + TOLERANCE)))
            raise DataError(
                f"Row {row} holds values outside 0..1 ({_shown(p[row])}); these look like logits. "
                "Pass probabilities, or say that they are logits so that a softmax is taken."
            )
        row = int(np.argmax(off))
        raise DataError(
            f"{int(off.sum())} of {len(p)} rows do not sum to 1 (within {TOLERANCE}), first row "
            f"{row} with sum {sums[row]:.6g}. Pass one probability for every class."
        )
    # A row that sums to one up to rounding stays as it is, so that no value crosses a bin edge.
    inexact = np.abs(sums - 1.0) > _ROUNDING
    return np.where(inexact[:, None], p / sums[:, None], p) if inexact.any() else p


def softmax(logits: np.ndarray) -> np.ndarray:
    """Return the probabilities of a table of logits, in float64.

    Raises
    ------
    DataError
        If the shape is wrong, a value is NaN or infinite, or every row already is a probability
        distribution (a softmax of probabilities would be silently wrong).

    Examples
    --------
    >>> softmax([[0.0, np.log(3.0)]])
    array([[0.25, 0.75]])
    """
    logits = _table(logits, "logits")
    if logits.min() >= 0 and (np.abs(logits.sum(axis=1) - 1.0) <= TOLERANCE).all():
        raise DataError(
            "These logits are probabilities already: every row is non-negative and sums to 1. "
            "Pass them as probabilities."
        )
    raised = np.exp(logits - logits.max(axis=1, keepdims=True))
    return raised / raised.sum(axis=1, keepdims=True)


def check_labels(y: np.ndarray, p: np.ndarray) -> np.ndarray:
    """Return the gold labels as positions 0..K-1 among the columns of `p`, one for each row.

    Raises
    ------
    DataError
        If there is not one whole number for each row, or one lies outside 0..K-1.
    """
    n, n_classes = np.shape(p)
    y = np.asarray(y)
    if y.shape != (n,):
        raise DataError(f"{n} rows of probabilities need {n} labels, got shape {y.shape}.")
    if not np.issubdtype(y.dtype, np.integer):
        raise DataError(
            f"Labels must be column numbers 0 to {n_classes - 1}, got {y.dtype} values. "
            "Look the label names up in the task's list of labels first."
        )
    if y.min() < 0 or y.max() >= n_classes:
        row = int(np.argmax((y < 0) | (y >= n_classes)))
        raise DataError(f"Label {y[row]} of row {row} is none of 0 to {n_classes - 1}.")
    return y.astype(np.intp, copy=False)


def top_label(p: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return confidence and correctness of the predicted labels.

    Parameters
    ----------
    p : ndarray, shape (n, K)
        Probabilities.
    y : ndarray of int, shape (n,)
        Gold labels as column numbers.

    Returns
    -------
    confidence : ndarray, shape (n,)
        The largest probability of each row.
    correct : ndarray of float, shape (n,)
        1 where its column (the first, in a tie) is the gold label, else 0.

    Raises
    ------
    DataError
        If the probabilities or labels break their contract.

    Examples
    --------
    >>> top_label([[0.2, 0.8], [0.5, 0.5]], np.array([1, 1]))
    (array([0.8, 0.5]), array([1., 0.]))
    """
    p = check_probabilities(p)
    y = check_labels(y, p)
    predicted = p.argmax(axis=1)
    # Renormalising may leave a confidence one rounding step above one.
    confidence = np.minimum(p[np.arange(len(p)), predicted], 1.0)
    return confidence, (predicted == y).astype(float)


def positive_class(p: np.ndarray, y: np.ndarray, k: int = 1) -> tuple[np.ndarray, np.ndarray]:
    """Return the probability of class k and whether k is the gold label.

    The other way to look at a binary task; every function of confidence and correctness takes
    the pair in place of :func:`top_label`'s.

    Raises
    ------
    DataError
        If the probabilities or labels break their contract, or there is no class k.

    Examples
    --------
    >>> positive_class([[0.9, 0.1], [0.3, 0.7]], np.array([0, 1]))
    (array([0.1, 0.7]), array([0., 1.]))
    """
    p = check_probabilities(p)
    y = check_labels(y, p)
    if not 0 <= k < p.shape[1]:
        raise DataError(f"There is no class {k}; the classes are 0 to {p.shape[1] - 1}.")
    return np.minimum(p[:, k], 1.0), (y == k).astype(float)


def check_events(confidence: np.ndarray, correct: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return confidences and 0/1 outcomes as float64 arrays of one shape (n,), n >= 1.

    Raises
    ------
    DataError
        If the shapes differ, there are no rows, a confidence lies outside 0..1, or an outcome is
        neither 0 nor 1.
    """
    confidence = np.asarray(confidence, dtype=float)
    correct = np.asarray(correct, dtype=float)
    if confidence.shape != correct.shape or confidence.ndim != 1 or confidence.size == 0:
        raise DataError(
            f"Confidences of shape {confidence.shape} and outcomes of shape {correct.shape} do "
            "not fit: both need shape (n,) with n >= 1."
        )
    if not ((confidence >= 0) & (confidence <= 1)).all():
        raise DataError("Confidences must lie between 0 and 1.")
    if not ((correct == 0) | (correct == 1)).all():
        raise DataError("Outcomes must be 0 (wrong) or 1 (right).")
    return confidence, correct


def _table(values: np.ndarray, what: str) -> np.ndarray:
    """Return a finite float64 table with at least one row and two columns."""
    try:
        table = np.asarray(values, dtype=float)
    except (TypeError, ValueError) as error:
        raise DataError(f"The {what} are not a table of numbers: {error}.") from error
    if table.ndim != 2 or table.shape[0] == 0 or table.shape[1] < 2:
        raise DataError(
            f"The {what} have shape {table.shape}; needed is (n, K): at least one row, one "
            "column for each of at least two classes."
        )
    finite = np.isfinite(table).all(axis=1)
    if not finite.all():
        row = int(np.argmin(finite))
        raise DataError(
            f"{int((~finite).sum())} of {len(table)} rows of the {what} hold NaN or infinite "
            f"values, first row {row} ({_shown(table[row])})."
        )
    return table


def _shown(row: np.ndarray) -> str:
    shown = ", ".join(f"{value:.4g}" for value in row[:4])
    return shown + (", …" if row.size > 4 else "")

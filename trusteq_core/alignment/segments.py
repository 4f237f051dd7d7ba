"""How an attribution divides between the segments of a text pair."""

from __future__ import annotations

import numpy as np

from trusteq_core.errors import DataError

__all__ = ["segment_share"]


def segment_share(
    values: np.ndarray, segments: np.ndarray, n_segments: int | None = None
) -> np.ndarray:
    """Return the share of the total absolute attribution that falls on each segment.

    Parameters
    ----------
    values : ndarray, shape (n_words,)
        Signed attribution of one example; NaN words count as zero.
    segments : ndarray of int, shape (n_words,)
        Segment number of each word.
    n_segments : int, optional
        Number of segments; by default the largest number that occurs, plus one.

    Returns
    -------
    ndarray, shape (n_segments,)
        Each 0 to 1, adding up to 1; all NaN where the attribution is zero throughout.

    Raises
    ------
    DataError
        If the two arrays differ in length.

    Examples
    --------
    >>> segment_share(np.array([0.2, -0.1, 0.3]), np.array([0, 0, 1]))
    array([0.5, 0.5])
    """
    size = np.abs(np.nan_to_num(np.asarray(values, dtype=float), nan=0.0))
    segments = np.asarray(segments, dtype=int)
    if size.ndim != 1 or size.shape != segments.shape:
        raise DataError(
            f"Attribution of shape {size.shape} and segment numbers of shape {segments.shape} "
            "do not fit: both need shape (n_words,)."
        )
    totals = np.bincount(segments, weights=size, minlength=n_segments or 0)
    whole = totals.sum()
    return totals / whole if whole > 0 else np.full(totals.shape, np.nan)

"""Both models' attributions of one example, one row a word: what the word panels draw."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import numpy as np
import pandas as pd

from trusteq_core.alignment import top_k
from trusteq_core.tasks import Task, word_grid

__all__ = ["word_frame"]


def word_frame(
    task: Task,
    texts: Sequence[str],
    *,
    values: tuple[np.ndarray, np.ndarray],
    errors: tuple[np.ndarray | None, np.ndarray | None] = (None, None),
    k: int = 5,
    reasons: Collection[int] = (),
) -> pd.DataFrame:
    """Return one row per word of an example: both models' attributions and ranks.

    Parameters
    ----------
    task : Task
        Its segments name the texts.
    texts : sequence of str
        The texts of the example.
    values : pair of ndarray, each of shape (n_words,)
        Attributions of the original and the compressed model towards the explained class, signed;
        NaN for a word that the model does not read.
    errors : pair of ndarray or None
        Their standard errors, where estimated.
    k : int
        Number of top words.
    reasons : collection of int
        Word-grid indices of the words known to decide the label.

    Returns
    -------
    DataFrame
        ``segment`` (name), ``position`` (in its segment), ``word``, ``value_original``,
        ``value_compressed`` (signed, in probability), ``difference`` (compressed minus original),
        ``error_original``, ``error_compressed`` (NaN where not estimated), ``rank_original``,
        ``rank_compressed`` (1 is the largest absolute value), ``top_original``,
        ``top_compressed``, ``reason`` (a known deciding word).

    Examples
    --------
    >>> from trusteq_core.tasks import get_task
    >>> frame = word_frame(
    ...     get_task("nli"), ("A dog", "A cat"), k=1,
    ...     values=(np.array([0.0, 0.5, 0.1, -0.2]), np.array([0.0, 0.1, 0.1, -0.4])),
    ... )
    >>> frame.loc[frame["top_original"], "word"].item()
    'dog'
    >>> frame.loc[frame["top_compressed"], ["segment", "word"]].values.tolist()
    [['hypothesis', 'cat']]
    """
    words = word_grid(texts).words
    columns: dict[str, object] = {
        "segment": [task.segments[word.segment] for word in words],
        "position": [word.position for word in words],
        "word": [word.text for word in words],
    }
    pair = dict(zip(("original", "compressed"), zip(values, errors, strict=True), strict=True))
    for side, (value, _) in pair.items():
        columns[f"value_{side}"] = np.asarray(value, dtype=float)
    columns["difference"] = np.asarray(values[1], dtype=float) - np.asarray(values[0], dtype=float)
    for side, (_, error) in pair.items():
        columns[f"error_{side}"] = np.full(len(words), np.nan) if error is None else error
    ranks = {side: _ranks(value) for side, (value, _) in pair.items()}
    columns |= {f"rank_{side}": rank for side, rank in ranks.items()}
    columns |= {f"top_{side}": rank <= k for side, rank in ranks.items()}
    columns["reason"] = [index in reasons for index in range(len(words))]
    return pd.DataFrame(columns)


def _ranks(values: np.ndarray) -> np.ndarray:
    """Return the rank of each word by absolute value, from 1; ties go to the earlier word."""
    return np.argsort(top_k(values, max(1, len(values)))) + 1

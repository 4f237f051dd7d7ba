"""All overlap measures of many examples at once, as a frame."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from trusteq_core.alignment.agreement import (
    feature_agreement,
    rank_agreement,
    sign_agreement,
    signed_rank_agreement,
)
from trusteq_core.alignment.chance import chance_corrected, chance_jaccard
from trusteq_core.alignment.correlation import cosine, kendall, rbo, spearman
from trusteq_core.alignment.pairs import pad, pair
from trusteq_core.alignment.top import jaccard_at_k

__all__ = ["overlap_table"]


def overlap_table(a: Sequence[np.ndarray], b: Sequence[np.ndarray], k: int) -> pd.DataFrame:
    """Score the overlap of two models' attributions, one row per example.

    Parameters
    ----------
    a, b : sequence of n ndarrays, each of shape (n_words_i,)
        Signed attributions towards the class that is explained, the same examples in order.
    k : int
        Number of top words.

    Returns
    -------
    DataFrame
        Columns ``n_words, jaccard, chance, corrected, feature_agreement, rank_agreement,
        sign_agreement, signed_rank_agreement, spearman, kendall, rbo, cosine``; NaN where a
        measure is not defined for the example.

    Raises
    ------
    DataError
        If an example has different numbers of words in `a` and `b`, or `k` is not allowed.

    Examples
    --------
    >>> frame = overlap_table([[3, 2, 1]], [[3, 1, 2]], k=2)
    >>> frame[["n_words", "jaccard", "chance", "spearman"]].round(3).to_dict("records")
    [{'n_words': 3, 'jaccard': 0.333, 'chance': 0.556, 'spearman': 0.5}]
    """
    left, right = pad(a), pad(b)
    n_words = pair(left, right).n_words
    jaccard = jaccard_at_k(left, right, k)
    return pd.DataFrame(
        {
            "n_words": n_words,
            "jaccard": jaccard,
            "chance": np.where(np.isnan(jaccard), np.nan, chance_jaccard(n_words, k)),
            "corrected": chance_corrected(jaccard, n_words, k),
            "feature_agreement": feature_agreement(left, right, k),
            "rank_agreement": rank_agreement(left, right, k),
            "sign_agreement": sign_agreement(left, right, k),
            "signed_rank_agreement": signed_rank_agreement(left, right, k),
            "spearman": spearman(left, right),
            "kendall": kendall(left, right),
            "rbo": rbo(left, right),
            "cosine": cosine(left, right),
        }
    )

"""The four top-K agreements of Krishna et al.: same words, then same ranks, same signs, both.

All take signed attributions of shape (..., n_words) and `k`, return the share of the K places
that agree (0 to 1, higher is more alike), are NaN where Jaccard@K is, and raise `DataError` for
shapes that differ.

References
----------
Krishna et al., "The Disagreement Problem in Explainable Machine Learning", 2022,
arXiv:2202.01602.
"""

from __future__ import annotations

import numpy as np

from trusteq_core.alignment.pairs import Pair, check_k, one_or_many, pair
from trusteq_core.alignment.top import has_top, shared_top, top_order

__all__ = ["feature_agreement", "rank_agreement", "sign_agreement", "signed_rank_agreement"]


def feature_agreement(a: np.ndarray, b: np.ndarray, k: int) -> np.ndarray | float:
    """Return the share of the top-K words that both attributions name.

    Examples
    --------
    >>> feature_agreement([3, 2, 1, 0], [2, -3, 0, 1], k=2)
    1.0
    """
    return one_or_many(shared_top(pair(a, b), k) / k)


def rank_agreement(a: np.ndarray, b: np.ndarray, k: int) -> np.ndarray | float:
    """Return the share of the top-K places that hold the same word in both attributions.

    Examples
    --------
    >>> rank_agreement([3, 2, 1, 0], [3, 1, 2, 0], k=2)
    0.5
    """
    return _share(pair(a, b), k, same_rank=True, same_sign=False)


def sign_agreement(a: np.ndarray, b: np.ndarray, k: int) -> np.ndarray | float:
    """Return the share of the top-K words that both attributions name with the same sign.

    Examples
    --------
    >>> sign_agreement([3, 2, 1, 0], [2, -3, 0, 1], k=2)
    0.5
    """
    return _share(pair(a, b), k, same_rank=False, same_sign=True)


def signed_rank_agreement(a: np.ndarray, b: np.ndarray, k: int) -> np.ndarray | float:
    """Return the share of the top-K places that hold the same word with the same sign.

    Examples
    --------
    >>> signed_rank_agreement([3, 2, 1, 0], [3, -2, 1, 0], k=2)
    0.5
    """
    return _share(pair(a, b), k, same_rank=True, same_sign=True)


def _share(both: Pair, k: int, *, same_rank: bool, same_sign: bool) -> np.ndarray | float:
    k = check_k(k)
    first = top_order(both.a, both.present)[..., :k, None]
    second = top_order(both.b, both.present)[..., None, :k]
    agree = first == second  # (..., place in a, place in b)
    if same_rank:
        agree &= np.eye(agree.shape[-2], agree.shape[-1], dtype=bool)
    if same_sign:
        signs = np.sign(both.a) == np.sign(both.b)
        agree &= np.take_along_axis(signs, first[..., 0], axis=-1)[..., None]
    return one_or_many(np.where(has_top(both, k), agree.sum(axis=(-2, -1)) / k, np.nan))

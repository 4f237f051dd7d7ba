"""Designs of coalitions for estimating Shapley values."""

from __future__ import annotations

from itertools import combinations
from math import comb

import numpy as np

__all__ = ["all_coalitions", "allocate_pairs", "pairs_of_size", "sample_pairs"]


def all_coalitions(n_players: int) -> np.ndarray:
    """Return every coalition, bool of shape (2**n_players, n_players), the empty one first.

    Examples
    --------
    >>> all_coalitions(2).astype(int)
    array([[0, 0],
           [1, 0],
           [0, 1],
           [1, 1]])
    """
    numbers = np.arange(2**n_players, dtype=np.int64)
    return (numbers[:, None] >> np.arange(n_players)) & 1 == 1


def pairs_of_size(n_players: int, size: int) -> int:
    """Return how many pairs (a coalition of this size and its complement) there are."""
    return comb(n_players, size) // (2 if 2 * size == n_players else 1)


def allocate_pairs(n_players: int, pairs: int) -> np.ndarray:
    """Share pairs among the sizes 1..n_players // 2, as evenly as their number allows.

    Equal shares are the leverage scores of the Shapley regression: they give small and large
    coalitions, which are few, all or nearly all of their members.

    Returns
    -------
    ndarray of int, shape (n_players // 2,)
        Pairs for sizes 1, 2, ...; never more than exist.

    Examples
    --------
    >>> allocate_pairs(16, 200)
    array([16, 27, 27, 26, 26, 26, 26, 26])
    """
    sizes = range(1, n_players // 2 + 1)
    room = [pairs_of_size(n_players, size) for size in sizes]
    share = np.zeros(len(room), dtype=int)
    left = min(pairs, sum(room))
    # Small strata fill up first; what they cannot take goes to the others.
    for filled, place in enumerate(sorted(range(len(room)), key=lambda index: room[index])):
        share[place] = min(room[place], -(-left // (len(room) - filled)))
        left -= share[place]
    return share


def sample_pairs(n_players: int, size: int, count: int, rng: np.random.Generator) -> np.ndarray:
    """Draw distinct coalitions of one size, no two of them complements of each other.

    Parameters
    ----------
    n_players, size : int
        With ``1 <= size <= n_players / 2``.
    count : int
        At most ``pairs_of_size(n_players, size)``.
    rng : numpy.random.Generator

    Returns
    -------
    ndarray of bool, shape (count, n_players)
        In random order, so that every leading part is a random sample too.
    """
    # Of the two halves of an even split, the one with the first player stands for the pair.
    halves = 2 * size == n_players
    if pairs_of_size(n_players, size) <= 2 * count:
        if halves:
            rows = np.array([(0, *rest) for rest in combinations(range(1, n_players), size - 1)])
        else:
            rows = np.array(list(combinations(range(n_players), size)))
        return _from_members(rng.permutation(rows)[:count], n_players)
    drawn: dict[bytes, np.ndarray] = {}
    while len(drawn) < count:
        order = rng.random((count, n_players)).argpartition(size - 1, axis=1)
        keep = _from_members(order[:, :size], n_players)
        if halves:
            keep ^= ~keep[:, :1]
        keys = np.packbits(keep, axis=1)
        for key, row in zip(keys, keep, strict=True):
            drawn.setdefault(key.tobytes(), row)
    return np.array(list(drawn.values())[:count])


def _from_members(members: np.ndarray, n_players: int) -> np.ndarray:
    """Turn rows of player numbers into rows of True and False."""
    keep = np.zeros((len(members), n_players), dtype=bool)
    np.put_along_axis(keep, members, True, axis=1)
    return keep

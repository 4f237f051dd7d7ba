"""Is a slice unlike the rest? The values are dealt out anew, exactly or by drawing."""

from __future__ import annotations

import numpy as np

__all__ = ["N_DRAWS", "exact_p_values", "permutation_p_values"]

N_DRAWS = 4999
_CHUNK = 500


def exact_p_values(values: np.ndarray, members: np.ndarray) -> np.ndarray:
    """Return what `permutation_p_values` estimates, exactly, where all values are -1, 0 or 1.

    A slice of m examples then holds g of the G ones and l of the L minus ones with the
    probability of drawing them from an urn (multivariate hypergeometric).

    Parameters
    ----------
    values : ndarray, shape (n,)
        -1, 0 or 1 for each example.
    members : ndarray of bool, shape (slices, n)
        Which examples belong to which slice.

    Returns
    -------
    ndarray, shape (slices,)
        Two-sided p-values.

    Examples
    --------
    Both ones of four examples in a slice of two: one deal in six, and one as far the other way.

    >>> in_two = np.array([[True, True, False, False]])
    >>> round(float(exact_p_values(np.array([1.0, 1.0, 0.0, 0.0]), in_two)[0]), 4)
    0.3333
    """
    from scipy.special import gammaln  # slow to import

    n, gained, lost = len(values), int((values > 0).sum()), int((values < 0).sum())
    log = gammaln(np.arange(n + 1) + 1.0)
    g, l_ = np.arange(gained + 1)[:, None], np.arange(lost + 1)[None, :]
    ways = _log_choose(log, gained, g) + _log_choose(log, lost, l_)  # of the ones and minus ones
    sums = members @ values
    p_values = np.empty(len(members))
    for row, size in enumerate(members.sum(axis=1)):
        others = size - g - l_
        rest = n - gained - lost
        possible = (others >= 0) & (others <= rest)
        chosen = np.where(possible, others, 0)
        chance = np.exp(ways + _log_choose(log, rest, chosen) - _log_choose(log, n, size))
        mean = size * (gained - lost) / n
        reached = np.abs(g - l_ - mean) >= abs(sums[row] - mean) - 1e-9
        p_values[row] = min(1.0, float(chance[possible & reached].sum()))
    return p_values


def permutation_p_values(
    values: np.ndarray,
    members: np.ndarray,
    *,
    groups: np.ndarray | None = None,
    seed: int = 0,
    n_draws: int = N_DRAWS,
) -> np.ndarray:
    """Return, for each slice, how often chance would set it as far apart from the rest.

    The values are dealt out anew, so the p-values hold however rare flips are. With groups, whole
    groups change places with groups of their size.

    Parameters
    ----------
    values : ndarray, shape (n,)
        One number an example.
    members : ndarray of bool, shape (slices, n)
        Which examples belong to which slice.
    groups : ndarray, shape (n,), optional
        Group of each example.
    seed : int
        Seed of the draws.
    n_draws : int
        Number of draws; no p-value is below ``1 / (n_draws + 1)``.

    Returns
    -------
    ndarray, shape (slices,)
        Two-sided p-values.
    """
    if not len(members):
        return np.empty(0)
    rng = np.random.default_rng(seed)
    blocks = _blocks(groups, len(values))
    residual = np.asarray(values, dtype=float).copy()
    for block in blocks:
        residual[block] -= residual[block].mean(axis=0)
    inside = np.asarray(members, dtype=np.float32)
    residual32 = residual.astype(np.float32)
    observed = np.abs(inside @ residual32)
    reached = np.zeros(len(inside))
    for start in range(0, n_draws, _CHUNK):
        size = min(_CHUNK, n_draws - start)
        dealt = np.empty((size, len(values)), dtype=np.float32)
        for block in blocks:
            order = rng.permuted(np.tile(np.arange(len(block)), (size, 1)), axis=1)
            dealt[:, block] = residual32[block][order]
        # A tie counts as reached: rounding must not make a p-value smaller.
        reached += (np.abs(dealt @ inside.T) >= observed * (1 - 1e-5) - 1e-5).sum(axis=0)
    return (1 + reached) / (1 + n_draws)


def _log_choose(log: np.ndarray, n: int, k: np.ndarray) -> np.ndarray:
    """Return the logarithm of n over k, from a table of log-factorials."""
    return log[n] - log[k] - log[n - k]


def _blocks(groups: np.ndarray | None, n: int) -> list[np.ndarray]:
    """Return positions by group, one array of shape (groups, size) for each size of group."""
    if groups is None:
        return [np.arange(n)[:, None]]
    by_group: dict[object, list[int]] = {}
    for place, group in enumerate(groups):
        by_group.setdefault(group, []).append(place)
    sizes = sorted({len(places) for places in by_group.values()})
    return [np.array([each for each in by_group.values() if len(each) == s]) for s in sizes]

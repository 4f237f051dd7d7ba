"""Owen values over a tree of words, by shap's PartitionExplainer."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from functools import cache
from typing import Any

import numpy as np

from trusteq_core.attribution.attribution import Estimate
from trusteq_core.attribution.engine import ValueFunction

__all__ = ["partition_values", "word_tree"]


def partition_values(
    value: ValueFunction, *, seed: int = 0, evaluations: int = 500, batch: int = 32
) -> Estimate:
    """Return Owen values of the words: Shapley values that respect a tree of coalitions.

    The recursion is ``shap.PartitionExplainer.owen``, best node first. A budget below what the
    whole tree needs (about two thirds of the squared number of words) leaves the credit of
    unopened nodes shared equally among their words.

    Parameters
    ----------
    value : ValueFunction
        The example to explain.
    seed : int
        Not used: ties between nodes are broken the same way for every seed.
    evaluations : int
        Coalitions that may be asked for, duplicates included.
    batch : int
        Coalitions asked for at a time; it matters to the result only if the budget is short.

    Returns
    -------
    Estimate
        Values of shape (n_players, K), signed, in probability; they add up to
        ``value.full - value.base``. Nothing is sampled, so there are no errors.

    References
    ----------
    Lundberg and Lee (2017), arXiv:1705.07874; Owen (1977), doi:10.1007/978-3-642-45494-3_7.
    """
    del seed
    players = [value.grid.words[index] for index in value.players]
    if len(players) == 1:
        return Estimate((value.full - value.base)[None, :])
    tree = word_tree([word.text for word in players], [word.segment for word in players])
    return Estimate(_owen(value, tree, evaluations, batch))


def word_tree(words: Sequence[str], segments: Sequence[int]) -> np.ndarray:
    """Build the tree: shap's own merging of neighbours within a segment, segments joined last.

    ``shap.maskers._text.partition_tree`` joins the shortest neighbouring groups first, so the
    tree of a segment is nearly balanced; connecting words are reached across late.

    Parameters
    ----------
    words : sequence of str, length n
        At least two.
    segments : sequence of int, length n
        Segment of each word, in ascending order.

    Returns
    -------
    ndarray, shape (n - 1, 4)
        In the format of ``scipy.cluster.hierarchy.linkage``: left, right, height, size; the
        height is the share of all words, as in shap's text masker.

    Examples
    --------
    >>> word_tree(["a", "dog", "sleeps", "a", "cat"], [0, 0, 0, 1, 1])[:, [0, 1, 3]].astype(int)
    array([[0, 1, 2],
           [5, 2, 3],
           [3, 4, 2],
           [6, 7, 5]])
    """
    n = len(words)
    numbers = np.asarray(segments)
    rows: list[tuple[int, int, int]] = []
    roots: list[int] = []
    sizes = [1] * n
    for segment in np.unique(numbers):
        leaves = np.flatnonzero(numbers == segment).tolist()
        names = dict(enumerate(leaves))
        for index, (left, right) in enumerate(_merges([words[leaf] for leaf in leaves])):
            names[len(leaves) + index] = _join(rows, sizes, n, names[left], names[right])
        roots.append(names[2 * len(leaves) - 2])
    top = roots[0]
    for root in roots[1:]:
        top = _join(rows, sizes, n, top, root)
    tree = np.array([(left, right, size / n, size) for left, right, size in rows])
    return tree.reshape(-1, 4)


def _join(rows: list[tuple[int, int, int]], sizes: list[int], n: int, a: int, b: int) -> int:
    """Add a node over nodes `a` and `b` and return its number."""
    sizes.append(sizes[a] + sizes[b])
    rows.append((a, b, sizes[-1]))
    return n + len(rows) - 1


def _merges(words: Sequence[str]) -> list[tuple[int, int]]:
    """Return shap's merges of one segment's words, in order."""
    if len(words) < 2:
        return []
    return [(int(row[0]), int(row[1])) for row in _shap().partition_tree(list(words), [])]


def _members(tree: np.ndarray) -> np.ndarray:
    """Return which words each node holds, bool of shape (2n - 1, n)."""
    n = len(tree) + 1
    members = np.eye(2 * n - 1, n, dtype=bool)
    for row, (left, right) in enumerate(tree[:, :2].astype(int), start=n):
        members[row] = members[left] | members[right]
    return members


def _share_credit(credit: np.ndarray, tree: np.ndarray) -> np.ndarray:
    """Hand the credit left on inner nodes down to their words, in proportion to size."""
    n = len(tree) + 1
    sizes = np.concatenate([np.ones(n), tree[:, 3]])
    credit = credit.copy()
    for node in range(2 * n - 2, n - 1, -1):
        for child in tree[node - n, :2].astype(int):
            credit[child] += credit[node] * sizes[child] / sizes[node]
    return credit[:n]


def _owen(value: ValueFunction, tree: np.ndarray, evaluations: int, batch: int) -> np.ndarray:
    """Run shap's recursion on the value function itself.

    shap's own path to it (``MaskedModel``, sparse masks, a compiled hand-down of credit) costs
    several times the recursion and, in every new process, seconds of compilation; the numbers
    are the same.
    """
    explainer = _shap().Explainer(_Coalitions(value), _Tree(tree))
    explainer._clustering = tree
    explainer._mask_matrix = _members(tree)
    explainer.dvalues = np.zeros((2 * len(tree) + 1, len(value.full)))
    # shap breaks ties between nodes by numpy's global generator: give it a fixed state here and
    # hand back the caller's.
    state = np.random.get_state()  # noqa: NPY002
    np.random.seed(0)  # noqa: NPY002
    try:
        explainer.owen(
            _Coalitions(value), value.base, value.full, evaluations - 2, None, None, batch, True
        )
    finally:
        np.random.set_state(state)  # noqa: NPY002
    return _share_credit(explainer.dvalues, tree)


class _Coalitions:
    """The value function in the shape that shap expects: callable, with a length."""

    def __init__(self, value: ValueFunction) -> None:
        self.value = value

    def __len__(self) -> int:
        return len(self.value.players)

    def __call__(self, keep: np.ndarray) -> np.ndarray:
        return self.value(keep)


class _Tree:
    """A masker that has nothing but a tree; shap reads it lazily because it is callable."""

    def __init__(self, tree: np.ndarray) -> None:
        self.tree = tree

    def clustering(self, *_row: object) -> np.ndarray:
        return self.tree


@cache
def _shap() -> Any:
    """Return the two things of shap that are used, imported by the first explanation."""
    with warnings.catch_warnings():
        # shap's plots call methods that matplotlib is about to deprecate; nothing is drawn here.
        warnings.simplefilter("ignore", PendingDeprecationWarning)
        from shap.explainers import PartitionExplainer
        from shap.maskers._text import partition_tree
    return _Shap(PartitionExplainer, partition_tree)


class _Shap:
    """shap's explainer class and its tree of neighbouring words."""

    def __init__(self, explainer: Any, partition_tree: Any) -> None:
        self.Explainer, self.partition_tree = explainer, partition_tree

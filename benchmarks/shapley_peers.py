"""Estimators of Shapley values, ours and those of other packages, behind one call.

Each takes a game of one example, a number of evaluations and a seed, and gives values for every
word and class. None knows what an evaluation costs; `Game` counts what is asked of it.
"""

from __future__ import annotations

import time
import warnings
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from trusteq_core.attribution.pairs import PairDesign, shapley_regression
from trusteq_core.attribution.partition import word_tree
from trusteq_core.attribution.shapley import shapley_values

__all__ = [
    "ESTIMATORS",
    "OURS",
    "Estimator",
    "Game",
    "quietly",
    "shap_kernel_as_shipped",
    "shap_partition",
]

Answers = Callable[[np.ndarray], np.ndarray]
"""Rows of 0 and 1 over the words in, probabilities (m, K) out."""


@dataclass(slots=True, eq=False)
class Game:
    """The probabilities of one example as a function of the words that are kept.

    Attributes
    ----------
    answers : callable
        Rows over the words in, probabilities out.
    words : tuple of str
        The words that may be masked.
    segments : ndarray of int, shape (n,)
        The segment of each word.
    asked : set of bytes
        The coalitions that were asked for since `start`.
    seconds : float
        The processor time of the answers since `start`.
    """

    answers: Answers = field(repr=False)
    words: tuple[str, ...]
    segments: np.ndarray
    asked: set[bytes] = field(default_factory=set, repr=False)
    seconds: float = 0.0
    base: np.ndarray = field(init=False)
    full: np.ndarray = field(init=False)
    players: np.ndarray = field(init=False)

    def __post_init__(self) -> None:
        n = len(self.words)
        self.base, self.full = self.answers(np.array([np.zeros(n), np.ones(n)]))
        self.players = np.arange(n)

    def start(self) -> None:
        """Forget what was asked for."""
        self.asked.clear()
        self.seconds = 0.0

    @property
    def evaluations(self) -> int:
        """How many distinct coalitions were asked for, the full and the empty one included."""
        n = len(self.words)
        ends = {np.packbits(np.full(n, end)).tobytes() for end in (False, True)}
        return len(self.asked | ends)

    def __call__(self, keep: np.ndarray) -> np.ndarray:
        """Return the probabilities of coalitions, shape (m, K)."""
        started = time.process_time()
        keep = np.asarray(keep).astype(bool)
        self.asked.update(row.tobytes() for row in np.packbits(keep, axis=1))
        answers = self.answers(keep)
        self.seconds += time.process_time() - started
        return answers


Estimator = Callable[[Game, int, int], np.ndarray]
"""``estimate(game, evaluations, seed) -> values``, shape (n, K)."""


def ours(game: Game, budget: int, seed: int) -> np.ndarray:
    """Return the values of the explainer `shapley`."""
    return shapley_values(game, seed=seed, budget=budget).values  # type: ignore[arg-type]


def paired_regression(game: Game, budget: int, seed: int) -> np.ndarray:
    """Return the values of the same design without the surrogate."""
    design = PairDesign.draw(len(game.words), (budget - 2) // 2, np.random.default_rng(seed))
    differences = design.differences(game)  # type: ignore[arg-type]
    return shapley_regression(design, differences, game.full - game.base)[0]


def shap_partition(game: Game, budget: int, seed: int) -> np.ndarray:
    """Return shap's Owen values over the tree of words; they know no seed."""
    import shap

    del seed
    tree = word_tree(game.words, game.segments.tolist())

    class Masker:
        clustering = tree
        shape = (1, len(game.words))

        def __call__(self, keep: np.ndarray, row: np.ndarray) -> np.ndarray:
            return (row * keep)[None, :]

    explainer = shap.PartitionExplainer(game, Masker())
    row = np.ones((1, len(game.words)))
    return explainer(row, max_evals=budget, batch_size=64, silent=True).values[0]


def shap_permutation(game: Game, budget: int, seed: int) -> np.ndarray:
    """Return the values of shap's PermutationExplainer without clustering."""
    import shap

    n = len(game.words)
    masker = shap.maskers.Independent(np.zeros((1, n)))
    explainer = shap.PermutationExplainer(game, masker, seed=seed)
    return explainer(np.ones((1, n)), max_evals=max(budget, 2 * n + 1), silent=True).values[0]


def shap_kernel(game: Game, budget: int, seed: int) -> np.ndarray:
    """Return the values of shap's KernelExplainer with every word as a feature (l1 off)."""
    import shap

    n = len(game.words)
    np.random.seed(seed)  # noqa: NPY002  shap draws from numpy's global generator
    explainer = shap.KernelExplainer(game, np.zeros((1, n)))
    return explainer.shap_values(np.ones(n), nsamples=budget - 2, l1_reg=False, silent=True)


def shap_kernel_as_shipped(game: Game, seed: int) -> np.ndarray:
    """Return the values of shap's KernelExplainer by its defaults: 2n + 2,048, ten features."""
    import shap

    n = len(game.words)
    np.random.seed(seed)  # noqa: NPY002  shap draws from numpy's global generator
    explainer = shap.KernelExplainer(game, np.zeros((1, n)))
    return explainer.shap_values(np.ones(n), silent=True)


def captum_sampling(game: Game, budget: int, seed: int) -> np.ndarray:
    """Return the values of captum's ShapleyValueSampling."""
    from captum.attr import ShapleyValueSampling

    n = len(game.words)
    samples = max(1, (budget - 2) // n)
    return _captum(ShapleyValueSampling, game, seed, n_samples=samples, perturbations_per_eval=64)


def captum_kernel(game: Game, budget: int, seed: int) -> np.ndarray:
    """Return the values of captum's KernelShap."""
    from captum.attr import KernelShap

    return _captum(KernelShap, game, seed, n_samples=budget, perturbations_per_eval=64)


def _captum(method: Any, game: Game, seed: int, **settings: Any) -> np.ndarray:
    """Run a captum method once a class, each time on the same draws."""
    import torch

    def forward(keep: torch.Tensor) -> torch.Tensor:
        return torch.from_numpy(game(keep.numpy() > 0))

    n = len(game.words)
    explainer = method(forward)
    columns = []
    for label in range(len(game.full)):
        np.random.seed(seed)  # noqa: NPY002
        torch.manual_seed(seed)
        found = explainer.attribute(
            torch.ones(1, n, dtype=torch.float64),
            baselines=torch.zeros(1, n, dtype=torch.float64),
            target=label,
            **settings,
        )
        columns.append(found[0].numpy())
    return np.column_stack(columns)


def shapiq_estimator(name: str, **settings: Any) -> Estimator:
    """Return an approximator of shapiq, run once a class on the same draws."""

    def estimate(game: Game, budget: int, seed: int) -> np.ndarray:
        from shapiq import approximator

        columns = []
        n = len(game.words)
        for label in range(len(game.full)):
            method = getattr(approximator, name)(n=n, random_state=seed, **settings)
            empty = game.base[label]
            # shapiq asks for one coalition as a vector, and takes a vector of one answer.
            found = method.approximate(
                budget,
                lambda keep, k=label, empty=empty: game(np.atleast_2d(keep))[:, k] - empty,
            )
            columns.append([found[(player,)] for player in range(n)])
        return np.array(columns).T

    return estimate


OURS = "TrustEQ shapley"

ESTIMATORS: dict[str, Estimator] = {
    OURS: ours,
    "TrustEQ without surrogate": paired_regression,
    "shap Partition": shap_partition,
    "shap Permutation": shap_permutation,
    "shap Kernel": shap_kernel,
    "captum ShapleyValueSampling": captum_sampling,
    "captum KernelShap": captum_kernel,
    "shapiq KernelSHAP, pairing": shapiq_estimator("KernelSHAP", pairing_trick=True),
    "shapiq SVARM": shapiq_estimator("SVARM"),
    "shapiq PermutationSamplingSV": shapiq_estimator("PermutationSamplingSV"),
}
"""Every estimator by its name, ours first."""


def quietly(estimate: Estimator, game: Game, budget: int, seed: int) -> np.ndarray:
    """Run an estimator without its package's warnings."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return estimate(game, budget, seed)

"""What the explainers cost beside the model, and how far their Shapley values are from exact ones.

    python benchmarks/attribution_speed.py overhead
    python benchmarks/attribution_speed.py error [--task nli --model base --examples 8]

Both print Markdown tables. `overhead` times every explainer with a model that costs nothing.
`error` compares estimators of Shapley values at equal evaluations: on a trained model where one is
named (examples of 10 to 14 words), else on small random networks over 13 words.
"""

from __future__ import annotations

import argparse
import time
import warnings
from collections.abc import Callable, Iterator, Sequence

import numpy as np

from trusteq_core.attribution import EXPLAINERS, ValueFunction
from trusteq_core.attribution.coalitions import all_coalitions
from trusteq_core.attribution.pairs import PairDesign, shapley_regression
from trusteq_core.attribution.shapley import shapley_exact
from trusteq_core.attribution.surrogate import surrogate_values

Game = Callable[[np.ndarray], np.ndarray]
"""Rows of True and False over the words in, values (m, K) out."""


class Free:
    """A model that costs nothing."""

    name = "free"

    def predict(self, examples: Sequence[tuple[str, ...]]) -> np.ndarray:
        """Return the same three probabilities for every input."""
        return np.full((len(examples), 3), 1 / 3)


def overhead(repeats: int) -> None:
    """Print the CPU milliseconds of one explanation apart from the model."""
    print("| explainer | words | evaluations | CPU ms |\n|---|---|---|---|")
    for words in (10, 20, 40):
        half = " ".join(f"word{number}" for number in range(words // 2))
        for explainer in EXPLAINERS.values():
            # The first explanation imports the libraries; it is not timed.
            explainer.explain(ValueFunction(Free(), (half, half)))
            times = []
            for seed in range(repeats):
                start = time.process_time()
                found = explainer.explain(ValueFunction(Free(), (half, half)), seed=seed)
                times.append(1000 * (time.process_time() - start))
            print(f"| {explainer.id} | {words} | {found.evaluations} | {np.median(times):.1f} |")


def random_network(n_words: int, seed: int) -> Game:
    """Return a small random network with three classes, a few words mattering most."""
    rng = np.random.default_rng(seed)
    relevance = np.exp(0.9 * rng.normal(size=n_words))
    first = rng.normal(size=(n_words, 16)) * (relevance / np.sqrt((relevance**2).mean()))[:, None]
    second = rng.normal(size=(16, 3))

    def game(keep: np.ndarray) -> np.ndarray:
        powers = np.exp(1.2 * np.tanh(0.8 * (keep - 0.5) @ first) @ second)
        return powers / powers.sum(axis=1, keepdims=True)

    return game


def trained_games(task_id: str, model: str, examples: int) -> Iterator[tuple[int, Game]]:
    """Yield the games of a trained model on short test examples."""
    from trusteq_core.corpus import generate
    from trusteq_core.models import load_model
    from trusteq_core.tasks import get_task, segments_of, word_grid

    task = get_task(task_id)
    classifier = load_model(task, model)
    texts = segments_of(generate(task_id, "test", seed=0, limit=400), task)
    short = [segments for segments in texts if 10 <= len(word_grid(segments)) <= 14]
    for segments in short[:examples]:
        value = ValueFunction(classifier, segments)
        yield len(value.players), tabled(value(all_coalitions(len(value.players))))


def tabled(answers: np.ndarray) -> Game:
    """Return the game whose values of all coalitions are known."""
    places = 2 ** np.arange(len(answers).bit_length() - 1)
    return lambda keep: answers[keep.astype(int) @ places]


def ours(estimate: Callable[..., tuple[np.ndarray, np.ndarray]]) -> Callable[..., np.ndarray]:
    """Return an estimator over a fresh design of pairs."""

    def values(game: Game, n: int, budget: int, seed: int) -> np.ndarray:
        design = PairDesign.draw(n, (budget - 2) // 2, np.random.default_rng(seed))
        ends = game(np.array([np.ones(n), np.zeros(n)]))
        half = (game(design.keep) - game(~design.keep)) / 2
        return estimate(design, half, ends[0] - ends[1])[0]

    return values


def shap_kernel(game: Game, n: int, budget: int, seed: int) -> np.ndarray:
    """Return the values of shap's KernelExplainer with every word as a feature."""
    import shap

    np.random.seed(seed)  # noqa: NPY002  shap draws from numpy's global generator
    explainer = shap.KernelExplainer(game, np.zeros((1, n)))
    return explainer.shap_values(np.ones(n), nsamples=budget - 2, l1_reg=False, silent=True)


def shap_permutation(game: Game, n: int, budget: int, seed: int) -> np.ndarray:
    """Return the values of shap's PermutationExplainer."""
    import shap

    masker = shap.maskers.Independent(np.zeros((1, n)))
    explainer = shap.PermutationExplainer(game, masker, seed=seed)
    return explainer(np.ones((1, n)), max_evals=max(budget, 2 * n + 1), silent=True).values[0]


ESTIMATORS: dict[str, Callable[..., np.ndarray]] = {
    "shap Permutation": shap_permutation,
    "shap Kernel": shap_kernel,
    "paired regression": ours(shapley_regression),
    "surrogate (ours)": ours(surrogate_values),
}


def error(games: list[tuple[int, Game]], budgets: list[int], seeds: int) -> None:
    """Print the relative error of each estimator, |estimate - exact| / |exact|, mean over runs."""
    print("| estimator | " + " | ".join(str(budget) for budget in budgets) + " |")
    print("|---" * (len(budgets) + 1) + "|")
    exact = [shapley_exact(game(all_coalitions(n))) for n, game in games]
    for name, estimate in ESTIMATORS.items():
        cells = []
        for budget in budgets:
            errors = [
                np.linalg.norm(estimate(game, n, budget, seed) - truth) / np.linalg.norm(truth)
                for (n, game), truth in zip(games, exact, strict=True)
                for seed in range(seeds)
            ]
            cells.append(f"{np.mean(errors):.3f}")
        print(f"| {name} | " + " | ".join(cells) + " |")


def main() -> None:
    """Run one of the two measurements."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("what", choices=["overhead", "error"])
    parser.add_argument("--repeats", type=int, default=15)
    parser.add_argument("--task", default="nli")
    parser.add_argument("--model", help="a model of the zoo, or a folder")
    parser.add_argument("--examples", type=int, default=8)
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--budgets", type=int, nargs="+", default=[128, 256, 512, 1024])
    chosen = parser.parse_args()
    if chosen.what == "overhead":
        overhead(chosen.repeats)
        return
    if chosen.model:
        games = list(trained_games(chosen.task, chosen.model, chosen.examples))
    else:
        games = [(13, random_network(13, seed)) for seed in range(chosen.examples)]
    with warnings.catch_warnings():
        # shap's plots call methods that matplotlib is about to deprecate; nothing is drawn here.
        warnings.simplefilter("ignore", PendingDeprecationWarning)
        error(games, chosen.budgets, chosen.seeds)


if __name__ == "__main__":
    main()

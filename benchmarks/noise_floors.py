"""What explainers disagree on without any second model: their noise, and their question.

    python benchmarks/noise_floors.py [--keep FOLDER] [--seeds 4]

On short examples of the large model that ships, for both tasks, with every coalition evaluated.
Prints as Markdown how far Owen values (shap's Partition) are from Shapley values, how far an
estimate of Shapley values is from the exact ones, and how far LIME with 500, 1,000 and 5,000
samples, and LIME by surrogate, are from LIME without noise (the mean of many LIME-5000); beside
each error the overlap of its top five words with the truth's, and with its own under another seed.
Then how often the interval of 1.645 standard errors of `shapley`, of level 90 %, holds the truth.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np
from equal_error import self_agreement
from shapley_peers import Game
from zoo_games import SHORT, Known, short_games

from trusteq_core.alignment import jaccard_at_k
from trusteq_core.attribution.lime import lime_coalitions, lime_fit
from trusteq_core.attribution.lime_surrogate import lime_surrogate_values
from trusteq_core.attribution.partition import partition_values
from trusteq_core.attribution.shapley import shapley_values

Explain = Callable[[Game, int], np.ndarray]
"""``explain(game, seed) -> values``."""

BUDGETS = (64, 128, 256, 512, 1024, 2048)
_LIMIT = 20
"""LIME-5000 fits whose mean stands for LIME without noise."""


def lime(samples: int) -> Explain:
    """Return LIME with this number of samples."""

    def explain(game: Game, seed: int) -> np.ndarray:
        keep = lime_coalitions(len(game.words), samples, np.random.default_rng([seed, samples]))
        return lime_fit(keep, game(keep))

    return explain


def lime_without_noise(game: Game) -> np.ndarray:
    """Return the mean of many fits."""
    return np.mean([lime(5000)(game, 1000 + seed) for seed in range(_LIMIT)], axis=0)


def owen(game: Game, seed: int) -> np.ndarray:
    """Return the values of `shap-partition`."""
    value: object = WithGrid(game)
    return partition_values(value, seed=seed, evaluations=500).values  # type: ignore[arg-type]


class WithGrid:
    """A game with the words that `shap-partition` builds its tree from."""

    def __init__(self, game: Game) -> None:
        self.game, self.full, self.base, self.players = game, game.full, game.base, game.players
        self.grid = self
        self.words = [
            Word(text, segment)
            for text, segment in zip(game.words, game.segments.tolist(), strict=True)
        ]

    def __call__(self, keep: np.ndarray) -> np.ndarray:
        """Return the game's probabilities."""
        return self.game(keep)


class Word:
    """A word and its segment."""

    def __init__(self, text: str, segment: int) -> None:
        self.text, self.segment = text, segment


def rows(known: Sequence[Known]) -> Iterator[tuple[str, str, list[np.ndarray], Explain]]:
    """Yield each explainer, what it is held against, that truth by game, and how it explains."""
    exact = [each.values for each in known]
    limits = [lime_without_noise(each.game) for each in known]
    yield "`shap-partition` 500", "Shapley", exact, owen
    for budget in (256, 512, 1024):
        yield (
            f"`shapley` {budget:,}",
            "Shapley",
            exact,
            lambda g, seed, b=budget: shapley_values(g, seed=seed, budget=b).values,
        )
    for samples in (500, 1000, 5000):
        yield f"`lime` {samples:,}", "LIME", limits, lime(samples)
    for budget in (256, 512, 1024):
        yield (
            f"`lime-surrogate` {budget:,}",
            "LIME",
            limits,
            lambda g, seed, b=budget: lime_surrogate_values(g, seed=seed, budget=b).values,
        )
    yield "exact Shapley", "LIME", limits, lambda g, _seed: exact[[k.game for k in known].index(g)]


def main() -> None:
    """Print one table a task."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--model", default="base")
    parser.add_argument("--keep", type=Path, help="a folder for the answers to all coalitions")
    parser.add_argument(
        "--short", type=int, nargs="+", default=list(SHORT), help="numbers of words"
    )
    parser.add_argument("--seeds", type=int, default=4)
    chosen = parser.parse_args()
    held: list[str] = []
    print("| task | explainer | held against | error | top-5 overlap | with itself |")
    print("|---" * 6 + "|")
    for task in ("nli", "paraphrase"):
        known = short_games(task, chosen.model, chosen.keep, chosen.short)
        for name, against, truths, explain in rows(known):
            errors, overlaps, agreements = [], [], []
            for each, truth in zip(known, truths, strict=True):
                label = int(each.game.full.argmax())
                found = [explain(each.game, seed) for seed in range(chosen.seeds)]
                size = np.linalg.norm(truth)
                errors += [np.linalg.norm(values - truth) / size for values in found]
                overlaps += [jaccard_at_k(v[:, label], truth[:, label], 5) for v in found]
                agreements.append(self_agreement([values[:, label] for values in found]))
            print(
                f"| {task} | {name} | {against} | {np.mean(errors):.3f} | {np.mean(overlaps):.2f} "
                f"| {np.mean(agreements):.2f} |",
                flush=True,
            )
        held += [f"| {task} | {b:,} | {coverage(known, b, chosen.seeds):.0%} |" for b in BUDGETS]
    print("\n| task | budget of `shapley` | intervals of 90 % that hold the truth |\n|---|---|---|")
    print("\n".join(held))


def coverage(known: Sequence[Known], budget: int, seeds: int) -> float:
    """Return the share of values within 1.645 of their standard errors of the exact ones."""
    within = []
    for each in known:
        for seed in range(seeds):
            found = shapley_values(each.game, seed=seed, budget=budget)  # type: ignore[arg-type]
            within.append(np.abs(found.values - each.values) <= 1.645 * found.errors)
    return float(np.mean(np.concatenate(within)))


if __name__ == "__main__":
    main()

"""What packages cost as they are shipped, and what the same error costs here.

    python benchmarks/as_shipped.py [--keep FOLDER] [--out errors.csv]

Errors are those of examples of the large model that ships, of both tasks: 12 to 14 words against
exact values, 25 to 40 words against a long run. Time is that of whole explanations of a pair of 30
words by a BERT-base of random weights, on one thread in CPU seconds; the packages ask it in batches
of 32. Our budget is the one at which the mean error is theirs, interpolated; ours is timed in
float32 and in bfloat16, and the table says how far bfloat16 moves values. Needs about 40 minutes.
"""

from __future__ import annotations

import argparse
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from bert_base import WORDS, BertBase, seconds_of
from equal_error import TASKS, reach
from noise_floors import Explain, lime, lime_without_noise
from shapley_peers import Game, quietly, shap_kernel_as_shipped, shap_partition
from zoo_games import SHORT, Known, long_games, short_games

from trusteq_core.attribution import EXPLAINERS, ValueFunction
from trusteq_core.attribution.lime_surrogate import lime_surrogate_values
from trusteq_core.attribution.shapley import shapley_values
from trusteq_core.corpus import generate
from trusteq_core.models import load_model
from trusteq_core.models.classifier import Classifier
from trusteq_core.tasks import get_task, segments_of

BUDGETS = (64, 96, 128, 192, 256, 384, 512, 768, 1024, 1536, 2048, 3072, 4096)
FORMATS = ("float32", "bfloat16")


@dataclass(frozen=True, slots=True)
class Shipped:
    """A package's default, what it estimates, and the explainer here that estimates the same."""

    explain: Explain
    truth: str
    ours: str


SHIPPED = {
    "shap KernelExplainer": Shipped(
        lambda game, seed: shap_kernel_as_shipped(game, seed), "Shapley", "shapley"
    ),
    "shap's default, Partition 500": Shipped(
        lambda game, seed: shap_partition(game, 500, seed), "Shapley", "shapley"
    ),
    "lime, 5,000 samples": Shipped(lime(5000), "LIME", "lime-surrogate"),
}
OURS: dict[str, Callable[[Game, int, int], np.ndarray]] = {
    "shapley": lambda g, seed, budget: shapley_values(g, seed=seed, budget=budget).values,  # type: ignore[arg-type]
    "lime-surrogate": lambda g, seed, budget: lime_surrogate_values(
        g, seed=seed, budget=budget  # type: ignore[arg-type]
    ).values,
}  # fmt: skip


def errors(games: Sequence[Known], kind: str, seeds: int) -> pd.DataFrame:
    """Return the relative error of every default, and of ours at every budget."""
    rows = []
    for known in games:
        truths = {"Shapley": known.values, "LIME": lime_without_noise(known.game)}
        work = [(name, 0, shipped.truth, shipped.explain) for name, shipped in SHIPPED.items()]
        work += [
            (name, budget, truth, lambda g, seed, e=estimate, b=budget: e(g, seed, b))
            for (name, estimate), truth in zip(OURS.items(), ("Shapley", "LIME"), strict=True)
            for budget in BUDGETS
        ]
        for name, budget, against, explain in work:
            truth = truths[against]
            for seed in range(seeds):
                known.game.start()
                values = default_of(explain, known.game, seed)
                rows.append(
                    {
                        "kind": kind,
                        "task": known.task,
                        "words": len(known.game.words),
                        "estimator": name,
                        "budget": budget,
                        "evaluations": known.game.evaluations,
                        "error": np.linalg.norm(values - truth) / np.linalg.norm(truth),
                    }
                )
    return pd.DataFrame(rows)


def default_of(explain: Explain, game: Game, seed: int) -> np.ndarray:
    """Return the values of an explainer that knows its budget."""
    return quietly(lambda each, _budget, its_seed: explain(each, its_seed), game, 0, seed)


def print_needed(table: pd.DataFrame) -> None:
    """Print for each task how many evaluations the error of a default takes here."""
    print("| examples | task | as shipped | its evaluations | error | ours, evaluations |")
    print("|---" * 6 + "|")
    for (kind, task), part in table.groupby(["kind", "task"], sort=False):
        for name, shipped in SHIPPED.items():
            one = part[part["estimator"] == name]
            level = one["error"].mean()
            needed = reach(part[part["estimator"] == shipped.ours], "error", level)
            told = f"{needed:,.0f}" if np.isfinite(needed) else f"not within {BUDGETS[-1]:,}"
            print(f"| {kind} | {task} | {name} | {one['evaluations'].mean():,.0f} | {level:.3f} "
                  f"| {told} |")  # fmt: skip


def ours_seconds(model: Classifier, segments: tuple[str, ...], budgets: dict[str, int]) -> float:
    """Return the CPU seconds of explainers here over one table of evaluations."""

    def work() -> None:
        value = ValueFunction(model, segments)
        for name, budget in budgets.items():
            EXPLAINERS[name].explain(value, seed=0, budget=budget)

    return seconds_of(work)


def theirs_seconds(bert: BertBase, explain: Explain) -> float:
    """Return the CPU seconds of a package's default over the same model and pair."""
    game = Game(
        bert.as_they_come,
        tuple(bert.masked.grid.words[player].text for player in bert.masked.players),
        bert.masked.grid.segment_of()[bert.masked.players],
    )
    return seconds_of(lambda: default_of(explain, game, 0))


def compare(table: pd.DataFrame) -> None:
    """Time defaults and ours at the budgets of equal error, and print the tables."""
    bert = BertBase()
    for model in bert.classifiers.values():
        ours_seconds(model, bert.segments, {"shapley": 64})  # imports and first checks
    theirs = {name: theirs_seconds(bert, each.explain) for name, each in SHIPPED.items()}
    print(
        "| examples | as shipped | its evaluations | error | ours, evaluations "
        "| as shipped, s | ours, s: float32 | bfloat16 | ratios |\n" + "|---" * 9 + "|"
    )
    for kind, part in table.groupby("kind", sort=False):
        budgets: dict[str, int] = {}
        for name, shipped in SHIPPED.items():
            one = part[part["estimator"] == name]
            level = one["error"].mean()
            needed = reach(part[part["estimator"] == shipped.ours], "error", level)
            if not np.isfinite(needed):
                print(f"| {kind} | {name} | {one['evaluations'].mean():,.0f} | {level:.3f} | not "
                      f"within {BUDGETS[-1]:,} |  |  |  |  |")  # fmt: skip
                continue
            budgets[name] = round(needed)
            ours = [
                ours_seconds(bert.classifiers[each], bert.segments, {shipped.ours: round(needed)})
                for each in FORMATS
            ]
            print_row(kind, name, f"{one['evaluations'].mean():,.0f} | {level:.3f}",
                      f"{needed:,.0f}", theirs[name], ours)  # fmt: skip
        for first in list(SHIPPED)[:2]:
            both = (first, "lime, 5,000 samples")
            if not all(name in budgets for name in both):
                continue
            # One budget, so that both explainers ask for the same coalitions.
            largest = max(budgets[name] for name in both)
            asked = {SHIPPED[name].ours: largest for name in both}
            ours = [2 * ours_seconds(bert.classifiers[each], bert.segments, asked)
                    for each in FORMATS]  # fmt: skip
            print_row(kind, f"{first} and lime, two models", " | ", f"{2 * largest:,}",
                      2 * sum(theirs[name] for name in both), ours)  # fmt: skip


def print_row(
    kind: object, name: str, facts: str, needed: str, theirs: float, ours: Sequence[float]
) -> None:
    """Print one comparison."""
    ratios = " and ".join(f"{theirs / each:.1f}" for each in ours)
    print(f"| {kind} | {name} | {facts} | {needed} | {theirs:.1f} | {ours[0]:.1f} "
          f"| {ours[1]:.1f} | {ratios} |", flush=True)  # fmt: skip


def print_format_effect(task_id: str, model_id: str, examples: int) -> None:
    """Print how far bfloat16 moves probabilities and values of the model that ships."""
    task = get_task(task_id)
    models = [load_model(task, model_id, dtype=each) for each in FORMATS]
    texts = segments_of(generate(task_id, "test", seed=0, limit=examples), task)
    exact, rounded = (model.predict(texts) for model in models)
    moved = {}
    for name in OURS:
        pairs = [
            [
                EXPLAINERS[name].explain(ValueFunction(model, each), seed=0).values
                for model in models
            ]
            for each in texts
        ]
        moved[name] = np.mean([np.linalg.norm(b - a) / np.linalg.norm(a) for a, b in pairs])
    told = ", ".join(f"`{name}` by {share:.2%}" for name, share in moved.items())
    print(f"{task_id}: bfloat16 changes probabilities by {np.abs(rounded - exact).mean():.5f} in "
          f"the mean, at most {np.abs(rounded - exact).max():.4f}; values of {told} "
          f"({examples} examples, relative, same coalitions).")  # fmt: skip


def main() -> None:
    """Measure errors, then time; print the tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--model", default="base")
    parser.add_argument("--keep", type=Path, help="a folder for the answers to all coalitions")
    parser.add_argument("--out", type=Path, help="a CSV file for every error")
    parser.add_argument(
        "--short", type=int, nargs="*", default=list(SHORT), help="numbers of words"
    )
    parser.add_argument("--long", type=int, default=2, help="long examples a task")
    parser.add_argument("--reference", type=int, default=8192, help="pairs of the long run")
    parser.add_argument("--seeds", type=int, default=2)
    parser.add_argument("--errors", type=Path, help="use the errors that --out wrote before")
    parser.add_argument("--untimed", action="store_true", help="errors alone")
    chosen = parser.parse_args()
    if chosen.errors:
        table = pd.read_csv(chosen.errors)
    else:
        frames = []
        for kind in ("12-14 words", "25-40 words"):
            for task in TASKS:
                games = (
                    short_games(task, chosen.model, chosen.keep, chosen.short)
                    if kind == "12-14 words"
                    else long_games(task, chosen.model, chosen.long, chosen.reference)
                )
                frames.append(errors(games, kind, chosen.seeds))
                if chosen.out:
                    pd.concat(frames).to_csv(chosen.out, index=False, float_format="%.6g")
        table = pd.concat(frames, ignore_index=True)
    print_needed(table)
    if chosen.untimed:
        return
    print(f"\nTime: one pair of {WORDS} words.\n")
    compare(table)
    print()
    for task in TASKS:
        print_format_effect(task, chosen.model, 20)


if __name__ == "__main__":
    with warnings.catch_warnings():
        # The libraries warn of each other's coming changes.
        warnings.simplefilter("ignore")
        main()

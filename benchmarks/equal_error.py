"""How many evaluations, and how much time, each estimator of Shapley values needs.

    python benchmarks/equal_error.py [--out curves.csv] [--keep FOLDER] [--long 2] [--seeds 2]

The games are examples of the large model that ships, for both tasks: 12 to 14 words against exact
values, 25 to 40 words against a long run. Writes every point of the curves and prints, as Markdown:
the error at each budget, whether ours is ever behind, the evaluations to errors of 20, 10 and 5 %
and to a top-5 self-agreement of 0.9, and the time to them at the size of BERT-base. The latter is
the number of evaluations times the time of one, measured in the same run on a BERT-base of random
weights (`bert_base.py`), plus the estimator's own time.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd
from bert_base import seconds_an_evaluation
from shapley_peers import ESTIMATORS, OURS, quietly
from zoo_games import SHORT, Known, long_games, short_games

from trusteq_core.alignment import jaccard_at_k

TASKS = ("nli", "paraphrase")
BUDGETS = (64, 128, 256, 512, 1024, 2048, 4096)
SHARED = ("TrustEQ",)


def curve(
    games: Sequence[Known], kind: str, budgets: Sequence[int], seeds: int, names: Sequence[str]
) -> pd.DataFrame:
    """Return one row per estimator, game and budget: error, self-agreement, evaluations, time."""
    rows = []
    for name in names:
        estimate = ESTIMATORS[name]
        for place, known in enumerate(games):
            label = int(known.game.full.argmax())
            for budget in budgets:
                found, asked, spent = [], [], []
                for seed in range(seeds):
                    known.game.start()
                    started = time.process_time()
                    found.append(quietly(estimate, known.game, budget, seed))
                    spent.append(time.process_time() - started - known.game.seconds)
                    asked.append(known.game.evaluations)
                size = np.linalg.norm(known.values)
                rows.append(
                    {
                        "kind": kind,
                        "task": known.task,
                        "game": place,
                        "words": len(known.game.words),
                        "estimator": name,
                        "budget": budget,
                        "evaluations": np.mean(asked),
                        "error": np.mean([np.linalg.norm(v - known.values) / size for v in found]),
                        "self_agreement": self_agreement([each[:, label] for each in found]),
                        "seconds": np.median(spent),
                    }
                )
    return pd.DataFrame(rows)


def self_agreement(values: Sequence[np.ndarray]) -> float:
    """Return the mean Jaccard@5 of every two of the values, NaN for one alone."""
    scores = [jaccard_at_k(one, other, 5) for i, one in enumerate(values) for other in values[:i]]
    return float(np.mean(scores)) if scores else float("nan")


def reach(frame: pd.DataFrame, column: str, level: float) -> float:
    """Return the evaluations at which a mean curve crosses a level, between points on log scales.

    Infinite where it never does; the first point where it is there from the start.
    """
    means = frame.groupby("budget")[["evaluations", column]].mean()
    x, y = np.log(means["evaluations"].to_numpy()), means[column].to_numpy()
    over = y <= level if column == "error" else y >= level
    if not over.any():
        return float("inf")
    # The first point from which the curve stays on the right side.
    first = len(over) - int(np.argmin(over[::-1])) if not over.all() else 0
    if first == len(over):
        return float("inf")
    if first == 0:
        return float(np.exp(x[0]))
    share = (y[first - 1] - level) / (y[first - 1] - y[first])
    return float(np.exp(x[first - 1] + share * (x[first] - x[first - 1])))


def print_errors(frame: pd.DataFrame, kind: str) -> None:
    """Print the mean relative error of each estimator at each budget."""
    part = frame[frame["kind"] == kind]
    table = part.pivot_table(index="estimator", columns="budget", values="error", sort=False)
    print(f"\n| {kind}: relative error at | " + " | ".join(f"{b:,}" for b in table.columns) + " |")
    print("|---" * (len(table.columns) + 1) + "|")
    for name, row in table.iterrows():
        print(f"| {name} | " + " | ".join(f"{value:.3f}" for value in row) + " |")
    peers = table[~table.index.str.startswith(SHARED)]
    behind = [
        f"{budget:,} ({table.loc[OURS, budget]:.3f} against {peers[budget].min():.3f}, "
        f"{peers[budget].idxmin()})"
        for budget in table.columns
        if table.loc[OURS, budget] > peers[budget].min()
    ]
    print(f"\nBehind the best peer at: {', '.join(behind) or 'no budget'}.")


def print_reached(frame: pd.DataFrame, cost: dict[str, float]) -> None:
    """Print evaluations to given precisions, and the time of ours in bfloat16 and of all others."""
    goals = (("error", 0.20), ("error", 0.10), ("error", 0.05), ("self_agreement", 0.9))
    head = ["20 % error", "10 % error", "5 % error", "top-5 self-agreement .9"]
    print("\n| examples | estimator | " + " | ".join(f"{goal} | time, ×" for goal in head) + " |")
    print("|---" * (2 + 2 * len(head)) + "|")
    for kind, of_kind in frame.groupby("kind", sort=False):
        parts = dict(list(of_kind.groupby("estimator", sort=False)))
        rows = [(f"{OURS}, bfloat16", parts[OURS], cost["bfloat16"])]
        for name, part in parts.items():
            rows.append((name, part, cost["float32" if name.startswith(SHARED) else "peers"]))
        unit: list[float] = []
        for name, part, each in rows:
            own = part.groupby("budget")["seconds"].mean()
            needed = [reach(part, column, level) for column, level in goals]
            seconds = [
                count * each + float(np.interp(count, own.index, own.to_numpy()))
                for count in needed
            ]
            unit = unit or seconds
            cells = [
                f"{count:,.0f} | {spent / one:.1f}" if np.isfinite([count, one]).all()
                else f"{count:,.0f} | -" if np.isfinite(count) else "never | -"
                for count, spent, one in zip(needed, seconds, unit, strict=True)
            ]  # fmt: skip
            print(f"| {kind} | {name} | " + " | ".join(cells) + " |")


def measure(chosen: argparse.Namespace) -> pd.DataFrame:
    """Return the curves on short and on long examples, written to a file as they come."""
    names = [name for name in ESTIMATORS if name not in chosen.without]
    frames = []
    for kind in ("12-14 words", "25-40 words"):
        games: list[Known] = []
        for task in chosen.tasks:
            if kind == "12-14 words":
                games += short_games(task, chosen.model, chosen.keep, chosen.short)
            else:
                games += long_games(task, chosen.model, chosen.long, chosen.reference)
        if games:
            budgets = chosen.budgets if kind == "12-14 words" else chosen.long_budgets
            frames.append(curve(games, kind, budgets, chosen.seeds, names))
            if chosen.out:
                pd.concat(frames).to_csv(chosen.out, index=False, float_format="%.6g")
    return pd.concat(frames, ignore_index=True)


def main() -> None:
    """Measure, write the curves and print the tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--model", default="base")
    parser.add_argument("--out", type=Path, help="a CSV file for every point of the curves")
    parser.add_argument("--keep", type=Path, help="a folder for the answers to all coalitions")
    parser.add_argument(
        "--short", type=int, nargs="*", default=list(SHORT), help="numbers of words"
    )
    parser.add_argument("--long", type=int, default=2, help="long examples a task")
    parser.add_argument("--reference", type=int, default=8192, help="pairs of the long run")
    parser.add_argument("--tasks", nargs="+", choices=TASKS, default=list(TASKS))
    parser.add_argument("--budgets", type=int, nargs="+", default=list(BUDGETS))
    parser.add_argument("--long-budgets", type=int, nargs="+", default=list(BUDGETS[1:-1]))
    parser.add_argument("--without", nargs="*", choices=list(ESTIMATORS), default=[])
    parser.add_argument("--inputs", type=int, default=96, help="inputs timed at BERT-base size")
    parser.add_argument("--seeds", type=int, default=2)
    parser.add_argument(
        "--curves", type=Path, nargs="+", help="print from these files, written by --out before"
    )
    chosen = parser.parse_args()
    frame = (
        pd.concat(map(pd.read_csv, chosen.curves), ignore_index=True)
        if chosen.curves
        else measure(chosen)
    )
    for kind in frame["kind"].unique():
        print_errors(frame, kind)
    cost = seconds_an_evaluation(chosen.inputs)
    print(
        "\nSeconds an evaluation of a BERT-base: "
        + ", ".join(f"{s:.3f} {n}" for n, s in cost.items())
    )
    print_reached(frame, cost)


if __name__ == "__main__":
    main()

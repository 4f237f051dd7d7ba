"""Hold the stored explanations and calibration estimates against what the corpora know.

``python benchmarks/ground_truth.py`` prints, for each task, how far the top words of each explainer
are the words that decide the label (R-precision, with chance), and the estimated ECE of each model
beside its error against the true probabilities, both in Markdown.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from trusteq_core.evaluation import compare
from trusteq_core.models import catalogue
from trusteq_core.store import default_store
from trusteq_core.tasks import TASKS


def main() -> None:
    """Print both tables for every task that has results."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--store", type=Path, help="a results folder of one's own")
    store = default_store(parser.parse_args().store)
    for task_id in TASKS:
        names = [card.name for card in catalogue(task_id)]
        stored = {entry.manifest.model for entry in store.find(kind="predictions", task=task_id)}
        print_reasons(store, task_id)
        print_calibration(store, task_id, [name for name in names if name in stored])


def print_reasons(store: object, task_id: str) -> None:
    """Print the R-precision of the top words of `base`, per explainer."""
    pair = compare(store, task_id, "base", "base")
    print(f"\n{task_id}: share of the top words of base that decide the label\n")
    print("| explainer | precision | chance | examples |\n|---|---|---|---|")
    for explainer in pair.explainers:
        found = pair.reasons(explainer)
        print(
            f"| {explainer} | {found['precision_original']:.3f} | {found['chance']:.3f} "
            f"| {found['n']} |"
        )


def print_calibration(store: object, task_id: str, names: list[str]) -> None:
    """Print accuracy, estimated ECE, its floor and the error against the true probabilities."""
    print(f"\n{task_id}: estimated ECE and the error against the true probabilities\n")
    print("| model | accuracy | Bayes | ECE | noise floor | ECE against the truth |")
    print("|---|---|---|---|---|---|")
    for name in names:
        pair = compare(store, task_id, name, name)
        rows = pair.calibration().set_index("measure")
        performance = pair.performance()
        print(
            f"| {name} | {performance['accuracy_original']:.4f} "
            f"| {performance['bayes_accuracy']:.4f} | {rows.loc['ece', 'original']:.4f} "
            f"| {rows.loc['ece', 'floor_original']:.4f} "
            f"| {rows.loc['true_ece', 'original']:.4f} |"
        )


if __name__ == "__main__":
    main()

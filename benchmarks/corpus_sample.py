"""Print random pairs of a controlled corpus, to be read and judged by a person.

``python benchmarks/corpus_sample.py nli --pairs 50 --seed 7``
"""

from __future__ import annotations

import argparse

from trusteq_core.corpus import generate
from trusteq_core.tasks import get_task, word_grid


def main() -> None:
    """Print the pairs, numbered, with phenomenon, label, true distribution and deciding words."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("task")
    parser.add_argument("--pairs", type=int, default=50)
    parser.add_argument("--seed", type=int, default=7, help="which pairs of the test split")
    options = parser.parse_args()
    task = get_task(options.task)
    table = generate(task.id, "test").sample(options.pairs, random_state=options.seed)
    for number, row in enumerate(table.to_dict("records"), start=1):
        texts = [row[segment] for segment in task.segments]
        words = word_grid(texts).words
        reasons = " ".join(words[index].text for index in row["reasons"])
        truth = ", ".join(f"{row[f'true_{label}']:.2f}" for label in task.labels)
        print(f"{number:2}. [{row['phenomenon']}] {row['label']} ({truth}) — {reasons}")
        for text in texts:
            print(f"      {text}")


if __name__ == "__main__":
    main()

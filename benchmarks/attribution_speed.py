"""What the explainers cost beside the model.

    python benchmarks/attribution_speed.py [--repeats 15]

Times every explainer that only masks words with a model that costs nothing, and prints a Markdown
table. What their Shapley values are worth: `benchmarks/equal_error.py`.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Sequence

import numpy as np

from trusteq_core.attribution import EXPLAINERS, ValueFunction


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
            if explainer.needs_gradients:
                continue
            # The first explanation imports the libraries; it is not timed.
            explainer.explain(ValueFunction(Free(), (half, half)))
            times = []
            for seed in range(repeats):
                start = time.process_time()
                found = explainer.explain(ValueFunction(Free(), (half, half)), seed=seed)
                times.append(1000 * (time.process_time() - start))
            print(f"| {explainer.id} | {words} | {found.evaluations} | {np.median(times):.1f} |")


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--repeats", type=int, default=15)
    overhead(parser.parse_args().repeats)


if __name__ == "__main__":
    main()

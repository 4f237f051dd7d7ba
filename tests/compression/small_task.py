"""A task small enough to train on in a test: do two texts hold the same words?"""

from __future__ import annotations

import numpy as np
import pandas as pd

WORDS = [
    "dog",
    "cat",
    "bird",
    "fish",
    "horse",
    "tree",
    "river",
    "stone",
    "house",
    "garden",
    "bridge",
    "tower",
    "apple",
    "bread",
    "water",
    "wine",
    "red",
    "black",
    "green",
    "small",
    "large",
    "old",
    "new",
    "quick",
    "slow",
    "quiet",
    "loud",
    "warm",
    "cold",
    "near",
    "far",
    "happy",
]


def same_words(n: int, seed: int = 0) -> pd.DataFrame:
    """Return pairs of five words each; in every second pair one word is another."""
    rng = np.random.default_rng(seed)
    rows = []
    for number in range(n):
        first = [str(word) for word in rng.choice(WORDS, 6, replace=False)]
        second = first[:5]
        if number % 2:
            second[rng.integers(5)] = first[5]
        label = "different" if number % 2 else "paraphrase"
        rows.append((f"pair-{number}", " ".join(first[:5]), " ".join(second), label))
    return pd.DataFrame(rows, columns=["id", "sentence1", "sentence2", "label"])

"""Cheap models whose attributions are known."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from trusteq_core.tasks import word_grid

PAIR = ("The young woman is not running along the beach.", "A person near the sea stands still.")


class Recorder:
    """A model that keeps every input it was asked for."""

    name = "recorder"
    labels = ("no", "yes")
    fingerprint = "0"
    mask_token: str | None = "[MASK]"  # noqa: S105

    def __init__(self, score: Callable[[Sequence[tuple[str, ...]]], np.ndarray]) -> None:
        self.score, self.seen, self.calls = score, [], 0

    def predict(self, examples: Sequence[tuple[str, ...]]) -> np.ndarray:
        self.seen.extend(examples)
        self.calls += 1
        p = np.asarray(self.score(examples), dtype=float)
        return np.column_stack([1 - p, p])


def words_of(texts: tuple[str, ...]) -> list[tuple[int, str]]:
    return [(word.segment, word.text) for word in word_grid(texts).words]


def game_model(segments: tuple[str, ...], game: Callable[[np.ndarray], np.ndarray]) -> Recorder:
    """A model of texts with distinct words whose class-1 score is game(0/1 rows over words)."""
    names = words_of(segments)
    if len(set(names)) != len(names):
        raise ValueError("the words of a segment must differ")
    place = {name: index for index, name in enumerate(names)}

    def score(examples: Sequence[tuple[str, ...]]) -> np.ndarray:
        keep = np.zeros((len(examples), len(names)))
        for row, texts in enumerate(examples):
            for name in words_of(texts):
                if name in place:  # a mask token is no word of the text
                    keep[row, place[name]] = 1
        return game(keep)

    return Recorder(score)


def segments_of_length(*counts: int) -> tuple[str, ...]:
    """Texts of distinct made-up words, one text for each count."""
    return tuple(
        " ".join(f"w{segment}x{index}" for index in range(count))
        for segment, count in enumerate(counts)
    )


def bumpy(n_words: int, seed: int = 0) -> Callable[[np.ndarray], np.ndarray]:
    """A small random network of the words: main effects, interactions of every order."""
    rng = np.random.default_rng(seed)
    first, second = rng.normal(size=(n_words, 12)), rng.normal(size=12)

    def game(keep: np.ndarray) -> np.ndarray:
        hidden = np.tanh((keep - 0.5) @ first)
        return 1 / (1 + np.exp(-1.5 * hidden @ second))

    return game

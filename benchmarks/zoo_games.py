"""Examples of the models that ship, as games whose Shapley values are known."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from typing import Any

import numpy as np
from shapley_peers import Game

from trusteq_core.attribution import ValueFunction
from trusteq_core.attribution.coalitions import all_coalitions
from trusteq_core.attribution.pairs import PairDesign, shapley_regression
from trusteq_core.attribution.shapley import shapley_exact
from trusteq_core.corpus import generate
from trusteq_core.models import Classifier, load_model
from trusteq_core.tasks import get_task, segments_of, word_grid

__all__ = ["Known", "long_games", "short_games"]

SHORT = (12, 12, 13, 14, 14, 14)
"""Words of the short examples."""


@dataclass(frozen=True, slots=True, eq=False)
class Known:
    """A game and its Shapley values, exact or from a long run."""

    task: str
    game: Game
    values: np.ndarray


def short_games(task_id: str, model: str, keep: Path | None, sizes: Sequence[int]) -> list[Known]:
    """Return games of up to 14 words; their exact values need every coalition.

    The answers to all coalitions are kept in the folder `keep`, where one is given.
    """
    classifier, texts = _examples(task_id, model)
    games = []
    for segments in _first_of_sizes(texts, sizes):
        value = ValueFunction(classifier, segments)
        answers = _all_answers(classifier, value, keep)
        places = 1 << np.arange(len(value.players))

        def look_up(
            rows: np.ndarray, answers: np.ndarray = answers, places: np.ndarray = places
        ) -> np.ndarray:
            return answers[rows.astype(int) @ places]

        games.append(Known(task_id, _game(value, look_up), shapley_exact(answers)))
    return games


def long_games(task_id: str, model: str, examples: int, reference: int) -> list[Known]:
    """Return games of 25 to 40 words, with values from a long run of their own seed.

    The long run is a plain paired regression, without any surrogate, over `reference` pairs.
    """
    classifier, texts = _examples(task_id, model)
    long = [segments for segments in texts if 25 <= len(word_grid(segments)) <= 40]
    games = []
    for segments in long[:examples]:
        value = ValueFunction(classifier, segments)
        n = len(value.players)
        design = PairDesign.draw(n, reference, np.random.default_rng([n, reference]))
        values, _ = shapley_regression(design, design.differences(value), value.full - value.base)
        games.append(Known(task_id, _game(value, value), values))
    return games


def _game(value: ValueFunction, answers: Any) -> Game:
    words = tuple(value.grid.words[index].text for index in value.players)
    return Game(answers, words, value.grid.segment_of()[value.players])


def _examples(task_id: str, model: str) -> tuple[Classifier, list[tuple[str, ...]]]:
    task = get_task(task_id)
    table = generate(task_id, "test", seed=0, limit=2000)
    return load_model(task, model), segments_of(table, task)


def _first_of_sizes(
    texts: Sequence[tuple[str, ...]], sizes: Sequence[int]
) -> Iterator[tuple[str, ...]]:
    """Yield the first texts of each number of words, as many as that number occurs."""
    for size in sorted(set(sizes)):
        fitting = (segments for segments in texts if len(word_grid(segments)) == size)
        for _ in range(list(sizes).count(size)):
            yield next(fitting)


def _all_answers(model: Classifier, value: ValueFunction, keep: Path | None) -> np.ndarray:
    """Return the answers to all coalitions, from a file where they were kept."""
    identity = "\x1e".join([model.fingerprint, *value.grid.segments]).encode()
    path = keep / f"{blake2b(identity, digest_size=8).hexdigest()}.npy" if keep else None
    if path is not None and path.is_file():
        return np.load(path)
    answers = value(all_coalitions(len(value.players)))
    if path is not None:
        path.parent.mkdir(parents=True, exist_ok=True)
        np.save(path, answers)
    return answers

"""The paper's five checkpoints: what is known of them, and where their data lie.

Rai, Kothari, Shelke and Awekar, "Compressed models are NOT trust-equivalent to their large
counterparts", arXiv:2508.13533.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from hashlib import blake2b
from pathlib import Path
from types import MappingProxyType

import pandas as pd

from trusteq_core.errors import DataError, UnknownName
from trusteq_core.tasks import Task
from trusteq_core.tasks.readers import read_examples

__all__ = ["PAPER_EPOCHS", "PAPER_MODELS", "PaperModel", "paper_data", "select_models"]


@dataclass(frozen=True, slots=True)
class PaperModel:
    """A checkpoint of the paper.

    Attributes
    ----------
    name, title : str
        Short id here; its name in the paper.
    checkpoint : str
        Hub id or folder of the pretrained encoder.
    layers, hidden : int
        Shape of the encoder.
    accuracy : mapping of float
        The paper's accuracy by task, in percent.
    """

    name: str
    title: str
    checkpoint: str
    layers: int
    hidden: int
    accuracy: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({}))


def _reported(nli: float, paraphrase: float) -> Mapping[str, float]:
    return MappingProxyType({"nli": nli, "paraphrase": paraphrase})


# Largest first: of each pair, the first is the original.
PAPER_MODELS: tuple[PaperModel, ...] = (
    PaperModel(
        "bert-base",
        "BERT-base",
        "google-bert/bert-base-uncased",
        12,
        768,
        _reported(90.09, 90.85),
    ),
    PaperModel(
        "distilbert",
        "Distil-BERT",
        "distilbert/distilbert-base-uncased",
        6,
        768,
        _reported(87.97, 89.90),
    ),
    PaperModel(
        "bert-medium",
        "BERT-Medium",
        "google/bert_uncased_L-8_H-512_A-8",
        8,
        512,
        _reported(88.18, 89.89),
    ),
    PaperModel(
        "bert-mini",
        "BERT-Mini",
        "google/bert_uncased_L-4_H-256_A-4",
        4,
        256,
        _reported(85.12, 88.40),
    ),
    PaperModel(
        "bert-tiny",
        "BERT-Tiny",
        "google/bert_uncased_L-2_H-128_A-2",
        2,
        128,
        _reported(79.90, 84.19),
    ),
)

PAPER_EPOCHS: Mapping[str, int] = MappingProxyType({"nli": 5, "paraphrase": 10})

_QUORA = "quora_duplicate_questions.tsv"
# The published files of each task: training and test, or one that is divided.
_FILES: Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]] = MappingProxyType(
    {
        "nli": (
            ("snli_1.0_train.jsonl", "snli_1.0_train.txt", "nli_train.csv"),
            ("snli_1.0_test.jsonl", "snli_1.0_test.txt", "nli_test.csv"),
        ),
        "paraphrase": (
            (_QUORA, "paraphrase_train.csv"),
            (_QUORA, "paraphrase_test.csv"),
        ),
    }
)
_ONE_IN = 10


def select_models(texts: Sequence[str]) -> tuple[PaperModel, ...]:
    """Return the models that are named, in the paper's order; all of them without a name.

    Parameters
    ----------
    texts : sequence of str
        ``NAME``, or ``NAME=CHECKPOINT`` with another hub id or a folder.

    Raises
    ------
    UnknownName
        If the paper has no such model.
    DataError
        If there are fewer than two.
    """
    known = {model.name: model for model in PAPER_MODELS}
    chosen = {}
    for text in texts:
        name, equals, checkpoint = text.partition("=")
        if name not in known:
            raise UnknownName("model of the paper", name, known)
        chosen[name] = replace(known[name], checkpoint=checkpoint) if equals else known[name]
    if len(chosen) == 1:
        raise DataError("A comparison needs two models at least. Name another one.")
    return tuple(
        chosen.get(name, model) for name, model in known.items() if not chosen or name in chosen
    )


def paper_data(
    folder: Path, task: Task, *, say: Callable[[str], None] = lambda _: None
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the training and the test examples of a task from a folder of published files.

    SNLI comes divided. The Quora questions come as one file; a tenth of them, chosen by their ids,
    are the test examples.

    Parameters
    ----------
    folder : Path
        Holds the files, in any folder of it.
    task : Task
        ``nli`` or ``paraphrase``.
    say : callable, optional
        Takes what is to be known of a file: rows that were left out, bytes that are not UTF-8.

    Raises
    ------
    DataError
        If a file is missing or cannot be read.
    """
    train, test = (_find(folder, names) for names in _FILES[task.id])
    tables = []
    for path in (train, test) if train != test else (train,):
        form = "qqp" if path.name == _QUORA else None
        found = read_examples(path, task, format=form, replace_bytes=form is not None)
        for note in found.notes:
            say(note)
        tables.append(found.frame)
    examples = tables[0]
    if train != test:
        return examples, tables[1]
    held_out = examples["id"].map(_is_held_out)
    return examples[~held_out].reset_index(drop=True), examples[held_out].reset_index(drop=True)


def _find(folder: Path, names: Sequence[str]) -> Path:
    for name in names:
        found = sorted(folder.rglob(name))
        if found:
            return found[0]
    raise DataError(
        f'"{folder}" has none of {", ".join(names)}. Put the published file there or into a '
        "folder in it."
    )


def _is_held_out(name: str) -> bool:
    digest = blake2b(str(name).encode(), digest_size=4).digest()
    return int.from_bytes(digest, "little") % _ONE_IN == 0

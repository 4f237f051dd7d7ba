"""What building the models of one task shares: its examples and its tokenizers."""

from __future__ import annotations

from dataclasses import dataclass, field

import pandas as pd
from transformers import PreTrainedTokenizerBase

from trusteq_core.compression.encoded import Encoded, encode
from trusteq_core.compression.tokenizer import train_tokenizer
from trusteq_core.corpus import generate
from trusteq_core.tasks import Task

__all__ = ["Material", "Workshop", "open_workshop"]


@dataclass(frozen=True, slots=True, eq=False)
class Material:
    """A tokenizer and the examples as it reads them."""

    tokenizer: PreTrainedTokenizerBase
    training: Encoded
    validation: Encoded


@dataclass(frozen=True, slots=True, eq=False)
class Workshop:
    """The examples of a task, tokenised once per kind of tokenizer.

    Attributes
    ----------
    task : Task
        The task.
    training, validation : DataFrame
        Example tables.
    vocabulary : int
        Size of the tokenizers.
    """

    task: Task
    training: pd.DataFrame
    validation: pd.DataFrame
    vocabulary: int
    _tokenizers: dict[str, PreTrainedTokenizerBase] = field(default_factory=dict)
    _materials: dict[str, Material] = field(default_factory=dict)

    def material(self, kind: str) -> Material:
        """Return a tokenizer of this kind, trained on the training texts, and the examples."""
        if kind not in self._tokenizers:
            texts = (text for name in self.task.segments for text in self.training[name])
            self._tokenizers[kind] = train_tokenizer(texts, kind, size=self.vocabulary)
        return self.material_for(self._tokenizers[kind])

    def material_for(self, tokenizer: PreTrainedTokenizerBase) -> Material:
        """Return the examples as this tokenizer reads them: a parent's, for what is made of it."""
        key = tokenizer.backend_tokenizer.to_str()
        if key not in self._materials:
            self._materials[key] = Material(
                tokenizer,
                encode(tokenizer, self.training, self.task),
                encode(tokenizer, self.validation, self.task),
            )
        return self._materials[key]


def open_workshop(task: Task, *, smoke: bool = False) -> Workshop:
    """Generate the examples of a task; a few hundred where the code is only tried out."""
    limits = (400, 200) if smoke else (None, None)
    training, validation = (
        generate(task.id, split, limit=limit)
        for split, limit in zip(("train", "validation"), limits, strict=True)
    )
    return Workshop(task, training, validation, vocabulary=600 if smoke else 2400)

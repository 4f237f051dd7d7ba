"""Tiny model folders made on the fly, for the tests of loading and predicting."""

from __future__ import annotations

import json
from pathlib import Path

from trusteq_core.models import environment  # noqa: F401  isort: skip  sets the libraries up
import torch
from transformers import BertConfig, BertForSequenceClassification, PreTrainedTokenizerBase

from trusteq_core.compression.tokenizer import train_tokenizer

TEXTS = (
    "A dog sleeps in the garden.",
    "No cat sleeps in the house.",
    "The woman bought seven red apples before lunch.",
    "Every child in Porto likes the old bridge.",
)


def tiny_tokenizer(kind: str = "wordpiece", size: int = 300) -> PreTrainedTokenizerBase:
    return train_tokenizer(TEXTS, kind, size=size)


def tiny_model(
    vocabulary: int, labels: tuple[str, ...], *, seed: int = 0, **config: object
) -> BertForSequenceClassification:
    torch.manual_seed(seed)
    settings = {
        "vocab_size": vocabulary,
        "hidden_size": 16,
        "num_hidden_layers": 2,
        "num_attention_heads": 2,
        "intermediate_size": 32,
        "max_position_embeddings": 48,
        "initializer_range": 0.5,
        "id2label": dict(enumerate(labels)),
        "label2id": {label: number for number, label in enumerate(labels)},
    } | config
    return BertForSequenceClassification(BertConfig(**settings)).eval()


def save_tiny(
    folder: Path,
    labels: tuple[str, ...] = ("entailment", "neutral", "contradiction"),
    *,
    kind: str = "wordpiece",
    seed: int = 0,
    **config: object,
) -> Path:
    """Write a model with random weights and a tokenizer of its own to `folder`."""
    tokenizer = tiny_tokenizer(kind)
    tiny_model(len(tokenizer), labels, seed=seed, **config).save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return folder


def edit_json(path: Path, **changes: object) -> None:
    content = json.loads(path.read_text())
    path.write_text(json.dumps(content | changes))

"""Initial weights from which a small encoder learns to compare two texts within minutes.

A classifier of pairs must first find which word of one text answers to which word of the other.
From the usual small random weights, attention is uniform, every token sees the same average, and
thousands of steps pass before matching emerges. The weights here begin with matching in place:

- the query and key projections of a layer are tied and near the unit matrix, so the attention
  score of two tokens is the inner product of their states, which is largest for the same word;
- one coordinate of each head holds the segment, with opposite sign in the key, so a word looks for
  itself in the other text before its own;
- the value and output projections are near the unit matrix, so what a token receives is the state
  of the words it matched, in the same coordinates;
- the first layer matches sharply; later ones attend ever more evenly, so that the classification
  token reads all the others;
- the feed-forward layers have unit gain, so that they take part from the first step on.

Normalisation stands before each block, which leaves the states of the tokens intact on their way
up and lets the learning rate be high. Everything stays free to move in training; the noise added
to each matrix breaks the symmetry of heads and layers. The idea follows Trockman and Kolter,
"Mimetic initialization of self-attention layers" (arXiv:2305.09828).
"""

from __future__ import annotations

from typing import Any

import torch
from torch import nn
from transformers import (
    PreTrainedModel,
    RobertaPreLayerNormConfig,
    RobertaPreLayerNormForSequenceClassification,
)

from trusteq_core.compression.architecture import ZooModel
from trusteq_core.compression.tokenizer import MAX_TOKENS
from trusteq_core.tasks import Task

__all__ = ["build_encoder", "near_identity_"]


def build_encoder(spec: ZooModel, task: Task, vocabulary: int) -> PreTrainedModel:
    """Return an untrained classifier of the given shape, its weights drawn from the spec's seed."""
    torch.manual_seed(spec.seed)
    config = RobertaPreLayerNormConfig(
        vocab_size=vocabulary,
        hidden_size=spec.hidden,
        num_hidden_layers=spec.layers,
        num_attention_heads=spec.heads,
        intermediate_size=4 * spec.hidden,
        # Positions are counted from one behind the padding token's id, which is 0.
        max_position_embeddings=MAX_TOKENS + 1,
        type_vocab_size=2,
        pad_token_id=0,
        bos_token_id=None,
        eos_token_id=None,
        hidden_dropout_prob=0.0,
        attention_probs_dropout_prob=0.0,
        id2label=dict(enumerate(task.labels)),
        label2id={label: number for number, label in enumerate(task.labels)},
    )
    model = RobertaPreLayerNormForSequenceClassification(config)
    near_identity_(model)
    return model


@torch.no_grad()
def near_identity_(
    model: PreTrainedModel, *, embedding: float = 0.02, match: float = 1.0, copy: float = 0.7
) -> None:
    """Overwrite the weights of an encoder as the module's text describes, in place.

    Parameters
    ----------
    model : PreTrainedModel
        A classifier with a BERT-like encoder.
    embedding : float
        Standard deviation of the word embeddings. Positions get less, segments more.
    match : float
        Diagonal of the query and key projections of the first layer; it falls to a third of that
        in the last.
    copy : float
        Diagonal of the value and output projections.
    """
    for module in model.modules():
        if isinstance(module, nn.Linear):
            module.weight.normal_(std=module.in_features**-0.5)
    encoder: Any = model.base_model
    hidden, heads = model.config.hidden_size, model.config.num_attention_heads
    marks = slice(0, None, hidden // heads)
    encoder.embeddings.word_embeddings.weight.normal_(std=embedding)
    encoder.embeddings.position_embeddings.weight.normal_(std=0.3 * embedding)
    segments = encoder.embeddings.token_type_embeddings.weight
    segments.zero_()
    segments[0, marks] = 3 * embedding
    segments[1, marks] = -3 * embedding
    other_text = torch.ones(hidden, 1)
    other_text[marks] = -1.0
    layers = encoder.encoder.layer
    for layer, fall in zip(layers, torch.linspace(1, 1 / 3, len(layers)), strict=True):
        attention = layer.attention.self
        attention.query.weight.copy_(_near_unit(hidden, match * float(fall)))
        attention.key.weight.copy_(other_text * attention.query.weight)
        attention.value.weight.copy_(_near_unit(hidden, copy))
        layer.attention.output.dense.weight.copy_(_near_unit(hidden, copy))


def _near_unit(size: int, diagonal: float) -> torch.Tensor:
    return diagonal * torch.eye(size) + 0.02 * torch.randn(size, size)

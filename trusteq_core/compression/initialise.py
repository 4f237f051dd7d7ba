"""Initial weights from which a small encoder learns to compare two texts within minutes.

A classifier of pairs must first find which word of one text answers to which word of the other.
From the usual small random weights, attention is uniform, every token sees the same average, and
thousands of steps pass before matching emerges. The weights here begin with matching in place:

- the query and key projections of a layer are equal and near the unit matrix, so the attention
  score of two tokens is the inner product of their states, which is largest for the same word;
- the value and output projections are near the unit matrix, so what a token receives is the state
  of the words it matched, written into the same coordinates;
- word embeddings are large against position and segment embeddings, so a word matches itself
  wherever it stands.

Everything stays free to move in training; the noise added to each matrix breaks the symmetry of
the heads and layers. The idea follows Trockman and Kolter, "Mimetic initialization of
self-attention layers" (arXiv:2305.09828).
"""

from __future__ import annotations

import torch
from transformers import BertConfig, BertForSequenceClassification

from trusteq_core.compression.architecture import ZooModel
from trusteq_core.compression.tokenizer import MAX_TOKENS
from trusteq_core.tasks import Task

__all__ = ["build_encoder", "near_identity_"]


def build_encoder(
    spec: ZooModel, task: Task, vocabulary: int, *, dropout: float = 0.0
) -> BertForSequenceClassification:
    """Return an untrained encoder of the given shape, its weights drawn from the model's seed."""
    torch.manual_seed(spec.seed)
    config = BertConfig(
        vocab_size=vocabulary,
        hidden_size=spec.hidden,
        num_hidden_layers=spec.layers,
        num_attention_heads=spec.heads,
        intermediate_size=4 * spec.hidden,
        max_position_embeddings=MAX_TOKENS,
        hidden_dropout_prob=dropout,
        attention_probs_dropout_prob=0.0,
        id2label=dict(enumerate(task.labels)),
        label2id={label: number for number, label in enumerate(task.labels)},
    )
    model = BertForSequenceClassification(config)
    near_identity_(model)
    return model


@torch.no_grad()
def near_identity_(
    model: BertForSequenceClassification,
    *,
    match: float = 1.0,
    copy: float = 0.7,
    segment: float = 0.3,
) -> None:
    """Overwrite the attention and embedding weights of `model`, see the module's text.

    Parameters
    ----------
    model : BertForSequenceClassification
        Changed in place.
    match : float
        Diagonal of the query and key projections of the first layer; it falls to a third of that
        towards the last layer, where the classification token has to read all the others.
    copy : float
        Diagonal of the value and output projections.
    segment : float
        Size of the segment embeddings in the one coordinate of each head that they begin with.
    """
    config, embeddings = model.config, model.bert.embeddings
    embeddings.word_embeddings.weight.normal_(std=0.1)
    embeddings.position_embeddings.weight.normal_(std=0.03)
    marks = slice(0, None, config.hidden_size // config.num_attention_heads)
    embeddings.token_type_embeddings.weight.zero_()
    embeddings.token_type_embeddings.weight[0, marks] = segment
    embeddings.token_type_embeddings.weight[1, marks] = -segment
    other_text = torch.ones(config.hidden_size)
    other_text[marks] = -1.0
    unit = torch.eye(config.hidden_size)
    fall = torch.linspace(1, 1 / 3, config.num_hidden_layers)
    for layer, share in zip(model.bert.encoder.layer, fall, strict=True):
        attention = layer.attention.self
        attention.query.weight.copy_(_near(match * share * unit))
        attention.key.weight.copy_(other_text[:, None] * attention.query.weight)
        attention.value.weight.copy_(_near(copy * unit))
        layer.attention.output.dense.weight.copy_(_near(copy * unit))


def _near(matrix: torch.Tensor) -> torch.Tensor:
    return matrix + 0.02 * torch.randn_like(matrix)

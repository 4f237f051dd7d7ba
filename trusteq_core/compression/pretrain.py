"""Masked-language-model pre-training on the texts of a task, before its labels are used.

A label is one bit or two for a pair of texts; a masked word is a question with a thousand answers,
and in a pair the answer usually stands in the other text. Filling in words therefore teaches an
encoder to find the counterpart of each word, and which words stand in for which, from many more
signals than the labels give. It also gives the mask token a meaning, which the explanations that
mask words with it depend on.
"""

from __future__ import annotations

import logging
from itertools import chain

import numpy as np
import torch
from torch import nn
from torch.nn import functional
from transformers import PreTrainedModel, PreTrainedTokenizerBase

from trusteq_core.compression.encoded import Encoded
from trusteq_core.compression.training import Schedule, autocast, descend
from trusteq_core.models.classifier import Report

__all__ = ["mask_tokens", "pretrain"]

log = logging.getLogger(__name__)


def pretrain(
    model: PreTrainedModel,
    tokenizer: PreTrainedTokenizerBase,
    training: Encoded,
    schedule: Schedule,
    *,
    share: float = 0.2,
    report: Report | None = None,
) -> list[float]:
    """Train the encoder of `model` to fill in masked tokens; return the mean loss of each epoch.

    Parameters
    ----------
    model : PreTrainedModel
        A classifier; its encoder is changed in place, its head is not used.
    tokenizer : PreTrainedTokenizerBase
        Knows the mask token and the special tokens.
    training : Encoded
        The texts; their labels are not used.
    schedule : Schedule
        Epochs, learning rate, batch size and seed.
    share : float
        Share of the tokens to predict, in 0..1.
    report : Report, optional
        Called as ``report(step, steps)`` after each step.

    References
    ----------
    Devlin et al., "BERT: Pre-training of deep bidirectional transformers for language
    understanding", arXiv:1810.04805.
    """
    encoder = model.base_model
    embeddings = model.get_input_embeddings().weight
    hidden = embeddings.shape[1]
    torch.manual_seed(schedule.seed)
    head = nn.Sequential(nn.Linear(hidden, hidden), nn.GELU(), nn.LayerNorm(hidden))
    bias = nn.Parameter(torch.zeros(len(embeddings)))
    special = torch.tensor(sorted(tokenizer.all_special_ids))

    def loss_of(rows: np.ndarray) -> torch.Tensor:
        inputs = training.batch(rows)
        true = inputs["input_ids"]
        inputs["input_ids"], asked = mask_tokens(
            true, special, int(tokenizer.mask_token_id), share=share
        )
        with autocast():
            states = encoder(**inputs).last_hidden_state[asked]
            scores = functional.linear(head(states), embeddings, bias)
        return functional.cross_entropy(scores.float(), true[asked])

    model.train()
    weights = chain(encoder.parameters(), head.parameters(), [bias])
    losses = []
    for _, mean_loss in descend(weights, loss_of, training, schedule, report=report):
        losses.append(mean_loss)
        log.info("pre-training %d/%d  loss %.4f", len(losses), schedule.epochs, mean_loss)
    return losses


def mask_tokens(
    ids: torch.Tensor, special: torch.Tensor, mask_id: int, *, share: float
) -> tuple[torch.Tensor, torch.Tensor]:
    """Return token ids with some of them masked, and which tokens are to be predicted.

    Four in five of the tokens to predict are replaced by the mask token; the others stay, so that
    the encoder also learns about the words it sees.

    Parameters
    ----------
    ids : Tensor of int, shape (n, length)
        Token ids.
    special : Tensor of int
        Ids that are never predicted.
    mask_id : int
        Id of the mask token.
    share : float
        Share of the other tokens to predict, in 0..1; always at least one token of the batch.
    """
    allowed = ~torch.isin(ids, special)
    asked = (torch.rand(ids.shape) < share) & allowed
    if not asked.any():
        asked = allowed
    hidden = asked & (torch.rand(ids.shape) < 0.8)
    return torch.where(hidden, mask_id, ids), asked

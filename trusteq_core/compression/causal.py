"""Turning an encoder of the zoo into a causal language model that answers with a word.

The layers of a RoBERTa with the normalisation first and of a GPT-2 compute the same, but that a
causal model reads from left to right. So the new model begins with every n-th layer of its parent,
and has to learn the direction and the reading of a prompt. It is trained on both at once: to put
its parent's distribution over the labels on the label words behind the prompt, and to tell the next
token of a part of the text.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import torch
from tokenizers.processors import TemplateProcessing
from torch import nn
from torch.nn import functional
from transformers import GPT2Config, GPT2LMHeadModel, PreTrainedModel, PreTrainedTokenizerBase

from trusteq_core.compression.encoded import Encoded
from trusteq_core.compression.training import Loss
from trusteq_core.models.label_words import answer_tokens
from trusteq_core.models.prompt import Prompt
from trusteq_core.tasks import Task, label_codes, segments_of

__all__ = ["ZOO_PROMPTS", "Answering", "causal_from", "encode_prompts", "start_only"]

ZOO_PROMPTS: dict[str, Prompt] = {
    "nli": Prompt(
        "If {premise} then {hypothesis}",
        {"entailment": "certainly", "neutral": "perhaps", "contradiction": "impossible"},
    ),
    "paraphrase": Prompt(
        "{sentence1} so {sentence2}", {"different": "not", "paraphrase": "certainly"}
    ),
}
"""Prompts in words that the tokenizers of the zoo know, so that each answer is one token."""

_SECOND_TEXT = 12  # tokens into a prompt: about where the second text begins
_NEXT_TOKEN_SHARE, _NEXT_TOKEN_WEIGHT = 0.15, 0.1


def start_only(tokenizer: PreTrainedTokenizerBase) -> PreTrainedTokenizerBase:
    """Let a tokenizer of the zoo put its first token before a text and nothing behind, in place."""
    tokenizer.bos_token = tokenizer.cls_token
    tokenizer.backend_tokenizer.post_processor = TemplateProcessing(
        single=f"{tokenizer.cls_token} $A",
        special_tokens=[(tokenizer.cls_token, tokenizer.cls_token_id)],
    )
    tokenizer.model_input_names = ["input_ids", "attention_mask"]
    return tokenizer


def encode_prompts(
    tokenizer: PreTrainedTokenizerBase, frame: pd.DataFrame, task: Task, prompt: Prompt
) -> Encoded:
    """Tokenise the prompts about an example table once, for all epochs."""
    texts = [prompt.render(segments)[0] for segments in segments_of(frame, task)]
    ids = tokenizer(texts)["input_ids"]
    return Encoded(ids, None, label_codes(frame, task), padding=int(tokenizer.pad_token_id or 0))


@torch.no_grad()
def causal_from(parent: PreTrainedModel, layers: int, seed: int) -> GPT2LMHeadModel:
    """Return a GPT-2 that begins with every n-th layer of an encoder.

    Parameters
    ----------
    parent : PreTrainedModel
        A classifier of the zoo.
    layers : int
        A divisor of the parent's number of layers.
    seed : int
        Of the weights that the parent does not have.
    """
    torch.manual_seed(seed)
    known = parent.config
    positions = known.max_position_embeddings - 1
    model = GPT2LMHeadModel(
        GPT2Config(
            vocab_size=known.vocab_size,
            n_positions=positions,
            n_embd=known.hidden_size,
            n_layer=layers,
            n_head=known.num_attention_heads,
            n_inner=known.intermediate_size,
            activation_function="gelu",
            layer_norm_epsilon=known.layer_norm_eps,
            resid_pdrop=0.0,
            embd_pdrop=0.0,
            attn_pdrop=0.0,
            bos_token_id=None,
            eos_token_id=None,
            pad_token_id=known.pad_token_id,
        )
    )
    encoder: Any = parent.base_model
    _copy_embeddings_(model, encoder.embeddings)
    step = known.num_hidden_layers // layers
    for block, layer in zip(model.transformer.h, encoder.encoder.layer[::step], strict=True):
        _copy_layer_(block, layer)
    model.transformer.ln_f.load_state_dict(encoder.LayerNorm.state_dict())
    # Words are scored by inner products with their embeddings: from here on of moderate size.
    for weight in model.transformer.ln_f.parameters():
        weight.mul_(known.hidden_size**-0.5)
    return model


def _copy_embeddings_(model: GPT2LMHeadModel, embeddings: Any) -> None:
    """Take over the embeddings, scaled as the parent's normalisation leaves them on average.

    The parent marks the two texts by their segment. A causal model has no such mark; here positions
    stand in for it, from about where the second text begins.
    """
    norm, segments = embeddings.LayerNorm, embeddings.token_type_embeddings.weight
    words, places = embeddings.word_embeddings.weight, embeddings.position_embeddings.weight[1:]
    gain = norm.weight / (words + places[10] + segments[0]).std(dim=1).mean()
    second = torch.sigmoid(torch.arange(len(places)) - _SECOND_TEXT - 0.5).unsqueeze(1)
    marked = places + segments[0] + second * (segments[1] - segments[0])
    model.transformer.wte.weight.copy_(words * gain)
    model.transformer.wpe.weight.copy_(marked * gain + norm.bias)


def _copy_layer_(block: Any, layer: Any) -> None:
    own, read = layer.attention.self, layer.attention.output.dense
    joined = [own.query, own.key, own.value]
    block.attn.c_attn.weight.copy_(torch.cat([each.weight for each in joined]).T)
    block.attn.c_attn.bias.copy_(torch.cat([each.bias for each in joined]))
    for target, source in (
        (block.attn.c_proj, read),
        (block.mlp.c_fc, layer.intermediate.dense),
        (block.mlp.c_proj, layer.output.dense),
    ):
        target.weight.copy_(source.weight.T)
        target.bias.copy_(source.bias)
    block.ln_1.load_state_dict(layer.attention.LayerNorm.state_dict())
    block.ln_2.load_state_dict(layer.intermediate.LayerNorm.state_dict())


@dataclass(frozen=True, slots=True)
class _Answers:
    """What the training loop reads of a model's output."""

    logits: torch.Tensor


class Answering(nn.Module):
    """A causal model as the training loop sees a classifier: logits of where label words begin.

    In training it also holds, in `next_token`, the loss of telling the next token at some random
    places; `with_next_token` adds it to another loss.

    Parameters
    ----------
    model : GPT2LMHeadModel
        The model.
    tokenizer : PreTrainedTokenizerBase
        Its tokenizer.
    prompt : Prompt
        The prompt; the first tokens of its label words differ.
    task : Task
        The task.
    """

    def __init__(
        self,
        model: GPT2LMHeadModel,
        tokenizer: PreTrainedTokenizerBase,
        prompt: Prompt,
        task: Task,
    ) -> None:
        super().__init__()
        self.model = model
        self.next_token = torch.zeros(())
        answers = answer_tokens(tokenizer, prompt.check(task), task)
        self._words = torch.tensor([tokens[0] for tokens in answers])

    def forward(self, input_ids: torch.Tensor, attention_mask: torch.Tensor) -> _Answers:
        """Return the logits of the first token of each label word behind each prompt, (n, K)."""
        states = self.model.transformer(
            input_ids=input_ids, attention_mask=attention_mask
        ).last_hidden_state
        words = self.model.lm_head.weight
        if self.training:
            asked = attention_mask[:, 1:].bool() & (
                torch.rand(input_ids[:, 1:].shape) < _NEXT_TOKEN_SHARE
            )
            scores = states[:, :-1][asked] @ words.T
            self.next_token = functional.cross_entropy(scores.float(), input_ids[:, 1:][asked])
        last = states[torch.arange(len(states)), attention_mask.sum(dim=1) - 1]
        return _Answers(last @ words[self._words].T)

    def with_next_token(self, loss: Loss) -> Loss:
        """Return a loss with that of the next token added."""

        def both(logits: torch.Tensor, rows: np.ndarray) -> torch.Tensor:
            return loss(logits, rows) + _NEXT_TOKEN_WEIGHT * self.next_token

        return both

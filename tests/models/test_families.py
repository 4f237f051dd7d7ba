"""Encoders of every family and tokenizers of every kind load, predict and are explained alike."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
import torch
from tiny_models import TEXTS, tiny_tokenizer
from tokenizers import Tokenizer, models, pre_tokenizers, processors, trainers
from transformers import (
    AlbertConfig,
    AutoModelForSequenceClassification,
    BertConfig,
    DebertaV2Config,
    DistilBertConfig,
    ElectraConfig,
    ModernBertConfig,
    PreTrainedConfig,
    PreTrainedTokenizerFast,
    RobertaConfig,
)

from trusteq_core.attribution import ValueFunction, explain
from trusteq_core.models import Classifier, load_model
from trusteq_core.tasks import get_task, word_grid

NLI = get_task("nli")
PAIRS = list(pairwise(TEXTS))
SIZE = {
    "hidden_size": 16,
    "num_hidden_layers": 2,
    "num_attention_heads": 2,
    "intermediate_size": 32,
    "max_position_embeddings": 64,
}
SPREAD = {"initializer_range": 0.3}

# Configuration and kind of tokenizer, as the family is published; MiniLM is a BERT.
FAMILIES: dict[str, tuple[type[PreTrainedConfig], dict[str, object], str]] = {
    "bert": (BertConfig, SIZE | SPREAD, "wordpiece"),
    "distilbert": (
        DistilBertConfig,
        {
            "dim": 16,
            "n_layers": 2,
            "n_heads": 2,
            "hidden_dim": 32,
            "max_position_embeddings": 64,
            **SPREAD,
        },
        "wordpiece",
    ),
    "roberta": (RobertaConfig, SIZE | SPREAD | {"type_vocab_size": 1}, "bpe"),
    "albert": (AlbertConfig, SIZE | SPREAD | {"embedding_size": 8}, "unigram"),
    "electra": (ElectraConfig, SIZE | SPREAD | {"embedding_size": 8}, "wordpiece"),
    "deberta-v2": (
        DebertaV2Config,
        SIZE
        | SPREAD
        | {
            "type_vocab_size": 0,
            "relative_attention": True,
            "pos_att_type": ["p2c", "c2p"],
            "position_buckets": 16,
            "norm_rel_ebd": "layer_norm",
            "share_att_key": True,
            "position_biased_input": False,
            "max_relative_positions": -1,
        },
        "unigram",
    ),
    "modernbert": (ModernBertConfig, SIZE | SPREAD | {"local_attention": 16}, "bpe"),
}


def unigram_tokenizer() -> PreTrainedTokenizerFast:
    """Return a tokenizer as SentencePiece makes them: pieces with a mark for the space before."""
    tokenizer = Tokenizer(models.Unigram())
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace()
    special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
    trainer = trainers.UnigramTrainer(
        vocab_size=120, special_tokens=special, unk_token="[UNK]", show_progress=False
    )
    tokenizer.train_from_iterator(TEXTS, trainer)
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]",
        pair="[CLS] $A [SEP] $B:1 [SEP]:1",
        special_tokens=[(name, tokenizer.token_to_id(name)) for name in ("[CLS]", "[SEP]")],
    )
    names = ("pad", "unk", "cls", "sep", "mask")
    tokens = {f"{name}_token": token for name, token in zip(names, special, strict=True)}
    return PreTrainedTokenizerFast(tokenizer_object=tokenizer, model_max_length=48, **tokens)


@pytest.fixture(scope="module", params=FAMILIES)
def model(request, tmp_path_factory: pytest.TempPathFactory) -> Classifier:
    make, settings, kind = FAMILIES[request.param]
    tokenizer = unigram_tokenizer() if kind == "unigram" else tiny_tokenizer(kind)
    if settings.get("type_vocab_size", 2) != 2:
        tokenizer.model_input_names = ["input_ids", "attention_mask"]
    config = make(
        vocab_size=len(tokenizer),
        pad_token_id=tokenizer.pad_token_id,
        id2label=dict(enumerate(NLI.labels)),
        label2id={label: number for number, label in enumerate(NLI.labels)},
        **settings,
    )
    torch.manual_seed(0)
    folder = tmp_path_factory.mktemp("families") / request.param
    AutoModelForSequenceClassification.from_config(config).save_pretrained(folder)
    if request.param in ("distilbert", "modernbert"):
        tokenizer.model_input_names = ["input_ids", "attention_mask"]
    tokenizer.save_pretrained(folder)
    return load_model("nli", folder)


def test_it_predicts_and_a_batch_of_one_equals_a_batch_of_many(model):
    rows = model.predict(PAIRS)
    assert rows.shape == (len(PAIRS), 3)
    np.testing.assert_allclose(rows.sum(axis=1), 1.0)
    alone = np.concatenate([model.predict([pair]) for pair in PAIRS])
    np.testing.assert_allclose(rows, alone, atol=1e-5)
    assert np.ptp(rows, axis=0).max() > 1e-6  # it reads the text


def test_the_players_are_the_words_whatever_the_tokenizer(model):
    grid = word_grid(PAIRS[0])
    assert model.visible_words(PAIRS[0]).tolist() == [True] * len(grid)
    assert ValueFunction(model, PAIRS[0]).players.tolist() == list(range(len(grid)))


def test_it_is_explained(model):
    found = explain(model, PAIRS[0], "shapley", budget=64)
    np.testing.assert_allclose(found.values.sum(axis=0), found.full - found.base, atol=1e-5)
    masked = explain(model, PAIRS[0], "occlusion", mask="mask_token")
    assert np.isfinite(masked.values).all()


def test_two_tokenizers_cut_one_text_differently_and_give_the_same_words():
    kinds = (tiny_tokenizer("wordpiece"), tiny_tokenizer("bpe"), unigram_tokenizer())
    pieces = {tuple(kind.tokenize(TEXTS[2].lower())) for kind in kinds}
    assert len(pieces) == 3

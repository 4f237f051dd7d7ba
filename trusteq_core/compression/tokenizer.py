"""Tokenizers of the zoo, trained on a task's own examples."""

from __future__ import annotations

import os
from collections.abc import Iterable

os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")

from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers, trainers
from tokenizers.processors import TemplateProcessing
from transformers import PreTrainedTokenizerFast

from trusteq_core.errors import ModelError

__all__ = ["MAX_TOKENS", "SPECIAL_TOKENS", "train_tokenizer"]

SPECIAL_TOKENS = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]")
MAX_TOKENS = 128


def train_tokenizer(
    texts: Iterable[str], kind: str = "wordpiece", *, size: int = 2400
) -> PreTrainedTokenizerFast:
    """Train a lower-casing tokenizer for pairs of segments.

    The vocabulary is smaller than the corpus has word types, so the rarer words split into
    subwords. Pairs read ``[CLS] first [SEP] second [SEP]`` with segment ids 0 and 1.

    Parameters
    ----------
    texts : iterable of str
        The texts to learn the vocabulary from.
    kind : {"wordpiece", "bpe"}
        WordPiece over words and punctuation, or byte-level BPE.
    size : int
        Largest number of tokens, the special ones included.

    Raises
    ------
    ModelError
        If `kind` is unknown, or the texts give no vocabulary beyond the special tokens.
    """
    if kind not in ("wordpiece", "bpe"):
        raise ModelError(f'No tokenizer "{kind}". Known: wordpiece, bpe.')
    tokenizer, trainer = _wordpiece(size) if kind == "wordpiece" else _byte_level_bpe(size)
    tokenizer.train_from_iterator(texts, trainer)
    if tokenizer.get_vocab_size() <= len(SPECIAL_TOKENS):
        raise ModelError("The texts hold no words to train a tokenizer on. Give it real texts.")
    separator, start = tokenizer.token_to_id("[SEP]"), tokenizer.token_to_id("[CLS]")
    tokenizer.post_processor = TemplateProcessing(
        single="[CLS]:0 $A:0 [SEP]:0",
        pair="[CLS]:0 $A:0 [SEP]:0 $B:1 [SEP]:1",
        special_tokens=[("[CLS]", start), ("[SEP]", separator)],
    )
    return PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        pad_token="[PAD]",
        unk_token="[UNK]",
        cls_token="[CLS]",
        sep_token="[SEP]",
        mask_token="[MASK]",
        model_max_length=MAX_TOKENS,
        model_input_names=["input_ids", "token_type_ids", "attention_mask"],
    )


def _wordpiece(size: int) -> tuple[Tokenizer, trainers.Trainer]:
    tokenizer = Tokenizer(models.WordPiece(unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.BertNormalizer(lowercase=True)
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.decoder = decoders.WordPiece()
    trainer = trainers.WordPieceTrainer(
        vocab_size=size, special_tokens=list(SPECIAL_TOKENS), show_progress=False
    )
    return tokenizer, trainer


def _byte_level_bpe(size: int) -> tuple[Tokenizer, trainers.Trainer]:
    tokenizer = Tokenizer(models.BPE())
    tokenizer.normalizer = normalizers.Sequence([normalizers.NFC(), normalizers.Lowercase()])
    # A leading space makes a word one token wherever it stands.
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=True)
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=size,
        special_tokens=list(SPECIAL_TOKENS),
        initial_alphabet=sorted(pre_tokenizers.ByteLevel.alphabet()),
        show_progress=False,
    )
    return tokenizer, trainer

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
_START = "\u2581"


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
    tokenizer = _wordpiece(texts, size) if kind == "wordpiece" else _byte_level_bpe(texts, size)
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


def _wordpiece(texts: Iterable[str], size: int) -> Tokenizer:
    """Learn the pieces by byte-pair merges over words that begin with a marker.

    The library's own WordPiece trainer numbers its pieces in the order of a hash table, another
    one in every process; merges over a sorted alphabet are the same each time.
    """
    normalizer = normalizers.BertNormalizer(lowercase=True)
    words = pre_tokenizers.BertPreTokenizer()
    corpus = [normalizer.normalize_str(text) for text in texts]
    letters = sorted({letter for text in corpus for letter in text if not letter.isspace()})
    learner = Tokenizer(models.BPE())
    learner.pre_tokenizer = pre_tokenizers.Sequence(
        [words, pre_tokenizers.Metaspace(_START, prepend_scheme="always", split=False)]
    )
    learner.train_from_iterator(
        corpus,
        trainers.BpeTrainer(
            # Every letter is a piece of its own, at the start of a word and inside it.
            vocab_size=max(0, size - len(SPECIAL_TOKENS) - len(letters)),
            initial_alphabet=[_START, *letters],
            show_progress=False,
        ),
    )
    learnt = sorted(learner.get_vocab().items(), key=lambda item: item[1])
    pieces = [
        piece.removeprefix(_START) if piece.startswith(_START) else f"##{piece}"
        for piece, _ in learnt
        if piece != _START
    ]
    vocabulary = dict.fromkeys([*SPECIAL_TOKENS, *letters, *pieces])
    numbered = {piece: number for number, piece in enumerate(vocabulary)}
    tokenizer = Tokenizer(models.WordPiece(numbered, unk_token="[UNK]"))
    tokenizer.add_special_tokens(list(SPECIAL_TOKENS))
    tokenizer.normalizer = normalizer
    tokenizer.pre_tokenizer = words
    tokenizer.decoder = decoders.WordPiece()
    return tokenizer


def _byte_level_bpe(texts: Iterable[str], size: int) -> Tokenizer:
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
    tokenizer.train_from_iterator(texts, trainer)
    return tokenizer

"""Tokenizers trained on a task's texts."""

import pytest

from trusteq_core.compression.tokenizer import SPECIAL_TOKENS, train_tokenizer
from trusteq_core.errors import ModelError

TEXTS = [
    f"The {colour} {animal} sleeps near the {place}."
    for colour in ("red", "black", "spotted")
    for animal in ("dog", "cat", "hippopotamus")
    for place in ("river", "garden", "observatory")
]


@pytest.mark.parametrize("kind", ["wordpiece", "bpe"])
def test_the_vocabulary_is_learnt_and_within_its_size(kind):
    tokenizer = train_tokenizer(TEXTS, kind, size=290)
    assert 40 < len(tokenizer) <= 290
    assert set(SPECIAL_TOKENS) <= set(tokenizer.get_vocab())
    assert tokenizer.pad_token_id == 0


@pytest.mark.parametrize("kind", ["wordpiece", "bpe"])
def test_pairs_get_segment_ids(kind):
    tokens = train_tokenizer(TEXTS, kind, size=400)("The dog.", "The cat.")
    types = tokens["token_type_ids"]
    assert types == sorted(types)
    assert set(types) == {0, 1}
    assert len(types) == len(tokens["input_ids"])


def test_a_small_vocabulary_splits_rare_words_into_subwords():
    small, large = (train_tokenizer(TEXTS, size=size) for size in (60, 400))
    assert len(small.tokenize("hippopotamus")) > 1
    assert large.tokenize("hippopotamus") == ["hippopotamus"]


def test_byte_level_bpe_knows_every_text():
    tokenizer = train_tokenizer(TEXTS, "bpe", size=400)
    assert tokenizer.unk_token_id not in tokenizer("Привет 👍")["input_ids"]


def test_bpe_reads_a_word_the_same_wherever_it_stands():
    tokenizer = train_tokenizer(TEXTS, "bpe", size=400)
    first, second = tokenizer.tokenize("dog dog")
    assert first == second


def test_training_is_repeatable():
    assert (
        train_tokenizer(TEXTS).backend_tokenizer.to_str()
        == train_tokenizer(TEXTS).backend_tokenizer.to_str()
    )


def test_an_unknown_kind_is_refused():
    with pytest.raises(ModelError, match="Known: wordpiece, bpe"):
        train_tokenizer(TEXTS, "sentencepiece")


def test_texts_without_words_give_no_tokenizer():
    with pytest.raises(ModelError, match="no words"):
        train_tokenizer(["", " "])

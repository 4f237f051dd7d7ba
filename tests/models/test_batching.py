"""Token-budget batches hold every example once and stay within their budget."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from transformers import BertConfig, DistilBertConfig, PretrainedConfig

from trusteq_core.models.batching import processor_budget, token_batches


@given(st.lists(st.integers(1, 300), min_size=1, max_size=200), st.integers(1, 2000))
def test_every_example_is_in_one_batch_and_no_batch_of_several_breaks_the_budget(lengths, budget):
    batches = list(token_batches(np.array(lengths), lambda: budget))
    assert sorted(np.concatenate(batches)) == list(range(len(lengths)))
    for batch in batches:
        assert len(batch) == 1 or len(batch) * max(lengths[row] for row in batch) <= budget


def test_no_examples_give_no_batches():
    assert list(token_batches(np.array([], dtype=int), lambda: 100)) == []


def test_the_budget_is_asked_for_before_every_batch():
    budgets = iter([8, 4, 4])
    batches = token_batches(np.full(4, 4), lambda: next(budgets))
    assert [len(batch) for batch in batches] == [2, 1, 1]


@pytest.mark.parametrize(
    ("config", "budget"),
    [
        (BertConfig(intermediate_size=3072), 512),
        (BertConfig(intermediate_size=640, hidden_size=160), 2457),
        (DistilBertConfig(hidden_dim=3072), 512),
        (BertConfig(intermediate_size=16, hidden_size=12), 8192),
        (PretrainedConfig(), 512),
    ],
)
def test_batches_of_wide_models_are_small_and_those_of_narrow_ones_large(config, budget):
    assert processor_budget(config) == budget

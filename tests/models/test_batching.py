"""Token-budget batches hold every example once and stay within their budget."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from trusteq_core.models.batching import token_batches


@given(st.lists(st.integers(1, 300), min_size=1, max_size=200), st.integers(1, 2000))
def test_every_example_is_in_one_batch_and_no_batch_of_several_breaks_the_budget(lengths, budget):
    batches = token_batches(np.array(lengths), budget)
    assert sorted(np.concatenate(batches)) == list(range(len(lengths)))
    for batch in batches:
        assert len(batch) == 1 or len(batch) * max(lengths[row] for row in batch) <= budget


def test_no_examples_give_no_batches():
    assert token_batches(np.array([], dtype=int), 100) == []

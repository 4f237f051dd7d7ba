"""A classifier over token ids needs nothing of a library but a forward pass."""

import numpy as np
import pytest
from tiny_models import tiny_tokenizer

from trusteq_core.errors import ModelError
from trusteq_core.models import Classifier
from trusteq_core.models.token_classifier import TokenClassifier
from trusteq_core.tasks import get_task

PAIRS = [("A dog sleeps in the garden.", "No cat sleeps."), ("A dog.", "A cat."), ("", "dog")]


class Counts:
    """Outputs are the number of tokens, of those of the second text, and zero."""

    def __init__(self, room: int = 1000) -> None:
        self.room = room
        self.shapes: list[tuple[int, ...]] = []

    def __call__(self, inputs):
        self.shapes.append(inputs["input_ids"].shape)
        assert {matrix.shape for matrix in inputs.values()} == {self.shapes[-1]}
        if inputs["input_ids"].size > self.room:
            raise MemoryError
        read = inputs["attention_mask"].sum(axis=1)
        second = (inputs["token_type_ids"] * inputs["attention_mask"]).sum(axis=1)
        return np.stack([read, second, 0 * read], axis=1) / 10.0


def classifier(forward, **options) -> TokenClassifier:
    facts = {"name": "counts", "fingerprint": "counts", "output_order": [2, 0, 1], "max_tokens": 20}
    return TokenClassifier(forward, tiny_tokenizer(), task=get_task("nli"), **facts | options)


def test_outputs_are_put_in_the_order_of_the_labels_and_sum_to_one():
    model = classifier(Counts())
    assert isinstance(model, Classifier)
    ids = model.tokenizer(*PAIRS[0])
    outputs = np.array([0, len(ids["input_ids"]), sum(ids["token_type_ids"])]) / 10
    expected = np.exp(outputs) / np.exp(outputs).sum()
    np.testing.assert_allclose(model.predict(PAIRS)[0], expected, atol=1e-12)


def test_batches_stay_within_the_budget_longest_first():
    forward = Counts()
    classifier(forward, token_budget=30).predict(PAIRS * 4)
    assert all(rows * width <= 30 or rows == 1 for rows, width in forward.shapes)
    assert [width for _, width in forward.shapes] == sorted(
        (width for _, width in forward.shapes), reverse=True
    )


def test_padding_changes_no_probability():
    together = classifier(Counts()).predict(PAIRS)
    alone = np.concatenate([classifier(Counts()).predict([pair]) for pair in PAIRS])
    np.testing.assert_allclose(together, alone, atol=1e-12)


def test_what_does_not_fit_comes_again_in_halves_and_alone_is_an_error():
    small = Counts(room=20)
    np.testing.assert_allclose(
        classifier(small).predict(PAIRS), classifier(Counts()).predict(PAIRS), atol=1e-12
    )
    assert len(small.shapes) > 1
    with pytest.raises(ModelError, match=r"One input of \d+ tokens is too large for the memory"):
        classifier(Counts(room=3)).predict(PAIRS[:1])


def test_a_forward_pass_that_fails_is_named():
    def broken(_inputs):
        raise RuntimeError("no kernel for this processor")

    with pytest.raises(ModelError, match=r'"counts" failed on an input: no kernel'):
        classifier(broken).predict(PAIRS)

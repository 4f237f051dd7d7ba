"""Predictions of the transformers adapter, and which words it reads."""

from pathlib import Path

import numpy as np
import pytest
import torch
from tiny_models import save_tiny

from trusteq_core.errors import DataError, ModelError
from trusteq_core.models import Classifier, load_model
from trusteq_core.tasks import word_grid

PAIRS = [
    ("A dog sleeps in the garden.", "No cat sleeps."),
    ("A dog.", "A dog."),
    ("Every child in Porto likes the old bridge.", "The woman bought seven red apples before."),
    ("", "…"),
]


def test_the_adapter_is_a_classifier_with_the_labels_of_the_task(classifier):
    assert isinstance(classifier, Classifier)
    assert classifier.labels == ("entailment", "neutral", "contradiction")
    assert classifier.mask_token == "[MASK]"  # noqa: S105
    assert classifier.name == "tiny-nli"


def test_rows_are_probabilities_and_differ_between_examples(classifier):
    found = classifier.predict(PAIRS)
    assert found.shape == (4, 3)
    assert found.dtype == np.float64
    np.testing.assert_allclose(found.sum(axis=1), 1, atol=1e-12)
    assert np.ptp(found, axis=0).max() > 0.01


def test_a_batch_of_one_gives_the_row_of_a_batch_of_many(classifier):
    together = classifier.predict(PAIRS)
    alone = np.concatenate([classifier.predict([pair]) for pair in PAIRS])
    np.testing.assert_allclose(alone, together, atol=1e-6)


def test_predictions_come_in_the_order_of_the_examples(classifier):
    np.testing.assert_allclose(
        classifier.predict(PAIRS[::-1]), classifier.predict(PAIRS)[::-1], atol=1e-6
    )


def test_no_examples_give_no_rows(classifier):
    assert classifier.predict([]).shape == (0, 3)


def test_the_order_of_the_texts_reaches_the_model_through_segment_ids(classifier):
    ids = classifier.tokenizer("A dog.", "A cat.")["token_type_ids"]
    assert set(ids) == {0, 1}
    swapped = classifier.predict([PAIRS[0][::-1]])
    assert np.abs(swapped - classifier.predict(PAIRS[:1])).max() > 1e-4


def test_outputs_are_put_in_the_order_of_the_task_by_name(tmp_path: Path):
    plain = load_model("nli", save_tiny(tmp_path / "a"))
    turned = ("contradiction", "entailment", "neutral")
    mapped = load_model("nli", save_tiny(tmp_path / "b", turned))
    np.testing.assert_allclose(
        mapped.predict(PAIRS), plain.predict(PAIRS)[:, [1, 2, 0]], atol=1e-12
    )
    assert mapped.fingerprint != plain.fingerprint


def test_an_example_with_one_text_too_few_is_refused(classifier):
    with pytest.raises(DataError, match=r"takes 2 text\(s\)"):
        classifier.predict([("only one",)])


def test_a_missing_text_is_refused(classifier):
    with pytest.raises(DataError, match="must be text"):
        classifier.predict([("a", None)])


@pytest.mark.parametrize("kind", ["wordpiece", "bpe"])
def test_words_behind_the_truncation_are_not_visible(tmp_path: Path, kind: str):
    model = load_model("nli", save_tiny(tmp_path / kind, kind=kind))
    segments = (" ".join(["dog"] * 100), "A cat sleeps.")
    visible = model.visible_words(segments)
    grid = word_grid(segments)
    assert len(visible) == len(grid) == 103
    assert visible[-3:].all()
    assert 0 < visible[:100].sum() < 100
    cut = int(visible[:100].sum())
    assert visible[:cut].all()
    shorter = (" ".join(["dog"] * 50), "A cat sleeps.")
    np.testing.assert_allclose(model.predict([segments]), model.predict([shorter]), atol=1e-6)


def test_every_word_of_a_short_example_is_visible(classifier):
    assert classifier.visible_words(PAIRS[0]).all()
    assert classifier.visible_words(("!!!", "...")).shape == (0,)


def test_a_word_the_tokenizer_drops_is_not_visible_but_an_unknown_one_is(classifier):
    # The normaliser removes the replacement character; Cyrillic is outside the tiny vocabulary.
    segments = ("dog Привет", "cat \u0301")
    visible = classifier.visible_words(segments)
    assert [word.text for word in word_grid(segments).words] == ["dog", "Привет", "cat", "\u0301"]
    assert visible.tolist() == [True, True, True, False]


def test_outputs_that_are_not_numbers_are_an_error(tmp_path: Path):
    model = load_model("nli", save_tiny(tmp_path / "nan"))
    with torch.no_grad():
        model.model.classifier.bias.fill_(float("nan"))
    with pytest.raises(ModelError, match="not numbers"):
        model.predict(PAIRS)


def test_a_batch_too_large_for_the_memory_is_halved_until_it_fits(classifier, monkeypatch):
    for _ in range(2):  # the first batches are computed twice
        expected = classifier.predict(PAIRS)
    sizes = []

    def forward(self, **inputs):
        sizes.append(len(inputs["input_ids"]))
        if sizes[-1] > 1:
            raise torch.OutOfMemoryError("out of memory")
        return original(self, **inputs)

    original = type(classifier.model).forward
    monkeypatch.setattr(type(classifier.model), "forward", forward)
    np.testing.assert_allclose(classifier.predict(PAIRS), expected, atol=1e-6)
    assert sizes == [4, 2, 1, 1, 2, 1, 1]


def test_one_input_too_large_for_the_memory_is_an_error(classifier, monkeypatch):
    def forward(_self, **_inputs):
        raise MemoryError

    monkeypatch.setattr(type(classifier.model), "forward", forward)
    with pytest.raises(ModelError, match="too large for the memory"):
        classifier.predict(PAIRS[:1])

"""Masked inputs assembled from the words' token ids are those of the tokenizer."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tiny_models import save_tiny, tiny_tokenizer

from trusteq_core.attribution import EXPLAINERS, ValueFunction, explain
from trusteq_core.models import load_model
from trusteq_core.models.token_rows import TokenRows
from trusteq_core.tasks import word_grid

PAIR = ("Every child, in Porto, likes it.", "No cat-like woman's (7) apples!")
POLICIES = ["remove", "mask_token"]


def tokenised(model, grid, players, keep, mask):
    """What the tokenizer makes of the masked texts."""
    kept = np.ones((len(keep), len(grid)), dtype=bool)
    kept[:, players] = keep
    token = model.mask_token if mask == "mask_token" else None
    return model.tokens([grid.masked(row, mask_token=token) for row in kept])


@pytest.mark.parametrize("mask", POLICIES)
def test_every_coalition_of_a_pair_has_the_tokenizers_ids(classifier, mask):
    grid = word_grid(PAIR)
    players = np.arange(len(grid))
    found = classifier.masked_tokens(grid, players, mask=mask)
    keep = np.array(list(product([False, True], repeat=len(grid))))
    assert found.rows(keep).keys() == tokenised(classifier, grid, players, keep, mask).keys()


@pytest.mark.parametrize("mask", POLICIES)
def test_words_that_are_not_players_stay(classifier, mask):
    grid = word_grid(PAIR)
    players = np.array([0, 3, 7])
    found = classifier.masked_tokens(grid, players, mask=mask)
    keep = np.array(list(product([False, True], repeat=3)))
    assert found.rows(keep).keys() == tokenised(classifier, grid, players, keep, mask).keys()


@settings(max_examples=60, deadline=None)
@given(
    text=st.text(st.sampled_from("dog cat.,'-&/$7%é東京の→😀\u0301\u00ad\t"), max_size=24),
    mask=st.sampled_from(POLICIES),
)
def test_whatever_the_text_assembly_gives_the_tokenizers_ids_or_is_refused(classifier, text, mask):
    grid = word_grid((text, "A dog."))
    visible = np.flatnonzero(classifier.visible_words(grid.segments))
    found = classifier.masked_tokens(grid, visible, mask=mask)
    if found is not None and len(visible) <= 10:
        keep = np.array(list(product([False, True], repeat=len(visible))))
        assert found.rows(keep).keys() == tokenised(classifier, grid, visible, keep, mask).keys()


def test_a_space_that_belongs_to_a_token_leaves_the_text_to_the_tokenizer(tmp_path):
    model = load_model("nli", save_tiny(tmp_path / "bpe", kind="bpe"))
    # Byte-level tokens carry the space before them: without "sleeps" the full stop gets one.
    grid = word_grid(("A dog sleeps.", "A cat"))
    assert model.masked_tokens(grid, np.arange(5)) is None


def test_words_that_touch_are_removed_by_the_tokenizer_but_masked_by_index(classifier):
    grid = word_grid(("東京", "A cat"))
    assert classifier.masked_tokens(grid, np.arange(4)) is None
    assert classifier.masked_tokens(grid, np.arange(4), mask="mask_token") is not None


def test_a_text_that_may_be_cut_is_left_to_the_tokenizer(classifier):
    grid = word_grid((" ".join(["dog"] * 100), "A cat."))
    assert classifier.masked_tokens(grid, np.arange(40)) is None


def test_rows_are_joined_taken_and_padded_without_losing_a_token():
    tokenizer = tiny_tokenizer()
    names = tokenizer.model_input_names
    texts = ["A dog sleeps in the garden.", "No cat", "", "seven red apples"]
    rows = TokenRows.join(
        [TokenRows.from_encoding(tokenizer(part), names) for part in (texts[:1], texts[1:])]
    )
    fill = {"input_ids": tokenizer.pad_token_id}
    for left, side in ((False, "right"), (True, "left")):
        tokenizer.padding_side = side
        expected = tokenizer(texts, padding=True, return_tensors="np")
        found = rows.padded(np.arange(4), fill, left=left)
        for name in names:
            np.testing.assert_array_equal(found[name], expected[name])
    assert rows.take(np.array([2, 0])).keys() == [rows.keys()[2], rows.keys()[0]]
    assert len(rows.take(np.array([], dtype=int))) == 0


@pytest.mark.parametrize("explainer", ["lime", "shap-partition", "shapley"])
@pytest.mark.parametrize("mask", POLICIES)
def test_explanations_are_those_of_masked_texts_read_by_the_tokenizer(
    classifier, monkeypatch, explainer, mask
):
    by_index = ValueFunction(classifier, PAIR, mask=mask)
    monkeypatch.setattr(type(classifier), "masked_tokens", lambda *_args, **_options: None)
    as_text = ValueFunction(classifier, PAIR, mask=mask)
    assert by_index.by_index
    assert not as_text.by_index
    found, expected = (
        EXPLAINERS[explainer].explain(value, seed=3) for value in (by_index, as_text)
    )
    np.testing.assert_allclose(found.values, expected.values, atol=1e-6)
    assert found.evaluations == expected.evaluations
    assert found.by_index
    assert not expected.by_index
    assert found.batch_effect < 1e-6


@pytest.mark.parametrize("budget", [1, 40, 100_000])
def test_values_do_not_depend_on_the_size_of_batches(classifier, monkeypatch, budget):
    expected = explain(classifier, PAIR, "lime", example_id="a").values
    monkeypatch.setattr(classifier, "token_budget", budget)
    found = explain(classifier, PAIR, "lime", example_id="a").values
    np.testing.assert_allclose(found, expected, atol=1e-5)

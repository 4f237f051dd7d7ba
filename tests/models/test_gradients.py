"""Gradients of words: spans, completeness, and agreement with captum and finite differences."""

import numpy as np
import pytest
from tiny_models import save_tiny

from trusteq_core.attribution import ValueFunction, explain
from trusteq_core.errors import ModelError
from trusteq_core.models import Differentiable, load_model
from trusteq_core.models.gradients import token_words
from trusteq_core.tasks import word_grid

PAIR = ("A dog sleeps in the garden, doesn't it?", "No cat sleeps!")


@pytest.fixture(scope="module", params=["wordpiece", "bpe"])
def model(request, tmp_path_factory):
    return load_model("nli", save_tiny(tmp_path_factory.mktemp("gradients"), kind=request.param))


def test_tokens_belong_to_the_words_whose_characters_they_hold(model):
    encoding = model.tokenizer(*PAIR).encodings[0]
    shares = token_words(encoding, PAIR)
    words = word_grid(PAIR).words
    assert set(shares.sum(axis=1)) <= {0.0, 1.0}
    assert (shares.sum(axis=0) > 0).all()
    for row, (number, (start, end)) in enumerate(
        zip(encoding.sequence_ids, encoding.offsets, strict=True)
    ):
        for column in np.flatnonzero(shares[row]):
            word = words[column]
            assert number == word.segment
            assert max(start, word.start) < min(end, word.end)
        piece = "" if number is None else PAIR[number][start:end]
        assert shares[row].any() == any(c.isalnum() or c == "'" for c in piece)


def test_a_token_that_reaches_over_two_words_is_shared():
    class Encoding:
        offsets = ((0, 0), (0, 7), (7, 9))
        sequence_ids = (None, 0, 0)

    np.testing.assert_array_equal(
        token_words(Encoding(), ("one two. ",)), [[0, 0], [0.5, 0.5], [0, 0]]
    )


def test_at_the_end_of_the_line_the_model_gives_its_own_answer(model):
    _, answers = model.gradients(PAIR, np.array([0.0, 1.0]))
    np.testing.assert_allclose(answers[1], model.predict([PAIR])[0], atol=1e-6)
    assert np.abs(answers[0] - answers[1]).max() > 1e-3


@pytest.mark.parametrize("mask", ["remove", "mask_token"])
def test_products_summed_over_words_are_the_slope_along_the_line(model, mask):
    places = np.array([0.2, 0.55, 0.9])
    products, _ = model.gradients(PAIR, places, mask=mask)
    step = 1e-3
    _, before = model.gradients(PAIR, places - step, mask=mask)
    _, after = model.gradients(PAIR, places + step, mask=mask)
    slope = (after - before) / (2 * step)
    np.testing.assert_allclose(products.sum(axis=1), slope, atol=2e-3)


@pytest.mark.parametrize("mask", ["remove", "mask_token"])
def test_integrated_gradients_add_up_to_the_change_they_share_out(model, mask):
    found = explain(model, PAIR, "integrated-gradients", mask=mask)
    np.testing.assert_allclose(found.values.sum(axis=0), found.full - found.base, atol=0.005)
    np.testing.assert_allclose(found.values.sum(axis=1), 0, atol=1e-6)


@pytest.mark.parametrize("explainer", ["integrated-gradients", "gradient-input"])
def test_captum_gives_the_same_values(model, explainer):
    import torch
    from captum.attr import LayerGradientXActivation, LayerIntegratedGradients

    tokens = model.tokenizer(*PAIR, return_tensors="pt")
    rest = tuple(tokens[key] for key in ("token_type_ids", "attention_mask") if key in tokens)

    def forward(ids, *others):
        names = ("token_type_ids", "attention_mask")[: len(others)]
        arguments = dict(zip(names, others, strict=True))
        return model.model(input_ids=ids, **arguments).logits.softmax(dim=1)

    shares = token_words(model.tokenizer(*PAIR).encodings[0], PAIR)
    ids, layer = tokens["input_ids"], model.model.get_input_embeddings()
    blank = torch.where(torch.tensor(shares.any(axis=1)), model.tokenizer.mask_token_id, ids)
    theirs = []
    for label in range(3):
        if explainer == "gradient-input":
            method = LayerGradientXActivation(forward, layer)
            found = method.attribute(ids, target=label, additional_forward_args=rest)
        else:
            method = LayerIntegratedGradients(forward, layer)
            found = method.attribute(
                ids, blank, target=label, additional_forward_args=rest, n_steps=200
            )
        theirs.append(shares.T @ found[0].sum(dim=1).detach().double().numpy())
    mask = "remove" if explainer == "gradient-input" else "mask_token"
    ours = explain(model, PAIR, explainer, mask=mask).values
    np.testing.assert_allclose(ours, np.array(theirs).T, atol=2e-3)


def test_words_that_are_cut_off_have_no_gradient(model):
    long = ("A dog sleeps in the garden. " * 20, PAIR[1])
    found = explain(model, long, "gradient-input")
    value = ValueFunction(model, long)
    assert len(value.players) < len(value.grid)
    assert np.isfinite(found.values[value.players]).all()
    assert np.isnan(np.delete(found.values, value.players, axis=0)).all()


def test_a_batch_of_places_is_a_batch_of_one(model):
    places = np.array([0.1, 0.5, 0.7])
    together, _ = model.gradients(PAIR, places)
    alone = [model.gradients(PAIR, places[[i]])[0][0] for i in range(3)]
    np.testing.assert_allclose(together, alone, atol=1e-6)


def test_a_model_without_gradients_is_named_and_an_alternative_given(model):
    class Table:
        name = "table"

        def predict(self, examples):
            return np.full((len(examples), 2), 0.5)

    assert isinstance(model, Differentiable)
    assert not isinstance(Table(), Differentiable)
    with pytest.raises(ModelError, match=r'"table" has no gradients.*shapley or lime'):
        explain(Table(), PAIR, "integrated-gradients")


def test_gradients_that_do_not_reach_the_words_are_said(model, monkeypatch):
    embeddings = model.model.get_input_embeddings()
    real = type(model.model).forward

    def rounded(self, **inputs):
        handle = embeddings.register_forward_hook(lambda _m, _i, out: out.round() + 0 * out)
        try:
            return real(self, **inputs)
        finally:
            handle.remove()

    monkeypatch.setattr(type(model.model), "forward", rounded)
    with pytest.raises(ModelError, match="do not reach its words"):
        model.gradients(PAIR, np.array([1.0]))

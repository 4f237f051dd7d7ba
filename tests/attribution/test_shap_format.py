"""Attributions as explanations of shap, and back."""

from __future__ import annotations

import numpy as np
import pytest

from trusteq_core.attribution import Attribution, explain, from_shap, to_shap
from trusteq_core.errors import DataError

LABELS = ("no", "yes")
TEXTS = [("A dog sleeps", "It dreams"), ("No cat", "a dog"), ("One",)]


class Length:
    """The second class becomes likelier with every word, "dog" counting twice."""

    def predict(self, examples):
        words = [" ".join(texts).lower().split() for texts in examples]
        share = np.array([len(each) + each.count("dog") for each in words]) / 20
        return np.column_stack([1 - share, share])


def found(texts, explainer: str) -> Attribution:
    return explain(Length(), texts, explainer)


@pytest.mark.parametrize("explainer", ["shapley", "shap-partition", "occlusion", "lime"])
def test_there_and_back_nothing_is_lost(explainer: str):
    several = [found(texts, explainer) for texts in TEXTS]
    full = np.stack([each.full for each in several])
    explanation = to_shap(several, TEXTS, LABELS)
    for mine, back in zip(
        several, from_shap(explanation, explainer=explainer, full=full), strict=True
    ):
        for name in ("values", "base", "full", "errors"):
            np.testing.assert_array_equal(getattr(back, name), getattr(mine, name))
        assert back.explainer == mine.explainer
    # One alone is the same as one of several.
    one = to_shap(several[1], TEXTS[1], LABELS)
    np.testing.assert_array_equal(one.values, explanation[1].values)
    (back,) = from_shap(one, full=several[1].full)
    np.testing.assert_array_equal(back.values, several[1].values)
    np.testing.assert_array_equal(back.full, several[1].full)


def test_an_explanation_names_words_labels_and_base_values():
    one = to_shap(found(TEXTS[0], "shapley"), TEXTS[0], LABELS)
    assert one.data.tolist() == ["A", "dog", "sleeps", "It", "dreams"]
    assert one.output_names == list(LABELS)
    np.testing.assert_allclose(one.base_values, [1, 0])
    # Slices by class, as every plot of shap takes them.
    np.testing.assert_allclose(one[:, "yes"].values, [0.05, 0.1, 0.05, 0.05, 0.05])
    both = to_shap([found(texts, "shapley") for texts in TEXTS[:2]], TEXTS[:2], LABELS)
    assert both[1].data.tolist() == ["No", "cat", "a", "dog"]
    assert both[1].base_values.tolist() == [1, 0]


def test_shapley_values_need_no_probabilities_to_come_back():
    mine = found(TEXTS[0], "shapley")
    (back,) = from_shap(to_shap(mine, TEXTS[0], LABELS))
    np.testing.assert_allclose(back.full, mine.full)


def test_examples_of_equal_length_stay_apart():
    same = [TEXTS[0], TEXTS[0]]
    explanation = to_shap([found(texts, "shapley") for texts in same], same, LABELS)
    assert explanation.values.shape == (2,)
    assert len(from_shap(explanation)) == 2


def test_a_word_that_is_not_read_is_worth_nothing():
    unread = Attribution(
        np.array([[0.1, -0.1], [np.nan, np.nan]]),
        np.array([0.5, 0.5]),
        np.array([0.6, 0.4]),
        4,
        "x",
    )
    assert to_shap(unread, ("a b",), LABELS).values.tolist() == [[0.1, -0.1], [0, 0]]


def test_other_texts_labels_and_shapes_are_refused():
    mine = found(TEXTS[0], "occlusion")
    with pytest.raises(DataError, match="is not of 4 words and 2 labels"):
        to_shap(mine, TEXTS[1], LABELS)
    with pytest.raises(DataError, match="and 3 labels"):
        to_shap(mine, TEXTS[0], ("a", "b", "c"))
    with pytest.raises(DataError, match="1 attributions for 2 examples"):
        to_shap([mine], TEXTS[:2], LABELS)
    explanation = to_shap(mine, TEXTS[0], LABELS)
    with pytest.raises(DataError, match="explain every output"):
        from_shap(explanation[:, "yes"])
    explanation.base_values = np.zeros(3)
    with pytest.raises(DataError, match="do not fit 3 class"):
        from_shap(explanation)

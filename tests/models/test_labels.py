"""Outputs are fitted to the task's labels by name, or refused."""

import pytest

from trusteq_core.errors import ModelError
from trusteq_core.models.labels import output_order
from trusteq_core.tasks import get_task

NLI, PARAPHRASE = get_task("nli"), get_task("paraphrase")


@pytest.mark.parametrize(
    ("names", "order"),
    [
        (("entailment", "neutral", "contradiction"), [0, 1, 2]),
        (("contradiction", "neutral", "entailment"), [2, 1, 0]),
        (("CONTRADICTION", "ENTAILMENT", "NEUTRAL"), [1, 2, 0]),
        (("contradictory", "Entails", "neutral"), [1, 2, 0]),
    ],
)
def test_nli_outputs_are_found_by_name_whatever_their_order(names, order):
    assert output_order(dict(enumerate(names)), NLI) == order


@pytest.mark.parametrize(
    ("names", "order"),
    [
        (("not_duplicate", "duplicate"), [0, 1]),
        (("duplicate", "not_duplicate"), [1, 0]),
        (("equivalent", "not_equivalent"), [1, 0]),
        (("paraphrase", "not-a-paraphrase"), [1, 0]),
    ],
)
def test_synonyms_of_paraphrase_labels_are_known(names, order):
    assert output_order(dict(enumerate(names)), PARAPHRASE) == order


def test_keys_are_read_as_numbers_not_in_the_order_of_the_mapping():
    assert output_order({2: "entailment", 0: "neutral", 1: "contradiction"}, NLI) == [2, 0, 1]


def test_anonymous_labels_are_refused_with_the_advice_to_pass_label_order():
    with pytest.raises(ModelError, match="label_order="):
        output_order({0: "LABEL_0", 1: "LABEL_1", 2: "LABEL_2"}, NLI)


def test_label_order_names_anonymous_outputs():
    names = {0: "LABEL_0", 1: "LABEL_1", 2: "LABEL_2"}
    given = ("contradiction", "entailment", "neutral")
    assert output_order(names, NLI, label_order=given) == [1, 2, 0]


def test_another_number_of_labels_is_refused_and_both_numbers_said():
    with pytest.raises(ModelError, match=r"2 label\(s\), task \"nli\" has 3"):
        output_order({0: "different", 1: "paraphrase"}, NLI)


def test_labels_of_another_task_are_refused():
    with pytest.raises(ModelError, match="positive, negative"):
        output_order({0: "positive", 1: "negative"}, PARAPHRASE)


@pytest.mark.parametrize("given", [("entailment", "neutral"), ("neutral",) * 3])
def test_a_label_order_that_does_not_name_each_label_once_is_refused(given):
    with pytest.raises(ModelError, match="each label"):
        output_order({0: "a", 1: "b", 2: "c"}, NLI, label_order=given)

"""Agreement across explainers beside agreement across models, on one example."""

import pytest

from trusteq_core.errors import UnknownName
from trusteq_core.evaluation import compare
from trusteq_core.evaluation.methods import method_agreement
from trusteq_core.store import ResultStore


@pytest.fixture(scope="module")
def pair(miniature_store):
    return compare(ResultStore(miniature_store), "nli", "base", "tiny")


@pytest.fixture(scope="module")
def found(pair):
    return method_agreement(pair, "test-9", explainer="shapley", k=3)


def test_the_chosen_explainer_comes_first_and_agrees_with_itself(found, pair):
    assert found["explainer"].tolist()[0] == "shapley"
    assert sorted(found["explainer"]) == sorted(pair.explainers)
    assert found.iloc[0][["original", "compressed"]].tolist() == [1.0, 1.0]


def test_overlap_of_the_models_is_that_of_the_example_table(found, pair):
    for row in found.itertuples():
        table = pair.example_table(row.explainer, k=3).set_index("id")
        assert row.overlap == pytest.approx(table.loc["test-9", "jaccard"])


def test_agreement_of_two_explainers_is_that_of_their_top_words(found):
    mine, theirs = (set(found[f"top_{side}"].iloc[0]) for side in ("original", "compressed"))
    for row in found.itertuples():
        for top, own, value in (
            (set(row.top_original), mine, row.original),
            (set(row.top_compressed), theirs, row.compressed),
        ):
            assert len(top) == len(own) == 3
            assert value == pytest.approx(len(top & own) / len(top | own))


def test_with_as_many_top_words_as_words_there_is_no_overlap(pair):
    assert method_agreement(pair, "test-9", explainer="lime", k=50)["overlap"].isna().all()


def test_an_example_that_nothing_explains_is_refused(pair):
    with pytest.raises(UnknownName, match="explained example"):
        method_agreement(pair, "test-1", explainer="lime")

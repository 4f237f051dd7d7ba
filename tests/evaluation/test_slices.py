"""Slices found by the data, what they are held against, and the correction for looking often."""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import fisher_exact
from statsmodels.stats.multitest import multipletests

from trusteq_core.errors import DataError, UnknownName
from trusteq_core.evaluation import compare
from trusteq_core.evaluation.hurt import HARMS, harm_table, hurt_slices, slice_examples
from trusteq_core.evaluation.slice_tests import exact_p_values, permutation_p_values
from trusteq_core.evaluation.slices import Slice, find_slices
from trusteq_core.store import ResultStore
from trusteq_core.tasks import get_task

NLI = get_task("nli")


def examples(n=80):
    """Every second premise says "never"; lengths and labels go their own ways."""
    return pd.DataFrame(
        {
            "id": [f"e{i}" for i in range(n)],
            "premise": ["A dog " + ("Never" if i % 2 else "often") + " barks." for i in range(n)],
            "hypothesis": [" ".join(["Very"] * (1 + i // 20)) for i in range(n)],
            "label": [NLI.labels[i % 3] for i in range(n)],
            "phenomenon": ["negation" if i < 40 else "rare" if i < 45 else "other"
                           for i in range(n)],
            "held_out": [i % 4 == 0 for i in range(n)],
        }
    )  # fmt: skip


@pytest.fixture(scope="module")
def found():
    return {each.id: each.members for each in find_slices(examples(), NLI, least=10)}


def test_a_word_slice_holds_the_examples_with_that_word_whatever_its_case(found):
    assert np.flatnonzero(found["word: never"]).tolist() == list(range(1, 80, 2))


def test_a_word_of_every_example_and_a_rare_phenomenon_are_no_slice(found):
    assert not {"word: dog", "word: a", "phenomenon: rare"} & set(found)


def test_lengths_part_the_examples(found):
    parts = [members for name, members in found.items() if name.startswith("length")]
    assert len(parts) == 4
    assert (np.sum(parts, axis=0) == 1).all()


def test_no_two_slices_have_the_same_examples(found):
    assert len({members.tobytes() for members in found.values()}) == len(found)


def test_words_of_the_very_same_examples_are_one_slice():
    frame = examples().assign(hypothesis=["not yet" if i % 5 == 0 else "so" for i in range(80)])
    assert "word: not, yet" in [each.id for each in find_slices(frame, NLI, least=10)]


def test_exact_p_value_of_flips_is_that_of_fisher():
    values = np.array([1.0] * 9 + [0.0] * 21)
    inside = np.zeros((1, 30), dtype=bool)
    inside[0, [*range(7), *range(20, 28)]] = True
    # Fisher orders tables by chance and we by distance: with half inside, these agree.
    expected = fisher_exact([[7, 8], [2, 13]]).pvalue
    assert exact_p_values(values, inside)[0] == pytest.approx(expected)


def test_drawing_estimates_the_exact_p_values():
    rng = np.random.default_rng(0)
    values = rng.choice([-1.0, 0.0, 1.0], 120, p=[0.1, 0.8, 0.1])
    inside = rng.random((12, 120)) < 0.3
    drawn = permutation_p_values(values, inside, n_draws=4000)
    assert drawn == pytest.approx(exact_p_values(values, inside), abs=0.04)


def test_groups_are_dealt_whole():
    """Twelve examples in two groups of six: only two deals exist, so nothing can be shown."""
    values = np.array([1.0] * 6 + [0.0] * 6)
    inside = (values > 0)[None, :]
    assert permutation_p_values(values, inside)[0] < 0.01
    assert permutation_p_values(values, inside, groups=np.repeat(["a", "b"], 6))[0] == 1.0


def test_without_any_true_difference_a_table_rarely_finds_one():
    """Holm keeps the chance of any finding at 5 %: in 100 tables of noise, 12 would be 3 sd off."""
    rng = np.random.default_rng(1)
    slices = [Slice("word", str(i), rng.random(200) < 0.25) for i in range(20)]
    tables = [
        harm_table((rng.random(200) < 0.1).astype(float), slices, HARMS["flips"])
        for _ in range(100)
    ]
    assert sum((table["finding"] != "no difference shown").any() for table in tables) < 12


@pytest.fixture
def hurt():
    """Flips in a fifth of the examples with "never", and in no other."""
    values = np.array([float(i % 2 == 1 and i % 5 == 0) for i in range(400)])
    return harm_table(values, find_slices(examples(400), NLI), HARMS["flips"]), values


def test_the_hurt_slice_comes_first_and_is_found(hurt):
    table, values = hurt
    first = table.iloc[0]
    assert first["slice"] == "word: never"
    assert first["finding"] == "worse"
    assert first["estimate"] == pytest.approx(values[1::2].mean())
    assert first["rest"] == 0.0


def test_intervals_hold_their_estimate_and_stay_open_where_nothing_flips(hurt):
    table, _ = hurt
    assert ((table["low"] <= table["estimate"]) & (table["estimate"] <= table["high"])).all()
    assert (table["high"] > table["low"]).all()


def test_the_correction_is_holms_over_every_slice(hurt):
    table, _ = hurt
    expected = multipletests(table["p_value"], method="holm")[1]
    assert table["p_holm"].to_numpy() == pytest.approx(expected)


def test_an_accuracy_that_falls_is_worse_and_one_that_rises_is_better():
    values = np.array([-1.0, 0.0] * 40 + [1.0, 0.0] * 40 + [0.0] * 240)
    parts = [Slice("label", name, np.isin(np.arange(400) // 80, [number]))
             for number, name in enumerate(("fell", "rose", "kept"))]  # fmt: skip
    table = harm_table(values, parts, HARMS["accuracy"]).set_index("name")
    assert table.index[0] == "fell"
    assert table["finding"].to_dict() == {
        "fell": "worse",
        "kept": "no difference shown",
        "rose": "better",
    }


@pytest.mark.parametrize("harm", HARMS)
def test_groups_of_one_example_change_hardly_anything(harm):
    rng = np.random.default_rng(3)
    values = (rng.random(200) < 0.3).astype(float)
    part = [Slice("label", "x", np.arange(200) < 100)]
    alone = harm_table(values, part, HARMS[harm]).iloc[0]
    grouped = harm_table(values, part, HARMS[harm], groups=np.arange(200)).iloc[0]
    assert grouped[["low", "high"]].to_numpy() == pytest.approx(
        alone[["low", "high"]].to_numpy(), abs=0.02
    )


def test_no_slices_make_an_empty_table():
    table = harm_table(np.zeros(5), [], HARMS["flips"])
    assert table.empty
    assert "p_holm" in table


@pytest.fixture(scope="module")
def pair(miniature_store):
    return compare(ResultStore(miniature_store), "nli", "base", "tiny")


@pytest.mark.parametrize("harm", HARMS)
def test_a_slice_and_its_rest_make_up_the_whole(pair, harm):
    table = hurt_slices(pair, harm, explainer="occlusion")
    performance = pair.performance()
    whole = {
        "accuracy": performance["accuracy_compressed"] - performance["accuracy_original"],
        "flips": performance["churn"],
        "overlap": pair.overlap("occlusion")["corrected"],
    }[harm]
    n = pair.overlap("occlusion")["n_scored"] if harm == "overlap" else len(pair.examples)
    assert len(table)
    joined = (table["estimate"] * table["n"] + table["rest"] * (n - table["n"])) / n
    assert joined.to_numpy() == pytest.approx(whole)


def test_examples_of_a_slice_begin_with_the_flips(pair):
    listed = slice_examples(pair, "phenomenon: negation", "flips")
    assert (listed["phenomenon"] == "negation").all()
    assert listed["flip"].is_monotonic_decreasing
    assert listed["flip"].mean() == pytest.approx(
        hurt_slices(pair, "flips").set_index("slice").loc["phenomenon: negation", "estimate"]
    )


def test_what_cannot_be_sliced_is_refused_by_name(pair):
    with pytest.raises(UnknownName, match="accuracy, flips"):
        hurt_slices(pair, "speed")
    with pytest.raises(UnknownName, match="phenomenon: negation"):
        slice_examples(pair, "word: nowhere", "flips")
    with pytest.raises(DataError, match="needs an explainer"):
        hurt_slices(pair, "overlap")

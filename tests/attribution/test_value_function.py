"""Masked evaluations: one answer per distinct input, segments kept apart, bad models named."""

import numpy as np
import pytest
from games import PAIR, Recorder, bumpy, game_model, segments_of_length
from hypothesis import given, settings
from hypothesis import strategies as st

from trusteq_core.attribution import EXPLAINERS, ValueFunction, explain
from trusteq_core.attribution.coalitions import all_coalitions
from trusteq_core.attribution.masking import MaskedTexts
from trusteq_core.errors import DataError, ModelError, TextError, UnknownName

ALL = sorted(name for name in EXPLAINERS if not EXPLAINERS[name].needs_gradients)


def constant(examples):
    return np.full(len(examples), 0.25)


def length(examples):
    return np.array([len(" ".join(texts)) for texts in examples]) / 1000


def test_a_repeated_coalition_is_evaluated_once():
    model = Recorder(length)
    value = ValueFunction(model, PAIR)
    keep = np.random.default_rng(0).random((40, len(value.players))) < 0.5
    once = value(np.concatenate([keep, keep[::-1]]))
    before = len(model.seen)
    np.testing.assert_array_equal(value(keep), once[:40])
    np.testing.assert_array_equal(once[:40], once[:39:-1])
    assert len(model.seen) == before


def test_two_coalitions_with_one_text_are_one_evaluation():
    model = Recorder(length)
    value = ValueFunction(model, ("very very good",))
    one_very = value(np.array([[1, 0, 1], [0, 1, 1]]))
    np.testing.assert_array_equal(one_very[0], one_very[1])
    assert model.seen.count(("very good",)) == 1
    assert value.evaluations == 3


def test_explainers_of_one_example_share_evaluations_and_count_their_own():
    alone = {}
    for name in ALL:
        alone[name] = explain(Recorder(length), PAIR, name, example_id="a")
    model = Recorder(length)
    value = ValueFunction(model, PAIR)
    for name in ALL:
        shared = EXPLAINERS[name].explain(value, seed=alone[name].seed)
        assert shared.evaluations == alone[name].evaluations
        np.testing.assert_array_equal(shared.values, alone[name].values)
    assert len(set(model.seen)) < sum(found.evaluations for found in alone.values())


@pytest.mark.parametrize("name", ALL)
def test_evaluations_are_the_distinct_inputs_of_the_model(name):
    model = Recorder(length)
    found = explain(model, PAIR, name)
    assert found.evaluations == len(set(model.seen))


@pytest.mark.parametrize("mask", ["remove", "mask_token"])
@pytest.mark.parametrize("name", ALL)
def test_every_masked_input_has_all_segments_and_words_never_change_segment(name, mask):
    model = Recorder(length)
    explain(model, ("alpha beta. gamma", "delta, epsilon"), name, mask=mask)
    for texts in model.seen:
        assert len(texts) == 2
        assert not {"delta", "epsilon"} & set(texts[0].replace(",", "").split())
        assert not {"alpha", "beta.", "gamma"} & set(texts[1].split())
    both_empty = (".", ",") if mask == "remove" else ("[MASK] [MASK]. [MASK]", "[MASK], [MASK]")
    assert both_empty in model.seen


def test_mask_token_keeps_the_number_of_words():
    model = Recorder(length)
    explain(model, PAIR, "lime", mask="mask_token")
    assert {len(first.split()) for first, _ in model.seen} == {len(PAIR[0].split())}


def test_mask_policy_is_recorded_with_the_result():
    assert explain(Recorder(length), PAIR, mask="mask_token").settings["mask"] == "mask_token"
    assert explain(Recorder(length), PAIR).settings["mask"] == "remove"


def test_mask_token_without_one_is_refused_in_words():
    model = Recorder(length)
    model.mask_token = None
    with pytest.raises(ModelError, match=r'has no mask token.*"remove"'):
        explain(model, PAIR, mask="mask_token")


def test_unknown_names_list_the_valid_ones():
    with pytest.raises(UnknownName, match="Known: remove, mask_token"):
        explain(Recorder(length), PAIR, mask="blur")
    with pytest.raises(UnknownName, match='Did you mean "lime"'):
        explain(Recorder(length), PAIR, "lyme")
    with pytest.raises(UnknownName, match="Known: samples"):
        explain(Recorder(length), PAIR, "lime", sample=10)


@pytest.mark.parametrize("text", ["", "   ", "?!… — ...", "``'\"()<>"])
@pytest.mark.parametrize("name", ALL)
def test_text_without_words_is_refused_in_one_sentence(text, name):
    with pytest.raises(TextError, match="no word in this text"):
        explain(Recorder(length), (text,), name)


@pytest.mark.parametrize(
    "text", ["<b>bold</b> & more", "cost $5 or `ls`", "fun 👍🏽 day", "שלום עולם טוב", "it's\tok\n"]
)
@pytest.mark.parametrize("name", ALL)
def test_hostile_text_is_computed_like_any_other(text, name):
    found = explain(Recorder(length), (text, "plain words"), name)
    assert np.isfinite(found.values).all()
    assert found.values.shape == (
        len(ValueFunction(Recorder(length), (text, "plain words")).grid),
        2,
    )


@pytest.mark.parametrize("name", ALL)
def test_one_word_gets_the_whole_change(name):
    model = game_model(("hello",), lambda keep: 0.2 + 0.5 * keep[:, 0])
    found = explain(model, ("hello",), name)
    # LIME gives its empty texts the kernel weight exp(-8) each and shrinks by a ridge of one.
    weight = (EXPLAINERS[name].defaults.get("samples", 1000) - 1) * np.exp(-8)
    spread = weight / (1 + weight)
    share = spread / (1 + spread) if name.startswith("lime") else 1.0
    np.testing.assert_allclose(found.full - found.base, [-0.5, 0.5], atol=1e-12)
    np.testing.assert_allclose(found.values, [[-0.5 * share, 0.5 * share]], atol=1e-12)
    assert found.evaluations == 2


class Window(Recorder):
    """A model that reads only the first words of the first segment, and all of the second."""

    def __init__(self, reads: int) -> None:
        super().__init__(self.read_score)
        self.reads = reads

    def read_score(self, examples):
        return np.array(
            [len(set(first.split()[: self.reads])) / 100 + len(second) / 1000
             for first, second in examples]
        )  # fmt: skip

    def visible_words(self, segments):
        first, second = (len(text.split()) for text in segments)
        return np.concatenate([np.arange(first) < self.reads, np.ones(second, dtype=bool)])


@pytest.mark.parametrize("name", ALL)
def test_of_ten_thousand_words_the_sixty_read_ones_are_explained(name):
    model = Window(60)
    found = explain(model, segments_of_length(10_000, 3), name)
    assert found.values.shape == (10_003, 2)
    assert np.isfinite(found.values[[*range(60), -3, -2, -1]]).all()
    assert np.isnan(found.values[60:-3]).all()
    assert max(len(first.split()) for first, _ in model.seen) == 60
    np.testing.assert_allclose(found.full, model.predict([segments_of_length(10_000, 3)])[0])


def test_a_truncated_word_never_moves_into_view():
    model = Window(2)
    value = ValueFunction(model, ("one two. three, four!", "five"))
    value(np.array([[0, 0, 1], [1, 0, 1]]))
    assert not any("three" in first or "," in first for first, _ in model.seen)


def test_a_dropped_word_in_the_middle_stays_in_the_text():
    model = Recorder(length)
    model.visible_words = lambda _segments: np.array([True, False, True])
    found = explain(model, ("one two three",), "occlusion")
    assert ("two",) in model.seen
    assert np.isnan(found.values[1]).all()
    assert np.isfinite(found.values[[0, 2]]).all()


def test_a_model_that_reads_no_word_is_named():
    model = Recorder(length)
    model.visible_words = lambda _segments: np.zeros(3, dtype=bool)
    with pytest.raises(TextError, match="reads none of the 3"):
        explain(model, ("one two three",))


@pytest.mark.parametrize("name", ALL)
def test_a_model_that_changes_its_answers_is_detected_with_the_size(name):
    rng = np.random.default_rng(0)
    model = Recorder(lambda examples: 0.5 + 0.1 * rng.random(len(examples)))
    with pytest.raises(ModelError, match=r"changes its answers.*moved by 0\.0\d+"):
        explain(model, PAIR, name)


def test_a_model_that_depends_on_its_batch_is_explained_and_the_effect_reported():
    model = Recorder(lambda examples: length(examples) + 0.01 * (len(examples) > 2))
    found = explain(model, PAIR, "shapley")
    assert found.batch_effect == pytest.approx(0.01)
    assert explain(Recorder(length), PAIR, "shapley").batch_effect == 0


def test_a_model_with_nan_or_a_wrong_shape_is_named():
    broken = Recorder(lambda examples: np.where(length(examples) < 0.05, np.nan, 0.5))
    with pytest.raises(ModelError, match="NaN or infinite"):
        explain(broken, PAIR, "lime")
    short = Recorder(lambda examples: np.full(max(1, len(examples) - 1), 0.5))
    with pytest.raises(ModelError, match="one row per input"):
        explain(short, PAIR, "lime")


def test_coalitions_of_the_wrong_width_are_refused():
    value = ValueFunction(Recorder(length), ("one two",))
    with pytest.raises(DataError, match="do not fit 2 player"):
        value(np.ones((1, 3)))


@pytest.mark.parametrize("name", ALL)
def test_progress_grows_to_its_total(name):
    seen = []
    explain(Recorder(length), PAIR, name, report=lambda done, total: seen.append((done, total)))
    assert [done for done, _ in seen] == sorted(done for done, _ in seen)
    assert all(done <= total for done, total in seen)
    assert seen[-1][0] == seen[-1][1]


def test_a_report_that_raises_cancels_and_keeps_what_was_evaluated():
    class CancelledError(Exception):
        pass

    def cancel_after_first(done, _total):
        if done > 200:
            raise CancelledError

    model = Recorder(bumpy_score)
    value = ValueFunction(model, LONG, report=cancel_after_first)
    with pytest.raises(CancelledError):
        EXPLAINERS["lime"].explain(value, seed=0)
    done = len(model.seen)
    assert 200 < done < 400
    value.report = None
    EXPLAINERS["lime"].explain(value, seed=0)
    repeated = {texts for texts in model.seen if model.seen.count(texts) > 1}
    assert repeated <= {LONG, ("", "")}  # the two that are repeated on purpose, as a check


LONG = segments_of_length(12, 10)
bumpy_score = game_model(LONG, bumpy(22)).score


@settings(max_examples=200, deadline=None)
@given(
    text=st.text(st.sampled_from("ab a.,-東京  \t'"), max_size=14),
    mask=st.sampled_from(["remove", "mask_token"]),
)
def test_coalitions_have_equal_keys_exactly_where_they_leave_equal_texts(text, mask):
    texts = MaskedTexts(Recorder(length), (text, "a b"), mask=mask)
    n = min(len(texts.players), 8)
    keep = np.ones((2**n, len(texts.players)), dtype=bool)
    keep[:, :n] = all_coalitions(n)
    text_of: dict[bytes, tuple[str, ...]] = {}
    for key, masked in zip(texts.keys(keep), texts.texts(keep), strict=True):
        assert text_of.setdefault(key, masked) == masked
    if not {"東", "京"} & set(text):  # words that touch can read like another word
        assert len(set(text_of.values())) == len(text_of)

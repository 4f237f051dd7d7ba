"""Tasks that ask one model get their own answers, whatever they ask beside each other."""

import threading

import numpy as np
import pytest
from games import PAIR, Recorder, segments_of_length

from trusteq_core.attribution import EXPLAINERS, ValueFunction, side_by_side

TEXTS = [PAIR, ("One two.", "three"), segments_of_length(9, 4), ("", "alone")]


def length(examples):
    return np.array([len(" ".join(texts)) for texts in examples]) / 1000


def explained(model, texts, explainer, **options):
    return EXPLAINERS[explainer].explain(ValueFunction(model, texts, **options), seed=1).values


@pytest.mark.parametrize("explainer", ["lime", "shap-partition", "shapley", "occlusion"])
def test_values_are_those_of_each_example_alone(explainer):
    found = {}

    def task(texts):
        def work(ask):
            found[texts] = explained(model, texts, explainer, ask=ask)

        return work

    model = Recorder(length)
    side_by_side(model, [task(texts) for texts in TEXTS])
    for texts in TEXTS:
        alone = explained(Recorder(length), texts, explainer)
        np.testing.assert_array_equal(found[texts], alone)


def test_questions_of_all_tasks_share_calls_of_the_model():
    together, alone = Recorder(length), Recorder(length)
    tasks = [lambda ask, texts=texts: explained(together, texts, "occlusion", ask=ask)
             for texts in TEXTS]  # fmt: skip
    side_by_side(together, tasks)
    for texts in TEXTS:
        explained(alone, texts, "occlusion")
    assert together.calls == 2  # the ends of all, then the words of all
    assert alone.calls > together.calls
    assert sorted(together.seen) == sorted(alone.seen)


def test_each_task_finds_numpys_global_generator_as_it_left_it():
    drawn = {}

    def task(number):
        def work(ask):
            np.random.seed(number)  # noqa: NPY002
            value = ValueFunction(Recorder(length), PAIR, ask=ask)
            first = np.random.random()  # noqa: NPY002
            value(np.eye(len(value.players)))
            drawn[number] = (first, np.random.random())  # noqa: NPY002

        return work

    np.random.seed(7)  # noqa: NPY002
    side_by_side(Recorder(length), [task(0), task(1)])
    for number in (0, 1):
        assert drawn[number] == tuple(np.random.RandomState(number).random(2))
    assert np.random.random() == np.random.RandomState(7).random()  # noqa: NPY002


def test_an_error_of_one_task_stops_all_and_reaches_the_caller():
    def refuse(_ask):
        raise ValueError("no")

    before = threading.active_count()
    with pytest.raises(ValueError, match="no"):
        side_by_side(
            Recorder(length),
            [lambda ask: explained(Recorder(length), PAIR, "lime", ask=ask), refuse],
        )
    assert threading.active_count() == before


def test_a_report_that_raises_stops_all_tasks():
    class StopError(Exception):
        pass

    def report(done, _total):
        if done > 300:
            raise StopError

    finished = []

    def task(ask):
        explained(model, PAIR, "lime", ask=ask)
        finished.append(True)

    model = Recorder(length)
    with pytest.raises(StopError):
        side_by_side(model, [task] * 3, report)
    assert not finished
    assert 300 < len(model.seen) < 1000


def test_tasks_that_ask_nothing_are_run():
    done = []
    side_by_side(Recorder(length), [lambda _ask: done.append(1), lambda _ask: done.append(2)])
    assert done == [1, 2]
    side_by_side(Recorder(length), [])

"""Measured facts of a model."""

from pathlib import Path

import pytest
import torch

from trusteq_core.errors import DataError
from trusteq_core.models import ModelCard, measure_latency, profile_frame


class Counting:
    """A classifier that only counts how it is called."""

    def __init__(self):
        self.calls, self.threads = [], set()

    def predict(self, examples):
        self.calls.append(list(examples))
        self.threads.add(torch.get_num_threads())


def test_latency_is_of_one_example_alone_on_one_thread():
    model, before = Counting(), torch.get_num_threads()
    latency = measure_latency(model, [("a", "b"), ("c", "d")], warm_up=2, repeats=5)
    assert latency >= 0
    assert [len(call) for call in model.calls] == [1] * 7
    assert model.calls[:2] == [[("a", "b")], [("c", "d")]]
    assert model.threads == {1}
    assert torch.get_num_threads() == before


def test_latency_of_a_real_model_is_a_few_milliseconds(classifier):
    assert 0.1 < measure_latency(classifier, [("A dog.", "A cat.")], repeats=20) < 5000


def test_latency_needs_an_example():
    with pytest.raises(DataError, match="at least one"):
        measure_latency(Counting(), [])


def test_the_profile_has_the_columns_of_the_contract():
    card = ModelCard(
        "tiny",
        "Tiny",
        "trained",
        "compressed",
        Path("x"),
        layers=1,
        hidden=48,
        parameters=9,
        bytes=18,
    )
    frame = profile_frame(card, 1.5)
    assert list(frame.columns) == [
        "parameters",
        "bytes",
        "latency_ms",
        "layers",
        "hidden",
        "kind",
        "title",
    ]
    assert frame.iloc[0].tolist() == [9, 18, 1.5, 1, 48, "trained", "Tiny"]

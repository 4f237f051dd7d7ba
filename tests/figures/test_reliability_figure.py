"""The reliability diagram draws the bins it was given, and nothing else."""

import pandas as pd
import pytest

from trusteq_core.figures import describe_reliability, reliability_figure

NAMES = {"original": "base", "compressed": "tiny"}


@pytest.fixture
def bins():
    columns = {
        "bin": [1, 2, 3],
        "low": [0.0, 1 / 3, 2 / 3],
        "high": [1 / 3, 2 / 3, 1.0],
        "count": [0, 25, 75],
        "confidence": [float("nan"), 0.5, 0.9],
        "accuracy": [float("nan"), 0.6, 0.8],
        "gap": [float("nan"), -0.1, 0.1],
        "accuracy_low": [float("nan"), 0.4, 0.7],
        "accuracy_high": [float("nan"), 0.77, 0.87],
    }
    return pd.concat(
        [pd.DataFrame({"model": model, **columns}) for model in NAMES], ignore_index=True
    )


def markers(figure, name):
    return next(t for t in figure.data if t.name == name and t.mode == "markers")


def test_markers_are_the_bins_with_examples(bins):
    trace = markers(reliability_figure(bins, n_classes=3, names=NAMES), "base")
    assert list(trace.x) == [0.5, 0.9]
    assert list(trace.y) == [0.6, 0.8]
    assert [list(point)[:2] for point in trace.customdata] == [["original", 2], ["original", 3]]


def test_error_bars_end_at_the_wilson_interval(bins):
    trace = markers(reliability_figure(bins, n_classes=3, names=NAMES), "base")
    assert [y + e for y, e in zip(trace.y, trace.error_y.array, strict=True)] == pytest.approx(
        [0.77, 0.87]
    )
    assert [y - e for y, e in zip(trace.y, trace.error_y.arrayminus, strict=True)] == pytest.approx(
        [0.4, 0.7]
    )


def test_marker_area_grows_with_the_count(bins):
    small, large = markers(reliability_figure(bins, n_classes=3, names=NAMES), "base").marker.size
    assert small < large


def test_models_differ_in_shape_and_hatching_not_in_colour_alone(bins):
    figure = reliability_figure(bins, n_classes=3, names=NAMES)
    assert markers(figure, "base").marker.symbol != markers(figure, "tiny").marker.symbol
    bars = [trace for trace in figure.data if trace.type == "bar"]
    assert bars[0].marker.pattern.shape != bars[1].marker.pattern.shape


def test_histogram_is_mirrored_and_each_side_adds_up_to_one(bins):
    up, down = [
        t for t in reliability_figure(bins, n_classes=3, names=NAMES).data if t.type == "bar"
    ]
    assert sum(up.y) == pytest.approx(1)
    assert sum(down.y) == pytest.approx(-1)


def test_confidence_axis_starts_at_one_over_the_classes(bins):
    figure = reliability_figure(bins, n_classes=3, names=NAMES)
    assert figure.layout.xaxis.range[0] == pytest.approx(1 / 3, abs=0.02)
    diagonal = next(t for t in figure.data if t.name == "perfect calibration")
    assert list(diagonal.x) == list(diagonal.y) == [pytest.approx(1 / 3), 1]


def test_selected_confidence_shades_its_bin(bins):
    figure = reliability_figure(bins, n_classes=3, names=NAMES, selected=0.9)
    assert {(shape.x0, shape.x1) for shape in figure.layout.shapes} == {(2 / 3, 1.0)}


def test_no_predictions_give_a_sentence_in_place_of_a_diagram(bins):
    figure = reliability_figure(bins.assign(count=0), n_classes=3, names=NAMES)
    assert figure.layout.annotations[0].text == "No predictions to draw."


def test_description_names_the_largest_gap_of_each_model(bins):
    text = describe_reliability(bins, NAMES)
    assert "base: 2 bins with examples, largest gap 0.100" in text
    assert "tiny" in text


def test_one_model_alone_keeps_the_axes_and_sizes_of_both(bins):
    both = reliability_figure(bins, n_classes=2, names=NAMES)
    for model, name in NAMES.items():
        alone = reliability_figure(bins, n_classes=2, names=NAMES, only=model)
        assert {trace.name for trace in alone.data} & set(NAMES.values()) == {name}
        assert alone.layout.yaxis.range == both.layout.yaxis.range
        assert markers(alone, name).marker.size.tolist() == markers(both, name).marker.size.tolist()
        assert min(min(trace.y) for trace in alone.data if trace.type == "bar") >= 0
    ranges = {
        reliability_figure(bins, n_classes=2, names=NAMES, only=model).layout.yaxis2.range
        for model in NAMES
    }
    assert len(ranges) == 1

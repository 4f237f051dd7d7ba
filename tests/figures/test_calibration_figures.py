"""The diagrams of the Calibration page draw their frames, and nothing else."""

import pandas as pd
import pytest

from trusteq_core.figures import (
    bin_counts_figure,
    corp_figure,
    describe_bin_counts,
    describe_corp,
    describe_profile,
    diagram_frame,
    profile_figure,
    reliability_figure,
)

NAMES = {"original": "base", "compressed": "tiny"}


@pytest.fixture
def bins():
    columns = {
        "bin": [0, 1],
        "low": [0.0, 0.5],
        "high": [0.5, 1.0],
        "count": [25, 75],
        "confidence": [0.4, 0.9],
        "accuracy": [0.6, 0.8],
        "gap": [-0.2, 0.1],
        "accuracy_low": [0.4, 0.7],
        "accuracy_high": [0.77, 0.87],
        "band_low": [0.24, 0.84],
        "band_high": [0.56, 0.95],
        "true_accuracy": [0.5, 0.82],
    }
    return pd.concat([pd.DataFrame({"model": m, **columns}) for m in NAMES], ignore_index=True)


@pytest.fixture
def profile():
    return pd.DataFrame(
        {
            "bin": [0, 1],
            "low": [0.0, 0.7],
            "high": [0.7, 1.0],
            "count_original": [50, 60],
            "count_compressed": [60, 50],
            "difference": [0.05, -0.01],
            "band": [0.02, 0.02],
            "distance": [0.03, 0.03],
            "floor": [0.01, 0.01],
            "floor_high": [0.02, 0.02],
        }
    )


@pytest.fixture
def counts():
    rows = [
        {"model": model, "n_bins": n, "ece": 0.02, "floor": 0.001 * n, "floor_high": 0.002 * n}
        for model in NAMES
        for n in (5, 15)
    ]
    return pd.DataFrame(rows).assign(true_ece=float("nan"))


@pytest.fixture
def curve():
    return pd.DataFrame(
        {
            "model": ["original", "original", "compressed"],
            "confidence": [0.5, 0.9, 0.7],
            "recalibrated": [0.4, 0.8, 0.6],
            "count": [10, 20, 30],
            "miscalibration": [0.01, 0.01, 0.02],
            "discrimination": [0.03, 0.03, 0.04],
            "uncertainty": [0.2, 0.2, 0.2],
        }
    )


def named(figure, name):
    return [trace for trace in figure.data if trace.name == name]


def test_the_gap_and_its_interval_mirror_the_accuracy(bins):
    frame = diagram_frame(bins, "gap")
    assert frame["value"].tolist() == pytest.approx(bins["gap"].tolist())
    first = frame.iloc[0]
    assert (first["value_low"], first["value_high"]) == pytest.approx((0.4 - 0.77, 0.4 - 0.4))
    assert (first["from"], first["to"]) == pytest.approx((0.4 - 0.56, 0.4 - 0.24))
    assert first["true_value"] == pytest.approx(-0.1)


def test_bins_without_bands_are_drawn_without_bands(bins):
    plain = bins.drop(columns=["band_low", "band_high", "true_accuracy"])
    assert not named(reliability_figure(plain, n_classes=3, names=NAMES), "consistency band")
    figure = reliability_figure(bins, n_classes=3, names=NAMES)
    assert len(named(figure, "consistency band")) == 2
    assert list(named(figure, "base, true")[0].y) == [0.5, 0.82]


def test_no_mark_or_bar_lies_outside_the_vertical_axis(bins):
    for quantity in ("accuracy", "gap"):
        frame = diagram_frame(bins, quantity)
        figure = reliability_figure(bins, n_classes=2, names=NAMES, quantity=quantity)
        low, high = figure.layout.yaxis.range
        assert low < frame["value_low"].min()
        assert high > frame["value_high"].max()


def test_a_class_is_named_on_the_axis_and_escaped(bins):
    figure = reliability_figure(bins, n_classes=2, names=NAMES, event="<b>")
    assert figure.layout.yaxis.title.text == "Share of &lt;b&gt;"


def test_without_zoom_the_axis_begins_at_zero(bins):
    wide = reliability_figure(bins, n_classes=3, names=NAMES, zoom=False)
    assert wide.layout.xaxis.range[0] == pytest.approx(-0.01)


def test_bars_of_the_profile_stand_on_the_side_of_the_model_that_promises_more(profile):
    figure = profile_figure(profile, margin=0.03, names=NAMES)
    tiny, base = named(figure, "tiny promises more")[0], named(figure, "base promises more")[0]
    assert tiny.y[0] == pytest.approx(0.05)
    assert base.y[1] == pytest.approx(-0.01)
    assert pd.isna(tiny.y[1])
    assert pd.isna(base.y[0])


def test_bins_of_the_profile_with_equal_names_stand_apart(profile):
    narrow = profile.assign(low=0.9999, high=1.0)
    figure = profile_figure(narrow, margin=0.03, names=NAMES)
    assert len(set(figure.layout.xaxis.ticktext)) == 1
    assert all(len(set(trace.x)) == len(profile) for trace in figure.data)


def test_the_band_of_the_profile_names_its_level(profile):
    assert named(profile_figure(profile, margin=0.03, names=NAMES), "chance alone (90 %)")
    narrow = profile_figure(profile, margin=0.03, names=NAMES, level=0.8)
    assert named(narrow, "chance alone (80 %)")


def test_the_margin_is_a_line_on_either_side_within_the_axis(profile):
    figure = profile_figure(profile, margin=0.3, names=NAMES)
    lines = {shape.y0 for shape in figure.layout.shapes}
    assert {0.3, -0.3} <= lines
    assert figure.layout.yaxis.range[1] > 0.3


def test_the_profile_is_told_with_distance_floor_and_limit(profile):
    text = describe_profile(profile, 0.03, NAMES)
    assert "Distance 0.0300, floor 0.0100, limit 0.0300" in text
    assert "tiny promises more by 0.0500" in text


def test_the_floor_is_a_band_from_its_mean_upwards(counts):
    figure = bin_counts_figure(counts, n_bins=15, names=NAMES)
    floor = named(figure, "tiny, floor")[0]
    assert sorted(floor.y) == pytest.approx([0.005, 0.01, 0.015, 0.03])
    assert not named(figure, "tiny, true")
    assert named(
        bin_counts_figure(counts.assign(true_ece=0.01), n_bins=5, names=NAMES), "tiny, true"
    )


def test_the_bins_of_the_page_are_marked(counts):
    shape = bin_counts_figure(counts, n_bins=15, names=NAMES).layout.shapes[0]
    assert (shape.x0, shape.x1) == (15, 15)
    assert "at 15 bins" in describe_bin_counts(counts, NAMES)


def test_the_curve_is_drawn_point_by_point_with_its_parts_in_words(curve, bins):
    figure = corp_figure(curve, bins, n_classes=2, names=NAMES)
    base = next(t for t in figure.data if t.name == "base" and t.type == "scatter")
    assert list(base.y) == [0.4, 0.8]
    assert "tiny: miscalibration 0.0200, discrimination 0.0400" in describe_corp(curve, NAMES)


def test_models_of_each_diagram_differ_by_more_than_colour(curve, bins, profile, counts):
    lines = [
        t
        for t in corp_figure(curve, bins, n_classes=2, names=NAMES).data
        if t.name in NAMES.values()
    ]
    assert len({t.line.dash for t in lines if t.type == "scatter"}) == 2
    bars = profile_figure(profile, margin=0.03, names=NAMES).data[1:3]
    assert bars[0].marker.pattern.shape != bars[1].marker.pattern.shape
    curves = bin_counts_figure(counts, n_bins=5, names=NAMES)
    marks = {named(curves, f"{name}, ECE")[0].marker.symbol for name in NAMES.values()}
    assert len(marks) == 2


def test_nothing_to_draw_is_said(curve, bins, profile, counts):
    empty = (
        corp_figure(curve.iloc[:0], bins, n_classes=2, names=NAMES),
        profile_figure(profile.iloc[:0], margin=0.03, names=NAMES),
        bin_counts_figure(counts.iloc[:0], n_bins=5, names=NAMES),
        reliability_figure(bins.assign(count=0), n_classes=2, names=NAMES),
    )
    assert {figure.layout.annotations[0].text for figure in empty} == {"No predictions to draw."}

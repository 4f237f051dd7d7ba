"""Where the marks of the report's drawings stand: numbers in, pixels out.

The drawings are static SVG, so that a report needs no script and prints as it looks. The templates
draw what these frozen records say.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from trusteq_core.equivalence import Finding
from trusteq_core.figures import MODEL_STYLES

__all__ = [
    "DIAGRAM",
    "INTERVAL",
    "TRACK",
    "Bar",
    "Bullet",
    "Diagram",
    "Frame",
    "Interval",
    "Point",
    "Scale",
    "bullet",
    "diagram",
    "intervals",
]

_LEAST_REACH, _MOST_REACH = 1.5, 6.0  # margins to either side of zero


@dataclass(frozen=True, slots=True)
class Frame:
    """The size of a drawing and of the plot inside it, in pixels."""

    width: int
    height: int
    left: int = 0
    right: int = 0


INTERVAL = Frame(width=190, height=26, left=6, right=6)
TRACK = Frame(width=220, height=30, left=8, right=8)
DIAGRAM = Frame(width=680, height=470, left=56, right=14)

_CURVE_TOP, _CURVE_BOTTOM = 12, 318
_COUNTS_TOP, _COUNTS_BOTTOM = 336, 422


@dataclass(frozen=True, slots=True)
class Scale:
    """A linear map from values to pixels; values beyond its ends keep to them.

    Examples
    --------
    >>> Scale(0.0, 1.0, 10.0, 110.0)(0.25), Scale(0.0, 1.0, 10.0, 110.0)(float("inf"))
    (35.0, 110.0)
    """

    low: float
    high: float
    start: float
    end: float

    def __call__(self, value: float) -> float:
        """Return the pixel of a value, to a tenth."""
        share = min(max((value - self.low) / (self.high - self.low), 0.0), 1.0)
        return round(self.start + share * (self.end - self.start), 1)


@dataclass(frozen=True, slots=True)
class Interval:
    """A criterion's interval on an axis whose unit is its margin.

    Attributes
    ----------
    zone : tuple of float
        Where the margin begins and ends.
    zero, low, high : float
        Pixels; `low` and `high` are cut at the ends of the axis.
    estimate : float or None
        Pixel of the estimate; None where there is none.
    cut_low, cut_high : bool
        Whether the interval goes on beyond the axis.
    """

    zone: tuple[float, float]
    zero: float
    low: float
    high: float
    estimate: float | None
    cut_low: bool
    cut_high: bool


def intervals(findings: Sequence[Finding], frame: Frame = INTERVAL) -> list[Interval]:
    """Return the intervals of all findings on one axis, so that their pictures compare."""
    ends = [
        abs(end / finding.margin)
        for finding in findings
        for end in (finding.low, finding.high)
        if math.isfinite(end)
    ]
    reach = min(max([_LEAST_REACH, *(1.08 * end for end in ends)]), _MOST_REACH)
    scale = Scale(-reach, reach, frame.left, frame.width - frame.right)
    drawn = []
    for finding in findings:
        bounds = finding.criterion.bounds
        least = 0.0 if finding.criterion.side == "upper" else bounds.low  # a distance
        estimate = finding.estimate / finding.margin
        low, high = _told_ends(finding, estimate)
        drawn.append(
            Interval(
                zone=(scale(least / finding.margin), scale(bounds.high / finding.margin)),
                zero=scale(0.0),
                low=scale(low),
                high=scale(high),
                estimate=scale(estimate) if math.isfinite(estimate) else None,
                cut_low=low < -reach,
                cut_high=high > reach,
            )
        )
    return drawn


def _told_ends(finding: Finding, estimate: float) -> tuple[float, float]:
    """Return the ends of the interval in margins; a distance has one, the other is its estimate."""
    low, high = finding.low / finding.margin, finding.high / finding.margin
    if finding.criterion.signed or not math.isfinite(estimate):
        return low, high
    return max(low, min(estimate, high)), min(high, max(estimate, low))


@dataclass(frozen=True, slots=True)
class Bullet:
    """An overlap on a track from 0 to 1; pixels, None where something is not known."""

    start: float
    end: float
    score: float | None
    chance: float | None
    resampling: float | None
    retraining: float | None

    @property
    def room(self) -> tuple[float, float] | None:
        """Where the room between chance and the higher ceiling begins and ends."""
        ceilings = [each for each in (self.resampling, self.retraining) if each is not None]
        if self.chance is None or not ceilings:
            return None
        return self.chance, max(self.chance, *ceilings)


def bullet(row: dict[str, Any], frame: Frame = TRACK) -> Bullet:
    """Return the picture of one row of the alignment table."""
    scale = Scale(0.0, 1.0, frame.left, frame.width - frame.right)
    names = ("jaccard", "chance", "ceiling_resampling", "ceiling_retraining")
    values = [row.get(name) for name in names]
    places = [
        None if value is None or not math.isfinite(value) else scale(value) for value in values
    ]
    return Bullet(scale(0.0), scale(1.0), *places)


@dataclass(frozen=True, slots=True)
class Point:
    """One bin of one model in the reliability diagram."""

    x: float
    y: float
    size: float  # radius
    low: float  # pixels of the Wilson interval
    high: float
    words: str


@dataclass(frozen=True, slots=True)
class Bar:
    """How many confidences fall into one bin."""

    x: float
    y: float
    width: float
    height: float
    words: str


@dataclass(frozen=True, slots=True)
class Diagram:
    """A reliability diagram with its mirrored histogram; everything in pixels.

    Attributes
    ----------
    across, up : tuple of (pixel, label)
        The ticks of the confidence and of the accuracy axis.
    diagonal : tuple of float
        x and y of both ends of perfect calibration.
    middle : float
        The line between the two histograms.
    points, bars : dict
        By side of the pair.
    """

    across: tuple[tuple[float, str], ...]
    up: tuple[tuple[float, str], ...]
    diagonal: tuple[float, float, float, float]
    top: float
    bottom: float
    middle: float
    counts_bottom: float
    points: dict[str, tuple[Point, ...]]
    bars: dict[str, tuple[Bar, ...]]


def diagram(
    bins: pd.DataFrame, n_classes: int, names: dict[str, str], frame: Frame = DIAGRAM
) -> Diagram:
    """Return the reliability diagram of both models; bins without examples are not drawn.

    Parameters
    ----------
    bins : DataFrame
        `Comparison.reliability`.
    n_classes : int
        K: the confidence axis starts at 1/K.
    names : dict of str
        What each side is called.
    frame : Frame
        The size.
    """
    start = 1 / n_classes
    x = Scale(start, 1.0, frame.left, frame.width - frame.right)
    y = Scale(0.0, 1.0, _CURVE_BOTTOM, _CURVE_TOP)
    filled = bins[bins["count"] > 0]
    shares = filled["count"] / filled.groupby("model")["count"].transform("sum")
    filled = filled.assign(share=shares)
    middle = (_COUNTS_TOP + _COUNTS_BOTTOM) / 2
    tallest = float(filled["share"].max()) if len(filled) else 1.0
    height = Scale(0.0, tallest, 0.0, middle - _COUNTS_TOP)
    sides = {side: filled[filled["model"] == side].to_dict("records") for side in MODEL_STYLES}
    largest = float(filled["count"].max()) if len(filled) else 1.0
    tenths = [number / 10 for number in range(11) if number / 10 >= start]
    return Diagram(
        across=tuple((x(value), f"{value:.1f}") for value in tenths),
        up=tuple((y(value), f"{value:.1f}") for value in np.arange(6) / 5),
        diagonal=(x(start), y(start), x(1.0), y(1.0)),
        top=_CURVE_TOP,
        bottom=_CURVE_BOTTOM,
        middle=middle,
        counts_bottom=_COUNTS_BOTTOM,
        points={
            side: tuple(
                Point(
                    x=x(row["confidence"]),
                    y=y(row["accuracy"]),
                    size=round(3.5 + 6.5 * math.sqrt(row["count"] / largest), 1),
                    low=y(row["accuracy_low"]),
                    high=y(row["accuracy_high"]),
                    words=_words(names[side], row),
                )
                for row in rows
            )
            for side, rows in sides.items()
        },
        bars={
            side: tuple(
                Bar(
                    x=x(row["low"]),
                    y=middle - (height(row["share"]) if side == "original" else 0.0),
                    width=round(max(x(row["high"]) - x(row["low"]) - 1.5, 1.0), 1),
                    height=height(row["share"]),
                    words=_words(names[side], row),
                )
                for row in rows
            )
            for side, rows in sides.items()
        },
    )


def _words(name: str, row: Mapping[Any, Any]) -> str:
    return (
        f"{name}: confidence {row['confidence']:.3f}, accuracy {row['accuracy']:.3f} "
        f"({row['accuracy_low']:.3f} to {row['accuracy_high']:.3f}), "
        f"{int(row['count']):,} examples ({row['share']:.1%})"
    )

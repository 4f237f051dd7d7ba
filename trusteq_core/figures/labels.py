"""Where to put the names of points so that they cover neither each other nor the points."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

__all__ = ["NEAR", "label_offsets"]

Box = tuple[float, float, float, float]
"""Left, bottom, right, top."""

NEAR = 20.0
"""A name at most so far from its point, in pixels up or down, needs no line to it."""
_LETTER, _LINE, _POINT = 6.4, 13.0, 7.0  # pixels: width of a letter, height of a line, half a mark
_GAP = _POINT + _LINE / 2
_FAR = (30.0, 46.0, 62.0, 78.0)
_ANGLES = np.deg2rad(np.arange(0, 360, 15))


def label_offsets(
    x: np.ndarray,
    y: np.ndarray,
    names: Sequence[str],
    *,
    room: tuple[float, float] = (np.inf, np.inf),
) -> list[tuple[float, float]]:
    """Return how far the middle of each name stands from its point: right and up, in pixels.

    The points are taken from the top down; each name takes the place that covers least of the
    marks, the names before it and the lines to them, and of those the nearest.

    Parameters
    ----------
    x, y : ndarray, shape (n,)
        Positions in pixels, y upwards.
    names : sequence of str
        The names.
    room : pair of float
        Width and height of what may be written on, from 0.

    Examples
    --------
    >>> label_offsets(np.array([0.0]), np.array([0.0]), ["base"])
    [(0.0, 13.5)]
    """
    marks = [_box(a, b, _POINT, _POINT) for a, b in zip(x, y, strict=True)]
    taken: list[Box] = []
    offsets = [(0.0, 0.0)] * len(names)
    for index in np.argsort(-np.asarray(y), kind="stable"):
        others = [mark for number, mark in enumerate(marks) if number != index]
        costs = []
        for price, *offset in _candidates(names[index]):
            box = label_box(x[index], y[index], names[index], (offset[0], offset[1]))
            covered = sum(_overlap(box, other) for other in [*taken, *others])
            costs.append((price + covered + _outside(box, room), (offset[0], offset[1])))
        offsets[index] = min(costs)[1]
        taken.append(label_box(x[index], y[index], names[index], offsets[index]))
        taken += _line(x[index], y[index], offsets[index])
    return offsets


def label_box(x: float, y: float, name: str, offset: tuple[float, float]) -> Box:
    """Return what a name covers."""
    return _box(x + offset[0], y + offset[1], len(name) * _LETTER / 2, _LINE / 2)


def _candidates(name: str) -> list[tuple[float, float, float]]:
    """Return the places to try with their price: close to the point first, then on wider rings."""
    half = len(name) * _LETTER / 2
    beside = half + _POINT + 3
    near = [(0.0, _GAP), (0.0, -_GAP), (beside, 0.0), (-beside, 0.0)]
    near += [(sign * half, up) for up in (_GAP, -_GAP) for sign in (1.0, -1.0)]
    far = [
        (radius, float(np.cos(angle) * (radius + half)), float(np.sin(angle) * radius))
        for radius in _FAR
        for angle in _ANGLES
    ]
    return [(float(place), *offset) for place, offset in enumerate(near)] + far


def _line(x: float, y: float, offset: tuple[float, float]) -> list[Box]:
    """Return small boxes along the line to a far name, so that no other name covers it."""
    if abs(offset[1]) <= NEAR:
        return []
    steps = np.linspace(0.25, 0.75, 4)
    return [_box(x + share * offset[0], y + share * offset[1], 3, 3) for share in steps]


def _box(x: float, y: float, half_width: float, half_height: float) -> Box:
    return x - half_width, y - half_height, x + half_width, y + half_height


def _outside(box: Box, room: tuple[float, float]) -> float:
    """Return the area of a box that lies off the panel, counted heavily."""
    inside = _overlap(box, (0.0, 0.0, *room)) if np.isfinite(room).all() else None
    whole = (box[2] - box[0]) * (box[3] - box[1])
    return 0.0 if inside is None else 3 * (whole - inside)


def _overlap(a: Box, b: Box) -> float:
    """Return the area that two boxes share."""
    width = min(a[2], b[2]) - max(a[0], b[0])
    height = min(a[3], b[3]) - max(a[1], b[1])
    return max(width, 0.0) * max(height, 0.0)

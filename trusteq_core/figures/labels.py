"""Where to put the names of points so that they cover neither each other nor the points."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

__all__ = ["label_offsets", "needs_line"]

Box = tuple[float, float, float, float]
"""Left, bottom, right, top."""

_NEAR = 12.0  # a name whose edge is at most so far from its point, in pixels, needs no line to it
_MISTAKEN = 30.0  # the price of a place from which another mark is nearer
_LETTER, _LINE, _POINT = 6.4, 13.0, 7.0  # pixels: width of a letter, height of a line, half a mark
_LARGER = 10.0  # half a larger mark
_FAR = (30.0, 46.0, 62.0, 78.0)
_ANGLES = np.deg2rad(np.arange(0, 360, 15))


def label_offsets(
    x: np.ndarray,
    y: np.ndarray,
    names: Sequence[str],
    *,
    room: tuple[float, float] = (np.inf, np.inf),
    larger: Sequence[bool] = (),
) -> list[tuple[float, float]]:
    """Return how far the middle of each name stands from its point: right and up, in pixels.

    The points are taken from the top down; each name takes the place that covers least of the
    marks, the names before it and the lines to them, and of those the nearest. A place from which
    another mark is nearer than the name's own is taken only where there is no better.

    Parameters
    ----------
    x, y : ndarray, shape (n,)
        Positions in pixels, y upwards.
    names : sequence of str
        The names.
    room : pair of float
        Width and height of what may be written on, from 0.
    larger : sequence of bool, optional
        Which points have a larger mark.

    Examples
    --------
    >>> label_offsets(np.array([0.0]), np.array([0.0]), ["base"])
    [(0.0, 13.5)]
    """
    sizes = [_LARGER if each else _POINT for each in larger] or [_POINT] * len(names)
    marks = [_box(a, b, size, size) for a, b, size in zip(x, y, sizes, strict=True)]
    taken: list[Box] = []
    offsets = [(0.0, 0.0)] * len(names)
    for index in np.argsort(-np.asarray(y), kind="stable"):
        others = [mark for number, mark in enumerate(marks) if number != index]
        costs = []
        for price, *offset in _candidates(names[index], sizes[index]):
            box = label_box(x[index], y[index], names[index], (offset[0], offset[1]))
            covered = sum(_overlap(box, other) for other in [*taken, *others])
            own = _distance(box, x[index], y[index])
            nearest = min((_distance(box, *_middle(mark)) for mark in others), default=np.inf)
            price += _MISTAKEN * (nearest < own - 1)
            costs.append((price + covered + _outside(box, room), (offset[0], offset[1])))
        offsets[index] = min(costs)[1]
        taken.append(label_box(x[index], y[index], names[index], offsets[index]))
        if needs_line(names[index], offsets[index]):
            taken += _line(x[index], y[index], offsets[index])
    return offsets


def label_box(x: float, y: float, name: str, offset: tuple[float, float]) -> Box:
    """Return what a name covers."""
    return _box(x + offset[0], y + offset[1], len(name) * _LETTER / 2, _LINE / 2)


def needs_line(name: str, offset: tuple[float, float]) -> bool:
    """Return whether a name stands so far from its point that a line must lead to it.

    Examples
    --------
    >>> needs_line("base", (0.0, 13.5)), needs_line("base", (50.0, 0.0))
    (False, True)
    """
    return _distance(label_box(0.0, 0.0, name, offset), 0.0, 0.0) > _NEAR


def _candidates(name: str, size: float) -> list[tuple[float, float, float]]:
    """Return the places to try with their price: close to the point first, then on wider rings."""
    half = len(name) * _LETTER / 2
    beside, gap = half + size + 3, size + _LINE / 2
    near = [(0.0, gap), (0.0, -gap), (beside, 0.0), (-beside, 0.0)]
    near += [(sign * half, up) for up in (gap, -gap) for sign in (1.0, -1.0)]
    far = [
        (radius, float(np.cos(angle) * (radius + half)), float(np.sin(angle) * radius))
        for radius in _FAR
        for angle in _ANGLES
    ]
    return [(float(place), *offset) for place, offset in enumerate(near)] + far


def _line(x: float, y: float, offset: tuple[float, float]) -> list[Box]:
    """Return small boxes along the line to a far name, so that no other name covers it."""
    steps = np.linspace(0.25, 0.75, 4)
    return [_box(x + share * offset[0], y + share * offset[1], 3, 3) for share in steps]


def _box(x: float, y: float, half_width: float, half_height: float) -> Box:
    return x - half_width, y - half_height, x + half_width, y + half_height


def _middle(box: Box) -> tuple[float, float]:
    return (box[0] + box[2]) / 2, (box[1] + box[3]) / 2


def _distance(box: Box, x: float, y: float) -> float:
    """Return how far a point is from a box, 0 inside it."""
    across = max(box[0] - x, 0.0, x - box[2])
    return float(np.hypot(across, max(box[1] - y, 0.0, y - box[3])))


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

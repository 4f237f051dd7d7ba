"""Where to put the names of points so that they cover neither each other nor the points."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

__all__ = ["PLACES", "label_places"]

# Plotly's text positions, the first preferred: direction of the label from its point.
PLACES: dict[str, tuple[int, int]] = {
    "top center": (0, 1),
    "bottom center": (0, -1),
    "middle right": (1, 0),
    "middle left": (-1, 0),
    "top right": (1, 1),
    "top left": (-1, 1),
    "bottom right": (1, -1),
    "bottom left": (-1, -1),
}
Box = tuple[float, float, float, float]
"""Left, bottom, right, top."""

_LETTER, _LINE, _POINT = 6.6, 13.0, 7.0  # pixels: width of a letter, height of a line, half a mark


def label_places(x: np.ndarray, y: np.ndarray, names: Sequence[str]) -> list[str]:
    """Return a text position for each point, chosen one after another with the least overlap.

    Parameters
    ----------
    x, y : ndarray, shape (n,)
        Positions in pixels, y upwards.
    names : sequence of str
        The labels.

    Examples
    --------
    >>> label_places(np.array([0.0, 0.0]), np.array([0.0, 4.0]), ["base", "int8"])
    ['bottom center', 'top center']
    """
    marks = [_box(a, b, _POINT, _POINT) for a, b in zip(x, y, strict=True)]
    taken: list[Box] = []
    places = [""] * len(names)
    for index in np.argsort(-np.asarray(y), kind="stable"):  # from the top down
        boxes = {place: _label(x[index], y[index], names[index], place) for place in PLACES}
        others = [mark for number, mark in enumerate(marks) if number != index]
        costs = {
            place: sum(_overlap(box, other) for other in [*taken, *others])
            for place, box in boxes.items()
        }
        places[index] = min(costs, key=lambda place: costs[place])
        taken.append(boxes[places[index]])
    return places


def _label(x: float, y: float, name: str, place: str) -> Box:
    across, up = PLACES[place]
    half = len(name) * _LETTER / 2
    aside = half + _POINT if up == 0 else half
    return _box(x + across * aside, y + up * (_POINT + _LINE / 2), half, _LINE / 2)


def _box(x: float, y: float, half_width: float, half_height: float) -> Box:
    return x - half_width, y - half_height, x + half_width, y + half_height


def _overlap(a: Box, b: Box) -> float:
    """Return the area that two boxes share."""
    width = min(a[2], b[2]) - max(a[0], b[0])
    height = min(a[3], b[3]) - max(a[1], b[1])
    return max(width, 0.0) * max(height, 0.0)

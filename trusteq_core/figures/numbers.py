"""Numbers as text: one way on every page and in every report."""

from __future__ import annotations

import math
from typing import Any

__all__ = ["NONE", "amount", "duration", "number", "percent", "points"]

NONE = "–"
"""What stands in place of a number that is not known."""


def number(value: Any, digits: int = 3, *, signed: bool = False) -> str:
    """Return a number rounded, or a dash where there is none.

    Examples
    --------
    >>> number(0.12345), number(-0.00001, signed=True), number(None), number(float("nan"))
    ('0.123', '0.000', '–', '–')
    """
    if value is None or not math.isfinite(value):
        return NONE
    rounded = round(float(value), digits) + 0.0  # + 0.0 turns a negative zero into zero
    sign = "+" if signed and rounded else ""
    return f"{rounded:{sign},.{digits}f}".replace("-", "−")


def percent(value: Any, digits: int = 1) -> str:
    """Return a share as a percentage.

    Examples
    --------
    >>> percent(0.98765), percent(None)
    ('98.8 %', '–')
    """
    text = number(None if value is None else 100 * value, digits)
    return text if text == NONE else f"{text} %"


def points(value: Any, digits: int = 1) -> str:
    """Return a difference of shares in percentage points, with its sign.

    Examples
    --------
    >>> points(-0.0123)
    '−1.2 points'
    """
    text = number(None if value is None else 100 * value, digits, signed=True)
    return text if text == NONE else f"{text} points"


def amount(value: Any) -> str:
    """Return a large number in three figures.

    Examples
    --------
    >>> amount(3_961_344), amount(812), amount(None)
    ('3.96 M', '812', '–')
    """
    if value is None or not math.isfinite(value):
        return NONE
    for size, letter in ((1e9, "G"), (1e6, "M"), (1e3, "k")):
        if value >= size:
            return f"{value / size:.3g} {letter}"
    return f"{value:.3g}"


def duration(seconds: float) -> str:
    """Return a time in words, rounded up.

    Examples
    --------
    >>> duration(0.2), duration(61), duration(3 * 3600)
    ('1 s', '2 min', '3.0 h')
    """
    if seconds <= 60:
        return f"{max(1, math.ceil(seconds))} s"
    if seconds <= 5400:
        return f"{math.ceil(seconds / 60)} min"
    return f"{seconds / 3600:.1f} h"

"""Numbers and answers as a report says them."""

from __future__ import annotations

import json
import math
from typing import Any

from trusteq_core.equivalence import Finding

__all__ = [
    "amount",
    "estimate",
    "interval",
    "limit",
    "listed",
    "number",
    "percent",
    "points",
    "provable",
]

_NONE = "–"


def number(value: Any, digits: int = 3, *, signed: bool = False) -> str:
    """Return a number rounded, or a dash where there is none.

    Examples
    --------
    >>> number(0.12345), number(-0.00001, signed=True), number(None), number(float("nan"))
    ('0.123', '0.000', '–', '–')
    """
    if value is None or not math.isfinite(value):
        return _NONE
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
    return text if text == _NONE else f"{text} %"


def points(value: Any, digits: int = 1) -> str:
    """Return a difference of shares in percentage points, with its sign.

    Examples
    --------
    >>> points(-0.0123)
    '−1.2 points'
    """
    text = number(None if value is None else 100 * value, digits, signed=True)
    return text if text == _NONE else f"{text} points"


def amount(value: Any) -> str:
    """Return a large number in three figures.

    Examples
    --------
    >>> amount(3_961_344), amount(812), amount(None)
    ('3.96 M', '812', '–')
    """
    if value is None or not math.isfinite(value):
        return _NONE
    for size, letter in ((1e9, "G"), (1e6, "M"), (1e3, "k")):
        if value >= size:
            return f"{value / size:.3g} {letter}"
    return f"{value:.3g}"


def listed(facts: str) -> str:
    """Return a flat JSON object as a list in words, a dash where it is empty.

    Examples
    --------
    >>> listed('{"mask": "remove", "samples": 1000, "error": null}'), listed("{}")
    ('mask remove, samples 1000', '–')
    """
    said = [f"{name} {value}" for name, value in json.loads(facts).items() if value is not None]
    return ", ".join(said) or _NONE


def estimate(finding: Finding) -> str:
    """Return a finding's estimate in its unit, a dash where there is none."""
    if not math.isfinite(finding.estimate):
        return _NONE
    criterion = finding.criterion
    told = criterion.tell(finding.estimate, signed=criterion.signed)
    return told.replace("-", "−") + criterion.unit


def interval(finding: Finding) -> str:
    """Return a finding's interval, or the bound of a distance, in its unit."""
    return finding.tell_interval().replace("-", "−")


def limit(finding: Finding) -> str:
    """Return a finding's margin with its side: ``≥ −2 points``, ``± 0.02``, ``≤ 3 points``."""
    signs = {"both": "± ", "lower": "≥ −", "upper": "≤ "}
    value = 100 * finding.margin if finding.criterion.points else finding.margin
    return f"{signs[finding.criterion.side]}{value:.3g}{finding.criterion.unit}"


def provable(finding: Finding) -> str:
    """Return the smallest margin that this many examples could prove, a dash where unknown."""
    value = finding.evidence.provable
    return finding.criterion.tell(value) + finding.criterion.unit if math.isfinite(value) else _NONE

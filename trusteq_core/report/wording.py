"""Numbers and answers as a report says them."""

from __future__ import annotations

import json
import math

from trusteq_core.equivalence import Finding
from trusteq_core.figures.numbers import NONE, amount, number, percent, points

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


def listed(facts: str) -> str:
    """Return a flat JSON object as a list in words, a dash where it is empty.

    Examples
    --------
    >>> listed('{"mask": "remove", "samples": 1000, "error": null}'), listed("{}")
    ('mask remove, samples 1000', '–')
    """
    said = [f"{name} {value}" for name, value in json.loads(facts).items() if value is not None]
    return ", ".join(said) or NONE


def estimate(finding: Finding) -> str:
    """Return a finding's estimate in its unit, a dash where there is none."""
    if not math.isfinite(finding.estimate):
        return NONE
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
    return finding.criterion.tell(value) + finding.criterion.unit if math.isfinite(value) else NONE

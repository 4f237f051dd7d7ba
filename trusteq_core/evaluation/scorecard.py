"""The verdict by axis: performance, explanations and calibration, each judged by its criteria."""

from __future__ import annotations

from trusteq_core.equivalence import Verdict

__all__ = ["AXES", "axis_of", "scorecard"]

AXES: dict[str, str] = {
    "performance": "Performance",
    "explanations": "Explanations",
    "calibration": "Calibration",
}
"""The three things that must stay alike: id -> title."""

_CRITERIA = {"accuracy": "performance", "overlap": "explanations"}


def axis_of(criterion: str) -> str:
    """Return the axis of a criterion by its id.

    Examples
    --------
    >>> axis_of("accuracy"), axis_of("overlap:lime"), axis_of("brier")
    ('performance', 'explanations', 'calibration')
    """
    return _CRITERIA.get(criterion.partition(":")[0], "calibration")


def scorecard(verdict: Verdict) -> dict[str, Verdict]:
    """Return the verdict of each axis: the same findings, taken apart.

    Parameters
    ----------
    verdict : Verdict
        On the whole pair.

    Returns
    -------
    dict of Verdict
        One for each of `AXES`. An axis on which nothing was tested has no findings and is
        inconclusive.
    """
    return {
        axis: Verdict(
            tuple(finding for finding in verdict.findings if axis_of(finding.criterion.id) == axis),
            verdict.margins,
            verdict.original,
            verdict.compressed,
        )
        for axis in AXES
    }

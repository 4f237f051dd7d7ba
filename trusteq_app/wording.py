"""Sentences and numbers as the pages say them; plain functions of plain values."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from trusteq_app.definitions import part_of
from trusteq_app.messages import escaped
from trusteq_core.attribution import explainer_title
from trusteq_core.equivalence import MIN_UNITS, Finding, Margins, Verdict
from trusteq_core.evaluation.scaling import Scaling
from trusteq_core.figures import ANSWERS
from trusteq_core.figures.numbers import amount, number, percent, points

__all__ = [
    "amount",
    "changed_margins",
    "definition",
    "explainer_title",
    "finding_line",
    "headline",
    "model_line",
    "number",
    "percent",
    "points",
    "provable_line",
    "scaling_line",
]


def definition(heading: str) -> str:
    """Return a Markdown link to where the Method page defines something.

    Parameters
    ----------
    heading : str
        A heading of the definitions.

    Examples
    --------
    >>> definition("Signed gap")
    '[Definition](method?method=Calibration#signed-gap)'
    """
    anchor = re.sub(r"[^a-z0-9]+", "-", heading.lower()).strip("-")
    return f"[Definition](method?{urlencode({'method': part_of(heading)})}#{anchor})"


def finding_line(finding: Finding) -> str:
    """Return the answer to one criterion in a line of Markdown, with all that it rests on."""
    criterion, style = finding.criterion, ANSWERS[finding.answer]
    begin = f"{style.mark} **{escaped(criterion.title)}**"
    if finding.evidence.units < MIN_UNITS:
        few = f"{finding.evidence.units} independent examples decide nothing"
        return f"{begin} {style.word}: {few}, {MIN_UNITS} are needed."
    estimate = criterion.tell(finding.estimate, signed=criterion.signed)
    told = f"{estimate}{criterion.unit} ({finding.tell_interval()})".replace("-", "−")
    lies = f"{criterion.quantity} is {told}; {criterion.limit}"
    return f"{begin} {style.word}: {lies}. n = {finding.n:,}"


def provable_line(verdict: Verdict) -> str:
    """Return how much evidence there is: examples, and what they were too few to decide."""
    counts: dict[bool, int] = {}
    for finding in verdict.findings:
        explained = finding.criterion.id.startswith("overlap")
        counts[explained] = max(counts.get(explained, 0), finding.n)
    if not counts:
        return "Nothing was tested."
    kinds = {False: "predicted", True: "explained"}
    examples = " and ".join(f"{n:,} {kinds[explained]}" for explained, n in counts.items())
    short = [
        escaped(finding.criterion.title)
        for finding in verdict.findings
        if finding.answer == "inconclusive" and not finding.evidence.provable <= finding.margin
    ]
    if not short:
        return f"Evidence: {examples} examples."
    return (
        f"Evidence: {examples} examples, too few to be likely to prove the margin of "
        f"{', '.join(short)}."
    )


def changed_margins(margins: Margins) -> str:
    """Return which margins differ from the defaults, in a sentence.

    Examples
    --------
    >>> changed_margins(Margins())
    'Margins: the defaults.'
    >>> changed_margins(Margins(gap=0.01))
    'Margins changed: gap 0.01 (default 0.02).'
    """
    usual = Margins().to_dict()
    changed = [
        f"{name} {value:g} (default {usual[name]:g})"
        for name, value in margins.to_dict().items()
        if value != usual[name]
    ]
    return f"Margins changed: {', '.join(changed)}." if changed else "Margins: the defaults."


def model_line(title: str, profile: Mapping[str, Any]) -> str:
    """Return what a model is, in half a line: title, parameters, size, latency."""
    facts = []
    if not _missing(profile.get("parameters")):
        facts.append(f"{amount(profile['parameters'])} parameters")
    if not _missing(profile.get("bytes")):
        facts.append(f"{amount(profile['bytes'])}B on disk")
    if not _missing(profile.get("latency_ms")):
        facts.append(f"{profile['latency_ms']:.2g} ms an example")
    listed = f" ({', '.join(facts)})" if facts else ""
    return f"{escaped(title)}{listed}"


def headline(
    names: Mapping[str, str],
    performance: Mapping[str, Any],
    overlaps: Mapping[str, Mapping[str, Any]],
    gaps: Mapping[str, float],
) -> str:
    """Return the pair in three Markdown sentences: answers, reasons, probabilities.

    Parameters
    ----------
    names : mapping
        Names of the ``original`` and the ``compressed`` model.
    performance : mapping
        `agreement`, `accuracy_original`, `accuracy_compressed`.
    overlaps : mapping
        From the title of an explainer to its overlap; the first is told.
    gaps : mapping
        Signed calibration gap of the ``original`` and the ``compressed`` model.
    """
    original, compressed = (f"**{escaped(names[side])}**" for side in ("original", "compressed"))
    change = performance["accuracy_compressed"] - performance["accuracy_original"]
    sentences = [
        f"{compressed} gives the same answer as {original} on "
        f"**{percent(performance['agreement'])}** of the examples (accuracy {points(change)})."
    ]
    if overlaps:
        title, found = next(iter(overlaps.items()))
        sentences.append(_overlap_sentence(title, found))
    sentences.append(
        f"Its probabilities are {_gap_phrase(gaps['compressed'])}, "
        f"the original's {_gap_phrase(gaps['original'])}."
    )
    return " ".join(sentences)


def scaling_line(found: Scaling, names: Mapping[str, str]) -> str:
    """Return how much of the gap between two models one temperature each removes, in Markdown."""
    gap = found.gap
    before, after = (f"{100 * value:.2f}" for value in (gap.before, gap.after))
    floor, chance = f"{100 * gap.floor_before:.2f}", f"{100 * found.chance:.2f}"
    if not found.shown:
        text = (
            "**There is no gap between the models for a temperature to remove**: their profile "
            f"distance of {before} points is no more than chance alone shows ({floor} on average, "
            f"up to {chance}). After temperature scaling it is {after}."
        )
    elif gap.share < 0:
        text = (
            f"A temperature each does not help: the profile distance between the models rises "
            f"from {before} to {after} points. Chance alone would show {floor}."
        )
    else:
        text = (
            f"**One temperature each removes {gap.share:.0%} of the gap between the models**: the "
            f"profile distance falls from {before} to {after} points. Chance alone would show "
            f"{floor} before and {100 * gap.floor_after:.2f} after."
        )
    fitted = (
        "halves of the test examples, each for the other"
        if found.fitted_on is None
        else f"{found.fitted_on:,} validation examples"
    )
    scales = " and ".join(
        f"{' or '.join(f'{beta:.2f}' for beta in betas)} for {escaped(names[side])}"
        for side, betas in (("original", gap.betas_a), ("compressed", gap.betas_b))
    )
    return f"{text} Fitted on {fitted}: inverse temperature {scales}; below 1 is overconfident."


def _overlap_sentence(title: str, found: Mapping[str, Any]) -> str:
    """Say how much of the way from chance to the lower ceiling the explanations share."""
    ceilings = [name for name in _CEILINGS if not _missing(found.get(name))]
    text = (
        f"By {escaped(title)}, their top words overlap by **{number(found['jaccard'], 2)}**, "
        f"where chance gives {number(found['chance'], 2)}"
    )
    if ceilings:
        lower = min(ceilings, key=lambda name: found[name])
        text += f" and {_CEILINGS[lower]} {number(found[lower], 2)}"
    return text + "."


_CEILINGS = {
    "ceiling_resampling": "the original under another explainer seed",
    "ceiling_retraining": "the original trained again",
}


def _gap_phrase(gap: float) -> str:
    if _missing(gap):
        return "not measured"
    side = "overconfident" if gap > 0 else "underconfident"
    return f"{side} by **{abs(gap) * 100:.1f} points**"


def _missing(value: Any) -> bool:
    return value is None or (isinstance(value, float) and math.isnan(value))

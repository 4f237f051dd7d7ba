"""Criteria, findings and the verdict: three answers, each with its reasons in plain words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from math import inf, isfinite
from typing import Any, Literal

from trusteq_core.equivalence.evidence import Bounds, Evidence
from trusteq_core.equivalence.margins import Margins

__all__ = ["MIN_UNITS", "Answer", "Criterion", "Finding", "Verdict", "holm"]

Answer = Literal["equivalent", "different", "inconclusive"]

MIN_UNITS = 30
"""Fewer independent examples than this decide nothing: an interval could not be trusted."""


@dataclass(frozen=True, slots=True)
class Criterion:
    """One thing that must be small enough.

    Attributes
    ----------
    id : str
        ``"accuracy"``, ``"overlap:<explainer id>"``, ``"gap"``, ``"brier"`` or ``"profile"``.
    title : str
        Name shown to a person.
    quantity : str
        What is estimated, as the subject of a sentence.
    margin : float
        The margin, a positive number.
    side : {"both", "lower", "upper"}
        Whether the difference is bounded on both sides, only below, or only above.
    points : bool
        True if it is told in percentage points.
    """

    id: str
    title: str
    quantity: str
    margin: float
    side: Literal["both", "lower", "upper"] = "both"
    points: bool = True

    @property
    def bounds(self) -> Bounds:
        """The open interval that the difference must keep to."""
        if self.side == "lower":
            return Bounds(low=-self.margin)
        if self.side == "upper":
            return Bounds(high=self.margin)
        return Bounds(-self.margin, self.margin)

    @property
    def signed(self) -> bool:
        """Whether it is a difference with a sign, not a distance."""
        return self.side != "upper"

    @property
    def unit(self) -> str:
        """What follows a value that is told."""
        return " points" if self.points else ""

    def tell(self, value: float, *, signed: bool = False) -> str:
        """Return a value of this quantity in words, without its unit."""
        if not isfinite(value):
            return "unknown"
        sign, digits = "+" if signed else "", 2 if self.points else 4
        rounded = round(100 * value if self.points else value, digits)
        return f"{rounded + 0.0:{sign}.{digits}f}"  # + 0.0 turns a negative zero into zero

    @property
    def limit(self) -> str:
        """The margin in words."""
        told = f"{100 * self.margin:.3g} points" if self.points else f"{self.margin:.3g}"
        if self.side == "lower":
            return f"a loss of up to {told} is allowed"
        return f"the limit is {told}" if self.side == "upper" else f"the margin is ±{told}"


@dataclass(frozen=True, slots=True)
class Finding:
    """The answer to one criterion, with what it rests on.

    Attributes
    ----------
    criterion : Criterion
        What was asked.
    answer : {"equivalent", "different", "inconclusive"}
        The interval lies inside the margin, wholly outside, or neither.
    evidence : Evidence
        Estimate, interval, p-value, number of examples, smallest provable margin.
    """

    criterion: Criterion
    answer: Answer
    evidence: Evidence

    @classmethod
    def of(cls, criterion: Criterion, evidence: Evidence) -> Finding:
        """Return the finding that the evidence allows."""
        bounds, answer = criterion.bounds, "inconclusive"
        if evidence.units >= MIN_UNITS:
            if evidence.low > bounds.low and evidence.high < bounds.high:
                answer = "equivalent"
            elif evidence.high < bounds.low or evidence.low > bounds.high:
                answer = "different"
        return cls(criterion, answer, evidence)  # type: ignore[arg-type]

    @property
    def estimate(self) -> float:
        """The estimated difference."""
        return self.evidence.estimate

    @property
    def low(self) -> float:
        """Lower end of the interval; minus infinity for a distance that is not different.

        The bounds of a distance are one-sided: each errs to the cautious side, so together they
        are no interval of the nominal level. Only the one that decides is told.
        """
        told = self.criterion.signed or self.answer == "different"
        return self.evidence.low if told else -inf

    @property
    def high(self) -> float:
        """Upper end of the interval; infinity for a distance that is different."""
        told = self.criterion.signed or self.answer != "different"
        return self.evidence.high if told else inf

    def tell_interval(self, both: str = "{low} to {high}") -> str:
        """Return the interval in words: ``+0.10 to +0.52 points``, ``at most 2.10 points``.

        Parameters
        ----------
        both : str
            How the two ends are joined where both are told.
        """
        signed, unit = self.criterion.signed, self.criterion.unit
        low, high = (self.criterion.tell(end, signed=signed) for end in (self.low, self.high))
        if isfinite(self.low) and isfinite(self.high):
            return f"{both.format(low=low, high=high)}{unit}"
        if isfinite(self.high):
            return f"at most {high}{unit}"
        return f"at least {low}{unit}" if isfinite(self.low) else "unknown"

    @property
    def margin(self) -> float:
        """The margin."""
        return self.criterion.margin

    @property
    def n(self) -> int:
        """Number of examples."""
        return self.evidence.n

    @property
    def sentence(self) -> str:
        """The finding in one or two sentences."""
        criterion, evidence = self.criterion, self.evidence
        if evidence.units < MIN_UNITS:
            return (
                f"{criterion.title}: {evidence.units} independent examples are too few to decide "
                f"anything; at least {MIN_UNITS} are needed."
            )
        words = {"equivalent": "small enough", "different": "too large", "inconclusive": "open"}
        verb = "lies" if criterion.signed else "is"
        told = (
            f"{criterion.title}: with {evidence.n:,} examples {criterion.quantity} {verb} "
            f"{self.tell_interval('between {low} and {high}')}; {criterion.limit}: "
            f"{words[self.answer]}."
        )
        if evidence.provable > criterion.margin and self.answer == "inconclusive":
            least = criterion.tell(evidence.provable)
            told += f" So few examples can prove no margin below {least}{criterion.unit}."
        return told

    def to_dict(self) -> dict[str, Any]:
        """Return the finding as JSON-ready values; what is not finite, or not told, is None."""
        numbers = asdict(self.evidence) | {"low": self.low, "high": self.high}
        finite = {name: value if isfinite(value) else None for name, value in numbers.items()}
        criterion = self.criterion
        return {
            "criterion": criterion.id,
            "title": criterion.title,
            "answer": self.answer,
            "margin": criterion.margin,
            "side": criterion.side,
            **finite,
            "sentence": self.sentence,
        }


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a compressed model may stand in for its original.

    Attributes
    ----------
    findings : tuple of Finding
        One for each criterion.
    margins : Margins
        What was allowed.
    original, compressed : str
        Names of the models.
    """

    findings: tuple[Finding, ...]
    margins: Margins
    original: str = "the original"
    compressed: str = "the compressed model"

    @property
    def answer(self) -> Answer:
        """Equivalent if every criterion is, different if any is, else inconclusive."""
        answers = {finding.answer for finding in self.findings}
        if answers == {"equivalent"}:
            return "equivalent"
        return "different" if "different" in answers else "inconclusive"

    @property
    def p_value(self) -> float:
        """Of the hypothesis that some difference is at or beyond its margin."""
        return max((finding.evidence.p_value for finding in self.findings), default=1.0)

    @property
    def reasons(self) -> tuple[str, ...]:
        """The sentences that decide: of every criterion that is not equivalent, or of all."""
        against = [finding for finding in self.findings if finding.answer != "equivalent"]
        return tuple(finding.sentence for finding in against or self.findings)

    @property
    def sentence(self) -> str:
        """The verdict in one sentence."""
        name, original = _begin(self.compressed), self.original
        failed = [_small(f.criterion.title) for f in self.findings if f.answer == "different"]
        unsettled = [_small(f.criterion.title) for f in self.findings if f.answer == "inconclusive"]
        if self.answer == "equivalent":
            return f"{name} is equivalent to {original} within every margin."
        if self.answer == "different":
            return f"{name} is different from {original}, in {_listed(failed)}."
        if not unsettled:
            return f"Nothing was tested, so {self.compressed} is not shown to be equivalent."
        return (
            f"{name} is not shown to be equivalent to {original}: "
            f"{_listed(unsettled)} cannot be decided with these examples."
        )

    def to_dict(self) -> dict[str, Any]:
        """Return the verdict with its findings and margins as JSON-ready values."""
        return {
            "answer": self.answer,
            "sentence": self.sentence,
            "original": self.original,
            "compressed": self.compressed,
            "p_value": self.p_value,
            "findings": [finding.to_dict() for finding in self.findings],
            "margins": self.margins.to_dict(),
        }


def holm(p_values: Mapping[str, float]) -> dict[str, float]:
    """Return Holm's adjusted p-values: for verdicts on several compressed models at once.

    A model whose adjusted p-value (of its verdict) is at most alpha is equivalent even though
    several were tried.

    References
    ----------
    Holm, "A Simple Sequentially Rejective Multiple Test Procedure", 1979.
    https://www.jstor.org/stable/4615733

    Examples
    --------
    >>> holm({"distil": 0.01, "tiny": 0.04, "mini": 0.03})
    {'distil': 0.03, 'tiny': 0.06, 'mini': 0.06}
    """
    adjusted, largest = dict.fromkeys(p_values, 1.0), 0.0
    for place, name in enumerate(sorted(p_values, key=lambda name: p_values[name])):
        largest = max(largest, (len(p_values) - place) * p_values[name])
        adjusted[name] = min(1.0, largest)
    return adjusted


def _begin(name: str) -> str:
    """Return a name as it begins a sentence: an article gets a capital, an id is never changed."""
    return f"The {name[4:]}" if name.startswith("the ") else name


def _small(title: str) -> str:
    """Return a title as it stands within a sentence; names keep their capitals."""
    return title if title.startswith("Brier") else title[:1].lower() + title[1:]


def _listed(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"

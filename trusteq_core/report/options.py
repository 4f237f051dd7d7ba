"""What a report is to contain."""

from __future__ import annotations

from dataclasses import dataclass, field

from trusteq_core.equivalence import Margins
from trusteq_core.errors import DataError, UnknownName
from trusteq_core.figures import PALETTES

__all__ = ["MOST_EXAMPLES", "ReportOptions"]

MOST_EXAMPLES = 20
"""A report shows at most so many examples of each kind."""


@dataclass(frozen=True, slots=True)
class ReportOptions:
    """The choices behind a report; equal options on equal results give equal reports.

    Attributes
    ----------
    explainers : tuple of str or None
        Ids of the explainers; None takes every one with stored results for both models.
    k : int
        How many top words of each example are compared.
    n_bins : int
        Equal-width bins of the calibration measures and of the diagram.
    explained : str
        Which class is explained, as in `trusteq_core.evaluation.Comparison.overlap`.
    n_examples : int
        How many examples of each kind are shown, 0 to `MOST_EXAMPLES`. With 0 no text of the data
        enters the report or its tables.
    margins : Margins
        The largest differences allowed.
    palette : str
        Colours of the word maps, a key of `trusteq_core.figures.PALETTES`.

    Raises
    ------
    DataError
        If a number is out of its range.
    UnknownName
        If there is no such palette.
    """

    explainers: tuple[str, ...] | None = None
    k: int = 5
    n_bins: int = 15
    explained: str = "reference"
    n_examples: int = 3
    margins: Margins = field(default_factory=Margins)
    palette: str = "blue-orange"

    def __post_init__(self) -> None:
        for name in ("k", "n_bins"):
            if getattr(self, name) < 1:
                raise DataError(f"{name} must be at least 1, got {getattr(self, name)}.")
        if self.palette not in PALETTES:
            raise UnknownName("palette", self.palette, PALETTES)
        if not 0 <= self.n_examples <= MOST_EXAMPLES:
            raise DataError(
                f"n_examples must be a number from 0 to {MOST_EXAMPLES}, got {self.n_examples}."
            )

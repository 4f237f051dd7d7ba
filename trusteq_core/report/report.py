"""One report: everything that the formats write, derived once from a comparison."""

from __future__ import annotations

from dataclasses import dataclass, field

import pandas as pd

from trusteq_core.equivalence import Verdict
from trusteq_core.evaluation import Comparison
from trusteq_core.report.frames import (
    alignment_table,
    calibration_table,
    criteria_table,
    examples_table,
    model_table,
    performance_table,
    results_table,
)
from trusteq_core.report.options import ReportOptions
from trusteq_core.report.worst import WorstExample, worst_examples
from trusteq_core.tasks import Task

__all__ = ["Report", "build_report"]


@dataclass(frozen=True, slots=True, eq=False)
class Report:
    """What a report says, before any format.

    Attributes
    ----------
    task : Task
        The task.
    original, compressed : str
        Names of the models.
    split : str
        Name of the example table.
    n : int
        Number of examples that both models predicted.
    options : ReportOptions
        What was asked for.
    explainers : tuple of str
        Ids of the explainers that it covers.
    verdict : Verdict
        The verdict with its findings.
    tables : dict of DataFrame
        ``criteria, performance, alignment, calibration, reliability, examples, models, results``:
        see `trusteq_core.report.frames`.
    worst : tuple of WorstExample
        The examples shown word by word, by the first explainer.
    """

    task: Task
    original: str
    compressed: str
    split: str
    n: int
    options: ReportOptions
    explainers: tuple[str, ...]
    verdict: Verdict
    tables: dict[str, pd.DataFrame] = field(repr=False)
    worst: tuple[WorstExample, ...] = field(repr=False)

    @property
    def names(self) -> dict[str, str]:
        """Name of each side of the pair."""
        return {"original": self.original, "compressed": self.compressed}

    @property
    def dates(self) -> tuple[str, str]:
        """Day of the oldest and of the newest stored result: UTC, ISO 8601."""
        days = sorted(str(created)[:10] for created in self.tables["results"]["created"])
        return days[0], days[-1]

    def _repr_html_(self) -> str:
        from trusteq_core.report.html import summary_html

        return summary_html(self)


def build_report(comparison: Comparison, options: ReportOptions | None = None) -> Report:
    """Derive a report from a comparison.

    Parameters
    ----------
    comparison : Comparison
        Two models on what is stored of them; the examples need gold labels.
    options : ReportOptions, optional
        The defaults where not given.

    Raises
    ------
    DataError
        If the examples have no gold label.
    UnknownName
        If an explainer has no attributions of both models, or there is no such explained class.
    """
    options = options or ReportOptions()
    named = comparison.explainers if options.explainers is None else options.explainers
    explainers = tuple(dict.fromkeys(named))
    view = explainers, options.k, options.explained
    return Report(
        task=comparison.task,
        original=comparison.original.name,
        compressed=comparison.compressed.name,
        split=comparison.results.table.manifest.split or "",
        n=len(comparison.examples),
        options=options,
        explainers=explainers,
        verdict=(verdict := comparison.verdict(*view, margins=options.margins)),
        tables={
            "criteria": criteria_table(verdict),
            "performance": performance_table(comparison.performance()),
            "alignment": alignment_table(comparison, *view),
            "calibration": calibration_table(comparison, options.n_bins),
            "reliability": comparison.reliability(options.n_bins),
            "examples": examples_table(comparison, *view, texts=options.n_examples > 0),
            "models": model_table(comparison),
            "results": results_table(comparison, explainers),
        },
        worst=worst_examples(comparison, *view, options.n_examples),
    )

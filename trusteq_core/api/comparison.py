"""A comparison with its views: tables, figures, report, explanations of shap."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from trusteq_core import evaluation
from trusteq_core.attribution import Attribution, explainer_title, to_shap
from trusteq_core.errors import UnknownName
from trusteq_core.evaluation.disagreement import disagreement_points
from trusteq_core.figures import (
    criteria_figure,
    criteria_frame,
    overlap_figure,
    overlap_frame,
    reliability_figure,
)
from trusteq_core.figures.disagreement import disagreement_figure
from trusteq_core.report import Report, ReportOptions, build_report
from trusteq_core.report.html import render_html
from trusteq_core.tasks import segments_of

if TYPE_CHECKING:
    import pandas as pd
    from plotly.graph_objects import Figure
    from shap import Explanation

__all__ = ["Comparison"]


@dataclass(frozen=True, eq=False)
class Comparison(evaluation.Comparison):
    """Two models on the same examples, as `trusteq_core.compare` returns it.

    Everything of `trusteq_core.evaluation.Comparison` (``verdict()``, ``performance()``,
    ``calibration()``, ``overlap("lime")``, ``example_table("lime")``, ``words(id, "lime")``), and
    its views. Each takes the options of a report as keywords: ``explainers``, ``k``, ``n_bins``,
    ``explained``, ``n_examples``, ``margins``.

    Attributes
    ----------
    chosen : tuple of str or None
        Ids of the explainers that it covers; None for all with stored results.
    """

    chosen: tuple[str, ...] | None = None

    @property
    def explainers(self) -> list[str]:
        """Explainers that were asked for and have attributions of both models."""
        stored = super().explainers
        return [each for each in stored if self.chosen is None or each in self.chosen]

    def report(self, **options: Any) -> Report:
        """Return everything that the formats of a report write.

        Parameters
        ----------
        **options
            Any field of `trusteq_core.report.ReportOptions`.
        """
        return build_report(self, ReportOptions(**options))

    def tables(self, **options: Any) -> dict[str, pd.DataFrame]:
        """Return the tables of the report: ``criteria``, ``performance``, ``alignment``, ..."""
        return self.report(**options).tables

    def figures(self, **options: Any) -> dict[str, Figure]:
        """Return plotly figures: ``criteria``, ``reliability``, ``overlap``, ``disagreement``.

        The last two are there where both models were explained; ``disagreement`` is by the first
        explainer.
        """
        report = self.report(**{**options, "n_examples": 0})
        k, explained = report.options.k, report.options.explained
        figures = {
            "criteria": criteria_figure(criteria_frame(report.verdict.to_dict())),
            "reliability": reliability_figure(
                report.tables["reliability"], n_classes=len(self.task.labels), names=report.names
            ),
        }
        if report.explainers:
            overlaps = {
                explainer_title(each): self.overlap(each, k, explained)
                for each in report.explainers
            }
            table = self.example_table(report.explainers[0], k, explained)
            figures["overlap"] = overlap_figure(overlap_frame(overlaps), k=k)
            figures["disagreement"] = disagreement_figure(disagreement_points(table), k=k)
        return figures

    def to_html(self, **options: Any) -> str:
        """Return the report as one HTML document that needs no network."""
        return render_html(self.report(**options))

    def _repr_html_(self) -> str:
        return self.report(n_examples=0)._repr_html_()

    def shap(
        self, explainer: str, model: Literal["original", "compressed"] = "compressed"
    ) -> Explanation:
        """Return one model's attributions of all explained examples as `shap.Explanation`.

        Raises
        ------
        UnknownName
            If the model is neither, or the explainer has no attributions of both models.
        """
        if model not in ("original", "compressed"):
            raise UnknownName("model of the pair", model, ["original", "compressed"])
        pair = self.explained(explainer)
        found = pair.original if model == "original" else pair.compressed
        attributions = [
            Attribution(
                values=found.values[start:stop],
                base=found.base[row],
                full=found.full[row],
                evaluations=int(found.evaluations[row]),
                explainer=explainer,
            )
            for row, (start, stop) in enumerate(
                zip(found.starts[:-1], found.starts[1:], strict=True)
            )
        ]
        return to_shap(attributions, segments_of(pair.examples, self.task), self.task.labels)

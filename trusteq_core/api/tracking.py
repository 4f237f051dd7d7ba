"""A comparison as a run of MLflow, where that is installed."""

from __future__ import annotations

from typing import Any

from trusteq_core.api.comparison import Comparison
from trusteq_core.errors import TrusteqError
from trusteq_core.report.html import render_html

__all__ = ["log_to_mlflow"]


def log_to_mlflow(comparison: Comparison, **options: Any) -> str:
    """Log a comparison to the active run of MLflow, or to a new one, and return the run's id.

    Metrics are what was measured of the compressed model and of the pair (``accuracy``,
    ``agreement``, ``ece``, ``overlap_lime``, ...) and the estimates of the criteria
    (``criterion_gap``, ...); parameters name models, data and margins; the tag
    ``trusteq.verdict`` is the answer; the report and the verdict are artifacts.

    Parameters
    ----------
    comparison : Comparison
        From `trusteq_core.compare`.
    **options
        Any field of `trusteq_core.report.ReportOptions`.

    Raises
    ------
    TrusteqError
        If MLflow is not installed.
    """
    try:
        import mlflow
    except ImportError as error:
        raise TrusteqError(
            'MLflow is not installed. Install it: pip install "trusteq[mlflow]".'
        ) from error
    report = comparison.report(**options)
    active = mlflow.active_run()
    run = active or mlflow.start_run(run_name=f"{report.compressed} against {report.original}")
    try:
        mlflow.set_tag("trusteq.verdict", report.verdict.answer)
        mlflow.log_params(
            {
                "trusteq.task": report.task.id,
                "trusteq.original": report.original,
                "trusteq.compressed": report.compressed,
                "trusteq.split": report.split,
                "trusteq.n": report.n,
                **{f"trusteq.margin.{k}": v for k, v in report.verdict.margins.to_dict().items()},
            }
        )
        mlflow.log_metrics(_metrics(report.tables))
        mlflow.log_dict(report.verdict.to_dict(), "verdict.json")
        mlflow.log_text(render_html(report), "report.html")
    finally:
        if active is None:
            mlflow.end_run()
    return str(run.info.run_id)


def _metrics(tables: dict[str, Any]) -> dict[str, float]:
    """Return every number of the report's tables that is finite, by a name that MLflow takes."""
    found: dict[str, float] = {}
    for name in ("performance", "calibration"):
        for row in tables[name].to_dict("records"):
            pair = row.get("pair", row["difference"])
            value = row["compressed"] if row["compressed"] == row["compressed"] else pair
            found[str(row["measure"])] = value
    for row in tables["alignment"].to_dict("records"):
        found[f"overlap_{row['explainer']}"] = row["jaccard"]
    for row in tables["criteria"].to_dict("records"):
        found["criterion_" + str(row["criterion"]).replace(":", "_")] = row["estimate"]
    return {name: float(value) for name, value in found.items() if abs(value) < float("inf")}

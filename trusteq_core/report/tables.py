"""The tables of a report for other programs: CSV, Parquet, LaTeX."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping

import pandas as pd

from trusteq_core.report.report import Report
from trusteq_core.store import parquet_bytes

__all__ = ["csv_files", "latex_tables", "parquet_files", "zip_bytes"]

_LATEX: dict[str, tuple[str, dict[str, str]]] = {
    "criteria": (
        "The criteria of the verdict.",
        {
            "title": "Criterion",
            "answer": "Answer",
            "estimate": "Estimate",
            "low": "From",
            "high": "To",
            "margin": "Margin",
            "n": "n",
        },
    ),
    "performance": (
        "Performance of both models.",
        {
            "title": "Measure",
            "original": "Original",
            "compressed": "Compressed",
            "difference": "Difference",
            "pair": "Pair",
        },
    ),
    "alignment": (
        "Overlap of the explanations between chance and the ceilings.",
        {
            "title": "Explainer",
            "jaccard": "Overlap",
            "chance": "Chance",
            "ceiling_resampling": "Resampling",
            "ceiling_retraining": "Retraining",
            "corrected": "Corrected",
            "n_scored": "n",
        },
    ),
    "calibration": (
        "Calibration of both models beside the noise floors.",
        {
            "title": "Measure",
            "original": "Original",
            "compressed": "Compressed",
            "difference": "Difference",
            "floor_original": "Floor (o)",
            "floor_compressed": "Floor (c)",
        },
    ),
    "reliability": (
        "Reliability of both models by bins of confidence.",
        {
            "model": "Model",
            "low": "From",
            "high": "To",
            "count": "n",
            "confidence": "Confidence",
            "accuracy": "Accuracy",
            "gap": "Gap",
        },
    ),
    "examples": (
        "Examples where the models part most.",
        {
            "kind": "Kind",
            "id": "Example",
            "outcome": "Outcome",
            "predicted_original": "Original",
            "predicted_compressed": "Compressed",
            "jaccard": "Overlap",
            "chance": "Chance",
        },
    ),
    "models": (
        "The models.",
        {
            "role": "Role",
            "model": "Model",
            "title": "Title",
            "parameters": "Parameters",
            "bytes": "Bytes",
            "latency_ms": "ms an example",
        },
    ),
    "results": (
        "The stored results.",
        {
            "kind": "Kind",
            "model": "Model",
            "explainer": "Explainer",
            "seed": "Seed",
            "n": "n",
            "created": "Stored (UTC)",
        },
    ),
}
"""What the LaTeX tables show: caption, and column -> heading."""

_COUNTS = ("n", "n_scored", "count", "parameters", "bytes", "seed")
_ESCAPES = str.maketrans(
    {
        **{character: f"\\{character}" for character in "&%$#_{}"},
        "~": r"\textasciitilde{}",
        "^": r"\textasciicircum{}",
        "\\": r"\textbackslash{}",
    }
)


def csv_files(report: Report) -> dict[str, bytes]:
    """Return every table as CSV (UTF-8), by file name."""
    return {
        f"{name}.csv": frame.to_csv(index=False).encode() for name, frame in report.tables.items()
    }


def parquet_files(report: Report) -> dict[str, bytes]:
    """Return every table as Parquet, by file name."""
    return {f"{name}.parquet": parquet_bytes(frame) for name, frame in report.tables.items()}


def zip_bytes(files: Mapping[str, bytes]) -> bytes:
    """Return files as one zip archive; equal files give equal archives."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


def latex_tables(report: Report) -> str:
    r"""Return the tables of a paper as LaTeX source for ``\input``; it needs `booktabs`."""
    models = f"{escape_latex(report.compressed)} against {escape_latex(report.original)}"
    pieces = [f"% TrustEQ: {_comment(report)}", r"% Needs \usepackage{booktabs}."]
    for name, (caption, columns) in _LATEX.items():
        frame = _worst(report) if name == "examples" else report.tables[name]
        if frame.empty:
            continue
        shown = frame[[column for column in columns if column in frame]]
        texts = shown.apply(_as_text).rename(columns=columns)
        pieces.append(
            texts.to_latex(
                index=False,
                escape=True,
                column_format="".join("r" if _is_number(shown[name]) else "l" for name in shown),
                caption=f"{caption} {models}, {escape_latex(report.task.title)}.",
                label=f"tab:trusteq-{name}",
                position="htbp",
            )
        )
    return "\n".join(pieces)


def _worst(report: Report) -> pd.DataFrame:
    """Return the examples that the report shows; all of them would fill pages."""
    return pd.DataFrame([{"kind": each.kind, **each.row} for each in report.worst])


def escape_latex(text: str) -> str:
    r"""Return `text` so that LaTeX prints it as it is.

    Examples
    --------
    >>> print(escape_latex("50% of x_1 \\ $y$"))
    50\% of x\_1 \textbackslash{} \$y\$
    """
    return text.translate(_ESCAPES)


def _is_number(column: pd.Series) -> bool:
    return bool(pd.api.types.is_numeric_dtype(column))


def _as_text(column: pd.Series) -> pd.Series:
    """Return a column as the cells of a table: four decimals, counts whole, missing as a dash."""
    if not _is_number(column):
        return column.fillna("--").astype(str)
    form = "{:.0f}" if column.name in _COUNTS else "{:.4f}"
    return column.map(lambda value: "--" if pd.isna(value) else form.format(value))


def _comment(report: Report) -> str:
    """Return what the tables are of, on one line."""
    return " ".join(f"{report.compressed} against {report.original}, {report.task.id}".split())

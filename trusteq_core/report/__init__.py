"""What can be exported of a comparison: HTML, a model-card section, CSV, Parquet, LaTeX."""

from trusteq_core.report.formats import FORMATS, Format, get_format, report_files, to_html
from trusteq_core.report.options import MOST_EXAMPLES, ReportOptions
from trusteq_core.report.report import Report, build_report

__all__ = [
    "FORMATS",
    "MOST_EXAMPLES",
    "Format",
    "Report",
    "ReportOptions",
    "build_report",
    "get_format",
    "report_files",
    "to_html",
]

"""What the Report page reads, cached: a report in every format."""

from __future__ import annotations

import streamlit as st

from trusteq_app import loading
from trusteq_app.selection import Pair
from trusteq_core.report import FORMATS, ReportOptions, build_report, report_files

__all__ = ["files_of"]

MOST_REPORTS = 8

Files = dict[str, dict[str, bytes]]
"""By format, then by file name."""


def files_of(pair: Pair, options: ReportOptions) -> Files:
    """Return the report on a pair in every format, built again when the results change."""
    return _files_of(pair, options, loading.version(pair))


@st.cache_data(max_entries=MOST_REPORTS, show_spinner="Building the report …")
def _files_of(pair: Pair, options: ReportOptions, version: str) -> Files:  # noqa: ARG001  the key
    report = build_report(loading.comparison(pair), options)
    return {
        name: report_files(report, each, f"report{each.suffix}") for name, each in FORMATS.items()
    }

"""The panel that shows how far a long computation is."""

from __future__ import annotations

import streamlit as st

from trusteq_app.messages import problem
from trusteq_core.errors import TrusteqError
from trusteq_core.evaluation.jobs import Job
from trusteq_core.figures.numbers import duration

__all__ = ["show_progress"]

REFRESH_SECONDS = 0.5
LEAST_SHARE = 0.03
"""Of the work that must be done before the time left is told: earlier it is a guess."""


def show_progress(job: Job) -> bool:
    """Show the state of a job until it has a result; return whether it has."""
    if job.state == "done":
        return True
    if job.finished:
        _show_end(job)
    else:
        # The fragment alone reruns while the job does; when the job ends, so does the fragment.
        st.fragment(_panel, run_every=REFRESH_SECONDS)(job)
    return False


def _panel(job: Job) -> None:
    if job.finished:
        st.rerun()
    share = job.done / job.total if job.total else 0.0
    bar, button = st.columns([5, 1], vertical_alignment="center")
    bar.progress(min(share, 1.0), text=_progress_text(job))
    asked = button.button(
        "Cancel", key="job_cancel", icon=":material/close:", on_click=job.cancel, width="stretch"
    )
    if asked:
        st.caption("Stopping at the next step.")


def _progress_text(job: Job) -> str:
    if job.state == "queued":
        return "Waiting for another computation to end"
    left = job.remaining_seconds
    if left is None:
        return "Loading the models"
    if job.done < LEAST_SHARE * job.total:
        return "Computing attributions"
    return f"Computing attributions: about {duration(left)} left"


def _show_end(job: Job) -> None:
    if job.state == "cancelled":
        st.info("Cancelled. Nothing was kept.", icon=":material/cancel:")
    elif isinstance(job.error, TrusteqError):
        problem(str(job.error))
    else:
        problem(
            f"The computation failed: {type(job.error).__name__}.",
            advice="The server's log has the details.",
        )

"""Which examples a model is evaluated on: those of the stored results, or a visitor's own."""

from __future__ import annotations

import streamlit as st

from trusteq_app import evaluate_loading as loading
from trusteq_app.messages import escaped, problem
from trusteq_core.errors import TrusteqError
from trusteq_core.evaluation.uploads import ENDINGS
from trusteq_core.tasks import Task
from trusteq_core.tasks.readers import ExampleData

__all__ = ["pick_data"]

STORED, OWN = "of the stored results", "a file of my own"


def pick_data(task: Task) -> str | None:
    """Draw the picker of the examples; return the path of a table, empty for the stored ones.

    None while a table is wanted and there is none that can be used.
    """
    source = st.segmented_control(
        "Examples",
        (STORED, OWN),
        default=STORED,
        required=True,
        key="eval_source",
        persist_state="session",
        help="On the same examples as the stored results a model can be compared with all of them. "
        "On examples of your own, evaluate both models that you want to compare.",
    )
    if source != OWN:
        return ""
    columns = ", ".join(f"`{name}`" for name in (*task.segments, "label"))
    file = st.file_uploader(
        f"Table with the columns {columns}",
        key=f"eval_upload_{task.id}",
        help=f"{', '.join(ENDINGS)}. The labels are {', '.join(task.labels)}; published forms of "
        "well-known data sets are recognised. The columns `label`, `id`, `group` and `phenomenon` "
        "may be missing.",
    )
    if file is None:
        st.caption(
            "Your file is kept on this server beside the results that are made on it. They appear "
            "under its name in the picker of examples above once two models are evaluated on it."
        )
        return None
    try:
        path = loading.keep_upload(file.name, file.getvalue())
        _describe(loading.uploaded(path, task.id), task)
    except TrusteqError as error:
        problem(str(error))
        return None
    return path


def _describe(data: ExampleData, task: Task) -> None:
    """Say what was read, with the first rows."""
    frame = data.frame
    said = [f"**{len(frame):,} examples** of {escaped(data.source)}"]
    if "label" in frame:
        counts = frame["label"].value_counts()
        said.append(", ".join(f"{escaped(name)} {counts.get(name, 0):,}" for name in task.labels))
    else:
        said.append("without labels: agreement and overlap can be told, accuracy cannot")
    st.markdown(": ".join(said) + ". " + " ".join(escaped(note) for note in data.notes))
    st.dataframe(
        frame.head(5),
        key="eval_preview",
        hide_index=True,
        height="content",
        alt="The first rows of the uploaded table",
    )

"""Predictions of the visitor's own: two uploads, how they are compared, and what came of it."""

from __future__ import annotations

import json
from functools import partial

import pandas as pd
import streamlit as st

from trusteq_app import predictions_loading, verdict_view
from trusteq_app.calibration_controls import SCHEMES
from trusteq_app.messages import escaped, problem
from trusteq_app.predictions_loading import Choices, Upload
from trusteq_app.selection import margins
from trusteq_app.tables import captioned, show_measures, told_numbers
from trusteq_app.wording import definition, headline
from trusteq_core.cli.calibrate import told_recalibration
from trusteq_core.cli.output import jsonable
from trusteq_core.errors import TrusteqError
from trusteq_core.evaluation.prediction_comparison import PredictionComparison
from trusteq_core.report.frames import CALIBRATION_EXTRAS, performance_table

__all__ = ["EXAMPLE", "compared", "pick_choices", "pick_uploads", "show_comparison", "show_format"]

EXAMPLE = pd.DataFrame(
    {
        "id": ["q1", "q2", "q3", "q4"],
        "label": ["negative", "positive", "neutral", "positive"],
        "negative": [0.81, 0.04, 0.3, 0.15],
        "neutral": [0.12, 0.06, 0.45, 0.5],
        "positive": [0.07, 0.9, 0.25, 0.35],
    }
)
"""What a file of predictions looks like."""

SIDES = {
    "original": ("● Original", "What the large model predicted: the reference."),
    "compressed": ("◆ Compressed", "What the model to ship in its place predicted."),
}
FORMAT = """\
One row an example, in **CSV**, **TSV** (UTF-8) or **Parquet**:

| column | what it holds |
|---|---|
| `id` | any text, once in a file |
| `label` | the gold class, by the name of its column |
| one a class | its probability (each row sums to 1) or, with the switch, its logit |

Both files hold the same ids with the same labels and the same classes; rows and columns may stand
in any order. A file's name is its model's name. What does not fit is refused with its place.
"""
SWITCH = "The files hold logits"


def pick_uploads() -> tuple[Upload, Upload] | None:
    """Draw the two uploads; return them once both are there."""
    limit = st.get_option("server.maxUploadSize")
    found = []
    for column, (side, (title, text)) in zip(st.columns(2), SIDES.items(), strict=True):
        # Without `type`: the reader refuses other files itself, and says what to do.
        file = column.file_uploader(title, key=f"upload_{side}", help=text)
        if file is not None:
            found.append(Upload(file.name, file.getvalue()))
    st.caption(
        f"CSV, TSV or Parquet, at most {limit:,} MB a file; `trusteq calibrate` reads longer ones. "
        "Your files stay in the memory of this server while the page is open. To compare them they "
        "are written to a temporary folder, which is removed at once: nothing of them is stored."
    )
    return (found[0], found[1]) if len(found) == len(SIDES) else None


def pick_choices() -> Choices:
    """Draw the switch for logits and the pickers of the bins."""
    with st.container(horizontal=True, vertical_alignment="bottom", gap="large"):
        logits = st.toggle(
            SWITCH,
            key="upload_logits",
            bind="query-params",
            help="A softmax is taken of every row.",
        )
        n_bins = st.slider(
            "Bins",
            2,
            30,
            15,
            key="upload_bins",
            bind="query-params",
            width=320,
            help="How many bins of confidence the measures of the table have.",
        )
        scheme = st.segmented_control(
            "Scheme",
            list(SCHEMES),
            default="equal width",
            required=True,
            key="upload_scheme",
            bind="query-params",
            help="**Equal width**: bins equally wide. **Equal mass**: edges at quantiles of both "
            "models' confidences together.",
        )
    return Choices(n_bins, SCHEMES[scheme or "equal width"], logits, margins())


def show_format() -> None:
    """Say what the files look like, with an example to download."""
    left, right = st.columns([1.1, 1], gap="large")
    with left:
        st.subheader("What to upload", anchor=False)
        st.markdown(FORMAT)
    with right:
        st.subheader("An example", anchor=False)
        st.dataframe(
            EXAMPLE, key="upload_example", hide_index=True, alt="Four rows of a file of predictions"
        )
        captioned(
            "Probabilities of three classes for four examples.",
            EXAMPLE,
            "predictions",
            key="upload_example_csv",
        )


def compared(
    uploads: tuple[Upload, Upload] | None, choices: Choices
) -> PredictionComparison | None:
    """Return the comparison of the uploads; None before both are there or after saying why not."""
    if uploads is None:
        return None
    try:
        return predictions_loading.comparison(*uploads, choices)
    except TrusteqError as error:
        named = "--logits" in str(error)
        problem(str(error), advice=f"Here `--logits` is the switch *{SWITCH}*." if named else "")
    return None


def show_comparison(found: PredictionComparison) -> None:
    """Show the verdict, its criteria, performance, calibration, and what can be downloaded."""
    document = found.to_dict()
    names = {"original": found.original, "compressed": found.compressed}
    gaps = document["calibration"]["signed_gap"]
    verdict_view.show_banner(
        found.verdict,
        f"{headline(names, found.performance, {}, gaps)} {found.n:,} examples; "
        f"classes: {escaped(', '.join(found.classes))}.",
    )
    st.download_button(
        "The whole comparison (JSON)",
        data=json.dumps(jsonable(document), indent=2, ensure_ascii=False, allow_nan=False),
        file_name="comparison.json",
        mime="application/json",
        key="upload_json",
        icon=":material/download:",
        on_click="ignore",
    )
    st.subheader("Every criterion against its margin", anchor=False)
    verdict_view.show_criteria(found.verdict)
    left, right = st.columns([1, 1.1], gap="medium")
    with left:
        _show_performance(found, names)
    with right:
        _show_calibration(found, names)
        st.markdown(
            f"{told_recalibration(document['recalibration'])} {definition('Temperature scaling')}"
        )


def _show_performance(found: PredictionComparison, names: dict[str, str]) -> None:
    st.subheader("Performance: does it answer the same?", anchor=False)
    table = performance_table(found.performance)
    column = st.column_config
    number = partial(column.NumberColumn, width=64)
    st.dataframe(
        told_numbers(table, 4, signed=["difference"]),
        key="upload_performance",
        hide_index=True,
        height="content",
        placeholder="–",
        column_order=["title", "original", "compressed", "difference", "pair"],
        column_config={
            "title": column.TextColumn("Measure", width=232),
            "original": number(f"● {names['original']}"),
            "compressed": number(f"◆ {names['compressed']}"),
            "difference": number("Difference", help="Compressed minus original.", width=76),
            "pair": number("Both", help="What belongs to neither model alone."),
        },
        alt="Accuracy and macro-F1 of both models, their agreement, flips and divergence",
    )
    captioned(
        f"{found.performance['flips']:,} of {found.n:,} answers flip. {definition('Flips')}",
        table,
        "performance",
        key="upload_performance_csv",
    )


def _show_calibration(found: PredictionComparison, names: dict[str, str]) -> None:
    st.subheader("Measures and their noise floors", anchor=False)
    titled = found.calibration["measure"].replace(CALIBRATION_EXTRAS)
    show_measures(found.calibration.assign(measure=titled), names, key="upload_measures")
    captioned(
        "The **floor** is what a perfectly calibrated model would show by chance with these "
        f"confidences and this many examples. {definition('Noise floor')}",
        found.calibration,
        "calibration",
        key="upload_measures_csv",
    )

"""The verdict: one sentence, the answer of each axis, every criterion with its evidence."""

from __future__ import annotations

from html import escape

import pandas as pd
import streamlit as st

from trusteq_app.charts import show_chart
from trusteq_app.tables import captioned, told_numbers
from trusteq_app.wording import changed_margins, definition, finding_line, provable_line
from trusteq_core.equivalence import Verdict
from trusteq_core.evaluation.scorecard import AXES, scorecard
from trusteq_core.figures import ANSWERS, criteria_figure, criteria_frame, describe_criteria

__all__ = ["show_banner", "show_criteria", "show_scorecard"]

QUESTIONS = {
    "performance": "Does it answer as well?",
    "explanations": "For the same reasons?",
    "calibration": "With probabilities as reliable?",
}


def show_banner(verdict: Verdict, summary: str) -> None:
    """Show the verdict as one sentence, and what it rests on.

    Parameters
    ----------
    verdict : Verdict
        On the pair.
    summary : str
        The pair in a few sentences of Markdown.
    """
    with st.container(border=True, key="headline"):
        st.html(
            f'<p class="tq-verdict">{_chip(verdict.answer)} '
            f"<strong>{escape(verdict.sentence)}</strong></p>"
        )
        st.markdown(summary)
        st.caption(f"{provable_line(verdict)} {changed_margins(verdict.margins)}")


def show_scorecard(verdict: Verdict) -> None:
    """Show the answer of each axis with its criteria in words."""
    columns = st.columns([0.85, 1.3, 1])
    for column, (axis, part) in zip(columns, scorecard(verdict).items(), strict=True):
        with column.container(border=True, height="stretch", key=f"axis_{axis}"):
            st.html(
                f'<p class="tq-axis"><strong>{AXES[axis]}</strong> {_chip(part.answer)}<br>'
                f"<span>{QUESTIONS[axis]}</span></p>"
            )
            if not part.findings:
                st.caption("Nothing is stored by which this could be judged.")
            st.markdown("\n\n".join(finding_line(finding) for finding in part.findings))


def show_criteria(verdict: Verdict) -> None:
    """Show every criterion's interval against its margin, and the numbers beside it."""
    frame = criteria_frame(verdict.to_dict())
    left, right = st.columns([1, 1.3], gap="medium")
    with left:
        show_chart(
            criteria_figure(frame),
            frame,
            name="criteria",
            alt=describe_criteria(frame),
            caption=f"Bars are {verdict.margins.level:.0%} intervals of compressed minus original. "
            "The profile distance, which has no sign, shows its one-sided bound alone. "
            "Wholly inside the grey: equivalent. Wholly outside: different. Else: inconclusive. "
            f"{definition('Verdict')}",
        )
    with right:
        _show_table(frame)


def _show_table(frame: pd.DataFrame) -> None:
    column = st.column_config
    styles = {answer: f"{style.mark} {style.word}" for answer, style in ANSWERS.items()}
    numbers = {
        "estimate": ("Estimate", "Compressed minus original. For the profile: the distance."),
        "low": (
            "From",
            "Lower end of the interval. The profile distance has one only where it is different.",
        ),
        "high": ("To", "Upper end of the interval. Of the profile distance, a one-sided bound."),
    }
    shown = frame.assign(answer=[styles[answer] for answer in frame["answer"]])
    st.dataframe(
        told_numbers(shown, 4, signed=list(numbers)),
        key="findings",
        hide_index=True,
        height="content",
        placeholder="–",
        column_order=["title", "answer", *numbers, "margin", "provable", "n"],
        column_config={
            "title": column.TextColumn("Criterion", width=150),
            "answer": column.TextColumn(
                "Outcome", help="The whole interval must lie within the margin.", width=92
            ),
            **{
                name: column.NumberColumn(title, help=text, width=62)
                for name, (title, text) in numbers.items()
            },
            "margin": column.NumberColumn(
                "Margin", help="The largest difference allowed; set it in Settings.", width=56
            ),
            "provable": column.NumberColumn(
                "Provable",
                help="The smallest margin that this many examples can prove, with a power of "
                "80 %, if the models do not differ at all. Lower is better.",
                width=66,
            ),
            "n": column.NumberColumn("n", help="Examples compared.", format="localized", width=50),
        },
        alt="Every criterion with its outcome, estimate, interval, margin and evidence",
    )
    captioned(
        "**Provable** is the smallest margin that this much evidence can prove: above the margin, "
        f"more examples are needed. {definition('Smallest provable margin')}",
        frame,
        "verdict",
        key="findings_csv",
    )


def _chip(answer: str) -> str:
    """Return an answer as HTML: a mark and a word on a tint of its colour."""
    style = ANSWERS[answer]
    return (
        f'<span class="tq-outcome" style="border-color:{style.colour};'
        f'background:{style.colour}2e">{style.mark} {style.word.capitalize()}</span>'
    )

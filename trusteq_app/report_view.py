"""The choices of a report, its downloads and its preview."""

from __future__ import annotations

import re
from collections.abc import Mapping

import streamlit as st

from trusteq_app.selection import EXPLAINED_HELP, TEST, Pair, chosen_palette
from trusteq_app.wording import changed_margins, explainer_title
from trusteq_core.equivalence import Margins
from trusteq_core.report import FORMATS, MOST_EXAMPLES, ReportOptions
from trusteq_core.report.tables import zip_bytes

__all__ = ["is_asked_for", "pick_options", "show_contents", "show_downloads", "show_preview"]

PREVIEWS = {"HTML": "html", "Markdown": "markdown", "LaTeX": "latex"}

PREVIEW_HEIGHT = 900
_ASKED, _CLICKED = "_report_asked", "_report_clicked"


def pick_options(pair: Pair, explainers: tuple[str, ...], margins: Margins) -> ReportOptions:
    """Draw the pickers of what the report holds, and return the choices.

    Parameters
    ----------
    pair : Pair
        The two models.
    explainers : tuple of str
        Ids with stored attributions for both models; may be empty.
    margins : Margins
        Those of the verdict, set in the frame.
    """
    left, middle, right = st.columns([2, 1, 1], vertical_alignment="bottom", gap="medium")
    with left:
        chosen = st.multiselect(
            "Explainers",
            explainers,
            default=explainers,
            format_func=explainer_title,
            key="report_explainers",
            persist_state="session",
            help="Each brings a criterion and a row; the first explains the examples. Without "
            "one the report speaks of predictions alone.",
        )
    with middle:
        k = st.slider(
            "Top words K",
            1,
            10,
            5,
            key="report_k",
            bind="query-params",
            help="Overlap compares the K words with the largest absolute attribution.",
        )
    with right:
        explained = st.selectbox(
            "Explained class",
            ("reference", "gold", "own", *pair.task.labels),
            key="report_explained",
            bind="query-params",
            help=EXPLAINED_HELP,
        )
    left, right, _ = st.columns([1, 1, 2], vertical_alignment="bottom", gap="medium")
    with left:
        n_bins = st.slider(
            "Bins",
            2,
            30,
            15,
            key="report_bins",
            bind="query-params",
            help="Equal-width bins of the calibration measures and of the diagram.",
        )
    with right:
        n_examples = st.slider(
            "Examples of each kind",
            0,
            MOST_EXAMPLES,
            3,
            key="report_examples",
            bind="query-params",
            help="Same answer for other reasons, and flips. With 0 no text of the data enters the "
            "report or its tables.",
        )
    return ReportOptions(
        explainers=tuple(name for name in explainers if name in chosen),
        k=k,
        n_bins=n_bins,
        explained=explained,
        n_examples=n_examples,
        margins=margins,
        palette=chosen_palette(),
    )


def show_contents(options: ReportOptions) -> None:
    """Say what the report will hold."""
    titles = ", ".join(explainer_title(name) for name in options.explainers or ())
    examples = (
        f"the {options.n_examples} worst examples of each kind with both word maps"
        if options.n_examples and titles
        else "no text of the data"
    )
    st.markdown(
        "**It holds** the verdict with every criterion, its interval and its margin; performance; "
        f"{f'overlap by {titles}' if titles else 'no explanations'}; calibration with the "
        f"reliability diagram and noise floors; {examples}; methods and provenance."
    )
    st.caption(
        f"{changed_margins(options.margins)} Colours of the word maps: {options.palette}. Both are "
        "set in *Settings*, above."
    )


def is_asked_for(pair: Pair, options: ReportOptions) -> bool:
    """Draw the button that builds the report; return whether this very report was asked for."""
    wanted, state = repr((pair, options)), st.session_state
    st.button(
        "Build the report",
        key="report_build",
        type="primary",
        icon=":material/build:",
        on_click=_ask,
    )
    if state.pop(_CLICKED, False):
        state[_ASKED] = wanted
    if state.get(_ASKED) == wanted:
        return True
    if _ASKED in state:
        st.caption("The choices have changed since the last report. Build it again.")
    return False


def show_downloads(pair: Pair, files: Mapping[str, Mapping[str, bytes]]) -> None:
    """Draw a download for every format; one of several files comes as a zip archive."""
    name = _file_name(pair)
    for column, each in zip(st.columns(len(FORMATS)), FORMATS.values(), strict=True):
        written = files[each.id]
        content = zip_bytes(written) if each.is_folder else next(iter(written.values()))
        ending = f"-{each.id}.zip" if each.is_folder else each.suffix
        with column:
            st.download_button(
                f"{each.title} ({_size(len(content))})",
                data=content,
                file_name=f"{name}{ending}",
                mime=each.mime,
                key=f"report_{each.id}",
                icon=":material/download:",
                on_click="ignore",
                width="stretch",
            )
            st.caption(each.summary)


def show_preview(files: Mapping[str, Mapping[str, bytes]]) -> None:
    """Show the report as it will look, or the source of its texts."""
    picked = st.segmented_control(
        "Preview",
        list(PREVIEWS),
        default="HTML",
        required=True,
        key="preview",
        persist_state="session",
    )
    kind = PREVIEWS[picked or "HTML"]
    text = next(iter(files[kind].values())).decode()
    if kind == "html":
        # The document forbids scripts and requests itself, by its content security policy.
        st.iframe(text, height=PREVIEW_HEIGHT, alt="Preview of the report")
    else:
        st.code(text, language=kind, height=PREVIEW_HEIGHT, wrap_lines=True)


def _ask() -> None:
    st.session_state[_CLICKED] = True


def _file_name(pair: Pair) -> str:
    """Return a file name of letters, digits, dots and dashes."""
    split = [] if pair.split == TEST else [pair.split]
    name = "-".join(["trusteq", pair.task_id, pair.original, pair.compressed, *split])
    return re.sub(r"[^A-Za-z0-9.]+", "-", name).strip("-.")


def _size(n_bytes: int) -> str:
    return f"{max(1, round(n_bytes / 1000)):,} kB"

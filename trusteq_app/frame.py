"""The frame around every page: task, original and compressed model, and what they are."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from trusteq_app import loading
from trusteq_app.charts import pick_image
from trusteq_app.messages import escaped
from trusteq_app.selection import pair, pick_margins, pick_palette
from trusteq_app.wording import model_line
from trusteq_core.tasks import get_task

__all__ = ["ICON", "LOGO", "draw_frame"]

# Files of our own: the browser would fetch a Material icon of the tab from another host.
ICON = str(Path(__file__).with_name("icon.svg"))
LOGO = str(Path(__file__).with_name("logo.svg"))
STYLE = Path(__file__).with_name("style.css")


def draw_frame(*, needs_results: bool = True, uses_pair: bool = True) -> bool:
    """Draw the pickers of task and pair; return whether the page can be drawn.

    Without any stored result it says how to make some, and the page is drawn only if it does not
    need them. On a page that does not use the pair its pickers are kept, but closed.
    """
    st.html(STYLE)
    tasks = loading.tasks()
    if not tasks:
        if needs_results:
            _nothing_yet()
        else:
            with st.columns([3, 0.36])[1]:
                _settings()
        return not needs_results
    with st.container(key="frame"):
        left, middle, right, aside = st.columns([1, 1, 1, 0.36], vertical_alignment="bottom")
        with left:
            task_id, split = _pick_examples(tasks, closed=not uses_pair)
        models = loading.models_of(task_id, split)
        with middle:
            original = st.selectbox(
                "● Original",
                models,
                key="original",
                bind="query-params",
                disabled=not uses_pair,
                help="The large model: the reference that the other must live up to.",
            )
        others = [name for name in models if name != original]
        with right:
            st.selectbox(
                "◆ Compressed",
                others,
                index=others.index("distil") if "distil" in others else 0,
                key="compressed",
                bind="query-params",
                disabled=not uses_pair,
                help="The model to ship in its place.",
            )
        with aside:
            _settings()
        if uses_pair:
            _describe()
        else:
            st.caption("The stored pair plays no part on this page; *Settings* do.")
    _show_problems()
    return True


def _pick_examples(tasks: list[str], *, closed: bool) -> tuple[str, str]:
    """Draw the picker of the task, and of the examples where there are several; return both."""
    row = st.container(horizontal=True, vertical_alignment="bottom")
    task_id = row.selectbox(
        "Task",
        tasks,
        key="task",
        bind="query-params",
        disabled=closed,
        help="What the models classify.",
    )
    splits = loading.splits(task_id)
    split = splits[0]
    if len(splits) > 1:
        split = row.selectbox(
            "Examples",
            splits,
            key="split",
            bind="query-params",
            disabled=closed,
            help="The examples on which models were evaluated: **test** is the task's own, the "
            "others are your files.",
        )
    st.session_state["_split"] = split
    return task_id, split


def _settings() -> None:
    """Draw what holds on every page: the margins of the verdict, colours, format of pictures."""
    popover = st.popover("Settings", icon=":material/tune:", width="stretch")
    with popover, st.container(width=520):
        st.markdown("**Margins**: how large a difference is still small enough")
        pick_margins()
        st.caption("Set them before you look. They are kept in the address of the page.")
        pick_palette()
        pick_image()


def _describe() -> None:
    """Say in words what was picked: the labels of the pickers are ids."""
    chosen = pair()
    found = loading.comparison(chosen)
    task = get_task(chosen.task_id)
    st.caption(
        f"**{escaped(task.title)}** ({' and '.join(task.segments)}: {', '.join(task.labels)}).  "
        f"● {model_line(found.original.title, found.original.profile)}.  "
        f"◆ {model_line(found.compressed.title, found.compressed.profile)}."
    )


def _nothing_yet() -> None:
    with st.container(border=True, key="nothing-yet"):
        st.subheader("No stored results yet", anchor=False)
        st.markdown(
            "The dashboard compares models whose predictions and attributions are stored. "
            "Make the shipped ones with\n\n"
            "```\nmake precomputed\n```\n\n"
            "(`make precomputed SMOKE=1` makes a miniature in two minutes), or evaluate a model "
            "of your own with `trusteq evaluate`. Results elsewhere? Point `TRUSTEQ_STORE` at "
            "their folder."
        )
    _show_problems()


def _show_problems() -> None:
    """Say which stored files cannot be used; the rest of the store still serves."""
    problems = loading.problems()
    if problems:
        files = "file" if len(problems) == 1 else "files"
        with st.expander(
            f"{len(problems)} stored {files} cannot be used; the others are shown",
            icon=":material/report:",
        ):
            for problem in problems:
                st.markdown(f"- {escaped(problem)}")

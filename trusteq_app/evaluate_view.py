"""The Evaluate page: what to evaluate, what it will cost, and the evaluations under way."""

from __future__ import annotations

from importlib.util import find_spec

import streamlit as st

from trusteq_app import evaluate_loading as loading
from trusteq_app.evaluate_data import pick_data
from trusteq_app.messages import escaped, problem
from trusteq_core.attribution import DEFAULT_EXPLAINERS, EXPLAINERS, MASKS, explainer_title
from trusteq_core.errors import TrusteqError
from trusteq_core.evaluation.evaluations import Evaluation
from trusteq_core.evaluation.order import Estimate, Order, Pace
from trusteq_core.figures.numbers import duration
from trusteq_core.tasks import TASKS, get_task

__all__ = ["pick_order", "show_estimate", "show_evaluations"]

FOLDER = "a folder on this machine"
MOST_EXAMPLES = 5000
MOST_SEEDS = 5
REFRESH_SECONDS = 1.0
STATES = {
    "queued": ("Waiting for another evaluation to end", ":material/schedule:"),
    "running": ("Running", ":material/play_circle:"),
    "done": ("Done: its results are in the pickers", ":material/check_circle:"),
    "failed": ("Failed", ":material/error:"),
    "cancelled": ("Cancelled; what was done is kept", ":material/cancel:"),
    "interrupted": ("Interrupted: the server ended before it did", ":material/power_off:"),
}
_FINISHED, _REFUSAL, _TIME = "_eval_finished", "_eval_refusal", "_eval_time"


def pick_order() -> Order | None:
    """Draw the pickers of an evaluation; return the order, or None while a model is missing."""
    task_id = st.session_state.get("task") or _pick_task()
    if loading.folders_allowed():
        st.caption(
            f"A model of your own: pick **{FOLDER}**. Examples of your own: upload them beneath. "
            "`trusteq evaluate --model` also takes hub ids and ONNX files; what it stores is in "
            "the pickers above."
        )
    left, right = st.columns([1, 2], vertical_alignment="bottom", gap="medium")
    with left:
        names = loading.catalogue_names(task_id)
        options = [*names, FOLDER] if loading.folders_allowed() else names
        model = st.selectbox(
            "Model",
            options,
            key=f"eval_model_{task_id}",
            persist_state="session",
            placeholder="No model is here",
            help="A model of the catalogue. A folder can be named only where the dashboard is "
            "served to this machine alone.",
        )
    with right:
        if model == FOLDER:
            model = st.text_input(
                "Folder",
                key="eval_folder",
                persist_state="session",
                placeholder="What save_pretrained() wrote: config.json, model.safetensors, "
                "tokenizer.json",
            )
    data = pick_data(get_task(task_id))
    explainers, examples, seeds, mask = _pick_request(task_id)
    if data is None:
        return None
    if not model:
        st.caption("Pick a model, and what evaluating it will cost is shown before it starts.")
        return None
    return loading.checked(
        Order(task_id, model, tuple(explainers), examples, tuple(sorted(seeds)), mask, data)
    )


def show_estimate(order: Order) -> None:
    """Say what the order will cost and where its results go, and draw the button that starts it."""
    if st.session_state.pop(_TIME, "") == order.key:
        with st.spinner("Loading the model and timing a few inputs"):
            loading.measure(order)
    pace = loading.pace_of(order)
    found = loading.estimate_of(order)
    with st.container(border=True, key="eval-estimate"):
        st.markdown(_estimate_line(found, pace))
        st.caption(
            f"Results go to {escaped(str(loading.evaluations().store.root))}."
            if loading.folders_allowed()
            else "Results go to the store of this server."
        )
        if not found.evaluations:
            return
        if find_spec("torch") is None:
            problem(
                "torch is not installed here, so no model can run. To compute, install it: "
                "pip install -r requirements.txt"
            )
            return
        left, right, _ = st.columns([1, 1, 3])
        left.button(
            "Start",
            key="eval_start",
            type="primary",
            icon=":material/play_arrow:",
            width="stretch",
            disabled=pace is None,
            help="It goes on when you leave this page.",
            on_click=_start,
            args=(order,),
        )
        right.button(
            "Time it here",
            key="eval_time",
            icon=":material/timer:",
            width="stretch",
            help="Loads the model and times a few of the examples on it.",
            on_click=_ask_for_time,
            args=(order,),
        )


def show_evaluations() -> None:
    """List the evaluations of this store, newest first; the list follows those under way."""
    found = loading.evaluations().all()
    st.session_state[_FINISHED] = _finished(found)
    st.subheader("Evaluations", anchor=False)
    _show_refusal()
    if not found:
        st.caption("None yet.")
    elif any(each.is_open for each in found):
        st.fragment(_follow, run_every=REFRESH_SECONDS)()
    else:
        _list(found)


def _pick_task() -> str:
    """Draw a picker of the task, where no result is stored and so no frame has one."""
    return st.selectbox("Task", list(TASKS), key="eval_task", persist_state="session")


def _pick_request(task_id: str) -> tuple[list[str], int, list[int], str]:
    first, second, third, fourth = st.columns([2.4, 1, 1.4, 1], gap="medium")
    explainers = first.multiselect(
        "Explainers",
        list(EXPLAINERS),
        default=list(DEFAULT_EXPLAINERS),
        format_func=explainer_title,
        key="eval_explainers",
        persist_state="session",
        help="Without one, predictions alone are made.",
    )
    examples = second.number_input(
        "Explained examples",
        1,
        MOST_EXAMPLES,
        min(loading.usual_examples(task_id), MOST_EXAMPLES),
        key=f"eval_examples_{task_id}",
        persist_state="session",
        help="All examples are predicted; so many of them are explained, always the same ones. "
        "It begins with the number that most stored models have.",
    )
    seeds = third.multiselect(
        "Seeds",
        list(range(MOST_SEEDS)),
        default=[0],
        key="eval_seeds",
        persist_state="session",
        help="Pairs are compared under seed 0; a second seed of the original gives the ceiling. "
        "Explainers without chance run once.",
    )
    mask = fourth.selectbox(
        "Masked words",
        MASKS,
        key="eval_mask",
        persist_state="session",
        help="**remove** leaves a masked word out; **mask_token** puts the model's own mask token "
        "in its place. Only attributions of the same policy are compared.",
    )
    return explainers, int(examples), seeds, mask


def _estimate_line(found: Estimate, pace: Pace | None) -> str:
    if not found.evaluations:
        return f"**Nothing to compute**: all {found.results} results are stored already."
    kept = f" {found.stored} of {found.results} results are stored already." if found.stored else ""
    text = f"At most **{found.evaluations:,} evaluations** of the model"
    if pace is None or found.seconds is None:
        return f"{text}.{kept} How long that takes is not known yet: time it here first."
    how = (
        f"{1000 * pace.seconds:.2f} ms an input, just timed on this machine"
        if pace.measured
        else f"by its stored latency of {1000 * pace.seconds:.2f} ms for one input alone; "
        "batches are faster"
    )
    return f"{text}, about **{duration(found.seconds)}** ({how}).{kept}"


def _follow() -> None:
    """Draw the list again; when an evaluation ends, the whole page, so that pickers have it."""
    found = loading.evaluations().all()
    if _finished(found) != st.session_state.get(_FINISHED):
        st.rerun()
    _list(found)


def _finished(found: list[Evaluation]) -> tuple[str, ...]:
    return tuple(each.key for each in found if not each.is_open)


def _list(found: list[Evaluation]) -> None:
    for each in found:
        with st.container(border=True, key=f"evaluation-{each.key}"):
            left, right = st.columns([5, 1], vertical_alignment="center")
            with left:
                _show_one(each)
            with right:
                _show_button(each)


def _show_one(each: Evaluation) -> None:
    order = each.order
    explainers = ", ".join(explainer_title(name) for name in order.explainers)
    text, icon = STATES[each.state]
    seeds = f"seed {' and '.join(map(str, order.seeds))}"
    what = f"{order.examples:,} examples by {explainers}, {seeds}" if explainers else "predictions"
    what += f" on {escaped(order.split)}" if order.data else ""
    st.markdown(
        f"**{escaped(order.name)}**, {escaped(get_task(order.task_id).title)}: {what}, "
        f"masked words: {order.mask}"
    )
    if each.state == "running":
        st.progress(each.share, text=_progress_line(each))
    elif each.state == "failed":
        st.markdown(f"{icon} {text}: {escaped(each.error)}")
    else:
        st.markdown(f"{icon} {text}.")


def _progress_line(each: Evaluation) -> str:
    left = each.remaining_seconds
    if not each.total:
        return "Loading the model"
    if left is None:
        return f"{each.total:,} evaluations to do"
    return f"{each.done:,} of {each.total:,} evaluations, about {duration(left)} left"


def _show_button(each: Evaluation) -> None:
    if each.is_open and loading.evaluations().is_mine(each.key):
        st.button(
            "Cancel",
            key=f"eval_cancel_{each.key}",
            icon=":material/close:",
            width="stretch",
            on_click=loading.evaluations().cancel,
            args=(each.key,),
        )
    elif each.state in ("failed", "cancelled", "interrupted"):
        st.button(
            "Start again",
            key=f"eval_again_{each.key}",
            icon=":material/restart_alt:",
            width="stretch",
            help="It goes on from what is stored.",
            on_click=_start,
            args=(each.order,),
        )


def _ask_for_time(order: Order) -> None:
    """Remember the click until the page has its order, whatever reruns come between."""
    st.session_state[_TIME] = order.key


def _start(order: Order) -> None:
    """Start an order from a button; why it was refused is shown when the page is drawn."""
    try:
        loading.start(order)
    except TrusteqError as error:
        st.session_state[_REFUSAL] = str(error)


def _show_refusal() -> None:
    refusal = st.session_state.pop(_REFUSAL, "")
    if refusal:
        problem(refusal)

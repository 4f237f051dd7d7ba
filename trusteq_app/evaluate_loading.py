"""What the Evaluate page reads and starts, cached by ids."""

from __future__ import annotations

import os
from ipaddress import ip_address

import pandas as pd
import streamlit as st

from trusteq_app import loading
from trusteq_app.demo import is_demo, refuse_in_demo
from trusteq_core.evaluation.evaluations import Evaluations
from trusteq_core.evaluation.order import (
    Estimate,
    Order,
    Pace,
    check_order,
    estimate,
    measured_pace,
    stored_pace,
)
from trusteq_core.evaluation.stored_tables import table_to_evaluate, usual_number
from trusteq_core.models import catalogue
from trusteq_core.store import ResultStore
from trusteq_core.tasks import get_task
from trusteq_core.tasks.readers import ExampleData, read_examples

__all__ = [
    "catalogue_names",
    "checked",
    "estimate_of",
    "evaluations",
    "folders_allowed",
    "is_loopback",
    "keep_upload",
    "measure",
    "pace_of",
    "start",
    "uploaded",
    "usual_examples",
]

_PACES = "_eval_paces"


@st.cache_resource(show_spinner=False)
def evaluations() -> Evaluations:
    """Return the evaluations of this server: one queue for all visitors."""
    return Evaluations(_own_store(), models_dir=_models_dir(), folders=folders_allowed())


def catalogue_names(task_id: str) -> list[str]:
    """Return the ids of the models of a task that are here, the original first."""
    return [card.name for card in catalogue(task_id, _models_dir())]


def folders_allowed() -> bool:
    """Return whether a visitor may name a folder: only on the machine itself, never in a demo."""
    return is_loopback(st.get_option("server.address")) and not is_demo()


def is_loopback(address: str | None) -> bool:
    """Return whether only this machine can reach an address; none means every machine can.

    Examples
    --------
    >>> [is_loopback(a) for a in ("127.0.0.1", "::1", "localhost", "0.0.0.0", "example.org", None)]
    [True, True, True, False, False, False]
    """
    try:
        return address == "localhost" or ip_address(address or "").is_loopback
    except ValueError:
        return False


def checked(order: Order) -> Order:
    """Return the order with its model located, or raise `TrusteqError`."""
    return check_order(order, models_dir=_models_dir(), folders=folders_allowed())


def keep_upload(name: str, content: bytes) -> str:
    """Keep a visitor's table of examples beside the results, and return its path."""
    refuse_in_demo()
    return str(evaluations().uploads.keep(name, content))


@st.cache_resource(max_entries=4, show_spinner="Reading your examples")
def uploaded(path: str, task_id: str) -> ExampleData:
    """Return the examples of a table that was uploaded.

    Raises
    ------
    TrusteqError
        If it is no example table of the task.
    """
    return read_examples(path, get_task(task_id))


def usual_examples(task_id: str) -> int:
    """Return how many examples are explained for most models of the task."""
    return usual_number(loading.store(), get_task(task_id))


def pace_of(order: Order) -> Pace | None:
    """Return how fast the order's model is, timed in this session or stored; None if not known."""
    timed = st.session_state.get(_PACES, {}).get((order.task_id, order.model))
    return timed or stored_pace(loading.store(), order)


def measure(order: Order) -> None:
    """Time a few inputs on the order's model; needs torch."""
    refuse_in_demo()
    pace = measured_pace(order, _table(order), models_dir=_models_dir())
    st.session_state.setdefault(_PACES, {})[order.task_id, order.model] = pace


def estimate_of(order: Order) -> Estimate:
    """Return what an order will cost."""
    return _estimate(order, pace_of(order), loading.task_version(order.task_id))


def start(order: Order) -> None:
    """Queue an evaluation.

    Raises
    ------
    TrusteqError
        If it is refused, the queue is full, or this is a demo.
    """
    refuse_in_demo()
    evaluations().submit(order)


def _own_store() -> ResultStore:
    stores = loading.store().stores
    return next((store for store in stores if store.writable), stores[0])


def _models_dir() -> str | None:
    return os.environ.get("TRUSTEQ_MODELS")


def _table(order: Order) -> pd.DataFrame:
    if order.data:
        return uploaded(order.data, order.task_id).frame
    return _stored_table(order.task_id, loading.task_version(order.task_id))


@st.cache_resource(max_entries=2, show_spinner="Reading the examples")
def _stored_table(task_id: str, version: str) -> pd.DataFrame:  # noqa: ARG001  part of the key
    return table_to_evaluate(loading.store(), get_task(task_id))


@st.cache_data(max_entries=50, show_spinner="Looking for what is stored")
def _estimate(order: Order, pace: Pace | None, version: str) -> Estimate:  # noqa: ARG001
    return estimate(loading.store(), order, _table(order), pace)

"""Live results that a visitor keeps: written to the server's own store, opened by their address."""

from __future__ import annotations

import json
from functools import partial

import numpy as np
import pandas as pd
import streamlit as st

from trusteq_app import loading
from trusteq_app.demo import refuse_in_demo
from trusteq_app.live import SIDES, LiveRequest, LiveResult
from trusteq_app.messages import problem
from trusteq_app.selection import Pair
from trusteq_core.attribution import Attribution
from trusteq_core.errors import TrusteqError
from trusteq_core.store import Manifest
from trusteq_core.tasks import get_task

__all__ = ["as_result", "close", "keep", "of_result", "opened", "show_keep", "show_missing"]

KIND = "live"
_QUERY, _REFUSAL = "kept", "_live_refusal"
_NUMBERS = ("value", "error", "base", "full")


def keep(found: LiveResult) -> str:
    """Store a result, and return its address.

    Raises
    ------
    TrusteqError
        In demo mode, or if the store cannot be written.
    """
    refuse_in_demo()
    return loading.store().write(*as_result(found)).address


def opened(pair: Pair) -> LiveResult | None:
    """Return the kept result that the address of the page names; None without one."""
    address = st.query_params.get(_QUERY)
    found = address and loading.kept(pair.task_id, address)
    return of_result(*found) if found else None


def close() -> None:
    """Leave the kept result: the address no longer names it."""
    st.query_params.pop(_QUERY, None)


def show_missing() -> None:
    """Say so, where the address names a result that is not kept here."""
    if _QUERY in st.query_params:
        problem(
            "No result is kept here under this address. Press Explain to compute what is asked "
            "for above."
        )


def show_keep(found: LiveResult) -> None:
    """Offer to keep a result; of a kept one, say how it is opened again."""
    refusal = st.session_state.pop(_REFUSAL, "")
    if refusal:
        problem(refusal)
    if _QUERY in st.query_params:
        st.caption("Kept on this server: the address of this page opens it, computing nothing.")
        return
    st.button(
        "Keep this result",
        key="live_keep",
        icon=":material/bookmark_add:",
        on_click=partial(_keep, found),
        help="Stores it beside the results of this server; a link then opens it again.",
    )


def as_result(found: LiveResult) -> tuple[Manifest, pd.DataFrame]:
    """Return a result as it is stored: one row a word, model and explainer."""
    request = found.request
    settings = {
        **{name: getattr(request, name) for name in ("original", "compressed", "mask")},
        **{name: list(getattr(request, name)) for name in ("texts", "explainers")},
        "fingerprints": list(found.fingerprints),
    }
    rows = [
        _rows(attribution, side, found.task.labels)
        for pair in found.attributions.values()
        for side, attribution in zip(SIDES, pair, strict=True)
    ]
    manifest = Manifest(KIND, request.task_id, settings=settings, n=1)
    return manifest, pd.concat(rows, ignore_index=True)


def of_result(manifest: Manifest, frame: pd.DataFrame) -> LiveResult:
    """Return a stored result as it was computed; how long it took is not kept."""
    facts = manifest.settings
    labels = get_task(manifest.task).labels
    request = LiveRequest(
        manifest.task,
        facts["original"],
        facts["compressed"],
        tuple(facts["texts"]),
        tuple(facts["explainers"]),
        facts["mask"],
    )
    parts = dict(iter(frame.groupby(["explainer", "side"], sort=False)))
    attributions = {
        name: (
            _attribution(parts[name, SIDES[0]], labels),
            _attribution(parts[name, SIDES[1]], labels),
        )
        for name in request.explainers
    }
    first = attributions[request.explainers[0]]
    unread = [int(np.isnan(each.values).all(axis=1).sum()) for each in first]
    return LiveResult(
        request,
        np.array([each.full for each in first]),
        attributions,
        (unread[0], unread[1]),
        fingerprints=tuple(facts["fingerprints"]),
    )


def _keep(found: LiveResult) -> None:
    """Keep a result from a button; why it was refused is shown when the page is drawn."""
    try:
        st.query_params[_QUERY] = keep(found)
    except TrusteqError as error:
        st.session_state[_REFUSAL] = str(error)


def _rows(found: Attribution, side: str, labels: tuple[str, ...]) -> pd.DataFrame:
    shape = found.values.shape
    blank = np.full(shape, np.nan)
    arrays = {
        "value": found.values,
        "error": blank if found.errors is None else found.errors,
        "base": np.broadcast_to(found.base, shape),
        "full": np.broadcast_to(found.full, shape),
    }
    columns = {
        f"{name}_{label}": arrays[name][:, code]
        for name in _NUMBERS
        for code, label in enumerate(labels)
    }
    return pd.DataFrame(
        {
            "explainer": found.explainer,
            "side": side,
            "word": np.arange(shape[0]),
            **columns,
            "evaluations": found.evaluations,
            "seed": str(found.seed),
            "settings": json.dumps(dict(found.settings)),
        }
    )


def _attribution(rows: pd.DataFrame, labels: tuple[str, ...]) -> Attribution:
    value, error, base, full = (
        rows[[f"{name}_{label}" for label in labels]].to_numpy(dtype=float) for name in _NUMBERS
    )
    first = rows.iloc[0]
    return Attribution(
        values=value,
        base=base[0],
        full=full[0],
        evaluations=int(first["evaluations"]),
        explainer=first["explainer"],
        settings=json.loads(first["settings"]),
        seed=int(first["seed"]),
        errors=None if np.isnan(error).all() else error,
    )

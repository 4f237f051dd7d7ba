"""Everything the pages read, cached (the Calibration page's own part: calibration_loading).

Caches are keyed by ids and by the addresses of the stored results, never by frames, so a new
result is seen at the next rerun. Nothing here imports torch.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from hashlib import blake2b
from typing import Any

import pandas as pd
import streamlit as st

from trusteq_app.selection import TEST, Pair, View
from trusteq_core.equivalence import Margins, Verdict
from trusteq_core.evaluation import Comparison, compare, model_table
from trusteq_core.evaluation.hurt import hurt_slices, slice_examples
from trusteq_core.evaluation.jobs import JobRunner
from trusteq_core.evaluation.methods import method_agreement
from trusteq_core.evaluation.ranking import trust_ranking
from trusteq_core.figures import probability_frame
from trusteq_core.models import Classifier, load_model
from trusteq_core.store import Entry, Manifest, StoreStack, default_store
from trusteq_core.tasks import get_task

__all__ = [
    "calibration",
    "comparison",
    "example_scores",
    "example_table",
    "explainers",
    "hurt",
    "kept",
    "members_of_slice",
    "methods",
    "model",
    "models_of",
    "one_look",
    "overlap",
    "performance",
    "probabilities",
    "problems",
    "reasons",
    "reliability",
    "runner",
    "splits",
    "store",
    "table_of_models",
    "task_version",
    "tasks",
    "texts",
    "verdict",
    "version",
    "words",
]

FITTED = "validation"
MOST_PAIRS = 12
MOST_VIEWS = 200
_SEEN: ContextVar[list[Entry] | None] = ContextVar("seen", default=None)


@st.cache_resource(show_spinner=False)
def store() -> StoreStack:
    """Return the results store: the precomputed results under the server's own.

    The environment variables ``TRUSTEQ_STORE`` and ``TRUSTEQ_PRECOMPUTED`` name their folders.
    """
    return default_store(precomputed=os.environ.get("TRUSTEQ_PRECOMPUTED"))


@contextmanager
def one_look() -> Iterator[None]:
    """Look at the stored files once for everything that runs inside: one drawing of a page."""
    token = _SEEN.set(store().find())
    try:
        yield
    finally:
        _SEEN.reset(token)


def tasks() -> list[str]:
    """Return the ids of the tasks that have predictions of at least two models."""
    names = sorted({entry.manifest.task for entry in _entries()})
    return [name for name in names if splits(name)]


def splits(task_id: str) -> list[str]:
    """Return the names of the examples on which at least two models are compared, test first.

    Those on which temperatures are fitted are for that alone.
    """
    manifests = (entry.manifest for entry in _entries() if entry.manifest.task == task_id)
    names = {str(manifest.split) for manifest in manifests if manifest.kind == "predictions"}
    shown = [name for name in names - {FITTED} if len(models_of(task_id, name)) > 1]
    return sorted(shown, key=lambda name: (name != TEST, name))


def models_of(task_id: str, split: str = TEST) -> list[str]:
    """Return the names of the models with predictions on some examples, the original first."""
    manifests = (entry.manifest for entry in _entries() if entry.manifest.task == task_id)
    names = {str(m.model) for m in manifests if (m.kind, m.split) == ("predictions", split)}
    return sorted(names, key=lambda name: (name != "base", name))


def problems() -> list[str]:
    """Return a sentence for each stored file that cannot be used."""
    return store().problems()


def comparison(pair: Pair) -> Comparison:
    """Return the comparison of a pair, derived again when the task's results change."""
    return _comparison(pair, _version(pair.task_id))


def performance(pair: Pair) -> dict[str, Any]:
    """Return the pair's performance measures."""
    return _performance(pair, _version(pair.task_id))


def overlap(pair: Pair, view: View) -> dict[str, Any]:
    """Return the overlap of the pair's explanations, with chance and ceilings."""
    return _overlap(pair, view, _version(pair.task_id))


def reasons(pair: Pair, explainers: tuple[str, ...]) -> pd.DataFrame:
    """Return how far each model's top words are the deciding words, one row per explainer."""
    return _reasons(pair, explainers, _version(pair.task_id))


def example_table(pair: Pair, view: View) -> pd.DataFrame:
    """Return one row per explained example."""
    return _example_table(pair, view, _version(pair.task_id))


def explainers(pair: Pair) -> tuple[str, ...]:
    """Return the explainers with stored attributions of both models."""
    return _explainers(pair, _version(pair.task_id))


def words(pair: Pair, view: View, example_id: str) -> pd.DataFrame:
    """Return one row per word of an example, with both models' attributions."""
    return comparison(pair).words(example_id, view.explainer, k=view.k, explained=view.explained)


def example_scores(pair: Pair, view: View, example_id: str) -> dict[str, Any]:
    """Return the row of one example in the example table."""
    table = example_table(pair, view)
    row = table[table["id"] == example_id].iloc[0]
    return {str(name): value for name, value in row.items()}


def hurt(pair: Pair, view: View, harm: str) -> pd.DataFrame:
    """Return how much compression hurts each slice; the view matters for the overlap alone."""
    return _hurt(pair, view if harm == "overlap" else None, harm, _version(pair.task_id))


def members_of_slice(pair: Pair, view: View, harm: str, slice_id: str) -> pd.DataFrame:
    """Return the examples of one slice."""
    return slice_examples(comparison(pair), slice_id, harm, **view._asdict())


def methods(pair: Pair, view: View, example_id: str) -> pd.DataFrame:
    """Return what every explainer says of one example, the chosen one first."""
    return _methods(pair, view, example_id, _version(pair.task_id))


def texts(pair: Pair, example_id: str) -> tuple[str, ...]:
    """Return the texts of one example."""
    row = _example_row(comparison(pair), example_id)
    return tuple(comparison(pair).examples[name].iloc[row] for name in pair.task.segments)


def probabilities(pair: Pair, example_id: str) -> pd.DataFrame:
    """Return both models' probabilities of one example, one row per class."""
    found = comparison(pair)
    row = _example_row(found, example_id)
    truth = found.true_probabilities
    return probability_frame(
        pair.task.labels,
        found.original.probabilities[row],
        found.compressed.probabilities[row],
        gold=found.examples["label"].iloc[row] if "label" in found.examples else None,
        truth=None if truth is None else truth[row],
    )


def calibration(pair: Pair, n_bins: int, scheme: str) -> pd.DataFrame:
    """Return one row per calibration measure."""
    return _calibration(pair, n_bins, scheme, _version(pair.task_id))


def reliability(pair: Pair, n_bins: int, scheme: str) -> pd.DataFrame:
    """Return the bins of both models."""
    return _reliability(pair, n_bins, scheme, _version(pair.task_id))


def verdict(pair: Pair, view: View, margins: Margins) -> Verdict:
    """Return the verdict on a pair by every explainer that both models have."""
    return _verdict(pair, view.k, view.explained, margins, _version(pair.task_id))


def table_of_models(pair: Pair, k: int) -> pd.DataFrame:
    """Return one row per model of the task, measured against the pair's original."""
    return _model_table(pair.task_id, pair.original, pair.split, k, _version(pair.task_id))


def ranking(pair: Pair, view: View, margins: Margins) -> pd.DataFrame:
    """Return every other model of the task judged against the original, best first: seconds."""
    others = tuple(name for name in models_of(pair.task_id, pair.split) if name != pair.original)
    return _ranking(
        pair.task_id,
        pair.original,
        others,
        pair.split,
        view.k,
        view.explained,
        margins,
        _version(pair.task_id),
    )


def kept(task_id: str, address: str) -> tuple[Manifest, pd.DataFrame] | None:
    """Return a live result that was kept, as it is stored; None where there is none."""
    for entry in _entries():
        if (entry.manifest.kind, entry.manifest.task, entry.address) == ("live", task_id, address):
            return entry.manifest, store().read(entry)
    return None


def version(pair: Pair) -> str:
    """Return what changes with the pair's results: a part of every cache key."""
    return _version(pair.task_id)


def task_version(task_id: str) -> str:
    """Return what changes with a task's results."""
    return _version(task_id)


def _version(task_id: str) -> str:
    """Return a hash of the addresses of the task's results; kept live results are no part of it."""
    digest = blake2b(digest_size=8)
    of_task = (entry for entry in _entries() if entry.manifest.task == task_id)
    for address in sorted(entry.address for entry in of_task if entry.manifest.kind != "live"):
        digest.update(address.encode())
    return digest.hexdigest()


def _entries() -> list[Entry]:
    seen = _SEEN.get()
    return store().find() if seen is None else seen


@st.cache_resource(show_spinner=False)
def runner() -> JobRunner:
    """Return the queue of long computations: one for all visitors, and bounded."""
    return JobRunner(max_workers=1, max_queued=8)


@st.cache_resource(max_entries=2, show_spinner=False)
def model(task_id: str, name: str) -> Classifier:
    """Load a model of the catalogue; needs torch. ``TRUSTEQ_MODELS`` names another folder."""
    return load_model(get_task(task_id), name, models_dir=os.environ.get("TRUSTEQ_MODELS"))


def _example_row(found: Comparison, example_id: str) -> int:
    return found.original.ids.index(example_id)


@st.cache_resource(max_entries=MOST_PAIRS, show_spinner=False)
def _comparison(pair: Pair, version: str) -> Comparison:  # noqa: ARG001  part of the key
    return compare(store(), pair.task_id, pair.original, pair.compressed, split=pair.split)


@st.cache_data(max_entries=MOST_PAIRS, show_spinner=False)
def _explainers(pair: Pair, version: str) -> tuple[str, ...]:
    return tuple(_comparison(pair, version).explainers)


@st.cache_data(max_entries=MOST_VIEWS, show_spinner=False)
def _methods(pair: Pair, view: View, example_id: str, version: str) -> pd.DataFrame:
    return method_agreement(_comparison(pair, version), example_id, **view._asdict())


@st.cache_data(max_entries=MOST_PAIRS, show_spinner=False)
def _performance(pair: Pair, version: str) -> dict[str, Any]:
    return _comparison(pair, version).performance()


@st.cache_data(max_entries=MOST_VIEWS, show_spinner=False)
def _overlap(pair: Pair, view: View, version: str) -> dict[str, Any]:
    return _comparison(pair, version).overlap(view.explainer, k=view.k, explained=view.explained)


@st.cache_data(max_entries=MOST_VIEWS, show_spinner=False)
def _hurt(pair: Pair, view: View | None, harm: str, version: str) -> pd.DataFrame:
    return hurt_slices(_comparison(pair, version), harm, **(view._asdict() if view else {}))


@st.cache_data(max_entries=MOST_PAIRS, show_spinner=False)
def _reasons(pair: Pair, explainers: tuple[str, ...], version: str) -> pd.DataFrame:
    found = _comparison(pair, version)
    return pd.DataFrame([{"explainer": name, **found.reasons(name)} for name in explainers])


@st.cache_data(max_entries=MOST_VIEWS, show_spinner=False)
def _example_table(pair: Pair, view: View, version: str) -> pd.DataFrame:
    found = _comparison(pair, version)
    return found.example_table(view.explainer, k=view.k, explained=view.explained)


@st.cache_data(max_entries=MOST_VIEWS, show_spinner=False)
def _calibration(pair: Pair, n_bins: int, scheme: str, version: str) -> pd.DataFrame:
    return _comparison(pair, version).calibration(n_bins=n_bins, scheme=scheme)


@st.cache_data(max_entries=MOST_VIEWS, show_spinner=False)
def _reliability(pair: Pair, n_bins: int, scheme: str, version: str) -> pd.DataFrame:
    return _comparison(pair, version).reliability(n_bins=n_bins, scheme=scheme)


@st.cache_resource(max_entries=MOST_VIEWS, show_spinner=False)
def _verdict(pair: Pair, k: int, explained: str, margins: Margins, version: str) -> Verdict:
    return _comparison(pair, version).verdict(k=k, explained=explained, margins=margins)


@st.cache_data(max_entries=MOST_PAIRS, show_spinner="Judging every model")
def _ranking(
    task_id: str,
    original: str,
    others: tuple[str, ...],
    split: str,
    k: int,
    explained: str,
    margins: Margins,
    version: str,  # noqa: ARG001  part of the key
) -> pd.DataFrame:
    return trust_ranking(
        store(), task_id, original, others, split=split, k=k, explained=explained, margins=margins
    )


@st.cache_data(max_entries=MOST_PAIRS, show_spinner=False)
def _model_table(
    task_id: str,
    original: str,
    split: str,
    k: int,
    version: str,  # noqa: ARG001  part of the key
) -> pd.DataFrame:
    return model_table(store(), task_id, original=original, k=k, split=split)

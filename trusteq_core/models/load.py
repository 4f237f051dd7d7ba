"""Loading a model: a name of the catalogue, a folder, a file, a function, or a hub id."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from trusteq_core.errors import AnonymousLabels, ModelError
from trusteq_core.models.adapters import find_adapter
from trusteq_core.models.catalogue import catalogue, locate_model
from trusteq_core.models.function_classifier import function_file, load_function
from trusteq_core.models.label_probe import MOST_LABELS, LabelFinding, probe_labels
from trusteq_core.models.prompt import Prompt
from trusteq_core.tasks import Task, get_task, label_codes, segments_of

if TYPE_CHECKING:
    import pandas as pd

    from trusteq_core.models.classifier import Classifier

__all__ = ["DTYPES", "Loading", "load_model", "load_path"]

DTYPES = ("float32", "bfloat16", "float16")
"""The forms in which a model's weights and arithmetic may be held."""

_PROBED = 300
_COMPARED = 100


@dataclass(frozen=True, slots=True)
class Loading:
    """How to load a model.

    Attributes
    ----------
    device : str
        Where to compute, as torch names it.
    dtype : str
        One of `DTYPES`.
    label_order : tuple of str or None
        The task's labels in the order of the model's outputs; None to go by their names.
    prompt : Prompt or None
        For a causal language model, in place of its own.
    """

    device: str = "cpu"
    dtype: str = "float32"
    label_order: tuple[str, ...] | None = None
    prompt: Prompt | None = None


def load_model(
    task: Task | str,
    name_or_path: str | Path,
    *,
    models_dir: Path | str | None = None,
    device: str = "cpu",
    dtype: str = "float32",
    label_order: Sequence[str] | None = None,
    map_labels: bool = False,
    prompt: Prompt | None = None,
    run_code: bool = False,
    examples: pd.DataFrame | None = None,
    name: str | None = None,
) -> Classifier:
    """Load a model of the catalogue, of a local folder or file, or of the Hugging Face hub.

    With labelled `examples` the order of the model's labels is checked against them: a model whose
    outputs are not named, or do not behave as they are named, is refused with what was found, or
    mapped on request. With a `dtype` other than float32, `examples` also show what that changes.
    What was found is in the model's ``notes``.

    Parameters
    ----------
    task : Task or str
        The task it is used for, or its id.
    name_or_path : str or Path
        A name of the catalogue, which wins; else a folder or an ONNX file that exists; else
        ``FILE.py:FUNCTION``; else a hub id with its organisation and, best, a pinned revision:
        ``"org/model@revision"``.
    models_dir : path, optional
        Where the catalogue's models lie.
    device : str
        Where to compute, as torch names it.
    dtype : {"float32", "bfloat16", "float16"}
        What torch computes in; another than float32 is added to the model's name.
    label_order : sequence of str, optional
        The task's labels in the order of the model's outputs; goes before the model's own names
        and is not checked.
    map_labels : bool
        Take the order of labels that fits the examples, where it is clear.
    prompt : Prompt, optional
        For a causal language model.
    run_code : bool
        Allow ``FILE.py:FUNCTION``, which runs that file.
    examples : DataFrame, optional
        An example table of the task.
    name : str, optional
        What the model is called; that of its folder, file or function by default.

    Raises
    ------
    UnknownName
        If a plain name is not in the catalogue.
    ModelError
        If the model cannot be found or loaded, or does not fit the task.
    """
    task = get_task(task) if isinstance(task, str) else task
    function = function_file(str(name_or_path))
    if function is not None:
        if not run_code:
            raise ModelError(
                f'"{name_or_path}" is a Python file, and loading its function runs it. Where you '
                "trust the file, pass --run-code (in Python: run_code=True)."
            )
        return load_function(*function, task, called=name)
    found, path = locate_model(task, name_or_path, models_dir)
    # The models that ship name their outputs, and their results are known.
    shipped = found in {card.name for card in catalogue(task.id, models_dir)}
    if name is None:
        # So that it can be compared with itself in float32.
        name = found if dtype == "float32" else f"{found}-{dtype}"
    how = Loading(device, dtype, tuple(label_order) if label_order is not None else None, prompt)
    model = _with_checked_labels(
        partial(load_path, path, task, name=name),
        how,
        task,
        None if shipped else examples,
        map_labels=map_labels,
    )
    if dtype != "float32" and examples is not None:
        order = getattr(model, "output_labels", how.label_order)
        whole = load_path(
            path, task, name=name, how=replace(how, dtype="float32", label_order=order)
        )
        model.notes |= _dtype_effect(model, whole, segments_of(_sample(examples, _COMPARED), task))
    return model


def load_path(path: Path, task: Task, *, name: str, how: Loading | None = None) -> Any:
    """Load the model in a folder, or an ONNX file, with the adapter that its files ask for.

    Raises
    ------
    ModelError
        If the model cannot be loaded, does not fit the task, or what is asked for is not possible
        with this kind of model.
    """
    how = how or Loading()
    if how.dtype not in DTYPES:
        raise ModelError(f'No dtype "{how.dtype}". Known: {", ".join(DTYPES)}.')
    adapter = find_adapter(path)
    if how.dtype != "float32" and adapter.id not in ("transformers", "causal"):
        raise ModelError(
            f'"{name}" is {adapter.title}, which has a number format of its own. Leave --dtype out.'
        )
    if adapter.id in ("onnx", "onnx-dynamic", "openvino"):
        from trusteq_core.models.onnx_classifier import load_graph

        return load_graph(
            path, task, adapter, name=name, device=how.device, label_order=how.label_order
        )
    if adapter.id == "causal":
        from trusteq_core.models.causal_classifier import load_causal

        return load_causal(
            path, task, name=name, device=how.device, dtype=how.dtype, prompt=how.prompt
        )
    from trusteq_core.models.loading import load_folder

    return load_folder(
        path,
        task,
        name=name,
        device=how.device,
        dtype=how.dtype,
        label_order=how.label_order,
    )


def _with_checked_labels(
    load: Callable[..., Any],
    how: Loading,
    task: Task,
    examples: pd.DataFrame | None,
    *,
    map_labels: bool,
) -> Any:
    """Load a model; hold the order of its labels against labelled examples where there are any."""
    if how.label_order is not None or examples is None or "label" not in examples:
        return load(how=how)
    try:
        model, named = load(how=how), True
    except AnonymousLabels:
        model, named = load(how=replace(how, label_order=task.labels)), False
    assumed = getattr(model, "output_labels", None)
    if assumed is None:  # its labels are words that it was asked for
        return model
    if named and len(task.labels) > MOST_LABELS:
        return model
    sample = _sample(examples, _PROBED)
    columns = [task.label_index(label) for label in assumed]
    outputs = model.predict(segments_of(sample, task))[:, columns]
    finding = probe_labels(outputs, label_codes(sample, task), task, assumed)
    if named and not (finding.clear and finding.differs):
        return model
    if not map_labels or not finding.clear:
        raise ModelError(_refusal(model.name, finding, named=named))
    mapped = load(how=replace(how, label_order=finding.order))
    mapped.notes |= {"label_order_found": finding.sentence()}
    return mapped


def _refusal(name: str, finding: LabelFinding, *, named: bool) -> str:
    order = ",".join(finding.order)
    what = "does not behave as its outputs are named" if named else "does not name its outputs"
    if not finding.clear:
        return (
            f'Model "{name}" {what}, and {finding.n:,} examples do not tell: accuracy '
            f"{finding.accuracy:.2f} in the best order, {finding.runner_up:.2f} in the next. Pass "
            "--label-order with the labels in the order of its outputs."
        )
    return (
        f'Model "{name}" {what}: {finding.sentence()}. Pass --label-order {order}, or --map-labels '
        "to take the order that fits (in Python: label_order=, map_labels=True)."
    )


def _sample(examples: pd.DataFrame, n: int) -> pd.DataFrame:
    """Return `n` rows from all over a table, or all of them."""
    if len(examples) <= n:
        return examples
    return examples.iloc[np.linspace(0, len(examples) - 1, n).round().astype(int)]


def _dtype_effect(
    model: Classifier, whole: Classifier, examples: Sequence[tuple[str, ...]]
) -> dict[str, Any]:
    """Return how far probabilities are from those in float32."""
    change = np.abs(model.predict(examples) - whole.predict(examples))
    return {
        "dtype_examples": len(examples),
        "dtype_largest_change": float(change.max()),
        "dtype_mean_change": float(change.mean()),
    }

"""Fitting a model's outputs to the labels of a task, by name and never by position."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from trusteq_core.errors import AnonymousLabels, ModelError
from trusteq_core.tasks import Task, label_meaning, plain_name

__all__ = ["output_order"]

_ANONYMOUS = re.compile(r"label\d+|\d+")


def output_order(
    id2label: Mapping[int, str], task: Task, *, label_order: Sequence[str] | None = None
) -> list[int]:
    """Return, for each label of the task, the number of the model's output that means it.

    Parameters
    ----------
    id2label : mapping
        The model's own names of its outputs.
    task : Task
        The task whose labels are wanted.
    label_order : sequence of str, optional
        The task's labels in the order of the model's outputs, for a model whose own names say
        nothing (``LABEL_0``). It takes the place of `id2label`.

    Raises
    ------
    AnonymousLabels
        If the names are anonymous and no `label_order` is given.
    ModelError
        If the number of labels differs, or a name is none of the task's.

    Examples
    --------
    >>> from trusteq_core.tasks import get_task
    >>> output_order({0: "CONTRADICTION", 1: "NEUTRAL", 2: "ENTAILMENT"}, get_task("nli"))
    [2, 1, 0]
    """
    names = [str(id2label[number]) for number in sorted(id2label)]
    expected = ", ".join(task.labels)
    if len(names) != len(task.labels):
        raise ModelError(
            f'The model has {len(names)} label(s), task "{task.id}" has {len(task.labels)}: '
            f"{expected}. Choose a model made for this task."
        )
    if label_order is not None:
        names = [str(name) for name in label_order]
    elif all(_ANONYMOUS.fullmatch(plain_name(name)) for name in names):
        raise AnonymousLabels(
            f"The model does not say what its outputs mean ({', '.join(names)}). Pass the labels "
            f"in the order of its outputs, for example --label-order {','.join(task.labels)} (in "
            "Python: label_order=), or give labelled examples, which tell."
        )
    meanings = [label_meaning(name, task) for name in names]
    if None in meanings or sorted(filter(None, meanings)) != sorted(task.labels):
        raise ModelError(
            f'The labels {", ".join(names)} do not name each label of task "{task.id}" once: '
            f"{expected}. Choose a model made for this task, or pass label_order=."
        )
    return [meanings.index(label) for label in task.labels]

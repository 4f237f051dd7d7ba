"""Which label of a task a name means: one rule for models' outputs and for gold labels in files."""

from __future__ import annotations

import re

from trusteq_core.tasks.task import Task

__all__ = ["label_meaning", "plain_name"]

# Names that public checkpoints and data sets use, in lower case without separators.
_SYNONYMS: dict[str, dict[str, str]] = {
    "nli": {
        "entails": "entailment",
        "entailed": "entailment",
        "contradictory": "contradiction",
        "contradicts": "contradiction",
        "contradict": "contradiction",
    },
    "paraphrase": {
        "duplicate": "paraphrase",
        "isduplicate": "paraphrase",
        "equivalent": "paraphrase",
        "paraphrases": "paraphrase",
        "notduplicate": "different",
        "nonduplicate": "different",
        "notequivalent": "different",
        "notparaphrase": "different",
        "nonparaphrase": "different",
        "notaparaphrase": "different",
    },
}


def plain_name(name: str) -> str:
    """Return a name in lower case without spaces, hyphens and underscores.

    Examples
    --------
    >>> plain_name("Not_Duplicate")
    'notduplicate'
    """
    return re.sub(r"[\s_\-]+", "", name).lower()


def label_meaning(name: str, task: Task) -> str | None:
    """Return the task's label that `name` stands for, or None: never by position, never a guess.

    Examples
    --------
    >>> from trusteq_core.tasks import get_task
    >>> label_meaning("CONTRADICTION", get_task("nli")), label_meaning("1", get_task("paraphrase"))
    ('contradiction', None)
    """
    plain = plain_name(name)
    by_name = {plain_name(label): label for label in task.labels}
    return by_name.get(plain) or _SYNONYMS.get(task.id, {}).get(plain)

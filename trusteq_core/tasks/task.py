"""The tasks: which segments an example has, and which labels a model may give it."""

from __future__ import annotations

from dataclasses import dataclass

from trusteq_core.errors import DataError, UnknownName

__all__ = ["TASKS", "Task", "get_task"]


@dataclass(frozen=True, slots=True)
class Task:
    """One classification task.

    Attributes
    ----------
    id : str
        Name used in addresses, files and on the command line.
    title : str
        Name shown to a person.
    segments : tuple of str
        Column names of the texts of an example, in the order the model reads them.
    labels : tuple of str
        Every class, in the order of all probability columns. Never inferred from data.
    """

    id: str
    title: str
    segments: tuple[str, ...]
    labels: tuple[str, ...]

    def label_index(self, label: str) -> int:
        """Return the position of `label` among the task's labels.

        Raises
        ------
        UnknownName
            If the task has no such label.

        Examples
        --------
        >>> get_task("nli").label_index("neutral")
        1
        """
        if label not in self.labels:
            raise UnknownName(f"label of task {self.id}", label, self.labels)
        return self.labels.index(label)

    def check_segments(self, texts: tuple[str, ...]) -> None:
        """Raise `DataError` unless there is one text for each segment."""
        if len(texts) != len(self.segments):
            raise DataError(
                f'Task "{self.id}" takes {len(self.segments)} text(s) '
                f"({', '.join(self.segments)}), got {len(texts)}."
            )


TASKS: dict[str, Task] = {
    task.id: task
    for task in (
        Task(
            id="nli",
            title="Natural-language inference",
            segments=("premise", "hypothesis"),
            labels=("entailment", "neutral", "contradiction"),
        ),
        Task(
            id="paraphrase",
            title="Paraphrase identification",
            segments=("sentence1", "sentence2"),
            labels=("different", "paraphrase"),
        ),
    )
}


def get_task(task_id: str) -> Task:
    """Return the task with this id.

    Raises
    ------
    UnknownName
        If there is none; the message lists the valid ids.
    """
    if task_id not in TASKS:
        raise UnknownName("task", task_id, TASKS)
    return TASKS[task_id]

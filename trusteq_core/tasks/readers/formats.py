"""Data sets in the forms in which they are published: their columns, quotes and labels."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from trusteq_core.errors import DataError, UnknownName
from trusteq_core.tasks.task import Task

__all__ = ["FORMATS", "Layout", "PublishedFormat", "detect", "get_format"]

_PAIR = {"sentence1": "sentence1", "sentence2": "sentence2"}
_BINARY = {"0": "different", "1": "paraphrase"}


@dataclass(frozen=True, slots=True)
class Layout:
    """One arrangement of a data set's columns.

    Attributes
    ----------
    columns : mapping
        Our column -> its column. What is optional and absent is passed over.
    marks : frozenset of str
        Columns by which it is told from every other; empty where nothing tells.
    quotes : bool
        Whether a quotation mark encloses a cell; else it is part of the text.
    names : tuple of str
        Names of the columns by position, for a file without a header.
    """

    columns: Mapping[str, str]
    marks: frozenset[str] = frozenset()
    quotes: bool = True
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PublishedFormat:
    """One data set.

    Attributes
    ----------
    id, title : str
        Name on the command line; name shown to a person.
    task : str
        Id of its task.
    layouts : tuple of Layout
        The arrangements it comes in.
    labels : mapping
        Its label -> the task's; the empty label means that there is none. Labels that are named
        as the task names them need no entry.
    """

    id: str
    title: str
    task: str
    layouts: tuple[Layout, ...]
    labels: Mapping[str, str] = field(default_factory=dict)

    def layout(self, header: Sequence[str], task: Task) -> Layout:
        """Return the arrangement that a file's first record fits.

        Raises
        ------
        DataError
            If none fits.
        """
        own = Layout({name: name for name in (*task.segments, "label", "id", "group")})
        fitting = [
            layout
            for layout in (*self.layouts, own)
            if not layout.names and {layout.columns[name] for name in task.segments} <= {*header}
        ]
        if fitting:
            # The one with its column of labels, where there is one.
            return max(fitting, key=lambda layout: layout.columns["label"] in header)
        for layout in self.layouts:
            if len(layout.names) == len(header) and self._is_row(header, layout):
                return layout
        wanted = " or ".join(
            ", ".join(each.columns[name] for name in (*task.segments, "label"))
            for each in self.layouts
            if not each.names
        )
        raise DataError(
            f"The columns are not those of {self.title} ({wanted}). Found: "
            f"{', '.join(header)[:200]}."
        )

    def marks(self, header: Sequence[str]) -> bool:
        """Return whether columns of these names are this data set's without doubt."""
        return any(layout.marks and layout.marks <= {*header} for layout in self.layouts)

    def _is_row(self, cells: Sequence[str], layout: Layout) -> bool:
        return cells[layout.names.index(layout.columns["label"])] in self.labels


def _bowman(group: str, **more: str) -> tuple[Layout, ...]:
    """Return the layout of SNLI and of MultiNLI, the same in JSON lines and in tabs."""
    columns = {
        "premise": "sentence1",
        "hypothesis": "sentence2",
        "label": "gold_label",
        "id": "pairID",
        "group": group,
    }
    return (Layout({**columns, **more}, frozenset({group, "gold_label"}), quotes=False),)


_SICK = {"premise": "sentence_A", "hypothesis": "sentence_B", "id": "pair_ID"}
_QQP = {"sentence1": "question1", "sentence2": "question2", "id": "id"}

FORMATS: dict[str, PublishedFormat] = {
    each.id: each
    for each in (
        # Annotators who did not agree gave the label "-". The hypotheses of one premise belong
        # together: they are resampled as one.
        PublishedFormat("snli", "SNLI", "nli", _bowman("captionID"), {"-": ""}),
        PublishedFormat(
            "multinli", "MultiNLI", "nli", _bowman("promptID", phenomenon="genre"), {"-": ""}
        ),
        PublishedFormat(
            "sick",
            "SICK",
            "nli",
            tuple(
                Layout({**_SICK, "label": label}, frozenset({"sentence_A", label}), quotes=False)
                for label in ("entailment_judgment", "entailment_label")
            ),
        ),
        PublishedFormat(
            "mrpc",
            "MRPC",
            "paraphrase",
            (
                Layout(
                    {"sentence1": "#1 String", "sentence2": "#2 String", "label": "Quality"},
                    frozenset({"#1 String", "#2 String"}),
                    quotes=False,
                ),
            ),
            _BINARY,
        ),
        PublishedFormat(
            "qqp",
            "Quora question pairs",
            "paraphrase",
            (
                Layout({**_QQP, "label": "is_duplicate"}, frozenset({"question1", "question2"})),
                Layout({**_QQP, "label": "label"}, names=("label", "question1", "question2", "id")),
            ),
            _BINARY,
        ),
        # Its header is what any table of pairs may have, so it is not detected.
        PublishedFormat(
            "paws",
            "PAWS",
            "paraphrase",
            (
                Layout({**_PAIR, "label": "label", "id": "id"}, quotes=False),
                Layout(
                    {**_PAIR, "label": "label", "id": "id"},
                    quotes=False,
                    names=("id", "sentence1", "sentence2", "label"),
                ),
            ),
            _BINARY,
        ),
    )
}
"""Every format, by id."""


def get_format(name: str, task: Task) -> PublishedFormat:
    """Return the format of this id.

    Raises
    ------
    UnknownName
        If there is none for the task.
    """
    found = FORMATS.get(name)
    if found is None:
        raise UnknownName("data format", name, FORMATS)
    if found.task != task.id:
        raise DataError(
            f'{found.title} is of task "{found.task}", not of "{task.id}". Say --task '
            f"{found.task}, or choose another format."
        )
    return found


def detect(header: Sequence[str], task: Task) -> PublishedFormat | None:
    """Return the one format of the task that a file's columns tell, or None.

    Examples
    --------
    >>> from trusteq_core.tasks import get_task
    >>> detect(["id", "question1", "question2", "is_duplicate"], get_task("paraphrase")).id
    'qqp'
    """
    found = [each for each in FORMATS.values() if each.task == task.id and each.marks(header)]
    return found[0] if len(found) == 1 else None

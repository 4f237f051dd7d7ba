"""What is stored of the models of one task, read once and joined by example id."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from trusteq_core.errors import ResultError, UnknownName
from trusteq_core.evaluation.explanations import Explanations
from trusteq_core.store import Entry, ResultStore, StoreStack
from trusteq_core.tasks import Task, examples_fingerprint, get_task, segments_of, word_grid

__all__ = ["ModelResults", "TaskResults"]

Store = ResultStore | StoreStack


@dataclass(frozen=True, slots=True, eq=False)
class ModelResults:
    """One model's stored predictions and facts.

    Attributes
    ----------
    name, title : str
        As in the catalogue; the title is for people.
    fingerprint : str
        Hash of the model.
    profile : mapping
        The row of its profile: parameters, bytes, latency_ms, ...; empty if not stored.
    ids : tuple of str
        The predicted examples, in the order of the example table.
    probabilities : ndarray of float64, shape (n, K)
        One row for each id.
    """

    name: str
    title: str
    fingerprint: str
    profile: Mapping[str, Any]
    ids: tuple[str, ...]
    probabilities: np.ndarray

    @property
    def predicted(self) -> np.ndarray:
        """Position of the predicted class of each example, shape (n,): the first largest."""
        return self.probabilities.argmax(axis=1)

    def take(self, ids: Sequence[str]) -> ModelResults:
        """Return the same model on these examples only, in this order."""
        place = {example: position for position, example in enumerate(self.ids)}
        rows = [place[example] for example in ids]
        return ModelResults(
            self.name,
            self.title,
            self.fingerprint,
            self.profile,
            tuple(ids),
            self.probabilities[rows],
        )


class TaskResults:
    """The stored results on one example table; everything is read once.

    Parameters
    ----------
    store : ResultStore or StoreStack
        Where the results are.
    task : Task
        The task.
    table : Entry
        The stored example table.
    """

    def __init__(self, store: Store, task: Task, table: Entry) -> None:
        self.store, self.task, self.table = store, task, table
        self.examples = store.read(table).reset_index(drop=True)
        self._place = {example: i for i, example in enumerate(self.examples["id"])}
        self._models: dict[str, ModelResults] = {}
        self._segment_numbers: dict[str, np.ndarray] = {}
        self._explanations: dict[str, Explanations] = {}

    @classmethod
    def open(
        cls, store: Store, task_id: str, models: tuple[str, ...], *, split: str = "test"
    ) -> TaskResults:
        """Find the example table on which all of `models` have predictions, and read them.

        Raises
        ------
        UnknownName
            If there is no such task, or a model has no stored predictions.
        ResultError
            If nothing is stored for the task, or no table fits all the models.
        """
        task = get_task(task_id)
        tables = store.find(kind="examples", task=task.id, split=split)
        if not tables:
            raise ResultError(
                f'No stored examples of task "{task.id}", split "{split}". '
                'Run "trusteq precompute" or "trusteq evaluate" first.'
            )
        refusal: ResultError | None = None
        for table in tables:
            results = cls(store, task, table)
            try:
                for model in models:
                    results.model(model)
            except ResultError as error:
                refusal = refusal or error
                continue
            return results
        raise refusal or ResultError(f'Nothing fits split "{split}" of task "{task.id}".')

    def model_names(self) -> list[str]:
        """Return the models with stored predictions on this split, by name."""
        entries = self.store.find(
            kind="predictions", task=self.task.id, split=self.table.manifest.split
        )
        return sorted({entry.manifest.model for entry in entries if entry.manifest.model})

    def __contains__(self, name: str) -> bool:
        """Return whether a model's predictions are stored and fit this table."""
        try:
            self.model(name)
        except (ResultError, UnknownName):
            return False
        return True

    def model(self, name: str) -> ModelResults:
        """Return a model's predictions and profile.

        Raises
        ------
        UnknownName
            If no predictions of such a model are stored.
        ResultError
            If its predictions are of other examples than this table's.
        """
        if name not in self._models:
            self._models[name] = self._read_model(name)
        return self._models[name]

    def explanation_entries(self, name: str, explainer: str, *, seed: int = 0) -> list[Entry]:
        """Return the stored attributions of a model by an explainer, one for each settings."""
        return self.store.find(
            kind="attributions",
            task=self.task.id,
            model=self.model(name).fingerprint,
            split=self.table.manifest.split,
            explainer=explainer,
            seed=seed,
        )

    def explainers(self, name: str) -> set[str]:
        """Return the explainers with stored attributions of a model under seed 0."""
        entries = self.store.find(
            kind="attributions",
            task=self.task.id,
            model=self.model(name).fingerprint,
            split=self.table.manifest.split,
            seed=0,
        )
        return {entry.manifest.explainer for entry in entries if entry.manifest.explainer}

    def explanations(self, entry: Entry) -> Explanations:
        """Read stored attributions, checked to be of this table's examples.

        Raises
        ------
        ResultError
            If they are damaged, or of other examples.
        """
        if entry.address not in self._explanations:
            found = Explanations.from_frame(self.store.read(entry), self.task)
            self._check_examples(list(found.ids), entry)
            self._explanations[entry.address] = found
        return self._explanations[entry.address]

    def rows(self, ids: Sequence[str]) -> list[int]:
        """Return the rows of these examples in the example table."""
        return [self._place[example] for example in ids]

    def segment_numbers(self, ids: Sequence[str]) -> list[np.ndarray]:
        """Return the segment of each word of these examples, each of shape (n_words_i,)."""
        new = [example for example in ids if example not in self._segment_numbers]
        texts = segments_of(self.examples.iloc[self.rows(new)], self.task) if new else []
        for example, segments in zip(new, texts, strict=True):
            self._segment_numbers[example] = word_grid(segments).segment_of()
        return [self._segment_numbers[example] for example in ids]

    def _read_model(self, name: str) -> ModelResults:
        entries = self.store.find(
            kind="predictions", task=self.task.id, model=name, split=self.table.manifest.split
        )
        if not entries:
            raise UnknownName("model with stored predictions", name, self.model_names())
        refusal: ResultError | None = None
        for entry in entries:
            try:
                frame = self._predictions(entry)
            except ResultError as error:
                refusal = refusal or error
                continue
            return self._with_profile(name, entry, frame)
        raise refusal or ResultError(f'No predictions of "{name}" can be used.')

    def _predictions(self, entry: Entry) -> pd.DataFrame:
        frame = self.store.read(entry)
        columns = ["id", *(f"p_{label}" for label in self.task.labels)]
        missing = [column for column in columns if column not in frame.columns]
        if missing:
            raise ResultError(
                f"{entry.path} lacks the column(s) {', '.join(missing)}. Compute it again."
            )
        self._check_examples(frame["id"].tolist(), entry)
        return frame.iloc[np.argsort(self.rows(frame["id"].tolist()), kind="stable")]

    def _with_profile(self, name: str, entry: Entry, frame: pd.DataFrame) -> ModelResults:
        fingerprint = entry.manifest.model_fingerprint or name
        profiles = [
            found
            for found in self.store.find(kind="profile", task=self.task.id, model=name)
            if found.manifest.model_fingerprint == fingerprint
        ]
        profile = _first_row(self.store.read(profiles[0])) if profiles else {}
        # What nobody could count is stored as 0, such as the parameters of an ONNX file.
        profile = {fact: value for fact, value in profile.items() if value != 0}
        return ModelResults(
            name=name,
            title=str(profile.get("title", name)),
            fingerprint=fingerprint,
            profile=profile,
            ids=tuple(frame["id"]),
            probabilities=frame[[f"p_{label}" for label in self.task.labels]].to_numpy(),
        )

    def _check_examples(self, ids: Sequence[str], entry: Entry) -> None:
        """Refuse a result on other examples: ids that differ, or the same ids with other texts."""
        strangers = [example for example in ids if example not in self._place]
        if strangers:
            raise ResultError(
                f"{len(strangers)} of the {len(ids)} examples of {entry.path} are not in the "
                f"example table, first {list(strangers[:3])}. Compute it again on this table."
            )
        manifest = entry.manifest
        if manifest.data_fingerprint == self.table.manifest.data_fingerprint:
            return
        chosen = self.examples.iloc[self.rows(ids)]
        if examples_fingerprint(chosen, self.task) != manifest.data_fingerprint:
            raise ResultError(
                f"The {len(ids)} examples of {entry.path} have other texts or labels than those "
                f"of the example table, among them {list(ids[:3])}. Compute it again on this table."
            )


def _first_row(frame: pd.DataFrame) -> dict[str, Any]:
    """Return the one row of a profile, in Python's own types."""
    return {str(name): frame[name].tolist()[0] for name in frame.columns}

"""The explanations of two models by one explainer, joined by example, with their ceilings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from trusteq_core.alignment import jaccard_at_k, pad, segment_share
from trusteq_core.attribution import EXPLAINERS, explainer_title
from trusteq_core.equivalence import OverlapRows
from trusteq_core.errors import ResultError, UnknownName
from trusteq_core.evaluation.explanations import Explanations
from trusteq_core.evaluation.model_results import TaskResults
from trusteq_core.evaluation.overlap import (
    check_same_words,
    common_ids,
    explained_classes,
    mean_or_none,
    overlap_rows,
    reason_precision,
    summarise_overlap,
)
from trusteq_core.evaluation.word_frame import word_frame
from trusteq_core.store import Entry
from trusteq_core.tasks import Task, label_codes, word_grid

__all__ = ["ExplainedPair", "retraining_control"]


def retraining_control(model: str) -> str:
    """Return the name of the model that differs from `model` in its training seed alone.

    Examples
    --------
    >>> retraining_control("base")
    'base-b'
    """
    return f"{model}-b"


@dataclass(frozen=True, slots=True, eq=False)
class ExplainedPair:
    """Attributions of the same examples for an original and a compressed model.

    Attributes
    ----------
    task : Task
        The task.
    explainer : str
        Id of the explainer.
    examples : DataFrame
        The explained examples, as an example table of n rows.
    original, compressed : Explanations
        Of these examples, in this order.
    predicted : dict of ndarray, shape (n,)
        Predicted classes of ``"original"``, ``"compressed"`` and, where stored, ``"retrained"``.
    resampled : Explanations or None
        The original under an independent explainer seed.
    retrained : Explanations or None
        The retraining control.
    segment_numbers : list of ndarray of int, each of shape (n_words_i,)
        The segment of each word of each example.
    n_unmatched : int
        Examples that were explained for one of the two models only.
    """

    task: Task
    explainer: str
    examples: pd.DataFrame
    original: Explanations
    compressed: Explanations
    predicted: dict[str, np.ndarray]
    resampled: Explanations | None
    retrained: Explanations | None
    segment_numbers: list[np.ndarray]
    n_unmatched: int

    @classmethod
    def open(
        cls,
        results: TaskResults,
        original: str,
        compressed: str,
        explainer: str,
        *,
        seed: int = 0,
        settings: Mapping[str, Any] | None = None,
    ) -> ExplainedPair:
        """Read the pair's stored attributions and join them by example id.

        Parameters
        ----------
        results : TaskResults
            What is stored.
        original, compressed, explainer : str
            Whose attributions, and by what.
        seed : int
            Seed of the run; the resampling ceiling is from the next one.
        settings : mapping, optional
            The explainer's settings; by default those of the newest pair.

        Raises
        ------
        UnknownName
            If no attributions under the same settings are stored for both models.
        ResultError
            If they share no example, or their texts differ.
        """
        entries = stored_pair(
            results, original, compressed, explainer, seed=seed, settings=settings
        )
        if entries is None:
            known = [
                each for each in EXPLAINERS if stored_pair(results, original, compressed, each)
            ]
            raise UnknownName("explainer stored for both models", explainer, known)
        a, b = (results.explanations(entry) for entry in entries)
        ids = common_ids(a, b)
        n_unmatched = len(a) + len(b) - 2 * len(ids)
        a, b = a.take(ids), b.take(ids)
        check_same_words(a, b)
        control = retraining_control(original)
        retrained = _stored_like(results, control, explainer, entries[0], seed=seed)
        names = {"original": original, "compressed": compressed}
        if retrained is not None:
            names["retrained"] = control
        return cls(
            task=results.task,
            explainer=explainer,
            examples=results.examples.iloc[results.rows(ids)].reset_index(drop=True),
            original=a,
            compressed=b,
            predicted={role: _predicted(results, name, ids) for role, name in names.items()},
            resampled=_stored_like(results, original, explainer, entries[0], seed=seed + 1),
            retrained=retrained,
            segment_numbers=results.segment_numbers(ids),
            n_unmatched=n_unmatched,
        )

    def classes(self, explained: str) -> dict[str, np.ndarray]:
        """Return the explained class of each example for each model (see `explained_classes`)."""
        gold = label_codes(self.examples, self.task) if "label" in self.examples else None
        return {
            role: explained_classes(
                explained, self.task, reference=self.predicted["original"], own=own, gold=gold
            )
            for role, own in self.predicted.items()
        }

    def jaccard(self, k: int = 5, explained: str = "reference") -> np.ndarray:
        """Return Jaccard@K of each example, shape (n,); NaN where it is not defined."""
        a, b = self._values(explained)
        return np.asarray(jaccard_at_k(pad(a), pad(b), k))

    def rows(self, k: int = 5, explained: str = "reference") -> pd.DataFrame:
        """Return every overlap measure and both ceilings, one row per example."""
        explainer = EXPLAINERS.get(self.explainer)
        return overlap_rows(
            self.original,
            self.compressed,
            self.classes(explained),
            k=k,
            resampled=self.resampled,
            retrained=self.retrained,
            deterministic=explainer is not None and explainer.deterministic,
        )

    def overlap(self, k: int = 5, explained: str = "reference") -> dict[str, float | int | None]:
        """Return the mean overlap with chance, ceilings and counts."""
        return {
            **summarise_overlap(self.rows(k, explained), k=k),
            **self._segment_shares(explained),
            "n_unmatched": self.n_unmatched,
            "evaluations_original": mean_or_none(self.original.evaluations),
            "evaluations_compressed": mean_or_none(self.compressed.evaluations),
        }

    def shortfall(
        self, k: int = 5, explained: str = "reference", ceiling: str = "retraining"
    ) -> OverlapRows:
        """Return the overlap of each example beside a ceiling, as a verdict takes them.

        Without a retraining control, the resampling ceiling takes its place.
        """
        name = ceiling if self.retrained is not None else "resampling"
        rows = self.rows(k, explained)
        return OverlapRows(
            explainer=self.explainer,
            title=explainer_title(self.explainer),
            overlap=rows["jaccard"].to_numpy(),
            ceiling=rows[f"ceiling_{name}"].to_numpy(),
            ceiling_name=name,
            groups=self.examples["group"].to_numpy() if "group" in self.examples else None,
        )

    def reasons(self, explained: str = "reference") -> dict[str, float | int | None]:
        """Return how far each model's top words are the known reasons; empty if none are known."""
        if "reasons" not in self.examples:
            return {}
        a, b = self._values(explained)
        known = self.examples["reasons"].tolist()
        of_a, chance = reason_precision(a, known)
        of_b, _ = reason_precision(b, known)
        return {
            "precision_original": mean_or_none(of_a),
            "precision_compressed": mean_or_none(of_b),
            "chance": mean_or_none(chance),
            "n": int((~np.isnan(of_a)).sum()),
        }

    def words(self, example_id: str, k: int = 5, explained: str = "reference") -> pd.DataFrame:
        """Return one row per word of an example: both models' attributions and ranks."""
        if example_id not in self.original.ids:
            raise UnknownName("explained example", example_id, self.original.ids[:8])
        place = self.original.ids.index(example_id)
        example = self.examples.iloc[place]
        texts = tuple(example[name] for name in self.task.segments)
        classes = self.classes(explained)
        sides = {
            "original": self.original.of(place, classes["original"][place]),
            "compressed": self.compressed.of(place, classes["compressed"][place]),
        }
        n_words = len(word_grid(texts))
        if n_words != len(sides["original"][0]):
            raise ResultError(
                f'The text of example "{example_id}" has {n_words} words, but '
                f"{len(sides['original'][0])} are stored. Compute its attributions again."
            )
        (a, error_a), (b, error_b) = sides["original"], sides["compressed"]
        return word_frame(
            self.task,
            texts,
            values=(a, b),
            errors=(error_a, error_b),
            k=k,
            reasons=set(example["reasons"]) if "reasons" in self.examples else set(),
        )

    def _values(self, explained: str) -> tuple[list[np.ndarray], list[np.ndarray]]:
        classes = self.classes(explained)
        return (
            self.original.towards(classes["original"]),
            self.compressed.towards(classes["compressed"]),
        )

    def _segment_shares(self, explained: str) -> dict[str, float | None]:
        """Return each model's mean share of attribution on each segment."""
        if len(self.task.segments) < 2:
            return {}
        shares: dict[str, float | None] = {}
        for side, values in zip(("original", "compressed"), self._values(explained), strict=True):
            each = np.array(
                [
                    segment_share(value, number, len(self.task.segments))
                    for value, number in zip(values, self.segment_numbers, strict=True)
                ]
            )
            for column, segment in enumerate(self.task.segments):
                shares[f"share_{segment}_{side}"] = mean_or_none(each[:, column])
        return shares


def stored_pair(
    results: TaskResults,
    original: str,
    compressed: str,
    explainer: str,
    *,
    seed: int = 0,
    settings: Mapping[str, Any] | None = None,
) -> tuple[Entry, Entry] | None:
    """Return two models' stored attributions under the same settings, the newest such pair."""
    theirs = results.explanation_entries(compressed, explainer, seed=seed)
    for entry in results.explanation_entries(original, explainer, seed=seed):
        if settings is not None and entry.manifest.settings != settings:
            continue
        for other in theirs:
            if other.manifest.settings == entry.manifest.settings:
                return entry, other
    return None


def _stored_like(
    results: TaskResults, name: str, explainer: str, like: Entry, *, seed: int
) -> Explanations | None:
    """Return stored attributions under the settings of another result, None if there are none."""
    if name not in results.model_names():
        return None
    try:
        for entry in results.explanation_entries(name, explainer, seed=seed):
            if entry.manifest.settings == like.manifest.settings:
                return results.explanations(entry)
    except ResultError:
        # A ceiling that cannot be read leaves the comparison standing; the store lists the file.
        return None
    return None


def _predicted(results: TaskResults, name: str, ids: Sequence[str]) -> np.ndarray:
    return results.model(name).take(ids).predicted

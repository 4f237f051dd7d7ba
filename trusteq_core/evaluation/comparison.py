"""A compressed model against its original, derived in milliseconds from stored results."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Self

import numpy as np
import pandas as pd

from trusteq_core.attribution import EXPLAINERS
from trusteq_core.calibration import profile_bins, reliability_bins, top_label
from trusteq_core.equivalence import Margins, Verdict, judge, performance_parity
from trusteq_core.errors import DataError, UnknownName
from trusteq_core.evaluation.calibrated import calibration_table, confidence_edges
from trusteq_core.evaluation.explained_pair import ExplainedPair, stored_pair
from trusteq_core.evaluation.model_results import ModelResults, Store, TaskResults
from trusteq_core.evaluation.outcomes import outcomes
from trusteq_core.tasks import Task, label_codes, true_probabilities

__all__ = ["Comparison", "compare"]


def compare(
    store: Store, task_id: str, original: str, compressed: str, *, split: str = "test"
) -> Comparison:
    """Compare two models on what is stored of them.

    Parameters
    ----------
    store : ResultStore or StoreStack
        Where the results are.
    task_id : str
        Id of the task.
    original, compressed : str
        Names of the models.
    split : str, default "test"
        Name of the example table.

    Raises
    ------
    UnknownName
        If there is no such task, or a model has no stored predictions.
    ResultError
        If a result is damaged, or the models' examples are not the same.
    """
    results = TaskResults.open(store, task_id, (original, compressed), split=split)
    return Comparison.of(results, original, compressed)


@dataclass(frozen=True, slots=True, eq=False)
class Comparison:
    """Two models on the same examples.

    Attributes
    ----------
    task : Task
        The task.
    original, compressed : ModelResults
        Both with one row of probabilities for each row of `examples`.
    examples : DataFrame
        The examples that both models predicted, as an example table.
    results : TaskResults
        Everything that is stored on this example table.
    """

    task: Task
    original: ModelResults
    compressed: ModelResults
    examples: pd.DataFrame
    results: TaskResults = field(repr=False)
    _pairs: dict[str, ExplainedPair] = field(repr=False, default_factory=dict)

    @classmethod
    def of(cls, results: TaskResults, original: str, compressed: str) -> Self:
        """Join two models of the same example table by example id."""
        a, b = results.model(original), results.model(compressed)
        both = set(a.ids) & set(b.ids)
        ids = [example for example in a.ids if example in both]
        if not ids:
            raise DataError(
                f'"{original}" and "{compressed}" predicted no common example: '
                f"{list(a.ids[:3])} against {list(b.ids[:3])}. Predict one of them again."
            )
        examples = results.examples.iloc[results.rows(ids)].reset_index(drop=True)
        return cls(results.task, a.take(ids), b.take(ids), examples, results)

    def explained_by(self, pairs: Iterable[ExplainedPair]) -> Self:
        """Return the comparison with these explanations of its models in place of the newest."""
        return replace(self, _pairs={pair.explainer: pair for pair in pairs})

    @property
    def gold(self) -> np.ndarray:
        """Position of the gold label of each example, shape (n,)."""
        if "label" not in self.examples:
            raise DataError(
                "The examples have no gold label, so no answer is right or wrong. "
                'Give the example table a column "label".'
            )
        return label_codes(self.examples, self.task)

    @property
    def true_probabilities(self) -> np.ndarray | None:
        """True label distribution of each example, shape (n, K), where known."""
        return true_probabilities(self.examples, self.task)

    @property
    def explainers(self) -> list[str]:
        """Explainers for which both models have stored attributions under the same settings."""
        names = self.original.name, self.compressed.name
        shared = self.results.explainers(names[0]) & self.results.explainers(names[1])
        ordered = [*EXPLAINERS, *sorted(shared - set(EXPLAINERS))]
        return [
            each for each in ordered if each in shared and stored_pair(self.results, *names, each)
        ]

    def performance(self) -> dict[str, float]:
        """Return performance parity (`trusteq_core.equivalence.performance_parity`).

        ``bayes_accuracy`` is added where the true label distributions are known: the expected
        accuracy of the best possible classifier.
        """
        parity = performance_parity(
            self.original.probabilities, self.compressed.probabilities, self.gold
        )
        truth = self.true_probabilities
        return parity if truth is None else {**parity, "bayes_accuracy": _bayes_accuracy(truth)}

    def calibration(self, n_bins: int = 15, scheme: str = "width") -> pd.DataFrame:
        """Return every calibration measure of both models, one row a measure.

        Parameters
        ----------
        n_bins : int, default 15
            Bins of the confidence; both models share their edges.
        scheme : {"width", "mass"}
            Equally wide bins, or bins of equal mass over both models' confidences.

        Returns
        -------
        DataFrame
            ``measure`` (an id of `trusteq_core.calibration.MEASURES`; ``profile_distance``, a
            distance of the pair; with known label distributions ``true_ece``, what the ECE
            estimates), ``original``, ``compressed``, ``difference`` (compressed minus original)
            and ``floor_original``, ``floor_compressed``: what chance alone would show at this
            size, NaN where that is not known.
        """
        return calibration_table(
            self.original.probabilities,
            self.compressed.probabilities,
            self.gold,
            truth=self.true_probabilities,
            n_bins=n_bins,
            scheme=scheme,
        )

    def reliability(self, n_bins: int = 15, scheme: str = "width") -> pd.DataFrame:
        """Return the reliability bins of both models on the same edges.

        Returns
        -------
        DataFrame
            `trusteq_core.calibration.reliability_bins`, led by ``model``: ``"original"`` or
            ``"compressed"``.
        """
        edges, gold = self._edges(n_bins, scheme), self.gold
        frames = []
        for side, model in self._sides():
            bins = reliability_bins(*top_label(model.probabilities, gold), edges=edges)
            bins.insert(0, "model", side)
            frames.append(bins)
        return pd.concat(frames, ignore_index=True)

    def explained(self, explainer: str) -> ExplainedPair:
        """Return the pair's stored explanations by one explainer, read once.

        Raises
        ------
        UnknownName
            If they are not stored for both models under the same settings.
        """
        if explainer not in self._pairs:
            self._pairs[explainer] = ExplainedPair.open(
                self.results, self.original.name, self.compressed.name, explainer
            )
        return self._pairs[explainer]

    def overlap(
        self, explainer: str, k: int = 5, explained: str = "reference"
    ) -> dict[str, float | int | None]:
        """Return the mean overlap of the two models' explanations, with its two ends.

        Parameters
        ----------
        explainer : str
            One of `explainers`.
        k : int, default 5
            Number of top words.
        explained : str, default "reference"
            Which class is explained: ``"reference"`` (the original's prediction), ``"gold"``,
            ``"own"`` (each model's own prediction), or a label of the task.

        Returns
        -------
        dict
            ``jaccard``, ``chance``, ``corrected``; ``ceiling_resampling`` (the original under
            another explainer seed) and ``ceiling_retraining`` (the original against its
            architecture trained from another seed), with ``position_resampling`` and
            ``position_retraining`` (0 at chance, 1 at the ceiling); the agreements and
            correlations of `trusteq_core.alignment`; where standard errors are stored, how steady
            the top words are (``stability_original``, ``stability_compressed``) and what noise
            has taken from the overlap at most (``noise_loss``); the shares of each segment; the
            counts ``n``, ``n_scored``, ``n_too_short``, ``n_undefined`` and ``n_unmatched``
            (explained for one model only). None where something is not stored or not defined.
        """
        return self.explained(explainer).overlap(k, explained)

    def reasons(
        self, explainer: str, explained: str = "reference"
    ) -> dict[str, float | int | None]:
        """Return how far each model's top words are the words that decide the label.

        Returns
        -------
        dict
            ``precision_original``, ``precision_compressed`` (R-precision: as many top words are
            taken as there are reasons; 0 to 1, higher is better), ``chance``, and ``n``, the
            examples scored. Empty where no reasons are known.
        """
        return self.explained(explainer).reasons(explained)

    def words(
        self, example_id: str, explainer: str, k: int = 5, explained: str = "reference"
    ) -> pd.DataFrame:
        """Return one row per word of an example: both models' attributions and ranks.

        Returns
        -------
        DataFrame
            ``segment`` (its name), ``position`` (in the segment), ``word``, ``value_original``,
            ``value_compressed`` (signed, in probability), ``difference`` (compressed minus
            original), ``error_original``, ``error_compressed`` (NaN where not estimated),
            ``rank_original``, ``rank_compressed`` (1 has the largest absolute value),
            ``top_original``, ``top_compressed``, ``reason`` (a known deciding word).

        Raises
        ------
        UnknownName
            If no attributions of this example are stored for both models.
        """
        return self.explained(explainer).words(example_id, k, explained)

    def example_table(
        self, explainer: str, k: int = 5, explained: str = "reference"
    ) -> pd.DataFrame:
        """Return one row per explained example: texts, predictions and overlap.

        Returns
        -------
        DataFrame
            ``id``, the segments and, where known, ``label``, ``phenomenon``, ``held_out``;
            ``predicted_original``, ``predicted_compressed``, ``confidence_original``,
            ``confidence_compressed``, ``flip``; ``outcome`` (``"both right"``, ``"both wrong"``,
            ``"wrong differently"``, ``"negative flip"``: only the original is right, ``"positive
            flip"``: only the compressed model is); and the measures of `overlap`, by example.
        """
        pair = self.explained(explainer)
        known = [n for n in ("label", "phenomenon", "held_out") if n in pair.examples]
        frame = pair.examples[["id", *self.task.segments, *known]].copy()
        models = [(side, self.results.model(model.name)) for side, model in self._sides()]
        for side, _ in models:
            frame[f"predicted_{side}"] = self._labels(pair.predicted[side])
        for side, model in models:
            frame[f"confidence_{side}"] = model.take(pair.original.ids).probabilities.max(axis=1)
        frame["flip"] = frame["predicted_original"] != frame["predicted_compressed"]
        if "label" in frame:
            answers = frame["predicted_original"], frame["predicted_compressed"]
            frame["outcome"] = outcomes(frame["label"], *answers)
        return pd.concat([frame, pair.rows(k, explained)], axis=1)

    def verdict(
        self,
        explainers: Sequence[str] | None = None,
        k: int = 5,
        explained: str = "reference",
        *,
        ceiling: str = "retraining",
        margins: Margins | None = None,
        seed: int = 0,
    ) -> Verdict:
        """Return whether the compressed model may stand in for the original.

        Parameters
        ----------
        explainers, k, explained
            As in `summary` and `overlap`.
        ceiling : {"retraining", "resampling"}
            What an overlap is held against: the same architecture trained from another seed, or
            the original under another explainer seed. Where no retraining control is stored, the
            resampling ceiling takes its place, and the finding names it.
        margins : Margins, optional
            The largest differences allowed.
        seed : int
            Seed of the bootstrap.

        Raises
        ------
        UnknownName
            If there is no such ceiling or explainer.
        """
        if ceiling not in ("retraining", "resampling"):
            raise UnknownName("ceiling", ceiling, ["retraining", "resampling"])
        chosen = self.explainers if explainers is None else list(explainers)
        p_a, p_b = self.original.probabilities, self.compressed.probabilities
        return judge(
            p_a,
            p_b,
            self.gold,
            edges=confidence_edges(p_a, p_b, profile_bins(len(p_a)), "mass"),
            overlaps=[self.explained(e).shortfall(k, explained, ceiling) for e in chosen],
            margins=margins,
            groups=self.examples["group"].to_numpy() if "group" in self.examples else None,
            names=(self.original.name, self.compressed.name),
            seed=seed,
        )

    def summary(
        self,
        explainers: Sequence[str] | None = None,
        k: int = 5,
        n_bins: int = 15,
        explained: str = "reference",
    ) -> dict[str, Any]:
        """Return everything about the pair, nested and ready for JSON (None for NaN).

        Keys: ``task``, ``split``, ``n``, ``settings``, ``original`` and ``compressed`` (name,
        title, fingerprint, profile), ``performance``, ``calibration`` (by measure), ``overlap``
        and ``reasons`` (by explainer).
        """
        chosen = self.explainers if explainers is None else list(explainers)
        measures = self.calibration(n_bins).set_index("measure")
        summary: dict[str, Any] = _plain(
            {
                "task": self.task.id,
                "split": self.results.table.manifest.split,
                "n": len(self.examples),
                "settings": {"k": k, "n_bins": n_bins, "scheme": "width", "explained": explained},
                "original": _facts(self.original),
                "compressed": _facts(self.compressed),
                "performance": self.performance(),
                "calibration": measures.to_dict(orient="index"),
                "overlap": {each: self.overlap(each, k, explained) for each in chosen},
                "reasons": {each: self.reasons(each, explained) for each in chosen},
            }
        )
        return summary

    def _sides(self) -> tuple[tuple[str, ModelResults], tuple[str, ModelResults]]:
        return ("original", self.original), ("compressed", self.compressed)

    def _labels(self, codes: np.ndarray) -> list[str]:
        return [self.task.labels[code] for code in codes]

    def _edges(self, n_bins: int, scheme: str) -> np.ndarray:
        return confidence_edges(
            self.original.probabilities, self.compressed.probabilities, n_bins, scheme
        )


def _bayes_accuracy(truth: np.ndarray) -> float:
    return float(truth.max(axis=1).mean())


def _facts(model: ModelResults) -> dict[str, Any]:
    return {
        "name": model.name,
        "title": model.title,
        "fingerprint": model.fingerprint,
        "profile": dict(model.profile),
    }


def _plain(value: Any) -> Any:
    """Return `value` in JSON's own types; NaN and infinities become None."""
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value

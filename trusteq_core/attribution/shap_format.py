"""Attributions as `shap.Explanation` and back, for tools that take them in that form."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from trusteq_core.attribution.attribution import Attribution
from trusteq_core.errors import DataError
from trusteq_core.tasks import word_grid

if TYPE_CHECKING:
    from shap import Explanation

__all__ = ["from_shap", "to_shap"]


def to_shap(
    found: Attribution | Sequence[Attribution],
    texts: Sequence[str] | Sequence[Sequence[str]],
    labels: Sequence[str],
) -> Explanation:
    """Return attributions as shap keeps the explanations of texts.

    Parameters
    ----------
    found : Attribution or sequence of Attribution
        Of one example, or of several.
    texts : sequence of str, or sequence of sequence of str
        The segments of the example, or of each.
    labels : sequence of str
        Names of the K classes.

    Returns
    -------
    Explanation
        ``values`` (n_words, K), ``base_values`` (K,), ``data`` the words, ``output_names`` the
        labels, ``error_std`` where there are standard errors. For several examples ``values``,
        ``data`` and ``error_std`` are arrays of such arrays and ``base_values`` is (n, K). A word
        that the model does not read has the value 0, which is its Shapley value.

    Raises
    ------
    DataError
        If the attributions are not of these texts or labels.
    """
    Explanation = _explanation_class()  # noqa: N806
    if isinstance(found, Attribution):
        words = _words(found, [str(text) for text in texts], labels)
        return Explanation(
            values=np.nan_to_num(found.values),
            base_values=found.base,
            data=words,
            output_names=list(labels),
            error_std=None if found.errors is None else np.nan_to_num(found.errors),
        )
    if len(found) != len(texts) or not found:
        raise DataError(f"There are {len(found)} attributions for {len(texts)} examples.")
    errors = [each.errors for each in found]
    return Explanation(
        values=_ragged([np.nan_to_num(each.values) for each in found]),
        base_values=np.stack([each.base for each in found]),
        data=_ragged([_words(each, list(t), labels) for each, t in zip(found, texts, strict=True)]),
        output_names=list(labels),
        error_std=(
            None
            if any(each is None for each in errors)
            else _ragged([np.nan_to_num(each) for each in errors if each is not None])
        ),
    )


def from_shap(
    explanation: Explanation,
    *,
    explainer: str = "shap",
    full: np.ndarray | None = None,
) -> list[Attribution]:
    """Return the attributions in an explanation of shap, one for each example.

    Parameters
    ----------
    explanation : Explanation
        Of one text or of several, with a value for each feature and class.
    explainer : str
        What to call the explainer.
    full : ndarray, shape (K,) or (n, K), optional
        Probabilities of the examples as they are. By default the base value plus all values, to
        which Shapley values add up; those of other explainers do not.

    Returns
    -------
    list of Attribution
        Features are taken as words; ``evaluations`` is 0, which means that it is not known.

    Raises
    ------
    DataError
        If values and base values do not have the same classes.
    """
    base = np.asarray(explanation.base_values, dtype=float)
    one = explanation.values.dtype != object and explanation.values.ndim == 2 and base.ndim == 1
    values = [explanation.values] if one else list(explanation.values)
    errors = [explanation.error_std] * len(values) if one else explanation.error_std
    bases = base[None] if one else base
    if bases.ndim != 2 or len(bases) != len(values):
        raise DataError(
            f"Base values of shape {base.shape} do not fit {len(values)} example(s). Needed is "
            "one for each class of each example: explain every output of the model."
        )
    wholes = [None] * len(values) if full is None else np.atleast_2d(full)
    return [
        _attribution(explainer, *each)
        for each in zip(
            values, bases, [None] * len(values) if errors is None else errors, wholes, strict=True
        )
    ]


def _attribution(
    explainer: str,
    values: np.ndarray,
    base: np.ndarray,
    errors: np.ndarray | None,
    full: np.ndarray | None,
) -> Attribution:
    values = np.asarray(values, dtype=float)
    if values.ndim != 2 or values.shape[1] != len(base):
        raise DataError(
            f"Values of shape {values.shape} do not fit {len(base)} class(es). Needed are "
            "(features, classes)."
        )
    return Attribution(
        values=values,
        base=base,
        full=base + values.sum(axis=0) if full is None else np.asarray(full, dtype=float),
        evaluations=0,
        explainer=explainer,
        errors=None if errors is None else np.asarray(errors, dtype=float),
    )


def _explanation_class() -> type[Explanation]:
    with warnings.catch_warnings():
        # shap's plots call methods that matplotlib is about to deprecate; nothing is drawn here.
        warnings.simplefilter("ignore", PendingDeprecationWarning)
        from shap import Explanation
    return Explanation


def _words(found: Attribution, texts: Sequence[str], labels: Sequence[str]) -> np.ndarray:
    words = [word.text for word in word_grid(tuple(texts)).words]
    if found.values.shape != (len(words), len(labels)):
        raise DataError(
            f"An attribution of shape {found.values.shape} is not of {len(words)} words and "
            f"{len(labels)} labels. Give the texts and the labels that were explained."
        )
    return np.array(words, dtype=object)


def _ragged(arrays: Sequence[np.ndarray]) -> np.ndarray:
    """Return an array of arrays, also where all have the same length."""
    rows = np.empty(len(arrays), dtype=object)
    rows[:] = list(arrays)
    return rows

"""The explainers and what is known of each; nothing heavy is imported until one runs."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from trusteq_core.attribution.attribution import Attribution, Estimate
from trusteq_core.attribution.engine import ValueFunction
from trusteq_core.attribution.gradients import gradient_input, integrated_gradients
from trusteq_core.attribution.lime import lime_values
from trusteq_core.attribution.lime_surrogate import lime_surrogate_values
from trusteq_core.attribution.masking import Predictor
from trusteq_core.attribution.occlusion import occlusion_values
from trusteq_core.attribution.partition import partition_values
from trusteq_core.attribution.shapley import shapley_values
from trusteq_core.errors import DataError, UnknownName
from trusteq_core.models.classifier import Report
from trusteq_core.tasks import example_seed

__all__ = [
    "DEFAULT_EXPLAINERS",
    "EXPLAINERS",
    "Explainer",
    "explain",
    "explainer_title",
    "get_explainer",
]

Compute = Callable[..., Estimate]
"""``compute(value, *, seed, **settings)`` over the players."""

_RANGES: dict[str, tuple[float, float]] = {"error": (0.0, 1.0), "stability": (0.0, 1.0)}
"""Settings that are probabilities; both ends are excluded."""


@dataclass(frozen=True, slots=True)
class Explainer:
    """One way to attribute a prediction to words, with its declared facts.

    Attributes
    ----------
    id : str
        Name used in addresses, files and on the command line.
    title : str
        Name shown to a person.
    summary : str
        What its values mean, in one sentence.
    deterministic : bool
        Whether the seed leaves the values alone.
    estimates_error : bool
        Whether it gives standard errors.
    budget : str or None
        The setting that bounds the number of evaluations, where there is one.
    compute : callable
        ``compute(value, *, seed, **settings)``, an `Estimate` over the players.
    defaults : mapping
        Every setting that is recorded with each result, and its default.
    options : mapping
        Further settings and their defaults; one is recorded only where it is given, so results
        from before it existed keep their address.
    needs_gradients : bool
        Whether the model must have gradients; any model can be masked.
    """

    id: str
    title: str
    summary: str
    deterministic: bool
    estimates_error: bool
    budget: str | None
    compute: Compute = field(repr=False)
    defaults: Mapping[str, Any] = field(default_factory=dict)
    options: Mapping[str, Any] = field(default_factory=dict)
    needs_gradients: bool = False

    def explain(self, value: ValueFunction, *, seed: int = 0, **settings: Any) -> Attribution:
        """Explain the example of a value function, which other explainers may share.

        Parameters
        ----------
        value : ValueFunction
            Inputs that it already evaluated for another explainer are not evaluated again.
        seed : int
            The example's own seed (`trusteq_core.tasks.example_seed`).
        **settings
            Any of `defaults` and `options`.

        Returns
        -------
        Attribution
            ``evaluations`` counts the distinct inputs that this explainer asked for, whether or
            not another had them evaluated before.

        Raises
        ------
        UnknownName
            If the explainer has no such setting.
        DataError
            If the value of a setting is not allowed.
        ModelError
            If it needs gradients and the model has none.
        """
        chosen = self.check(settings)
        planned = chosen[self.budget] if self.budget else len(value.players) + 2
        mine = value.view(planned=planned)
        found = self.compute(mine, seed=seed, **chosen)
        evaluations = mine.evaluations + found.evaluations
        if mine.report is not None:
            mine.report(evaluations, evaluations)
        return Attribution(
            values=_over_grid(found.values, mine),
            base=mine.base if found.base is None else found.base,
            full=mine.full,
            evaluations=evaluations,
            explainer=self.id,
            settings={"mask": value.mask, **chosen},
            seed=seed,
            errors=None if found.errors is None else _over_grid(found.errors, mine),
            batch_effect=mine.batch_effect,
            by_index=mine.by_index,
        )

    def check(self, settings: Mapping[str, Any]) -> dict[str, Any]:
        """Return the settings to record: the defaults, and whatever was given."""
        known = {**self.defaults, **self.options}
        for name, given in settings.items():
            if name not in known:
                raise UnknownName(f"setting of explainer {self.id}", name, known)
            allowed = self._refused(name, known[name], given)
            if allowed:
                raise DataError(
                    f"Setting {name} of explainer {self.id} must be {allowed}, got {given!r}."
                )
        return {**self.defaults, **settings}

    def _refused(self, name: str, default: Any, given: Any) -> str | None:
        """Return what is allowed where a value is not, else None."""
        number = isinstance(given, int | float | np.number) and not isinstance(given, bool)
        if name in _RANGES:
            low, high = _RANGES[name]
            if given is None or (number and low < given < high):
                return None
            return f"a number between {low:g} and {high:g}, or None"
        least = 2 if name == self.budget else 1
        if isinstance(default, int) and not (
            number and isinstance(given, int | np.integer) and given >= least
        ):
            return f"a whole number of at least {least}"
        return None


def _over_grid(values: np.ndarray, value: ValueFunction) -> np.ndarray:
    """Spread values of the players over all words, NaN for those that the model does not read."""
    spread = np.full((len(value.grid), values.shape[1]), np.nan)
    spread[value.players] = values
    return spread


EXPLAINERS: dict[str, Explainer] = {
    explainer.id: explainer
    for explainer in (
        Explainer(
            id="lime",
            title="LIME",
            summary="Weight of each word in a linear model fitted to randomly thinned texts.",
            deterministic=False,
            estimates_error=False,
            budget="samples",
            compute=lime_values,
            defaults={"samples": 1000},
        ),
        Explainer(
            id="shap-partition",
            title="SHAP partition",
            summary="Owen values: Shapley values that credit neighbouring words as groups first.",
            deterministic=True,
            estimates_error=False,
            budget="evaluations",
            compute=partition_values,
            defaults={"evaluations": 500, "batch": 32},
        ),
        Explainer(
            id="shapley",
            title="Shapley values",
            summary="Average change when the word joins a random part of the other words.",
            deterministic=False,
            estimates_error=True,
            budget="budget",
            compute=shapley_values,
            defaults={"budget": 512, "error": None},
            options={"stability": None, "top": 5},
        ),
        Explainer(
            id="occlusion",
            title="Occlusion",
            summary="What the full text loses when the word alone is left out.",
            deterministic=True,
            estimates_error=False,
            budget=None,
            compute=occlusion_values,
        ),
        Explainer(
            id="lime-surrogate",
            title="LIME by surrogate",
            summary="LIME's weights from many samples, most of them predicted, not evaluated.",
            deterministic=False,
            estimates_error=False,
            budget="budget",
            compute=lime_surrogate_values,
            defaults={"budget": 512, "samples": 10_000},
        ),
        Explainer(
            id="integrated-gradients",
            title="Integrated gradients",
            summary="Change of the answer along a line on which all words fade in, word by word.",
            deterministic=True,
            estimates_error=False,
            budget="steps",
            compute=integrated_gradients,
            defaults={"steps": 512},
            needs_gradients=True,
        ),
        Explainer(
            id="gradient-input",
            title="Gradient × input",
            summary="Slope of the answer at the full text, times each word's embedding.",
            deterministic=True,
            estimates_error=False,
            budget=None,
            compute=gradient_input,
            needs_gradients=True,
        ),
    )
}

DEFAULT_EXPLAINERS: tuple[str, ...] = ("lime", "shap-partition", "shapley", "occlusion")
"""The explainers that are run where none is named; they work for every model."""


def get_explainer(explainer_id: str) -> Explainer:
    """Return the explainer with this id.

    Raises
    ------
    UnknownName
        If there is none; the message lists the valid ids.
    """
    if explainer_id not in EXPLAINERS:
        raise UnknownName("explainer", explainer_id, EXPLAINERS)
    return EXPLAINERS[explainer_id]


def explainer_title(explainer_id: str) -> str:
    """Return the title of an explainer, or its id where this version does not know it.

    Examples
    --------
    >>> explainer_title("lime"), explainer_title("of-tomorrow")
    ('LIME', 'of-tomorrow')
    """
    known = EXPLAINERS.get(explainer_id)
    return known.title if known else explainer_id


def explain(
    model: Predictor,
    segments: Sequence[str],
    explainer: str = "lime",
    *,
    example_id: str | None = None,
    seed: int = 0,
    mask: str = "remove",
    report: Report | None = None,
    **settings: Any,
) -> Attribution:
    """Explain one example with one explainer.

    Parameters
    ----------
    model : Predictor
        Anything with ``predict``.
    segments : sequence of str
        The texts of the example, in the task's order.
    explainer : str
        One of `EXPLAINERS`.
    example_id : str, optional
        Its id, from which its seed is derived; without one, its texts stand in.
    seed : int
        Seed of the run.
    mask : {"remove", "mask_token"}
        Mask policy.
    report : callable, optional
        ``report(done, total)``; may raise to cancel.
    **settings
        Settings of the explainer.

    Returns
    -------
    Attribution

    Raises
    ------
    UnknownName, TextError, ModelError
        As in `ValueFunction`, `get_explainer` and `Explainer.explain`.

    Examples
    --------
    >>> class Length:
    ...     def predict(self, examples):
    ...         share = np.array([len(" ".join(texts).split()) for texts in examples]) / 10
    ...         return np.column_stack([share, 1 - share])
    >>> found = explain(Length(), ("a dog sleeps", "a cat"), "shapley")
    >>> found.values[:, 0].round(6), found.evaluations
    (array([0.1, 0.1, 0.1, 0.1, 0.1]), 32)
    """
    chosen = get_explainer(explainer)
    identity = "\x1e".join(segments) if example_id is None else example_id
    value = ValueFunction(model, segments, mask=mask, report=report)
    return chosen.explain(value, seed=example_seed(identity, seed), **settings)

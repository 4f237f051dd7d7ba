"""Presets: which explainers, settings and measures belong together, by name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from trusteq_core.attribution import DEFAULT_EXPLAINERS, EXPLAINERS
from trusteq_core.errors import UnknownName

__all__ = ["PRESETS", "Preset", "get_preset"]


@dataclass(frozen=True, slots=True)
class Preset:
    """One way to compare two models.

    Attributes
    ----------
    id, title : str
        Name in options and tables; name shown to a person.
    k : int
        Number of top words.
    explained : str
        The explained class, as in `Comparison.overlap`.
    n_bins, scheme
        Bins of the calibration, as in `Comparison.calibration`.
    explainers : mapping
        By task, and under ``""`` for any other: the settings of each explainer that differ from
        its defaults.
    seeds : tuple of int
        Seeds of the explainers.
    """

    id: str
    title: str
    k: int
    explained: str
    n_bins: int
    scheme: str
    explainers: Mapping[str, Mapping[str, Mapping[str, Any]]]
    seeds: tuple[int, ...] = (0, 1, 2)

    def settings(self, task_id: str) -> Mapping[str, Mapping[str, Any]]:
        """Return the explainers of a task and their settings that differ from the defaults."""
        return self.explainers.get(task_id, self.explainers[""])

    def recorded(self, task_id: str, explainer: str, *, mask: str = "remove") -> dict[str, Any]:
        """Return all settings of an explainer, as they stand in a result."""
        defaults = EXPLAINERS[explainer].defaults
        return {"mask": mask, **defaults, **self.settings(task_id)[explainer]}


_AS_THEY_ARE: Mapping[str, Any] = MappingProxyType({})

PRESETS: dict[str, Preset] = {
    preset.id: preset
    for preset in (
        Preset(
            id="default",
            title="Default",
            k=5,
            explained="reference",
            n_bins=15,
            scheme="width",
            explainers={"": dict.fromkeys(DEFAULT_EXPLAINERS, _AS_THEY_ARE)},
        ),
        Preset(
            id="paper",
            title="As in the paper",
            k=10,
            explained="gold",
            n_bins=10,
            scheme="mass",
            explainers={
                "": {"lime": {"samples": 1000}, "shap-partition": {"evaluations": 500}},
                "paraphrase": {"lime": {"samples": 100}, "shapley": {"budget": 500}},
            },
        ),
    )
}


def get_preset(name: str) -> Preset:
    """Return the preset of this name.

    Raises
    ------
    UnknownName
        If there is none; the message lists the valid ones.
    """
    if name not in PRESETS:
        raise UnknownName("preset", name, PRESETS)
    return PRESETS[name]

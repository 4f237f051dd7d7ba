"""Settings of explainers on the command line: ``--setting lime.samples=250``."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import click

from trusteq_core.errors import DataError

__all__ = ["parse_settings", "setting_option"]

setting_option = click.option(
    "--setting",
    "settings",
    multiple=True,
    metavar="ID.NAME=VALUE",
    help="One setting of an explainer, such as lime.samples=250. May be repeated.",
)


def parse_settings(texts: Iterable[str]) -> dict[str, dict[str, Any]]:
    """Return the settings of each explainer, checked to be ones that it has.

    Raises
    ------
    UnknownName
        If there is no such explainer or setting.
    DataError
        If a text is not of the form or its value is none that the setting takes.

    Examples
    --------
    >>> parse_settings(["lime.samples=250", "shapley.error=0.01"])
    {'lime': {'samples': 250}, 'shapley': {'error': 0.01}}
    """
    from trusteq_core.attribution import get_explainer

    found: dict[str, dict[str, Any]] = {}
    for text in texts:
        name, _, value = (part.strip() for part in text.partition("="))
        explainer, _, setting = name.partition(".")
        try:
            number = float(value)
        except ValueError:
            raise DataError(
                f'The setting "{text}" is not ID.NAME=VALUE with a number, as in lime.samples=250.'
            ) from None
        chosen = {setting: int(number) if number.is_integer() else number}
        get_explainer(explainer).check(chosen)
        found.setdefault(explainer, {}).update(chosen)
    return found

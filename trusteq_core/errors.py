"""Every error that TrustEQ raises for its user.

Each message says what was wrong, what is allowed, and what to do. The command line prints it and
exits with status 2; the dashboard shows it in place of the panel that needed the result.
"""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

__all__ = [
    "AnonymousLabels",
    "DataError",
    "ModelError",
    "ResultError",
    "StoreError",
    "TextError",
    "TrusteqError",
    "UnknownName",
]


class TrusteqError(Exception):
    """Base of every error whose message is meant for the user."""


class UnknownName(TrusteqError):
    """A task, model, explainer or class that does not exist.

    Parameters
    ----------
    kind : str
        What was looked up, in the singular: ``"task"``, ``"model"``, ``"explainer"``.
    name : str
        The name that was given.
    known : iterable of str
        The valid names; they are listed, and the nearest is suggested.

    Examples
    --------
    >>> print(UnknownName("model", "bse", ["base", "tiny"]))
    No model "bse". Did you mean "base"? Known: base, tiny.
    """

    def __init__(self, kind: str, name: str, known: Iterable[str]) -> None:
        names = list(known)
        near = get_close_matches(str(name), names, n=1)
        hint = f' Did you mean "{near[0]}"?' if near else ""
        listing = ", ".join(names) if names else "none"
        super().__init__(f'No {kind} "{name}".{hint} Known: {listing}.')
        self.kind, self.name, self.known = kind, name, names


class TextError(TrusteqError):
    """A text that cannot be classified or explained."""


class DataError(TrusteqError):
    """An example table or a table of probabilities that breaks its contract."""


class ModelError(TrusteqError):
    """A model that cannot be loaded, or does not fit the task."""


class AnonymousLabels(ModelError):
    """A model that does not say what its outputs mean."""


class ResultError(TrusteqError):
    """A stored result that is damaged, foreign, or written by a newer version."""


class StoreError(TrusteqError):
    """A results store that cannot be read or written."""

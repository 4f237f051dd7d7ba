"""The manifest of a stored result: what it is, and what determined it."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from functools import cache
from hashlib import blake2b
from importlib import metadata
from typing import Any

from trusteq_core.errors import ResultError, StoreError

__all__ = ["KINDS", "SCHEMA_VERSION", "Manifest", "check_name"]

SCHEMA_VERSION = 1
KINDS = ("examples", "predictions", "attributions", "profile", "live")

# What says when and by what a result was made, but does not determine it.
_CIRCUMSTANCES = ("n", "versions", "created", "seconds", "producer", "notes")
_RECORDED_VERSIONS = ("trusteq", "numpy", "torch", "transformers", "tokenizers", "shap", "lime")
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,79}")


def check_name(what: str, name: str) -> str:
    """Return `name` if it can safely be a part of a file name.

    Raises
    ------
    StoreError
        If it is empty, too long, or has a character that could lead out of the store.

    Examples
    --------
    >>> check_name("task", "nli")
    'nli'
    """
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        raise StoreError(
            f"{name!r} cannot be the {what} of a result: it takes 1 to 80 letters, digits, "
            "dots, dashes and underscores, and begins with a letter or digit."
        )
    return name


@dataclass(frozen=True, slots=True)
class Manifest:
    """What one stored result is.

    Attributes
    ----------
    kind : str
        One of `KINDS`; it fixes the columns of the frame (see ``docs/architecture.md``).
    task : str
        Id of the task.
    model : str or None
        Name of the model, as in the catalogue.
    model_fingerprint : str or None
        Hash of the model's weights, tokenizer, configuration and compression recipe.
    data_fingerprint : str or None
        `trusteq_core.tasks.examples_fingerprint` of exactly the examples of this result.
    split : str or None
        Name of the example table the examples come from.
    explainer : str or None
        Id of the explainer; attributions only.
    settings : mapping
        Every setting that determines the result; plain JSON values.
    seed : int or None
        Seed of the run, from which every example's seed is derived.
    n : int
        Number of examples in the result (models, for a profile).
    schema_version : int
        Version of this format.
    versions : mapping
        Versions of the libraries that made the result.
    created : str
        When it was stored: UTC, ISO 8601.
    seconds : float or None
        How long it took to make.
    producer : str
        What made it.
    notes : mapping
        What was found as the model was loaded: the order of its outputs, what another number
        format changes. It is in the fingerprint where it decides the result.
    """

    kind: str
    task: str
    model: str | None = None
    model_fingerprint: str | None = None
    data_fingerprint: str | None = None
    split: str | None = None
    explainer: str | None = None
    settings: Mapping[str, Any] = field(default_factory=dict)
    seed: int | None = None
    n: int = 0
    schema_version: int = SCHEMA_VERSION
    versions: Mapping[str, str] = field(default_factory=dict)
    created: str = ""
    seconds: float | None = None
    producer: str = ""
    notes: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise StoreError(f"No kind of result {self.kind!r}. Known: {', '.join(KINDS)}.")
        check_name("task", self.task)

    def address(self) -> str:
        """Return the hash of what determines the result, 32 hexadecimal digits.

        Number of examples, time and library versions do not enter it. The model's name does: two
        names may stand for the same weights, and each is looked for by its own.

        Examples
        --------
        >>> first = Manifest("predictions", "nli", model_fingerprint="f", data_fingerprint="d")
        >>> first.address() == first.stamped(seconds=2.0).address()
        True
        >>> first.address() == replace(first, seed=1).address()
        False
        """
        facts = {key: value for key, value in asdict(self).items() if key not in _CIRCUMSTANCES}
        return blake2b(_canonical(facts).encode(), digest_size=16).hexdigest()

    def stamped(self, *, n: int | None = None, seconds: float | None = None) -> Manifest:
        """Return a copy that says when it was made, how long it took and with which versions."""
        versions = _installed_versions()
        return replace(
            self,
            n=self.n if n is None else n,
            seconds=self.seconds if seconds is None else round(seconds, 3),
            created=datetime.now(UTC).isoformat(timespec="milliseconds"),
            versions=dict(versions),
            producer=f"trusteq {versions.get('trusteq', '')}".strip(),
        )

    def to_json(self) -> str:
        """Return the manifest as one line of JSON."""
        facts = asdict(self)
        if not facts["notes"]:
            del facts["notes"]  # as files were written before there were any
        return _canonical(facts)

    @classmethod
    def from_json(cls, text: str | bytes) -> Manifest:
        """Read a manifest back.

        Raises
        ------
        ResultError
            If the text is no manifest, or one of a newer version. The message has no file name;
            who knows the file adds it.
        """
        try:
            facts = json.loads(text)
            version = int(facts["schema_version"])
        except (ValueError, TypeError, KeyError) as error:
            raise ResultError("its manifest cannot be read") from error
        if version > SCHEMA_VERSION:
            raise ResultError(
                f"it has schema version {version}, written by a newer TrustEQ; "
                f"this one reads up to version {SCHEMA_VERSION}"
            )
        try:
            return cls(**facts)
        except (TypeError, StoreError) as error:
            raise ResultError(f"its manifest breaks the format ({error})") from error


def _canonical(facts: Mapping[str, Any]) -> str:
    try:
        return json.dumps(facts, sort_keys=True, separators=(",", ":"), allow_nan=False)
    except (TypeError, ValueError) as error:
        raise StoreError(
            f"A manifest holds plain JSON values only ({error}); convert the settings first."
        ) from error


@cache
def _installed_versions() -> dict[str, str]:
    found = {}
    for name in _RECORDED_VERSIONS:
        try:
            found[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            continue
    return found

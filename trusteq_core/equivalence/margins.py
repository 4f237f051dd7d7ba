"""Margins: how large a difference is still small enough. Data, set before looking."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

from trusteq_core.errors import DataError, UnknownName

__all__ = ["Margins", "read_margins"]

_LARGEST = {"accuracy": 1.0, "overlap": 1.0, "gap": 1.0, "brier": 2.0, "profile": 2.0, "alpha": 0.5}


@dataclass(frozen=True, slots=True)
class Margins:
    """The largest differences at which a compressed model still counts as equivalent.

    Attributes
    ----------
    accuracy : float
        Largest loss of accuracy; one-sided, a gain is always allowed.
    overlap : float
        Largest shortfall of Jaccard@K below its ceiling, per explainer; one-sided.
    gap : float
        Largest difference of the signed gaps, either way.
    brier : float
        Largest difference of the Brier scores (0-2), either way.
    profile : float
        Largest profile distance D.
    alpha : float
        Probability of calling models equivalent whose difference is as large as the margin;
        intervals have the level ``1 - 2 * alpha``.

    Raises
    ------
    DataError
        If a value is not a number above 0 and below the measure's range.

    Examples
    --------
    >>> Margins(accuracy=0.01).accuracy
    0.01
    """

    accuracy: float = 0.02
    overlap: float = 0.10
    gap: float = 0.02
    brier: float = 0.02
    profile: float = 0.03
    alpha: float = 0.05

    def __post_init__(self) -> None:
        for name, value in asdict(self).items():
            number = isinstance(value, int | float) and not isinstance(value, bool)
            if not number or not 0.0 < value < _LARGEST[name]:
                raise DataError(
                    f'Margin "{name}" must be a number above 0 and below {_LARGEST[name]:g}, '
                    f"got {value!r}."
                )

    @property
    def level(self) -> float:
        """Level of the intervals that are compared with the margins: 0.90 by default."""
        return 1.0 - 2.0 * self.alpha

    @classmethod
    def from_dict(cls, values: Mapping[str, float]) -> Margins:
        """Return the margins with these names and values, defaults for the others.

        Raises
        ------
        UnknownName
            If a name is none of the margins.
        DataError
            If a value is not allowed.
        """
        known = [field.name for field in fields(cls)]
        for name in values:
            if name not in known:
                raise UnknownName("margin", name, known)
        return cls(**values)

    @classmethod
    def from_file(cls, path: str | Path) -> Margins:
        """Return the margins of a TOML or JSON file, from its table ``margins``.

        What ``compare``, ``calibrate``, ``gate`` and ``report`` print as JSON is such a file: the
        margins of its verdict can be used again.

        Raises
        ------
        DataError
            If the file cannot be read, is neither, has no such table, or a value is not allowed.
        UnknownName
            If a name is none of the margins.
        """
        path = Path(path)
        parse = json.loads if path.suffix.lower() == ".json" else tomllib.loads
        kind = "JSON" if parse is json.loads else "TOML"
        try:
            content: Any = parse(path.read_text(encoding="utf-8"))
        except OSError as error:
            reason = error.strerror or str(error)
            raise DataError(f'The margins file "{path}" cannot be read: {reason}.') from error
        except ValueError as error:  # not parsed, or not UTF-8
            raise DataError(f'"{path}" is not a {kind} file: {error}.') from error
        holder = content.get("verdict", content) if isinstance(content, dict) else content
        table = holder.get("margins") if isinstance(holder, dict) else None
        if not isinstance(table, dict):
            where = "[margins]" if kind == "TOML" else '"margins"'
            raise DataError(f'"{path}" has no table {where}. Put the margins under it.')
        return cls.from_dict(table)

    def to_dict(self) -> dict[str, float]:
        """Return all margins by name."""
        return asdict(self)

    def to_toml(self) -> str:
        """Return the margins as a TOML file that :meth:`from_file` reads.

        Examples
        --------
        >>> print(Margins().to_toml().splitlines()[1])
        accuracy = 0.02
        """
        lines = [f"{name} = {value!r}" for name, value in self.to_dict().items()]
        return "\n".join(["[margins]", *lines, ""])


def read_margins(file: str | Path | None = None, settings: Iterable[str] = ()) -> Margins:
    """Return the margins of a file, changed by single settings; defaults for what neither names.

    Parameters
    ----------
    file : path, optional
        A TOML or JSON file (:meth:`Margins.from_file`).
    settings : iterable of str
        ``NAME=VALUE`` each; the last one of a name counts.

    Raises
    ------
    DataError
        If the file is of no use, a setting is not ``NAME=VALUE``, or a value is not allowed.
    UnknownName
        If a name is none of the margins.

    Examples
    --------
    >>> read_margins(settings=["accuracy=0.01", "profile=0.05"]).to_toml().splitlines()[1]
    'accuracy = 0.01'
    """
    values: dict[str, Any] = Margins.from_file(file).to_dict() if file is not None else {}
    for setting in settings:
        name, _, value = (part.strip() for part in setting.partition("="))
        try:
            values[name] = float(value)
        except ValueError as error:
            raise DataError(
                f'The margin "{setting}" is not NAME=VALUE with a number, as in accuracy=0.01.'
            ) from error
    return Margins.from_dict(values)

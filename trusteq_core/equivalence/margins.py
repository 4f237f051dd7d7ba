"""Margins: how large a difference is still small enough. Data, set before looking."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from pathlib import Path

from trusteq_core.errors import DataError, UnknownName

__all__ = ["Margins"]

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
    def from_toml(cls, path: str | Path) -> Margins:
        """Return the margins of a TOML file, from its table ``[margins]``.

        Raises
        ------
        DataError
            If the file cannot be read, is no TOML, has no such table, or a value is not allowed.
        UnknownName
            If a name is none of the margins.
        """
        try:
            content = tomllib.loads(Path(path).read_text(encoding="utf-8"))
        except OSError as error:
            raise DataError(f"The margins file cannot be read: {error}.") from error
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise DataError(f'"{path}" is not a TOML file: {error}.') from error
        table = content.get("margins")
        if not isinstance(table, dict):
            raise DataError(f'"{path}" has no table [margins]. Put the margins under it.')
        return cls.from_dict(table)

    def to_dict(self) -> dict[str, float]:
        """Return all margins by name."""
        return asdict(self)

    def to_toml(self) -> str:
        """Return the margins as a TOML file that :meth:`from_toml` reads.

        Examples
        --------
        >>> print(Margins().to_toml().splitlines()[1])
        accuracy = 0.02
        """
        lines = [f"{name} = {value!r}" for name, value in self.to_dict().items()]
        return "\n".join(["[margins]", *lines, ""])

"""Inputs of a model as token ids, of any lengths, end to end in one array."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

import numpy as np

__all__ = ["TokenRows"]


@dataclass(frozen=True, slots=True, eq=False)
class TokenRows:
    """Inputs of different lengths without padding.

    Attributes
    ----------
    names : tuple of str
        What a model is given for each token, ``input_ids`` first.
    values : ndarray of int32, shape (n_names, n_tokens)
        The tokens of all inputs, one input behind the other.
    lengths : ndarray of int, shape (n,)
        Tokens of each input.
    """

    names: tuple[str, ...]
    values: np.ndarray
    lengths: np.ndarray

    @classmethod
    def from_encoding(cls, encoding: Mapping[str, Any], names: Sequence[str]) -> TokenRows:
        """Take over what a tokenizer returned for several texts."""
        ordered = tuple(sorted(names, key=lambda name: name != "input_ids"))
        lengths = np.array([len(row) for row in encoding[ordered[0]]], dtype=int)
        values = [
            np.fromiter(chain.from_iterable(encoding[name]), np.int32, int(lengths.sum()))
            for name in ordered
        ]
        return cls(ordered, np.stack(values), lengths)

    @classmethod
    def join(cls, parts: Sequence[TokenRows]) -> TokenRows:
        """Put the inputs of several into one, in order; at least one, all of the same names."""
        if len(parts) == 1:
            return parts[0]
        return cls(
            parts[0].names,
            np.concatenate([part.values for part in parts], axis=1),
            np.concatenate([part.lengths for part in parts]),
        )

    def __len__(self) -> int:
        return len(self.lengths)

    def starts(self) -> np.ndarray:
        """Return where each input begins, shape (n,)."""
        return np.cumsum(self.lengths) - self.lengths

    def take(self, rows: np.ndarray) -> TokenRows:
        """Return some of the inputs, in the given order."""
        starts = self.starts()
        parts = [np.arange(starts[row], starts[row] + self.lengths[row]) for row in rows]
        columns = np.concatenate(parts) if parts else np.empty(0, dtype=int)
        return TokenRows(self.names, self.values[:, columns], self.lengths[rows])

    def keys(self) -> list[bytes]:
        """Return one key for each input, equal for equal inputs."""
        ends = np.cumsum(self.lengths).tolist()
        flat = np.ascontiguousarray(self.values.T)
        return [flat[start:end].tobytes() for start, end in zip([0, *ends], ends, strict=False)]

    def padded(
        self, rows: np.ndarray, fill: Mapping[str, int], *, left: bool = False
    ) -> dict[str, np.ndarray]:
        """Return some inputs as matrices of one width, by name.

        Parameters
        ----------
        rows : ndarray of int, shape (m,)
            Numbers of the inputs.
        fill : mapping
            What stands behind the end of an input; 0 for names that are not in it.
        left : bool
            Pad before the inputs in place of behind them.

        Returns
        -------
        dict of ndarray of int64, each (m, width)
        """
        lengths = self.lengths[rows]
        place = np.arange(lengths.max())
        if left:
            place = place - (lengths.max() - lengths)[:, None]
        inside = (place >= 0) & (place < lengths[:, None])
        source = np.where(inside, self.starts()[rows][:, None] + place, 0)
        return {
            name: np.where(inside, values[source], fill.get(name, 0)).astype(np.int64)
            for name, values in zip(self.names, self.values, strict=True)
        }

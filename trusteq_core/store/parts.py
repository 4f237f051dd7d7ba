"""Parts of a long run: what is done so far, kept in files, so that a run can resume."""

from __future__ import annotations

import os
import shutil
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

import pandas as pd

from trusteq_core.errors import ResultError, StoreError
from trusteq_core.store.manifest import Manifest
from trusteq_core.store.parquet import read_frame, read_manifest, write_frame

__all__ = ["PartWriter"]


class PartWriter:
    """The part files of one result in the making, ``<folder>/NNNN-<process>.parquet``.

    A part holds the rows of whole examples. Parts that a killed process left are taken up; a
    damaged one is removed, and its examples are done again. Two processes may write at once.

    Parameters
    ----------
    folder : Path
        Where the parts are kept.
    manifest : Manifest
        What the finished result will be.
    """

    def __init__(self, folder: Path, manifest: Manifest) -> None:
        self.folder = folder
        self.manifest = manifest

    def done(self) -> set[str]:
        """Return the ids of the examples that are in the parts."""
        return {example for frame in self._frames() for example in frame["id"].unique()}

    def append(self, frame: pd.DataFrame, *, seconds: float = 0.0) -> None:
        """Store the rows of some more examples.

        Raises
        ------
        StoreError
            If the folder cannot be written or the disk is full.
        """
        numbers = [int(path.name[:4]) for path in self._paths()]
        name = f"{max(numbers, default=-1) + 1:04d}-{os.getpid()}.parquet"
        manifest = self.manifest.stamped(n=frame["id"].nunique(), seconds=seconds)
        write_frame(self.folder / name, frame, manifest)

    def seconds(self) -> float:
        """Return how long the parts took to make, as far as they say."""
        return sum(read_manifest(path).seconds or 0.0 for path in self._paths())

    def merged(self, order: Sequence[str]) -> pd.DataFrame:
        """Return the rows of all parts, by example in the given `order`.

        Raises
        ------
        StoreError
            If an example of `order` is in no part.
        """
        rows: dict[str, pd.DataFrame] = {}
        for frame in self._frames():
            for example, group in frame.groupby("id", sort=False):
                rows.setdefault(str(example), group)
        missing = [example for example in order if example not in rows]
        if missing:
            raise StoreError(
                f"{len(missing)} of {len(order)} examples are not done yet, first "
                f"{missing[:3]}. Run the same command again: it goes on from what is there."
            )
        return pd.concat([rows[example] for example in order], ignore_index=True)

    def remove(self) -> None:
        """Delete the parts."""
        shutil.rmtree(self.folder, ignore_errors=True)
        with suppress(OSError):
            self.folder.parent.rmdir()

    def _paths(self) -> list[Path]:
        return sorted(self.folder.glob("[0-9][0-9][0-9][0-9]-*.parquet"))

    def _frames(self) -> list[pd.DataFrame]:
        frames = []
        for path in self._paths():
            try:
                frames.append(read_frame(path))
            except ResultError:
                path.unlink(missing_ok=True)
        return frames

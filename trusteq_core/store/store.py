"""One results store: a folder of result files, found by what is in them."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from trusteq_core.errors import ResultError, StoreError
from trusteq_core.store.manifest import KINDS, Manifest, check_name
from trusteq_core.store.parquet import read_frame, read_manifest, try_folder, write_frame
from trusteq_core.store.parts import PartWriter

__all__ = ["Entry", "ResultStore"]


@dataclass(frozen=True, slots=True)
class Entry:
    """One stored result: its address, its file and its manifest."""

    address: str
    path: Path
    manifest: Manifest


class ResultStore:
    """The results in one folder, ``<root>/<task>/<kind>/<address>.parquet``.

    Parameters
    ----------
    root : path
        The folder; it need not exist before the first result is written.
    writable : bool, default True
        False for a store that must not change, such as the precomputed one.
    """

    def __init__(self, root: str | os.PathLike[str], *, writable: bool = True) -> None:
        self.root = Path(root).expanduser().resolve()
        self.writable = writable
        self._footers: dict[Path, tuple[tuple[int, int], Manifest | ResultError]] = {}
        self._problems: dict[Path, str] = {}

    def __repr__(self) -> str:
        return f"ResultStore({str(self.root)!r}, writable={self.writable})"

    def find(
        self,
        *,
        kind: str | None = None,
        task: str | None = None,
        model: str | None = None,
        explainer: str | None = None,
        split: str | None = None,
        seed: int | None = None,
    ) -> list[Entry]:
        """Return the results that match every given fact, newest first.

        Only footers are read, and each only once as long as its file does not change. A file
        that cannot be used is left out and listed in `problems`.

        Parameters
        ----------
        kind, task, explainer, split, seed : optional
            As in the manifest.
        model : str, optional
            A model's name or its fingerprint.
        """
        wanted = {"explainer": explainer, "split": split, "seed": seed}
        wanted = {name: value for name, value in wanted.items() if value is not None}
        found = []
        for path in self._files(kind, task):
            manifest = self._footer(path)
            if (
                manifest is not None
                and all(getattr(manifest, name) == value for name, value in wanted.items())
                and model in (None, manifest.model, manifest.model_fingerprint)
            ):
                found.append(Entry(path.stem, path, manifest))
        found.sort(key=lambda entry: entry.address)
        found.sort(key=lambda entry: entry.manifest.created, reverse=True)
        return found

    def get(self, manifest: Manifest) -> Entry | None:
        """Return the stored result that `manifest` describes, or None."""
        path = self._path(manifest)
        stored = self._footer(path) if path.is_file() else None
        return None if stored is None else Entry(path.stem, path, stored)

    def read(self, entry: Entry) -> pd.DataFrame:
        """Return the rows of a result.

        Raises
        ------
        ResultError
            If the file is damaged, foreign, newer, or no longer there.
        StoreError
            If the entry is of another store.
        """
        if not self.holds(entry):
            raise StoreError(f"{entry.path} is not in the store {self.root}.")
        try:
            return read_frame(entry.path)
        except ResultError as error:
            self._problems[entry.path] = str(error)
            raise

    def write(self, manifest: Manifest, frame: pd.DataFrame) -> Entry:
        """Store a result, in place of any with the same address, and return its entry.

        Raises
        ------
        StoreError
            If the store is read-only, cannot be written, or the disk is full.
        """
        self._refuse_if_read_only()
        path = self._path(manifest)
        stamped = manifest if manifest.created else manifest.stamped()
        write_frame(path, frame, stamped)
        self._problems.pop(path, None)
        return Entry(path.stem, path, stamped)

    def remove(self, entry: Entry) -> None:
        """Delete a result.

        Raises
        ------
        StoreError
            If the store is read-only, the entry is of another store, or it cannot be deleted.
        """
        self._refuse_if_read_only()
        if not self.holds(entry):
            raise StoreError(f"{entry.path} is not in the store {self.root}.")
        try:
            entry.path.unlink(missing_ok=True)
        except OSError as error:
            raise StoreError(f"{entry.path} cannot be deleted ({error.strerror}).") from error

    def parts(self, manifest: Manifest) -> PartWriter:
        """Return the parts of a long run that will make the result of `manifest`."""
        self._refuse_if_read_only()
        return PartWriter(self.root / ".parts" / manifest.address(), manifest)

    def finish(self, parts: PartWriter, order: Sequence[str], *, seconds: float = 0.0) -> Entry:
        """Merge the parts of a long run into its result, rows in the `order` of example ids.

        Raises
        ------
        StoreError
            If an example is in no part, or the result cannot be written.
        """
        frame = parts.merged(order)
        manifest = parts.manifest.stamped(n=len(order), seconds=parts.seconds() + seconds)
        entry = self.write(manifest, frame)
        parts.remove()
        return entry

    def holds(self, entry: Entry) -> bool:
        """Return whether the entry's file lies in this store."""
        return entry.path.resolve().is_relative_to(self.root)

    def problems(self) -> list[str]:
        """Return a sentence for each file that cannot be used, as far as they were met."""
        self._problems = {
            path: text for path, text in self._problems.items() if os.path.lexists(path)
        }
        return [self._problems[path] for path in sorted(self._problems)]

    def check_writable(self) -> None:
        """Raise `StoreError` if results cannot be written here: a file is written to find out."""
        self._refuse_if_read_only()
        try_folder(self.root)

    def _refuse_if_read_only(self) -> None:
        if not self.writable:
            raise StoreError(
                f"The result was not stored: {self.root} is read-only. Set TRUSTEQ_STORE to a "
                "folder of your own."
            )

    def _path(self, manifest: Manifest) -> Path:
        folder = self.root / check_name("task", manifest.task) / manifest.kind
        return folder / f"{manifest.address()}.parquet"

    def _files(self, kind: str | None, task: str | None) -> list[Path]:
        if kind is not None and kind not in KINDS:
            raise StoreError(f"No kind of result {kind!r}. Known: {', '.join(KINDS)}.")
        kinds = KINDS if kind is None else (kind,)
        try:
            tasks = _subfolders(self.root) if task is None else [check_name("task", task)]
            return sorted(
                path
                for name in tasks
                for each in kinds
                for path in _result_files(self.root / name / each)
            )
        except OSError as error:
            self._problems[self.root] = (
                f"The store {self.root} cannot be read ({error.strerror or error}). "
                "Give TRUSTEQ_STORE a folder that can be read."
            )
            return []

    def _footer(self, path: Path) -> Manifest | None:
        try:
            status = path.stat()
        except OSError:
            return None
        stamp = (status.st_mtime_ns, status.st_size)
        known = self._footers.get(path)
        if known is None or known[0] != stamp:
            known = (stamp, self._checked_manifest(path))
            self._footers[path] = known
            self._problems.pop(path, None)
        if isinstance(known[1], ResultError):
            self._problems[path] = str(known[1])
            return None
        return known[1]

    def _checked_manifest(self, path: Path) -> Manifest | ResultError:
        try:
            if not path.resolve().is_relative_to(self.root):
                raise ResultError(f"{path} leads out of the store. Remove the link.")
            manifest = read_manifest(path)
            if self._path(manifest) != path:
                raise ResultError(
                    f"{path} does not hold the result that its name says. Remove the file, or "
                    "compute the result again."
                )
        except ResultError as error:
            return error
        return manifest


def _subfolders(folder: Path) -> list[str]:
    if not folder.exists():
        return []
    with os.scandir(folder) as entries:
        return sorted(e.name for e in entries if e.is_dir() and not e.name.startswith("."))


def _result_files(folder: Path) -> list[Path]:
    if not folder.is_dir():
        return []
    with os.scandir(folder) as entries:
        return [
            Path(entry.path)
            for entry in entries
            if entry.name.endswith(".parquet") and not entry.name.startswith(".")
        ]

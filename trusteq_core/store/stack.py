"""Stores, one over the other: the user's own results over the precomputed ones."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

import pandas as pd

import trusteq_core
from trusteq_core.errors import ResultError, StoreError
from trusteq_core.store.manifest import Manifest
from trusteq_core.store.parts import PartWriter
from trusteq_core.store.store import Entry, ResultStore

__all__ = ["StoreStack", "default_store"]


class StoreStack:
    """Several stores, one over the other: the first that has a result serves it.

    Parameters
    ----------
    stores : sequence of ResultStore
        From the top down. Results are written to the first writable one.
    """

    def __init__(self, stores: Sequence[ResultStore]) -> None:
        if not stores:
            raise StoreError("A stack of stores needs at least one store.")
        self.stores = tuple(stores)

    def __repr__(self) -> str:
        return f"StoreStack({list(self.stores)!r})"

    @property
    def writable(self) -> bool:
        """Whether any store of the stack takes results."""
        return any(store.writable for store in self.stores)

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
        """Return the matching results of all stores, upper stores first (see `ResultStore`)."""
        found: dict[str, Entry] = {}
        for store in self.stores:
            for entry in store.find(
                kind=kind, task=task, model=model, explainer=explainer, split=split, seed=seed
            ):
                found.setdefault(entry.address, entry)
        return list(found.values())

    def get(self, manifest: Manifest) -> Entry | None:
        """Return the topmost stored result that `manifest` describes, or None."""
        found = (store.get(manifest) for store in self.stores)
        return next((entry for entry in found if entry is not None), None)

    def read(self, entry: Entry) -> pd.DataFrame:
        """Return the rows of a result; if its file is damaged, a lower store's copy serves.

        Raises
        ------
        ResultError
            If no store has an undamaged copy; the message is about the topmost.
        """
        first: ResultError | None = None
        for store in self.stores:
            copy = entry if store.holds(entry) else store.get(entry.manifest)
            if copy is None:
                continue
            try:
                return store.read(copy)
            except ResultError as error:
                first = first or error
        raise first or StoreError(f"{entry.path} is in none of the stores.")

    def write(self, manifest: Manifest, frame: pd.DataFrame) -> Entry:
        """Store a result in the first writable store."""
        return self._top().write(manifest, frame)

    def parts(self, manifest: Manifest) -> PartWriter:
        """Return the parts of a long run, kept in the first writable store."""
        return self._top().parts(manifest)

    def finish(self, parts: PartWriter, order: Sequence[str], *, seconds: float = 0.0) -> Entry:
        """Merge the parts of a long run into its result, in the first writable store."""
        return self._top().finish(parts, order, seconds=seconds)

    def problems(self) -> list[str]:
        """Return a sentence for each file of any store that cannot be used."""
        return [problem for store in self.stores for problem in store.problems()]

    def check_writable(self) -> None:
        """Raise `StoreError` if no store of the stack takes results."""
        self._top().check_writable()

    def _top(self) -> ResultStore:
        return next((store for store in self.stores if store.writable), self.stores[0])


def default_store(
    user_root: str | os.PathLike[str] | None = None,
    *,
    precomputed: str | os.PathLike[str] | None = None,
) -> StoreStack:
    """Return the precomputed results under the user's own.

    Parameters
    ----------
    user_root : path, optional
        Folder of the user's results; without it the environment variable ``TRUSTEQ_STORE``,
        else ``results`` in the current folder.
    precomputed : path, optional
        Folder of the read-only results; without it the environment variable
        ``TRUSTEQ_PRECOMPUTED``, else ``precomputed/results`` beside the package or in the current
        folder.
    """
    own = user_root or os.environ.get("TRUSTEQ_STORE") or Path.cwd() / "results"
    precomputed = precomputed or os.environ.get("TRUSTEQ_PRECOMPUTED")
    if not precomputed:
        project = Path(trusteq_core.__file__).resolve().parents[1]
        folders = [folder / "precomputed" / "results" for folder in (project, Path.cwd())]
        precomputed = next((folder for folder in folders if folder.is_dir()), folders[0])
    return StoreStack([ResultStore(own), ResultStore(precomputed, writable=False)])

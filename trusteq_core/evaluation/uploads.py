"""Tables of examples that visitors bring, kept beside the results that are made on them."""

from __future__ import annotations

from hashlib import blake2b
from pathlib import Path

from trusteq_core.errors import DataError, StoreError
from trusteq_core.tasks.readers import split_name

__all__ = ["ENDINGS", "LARGEST", "Uploads"]

ENDINGS = (".csv", ".tsv", ".jsonl", ".parquet")
LARGEST = 50 << 20
"""Bytes beyond which a table is refused."""
_TAKEN = ("test", "validation", "train")


class Uploads:
    """The tables in one folder, each under the hash of its content.

    Parameters
    ----------
    root : Path
        The folder; it need not exist before the first table is kept.
    """

    def __init__(self, root: Path) -> None:
        self.root = root

    def keep(self, name: str, content: bytes) -> Path:
        """Keep a table and return its path; the same table twice is kept once.

        Raises
        ------
        DataError
            If the table is too large, of another kind, or has the name of a split that ships.
        StoreError
            If it cannot be written.
        """
        ending, stem = Path(name).suffix.lower(), split_name(name)
        if ending not in ENDINGS:
            raise DataError(f'"{name}" is none of {", ".join(ENDINGS)}. Save it as one of them.')
        if len(content) > LARGEST:
            raise DataError(
                f'"{name}" has {len(content):,} bytes; {LARGEST:,} are allowed here. Use '
                "trusteq evaluate --data for longer tables."
            )
        if stem in _TAKEN:
            raise DataError(
                f'"{name}" would be stored under the name "{stem}", which the task\'s own examples '
                "have. Give the file another name."
            )
        path = self.root / blake2b(content, digest_size=8).hexdigest() / f"{stem}{ending}"
        try:
            if not path.is_file():
                path.parent.mkdir(parents=True, exist_ok=True)
                new = path.with_name(f".{path.name}.new")
                new.write_bytes(content)
                new.replace(path)
        except OSError as error:
            raise StoreError(f"{path} cannot be written ({error.strerror}).") from error
        return path

    def check(self, data: str) -> None:
        """Raise `DataError` unless `data` is empty or a table that is kept here."""
        if data and not (
            Path(data).is_file() and Path(data).resolve().is_relative_to(self.root.resolve())
        ):
            raise DataError(f'"{data}" is none of the tables that were uploaded. Upload it first.')

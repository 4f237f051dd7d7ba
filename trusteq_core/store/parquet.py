"""Reading and writing one result file: a Parquet file with its manifest inside.

Every page has a checksum, and the footer holds a digest of manifest and table, so a file is read
whole or not at all. Nothing is unpickled.
"""

from __future__ import annotations

import io
import os
import secrets
import tempfile
from contextlib import suppress
from hashlib import blake2b
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from trusteq_core.errors import ResultError, StoreError
from trusteq_core.store.manifest import Manifest

__all__ = [
    "compact",
    "parquet_bytes",
    "read_frame",
    "read_manifest",
    "try_folder",
    "write_frame",
]

_MANIFEST = b"trusteq"
_DIGEST = b"trusteq-digest"
_REMEDY = "Remove the file, or compute the result again: that replaces it."


def compact(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the frame with the column types of a stored result.

    Attribution values and their errors become float32 (their sampling error is far above its
    resolution), probabilities stay float64 (in float32 confident rows crowd at 1.0), and counts
    become int32.
    """
    types: dict[str, type] = {}
    for name in frame.columns:
        if name.startswith(("value_", "error_")):
            types[name] = np.float32
        elif name.startswith(("p_", "true_", "base_", "full_")):
            types[name] = np.float64
        elif name in ("word", "evaluations"):
            types[name] = np.int32
    return frame.astype(types)


def write_frame(path: Path, frame: pd.DataFrame, manifest: Manifest) -> None:
    """Write a result so that a reader sees all of it or none.

    The file is written under a temporary name in the same folder, synced, and renamed.

    Raises
    ------
    StoreError
        If the folder cannot be written or the disk is full; nothing is left behind.
    """
    table = pa.Table.from_pandas(compact(frame), preserve_index=False)
    text = manifest.to_json().encode()
    # Nothing but these two: pandas' own notes in the footer could rename columns unnoticed.
    table = table.replace_schema_metadata({_MANIFEST: text, _DIGEST: _digest(text, table)})
    temporary = path.with_name(f".{path.stem}.{secrets.token_hex(6)}.tmp")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with temporary.open("wb") as file:
            pq.write_table(table, file, compression="zstd", write_page_checksum=True)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
        _sync_folder(path.parent)
    except OSError as error:
        raise _not_stored(path.parent, error) from error
    finally:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)


def parquet_bytes(frame: pd.DataFrame) -> bytes:
    """Return a table as a Parquet file for other programs: no result, so without a manifest."""
    buffer = io.BytesIO()
    frame.to_parquet(buffer, index=False, compression="zstd")
    return buffer.getvalue()


def try_folder(folder: Path) -> None:
    """Raise `StoreError` unless a file can be written in a folder, which is made if need be."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=folder, prefix=".", suffix=".tmp") as file:
            file.write(bytes(4096))
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        raise _not_stored(folder, error) from error


def read_manifest(path: Path) -> Manifest:
    """Read the manifest of a result file: its footer alone.

    Raises
    ------
    ResultError
        If the file is damaged, foreign, or of a newer version.
    """
    try:
        facts = pq.read_metadata(path).metadata
    except (pa.ArrowException, OSError) as error:
        raise _unreadable(path, error) from error
    return _manifest(path, facts)


def read_frame(path: Path) -> pd.DataFrame:
    """Read the rows of a result file, every page checked.

    Raises
    ------
    ResultError
        If the file is damaged, truncated, foreign, or of a newer version.
    """
    try:
        with pq.ParquetFile(path, page_checksum_verification=True) as file:
            table = file.read(use_threads=False)
        facts = table.schema.metadata or {}
        _manifest(path, facts)
        if facts.get(_DIGEST) != _digest(facts[_MANIFEST], table):
            raise pa.ArrowInvalid("its digest does not match its rows")
        frame = table.to_pandas(use_threads=False, ignore_metadata=True)
    except (pa.ArrowException, OSError, ValueError, TypeError, KeyError) as error:
        raise _unreadable(path, error) from error
    lists = [field.name for field in table.schema if pa.types.is_list(field.type)]
    return frame.assign(**{name: [list(cell) for cell in frame[name]] for name in lists})


def _manifest(path: Path, facts: dict[bytes, bytes] | None) -> Manifest:
    if not facts or _MANIFEST not in facts:
        raise ResultError(
            f"{path} was not written by TrustEQ: it has no manifest. Move it out of the store."
        )
    try:
        return Manifest.from_json(facts[_MANIFEST])
    except ResultError as error:
        remedy = "Update TrustEQ, or move the file." if "newer" in str(error) else _REMEDY
        raise ResultError(f"{path} cannot be used: {error}. {remedy}") from error


def _not_stored(folder: Path, error: OSError) -> StoreError:
    return StoreError(
        f"The result was not stored: {folder} cannot be written ({error.strerror or error}). "
        "Free some space there, or set TRUSTEQ_STORE to a folder that can be written."
    )


def _unreadable(path: Path, error: Exception) -> ResultError:
    if isinstance(error, FileNotFoundError):
        return ResultError(f"{path} is no longer there. Compute the result again.")
    if isinstance(error, PermissionError):
        return ResultError(f"{path} may not be read. Give yourself the right to read it.")
    reason = (str(error).splitlines() or ["no reason given"])[0].rstrip(".")
    return ResultError(f"{path} is damaged or no result file ({reason[:160]}). {_REMEDY}")


def _digest(manifest: bytes, table: pa.Table) -> bytes:
    """Return a hash of manifest, names, types and cells, however the table is chunked."""
    digest = blake2b(manifest, digest_size=16)
    for field, column in zip(table.schema, table.columns, strict=True):
        # A list's type names its items, and Parquet renames them.
        kind = f"list {field.type.value_type}" if pa.types.is_list(field.type) else field.type
        digest.update(f"{field.name}\x1f{kind}\x1f{len(column)}\x1e".encode())
        _digest_cells(digest, column.combine_chunks())
    return digest.hexdigest().encode()


def _digest_cells(digest: blake2b, cells: pa.Array) -> None:
    digest.update(cells.is_null().to_numpy(zero_copy_only=False).tobytes())
    if pa.types.is_list(cells.type) or pa.types.is_large_list(cells.type):
        digest.update(cells.value_lengths().fill_null(0).to_numpy().tobytes())
        _digest_cells(digest, cells.flatten())
    elif pa.types.is_floating(cells.type) or pa.types.is_integer(cells.type):
        digest.update(cells.fill_null(0).to_numpy(zero_copy_only=False).tobytes())
    else:
        texts = cells.cast(pa.large_string()).fill_null("")
        digest.update(pc.binary_length(texts).to_numpy(zero_copy_only=False).tobytes())
        digest.update("".join(texts.to_numpy(zero_copy_only=False)).encode())


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)

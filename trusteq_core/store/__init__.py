"""The results store: the only code that touches result files."""

from trusteq_core.store.manifest import KINDS, SCHEMA_VERSION, Manifest
from trusteq_core.store.parquet import parquet_bytes
from trusteq_core.store.parts import PartWriter
from trusteq_core.store.stack import StoreStack, default_store
from trusteq_core.store.store import Entry, ResultStore

__all__ = [
    "KINDS",
    "SCHEMA_VERSION",
    "Entry",
    "Manifest",
    "PartWriter",
    "ResultStore",
    "StoreStack",
    "default_store",
    "parquet_bytes",
]

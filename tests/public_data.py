"""Where the public data of optional tests lies: beside the checkout, never in it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

__all__ = ["public_file"]


def public_file(name: str) -> Path:
    """Return a file of TRUSTEQ_SHARED_DATA, else of shared/data beside the checkout, or skip."""
    beside = Path(__file__).resolve().parents[2] / "shared" / "data"
    path = Path(os.environ.get("TRUSTEQ_SHARED_DATA") or beside) / name
    if not path.is_file():
        pytest.skip(f"{name} is not in shared/data beside the checkout")
    return path

"""Fixtures that more than one part of the project uses."""

from __future__ import annotations

from pathlib import Path

import pytest
from miniature import write_miniature


@pytest.fixture(scope="session")
def miniature_store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Root of a small results store: both tasks, models base, base-b, distil and tiny."""
    return write_miniature(tmp_path_factory.mktemp("miniature") / "results")

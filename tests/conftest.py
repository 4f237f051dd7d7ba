"""Fixtures that more than one part of the project uses."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from miniature import write_miniature

# A property is true or false however busy the machine is.
settings.register_profile("project", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("project")


@pytest.fixture(scope="session")
def miniature_store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Root of a small results store: both tasks, models base, base-b, distil and tiny."""
    return write_miniature(tmp_path_factory.mktemp("miniature") / "results")

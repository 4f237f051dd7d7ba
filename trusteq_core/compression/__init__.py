"""Building the model zoo: training, distilling, pruning, factorising, quantising.

Importing this package is cheap; the libraries it trains with are imported when it is used.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from trusteq_core.compression.architecture import ZOO, ZooModel, select

if TYPE_CHECKING:
    from trusteq_core.models import ModelCard, Report

__all__ = ["ZOO", "ZooModel", "build_zoo", "select"]


def build_zoo(
    task_id: str,
    out_dir: Path | str,
    *,
    smoke: bool = False,
    models: Sequence[str] | None = None,
    report: Report | None = None,
) -> list[ModelCard]:
    """Train and compress the models of a task; see `trusteq_core.compression.zoo.build_zoo`."""
    from trusteq_core.compression import zoo

    return zoo.build_zoo(task_id, out_dir, smoke=smoke, models=models, report=report)

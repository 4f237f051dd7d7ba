"""Reports on the miniature store, and on one whose every text is out to do harm."""

from __future__ import annotations

from pathlib import Path

import miniature
import pytest
from hostile import HOSTILE, HOSTILE_MODEL

from trusteq_core.evaluation import Comparison, compare
from trusteq_core.report import Report, ReportOptions, build_report
from trusteq_core.store import ResultStore


@pytest.fixture(scope="session")
def comparison(miniature_store: Path) -> Comparison:
    return compare(ResultStore(miniature_store), "nli", "base", "tiny")


@pytest.fixture(scope="session")
def report(comparison: Comparison) -> Report:
    return build_report(comparison)


@pytest.fixture(scope="session")
def hostile_report(tmp_path_factory: pytest.TempPathFactory) -> Report:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(miniature, "ADJECTIVES", HOSTILE)
        tiny = ("Tiny <i>& \\small</i> {{7*7}} [x](http://a.b)", "compressed", 300_000, 0.6, 1.2)
        patch.setattr(miniature, "MODELS", {"base": miniature.MODELS["base"], HOSTILE_MODEL: tiny})
        root = miniature.write_miniature(tmp_path_factory.mktemp("hostile"), n=60, explained=60)
    found = compare(ResultStore(root), "nli", "base", HOSTILE_MODEL)
    return build_report(found, ReportOptions(explainers=("lime", "occlusion"), n_examples=20))

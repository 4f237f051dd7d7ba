"""Every figure draws a table that has tests of its own."""

from __future__ import annotations

import ast
import importlib
from pathlib import Path

import pytest

import trusteq_core

FIGURES = Path(trusteq_core.__file__).parent / "figures"
TESTS = Path(__file__).resolve().parents[1]
EVALUATION, DRAWN = "trusteq_core.evaluation", "trusteq_core.figures"

# What draws -> what makes the table it draws.
FRAMES = {
    "bin_counts_figure": (f"{EVALUATION}.calibration_frames", "counts_frame"),
    "corp_figure": (f"{EVALUATION}.calibration_frames", "corp_frame"),
    "criteria_figure": (DRAWN, "criteria_frame"),
    "disagreement_figure": (f"{EVALUATION}.disagreement", "disagreement_points"),
    "model_map_figure": (EVALUATION, "model_table"),
    "overlap_figure": (DRAWN, "overlap_frame"),
    "probability_figure": (DRAWN, "probability_frame"),
    "profile_figure": (f"{EVALUATION}.calibration_frames", "profile_frame"),
    "reliability_figure": (f"{EVALUATION}.calibration_frames", "bins_frame"),
    "slice_figure": (f"{DRAWN}.slices", "slice_rows"),
    "word_difference_figure": (DRAWN, "difference_rows"),
}


def functions(folder: Path) -> set[str]:
    """Return the public functions of the modules of a folder."""
    return {
        node.name
        for path in folder.glob("*.py")
        for node in ast.parse(path.read_text(encoding="utf-8")).body
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_")
    }


def called_in_tests() -> set[str]:
    """Return the last names of everything that is called in a test."""
    calls = (
        node.func
        for path in TESTS.rglob("test_*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
    )
    return {
        call.attr if isinstance(call, ast.Attribute) else call.id
        for call in calls
        if isinstance(call, ast.Attribute | ast.Name)
    }


def test_every_figure_is_listed_with_its_frame():
    drawn = {name for name in functions(FIGURES) if name.endswith("_figure")}
    assert set(FRAMES) == drawn - {"empty_figure"}  # it draws a sentence


@pytest.mark.parametrize("figure", FRAMES)
def test_the_frame_of_a_figure_has_tests(figure: str):
    module, name = FRAMES[figure]
    assert callable(getattr(importlib.import_module(module), name))
    assert name in called_in_tests()

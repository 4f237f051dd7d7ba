"""The page of definitions covers what the core measures."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from trusteq_core.alignment import chance_jaccard
from trusteq_core.calibration import MEASURES

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "definitions.md").read_text()
HEADINGS = re.findall(r"^#+ (.+)$", PAGE, flags=re.MULTILINE)


@pytest.mark.parametrize("measure", MEASURES.values(), ids=lambda m: m.id)
def test_every_declared_measure_has_a_heading_of_its_own(measure):
    assert measure.title in HEADINGS


def test_headings_are_unique_anchors():
    assert len(set(HEADINGS)) == len(HEADINGS)


def test_the_table_of_chance_is_what_the_core_computes():
    words = [int(n) for n in re.findall(r"n = (\d+) \|", PAGE)]
    rows = re.findall(r"^\| K = (\d+) \| (.+) \|$", PAGE, flags=re.MULTILINE)
    assert len(rows) == 3
    for k, cells in rows:
        for n_words, cell in zip(words, cells.split(" | "), strict=True):
            if cell != "-":
                assert chance_jaccard(n_words, int(k)) == pytest.approx(float(cell), abs=5.1e-4)

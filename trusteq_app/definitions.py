"""The definitions of docs/definitions.md: their parts, and in which part each heading stands."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

__all__ = ["NOTATION", "part_of", "parts_of_definitions", "sections"]

DEFINITIONS = Path(__file__).resolve().parents[1] / "docs" / "definitions.md"
NOTATION = "Notation"
_NOT_HERE = "The definitions are in docs/definitions.md of the repository, which is not here."


@cache
def parts_of_definitions() -> dict[str, str]:
    """Return the text of each part by its title; what stands before the first is "Notation"."""
    is_here = DEFINITIONS.is_file()
    return sections(DEFINITIONS.read_text(encoding="utf-8") if is_here else _NOT_HERE)


@cache
def part_of(heading: str) -> str:
    """Return the title of the part in which a third-level heading stands, empty if in none."""
    line = f"### {heading}"
    found = (title for title, text in parts_of_definitions().items() if line in text.split("\n"))
    return next(found, "")


def sections(text: str) -> dict[str, str]:
    r"""Split a Markdown text at its second-level headings; what stands before is "Notation".

    Examples
    --------
    >>> sections("# All\n\nBegin.\n\n## One\n\nText.\n\n### Within\n\n## Two\n\nMore.")
    {'Notation': 'Begin.', 'One': 'Text.\n\n### Within', 'Two': 'More.'}
    """
    first, *rest = re.split(r"^## ", text, flags=re.MULTILINE)
    found = {NOTATION: re.sub(r"^# .*$", "", first, count=1, flags=re.MULTILINE).strip()}
    for part in rest:
        title, _, body = part.partition("\n")
        found[title.strip()] = body.strip()
    return found

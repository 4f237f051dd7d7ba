"""The notebook of the docs, run cell by cell on the models and results that ship."""

from __future__ import annotations

import ast
import json
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
NOTEBOOK = json.loads((ROOT / "docs" / "notebook.ipynb").read_text(encoding="utf-8"))
CELLS = [cell for cell in NOTEBOOK["cells"] if cell["cell_type"] == "code"]


def run(source: str, names: dict[str, Any]) -> Any:
    """Run a cell and return what a notebook would show of it."""
    tree = ast.parse(source)
    shown = tree.body.pop() if isinstance(tree.body[-1], ast.Expr) else None
    exec(compile(tree, "<cell>", "exec"), names)  # noqa: S102  our own notebook
    if shown is None:
        return None
    return eval(compile(ast.Expression(shown.value), "<cell>", "eval"), names)  # noqa: S307


def test_it_is_kept_without_outputs():
    assert NOTEBOOK["nbformat"] == 4
    assert all(cell["outputs"] == [] and cell["execution_count"] is None for cell in CELLS)


@pytest.mark.slow
def test_every_cell_runs_and_shows_something(tmp_path: Path, monkeypatch):
    if not (ROOT / "precomputed" / "results").is_dir():
        pytest.skip("no precomputed results here")
    monkeypatch.setenv("TRUSTEQ_PRECOMPUTED", str(ROOT / "precomputed" / "results"))
    monkeypatch.chdir(tmp_path)
    names: dict[str, Any] = {}
    shown = [run("".join(cell["source"]), names) for cell in CELLS]
    assert all(each is not None for each in shown)
    assert "tiny" in shown[0]._repr_html_()
    assert set(shown[1]["answer"]) <= {"equivalent", "different", "inconclusive"}
    assert names["figures"]["overlap"].data
    assert names["explanation"].shape[2] == 2
    assert names["simple"].compressed.name == "shared_words"
    assert names["simple"].explainers == ["occlusion"]
    assert names["html"].startswith("<!DOCTYPE html>")
    assert list(tmp_path.iterdir()) == []  # nothing is written beside the notebook

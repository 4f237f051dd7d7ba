"""The dashboard against the miniature store, without a browser."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(autouse=True)
def the_main_module_stays(monkeypatch):
    """Undo what `AppTest` does: the script it runs takes the place of ``__main__``.

    A process that a later test spawns would begin by running that page.
    """
    monkeypatch.setitem(sys.modules, "__main__", sys.modules["__main__"])


@pytest.fixture
def app(miniature_store, tmp_path, monkeypatch):
    """Return the dashboard over the miniature store, already run once."""
    return start(monkeypatch, store=miniature_store, empty=tmp_path / "nothing")


@pytest.fixture
def empty_app(tmp_path, monkeypatch):
    """Return the dashboard without any stored result, already run once."""
    return start(monkeypatch, store=tmp_path / "none", empty=tmp_path / "nothing")


def start(monkeypatch, *, store: Path, empty: Path) -> AppTest:
    monkeypatch.chdir(ROOT)
    monkeypatch.setenv("TRUSTEQ_STORE", str(store))
    monkeypatch.setenv("TRUSTEQ_PRECOMPUTED", str(empty))
    monkeypatch.setenv("TRUSTEQ_MODELS", str(empty))
    st.cache_data.clear()
    st.cache_resource.clear()
    return AppTest.from_file(str(ROOT / "app.py"), default_timeout=180).run()

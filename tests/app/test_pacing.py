"""The pause that lets the browser draw what matters first."""

from types import SimpleNamespace

import pytest

from trusteq_app import pacing


@pytest.fixture
def pauses(monkeypatch) -> list[float]:
    """Every pause that is made."""
    made: list[float] = []
    monkeypatch.setattr(pacing.time, "sleep", made.append)
    return made


def visit(monkeypatch, *, headers: dict[str, str]) -> None:
    session = SimpleNamespace(session_state={}, context=SimpleNamespace(headers=headers))
    monkeypatch.setattr(pacing, "st", session)


def test_a_visitor_s_first_run_pauses_once(monkeypatch, pauses):
    visit(monkeypatch, headers={"User-Agent": "a browser"})
    pacing.let_it_show()
    assert len(pauses) == 1
    pacing.let_it_show()
    assert len(pauses) == 1


def test_nothing_pauses_without_a_browser(monkeypatch, pauses):
    visit(monkeypatch, headers={})
    pacing.let_it_show()
    assert pauses == []

"""Margins are data: defaults, a file, single settings, and every one of them checked."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path

import pytest

from trusteq_core.equivalence import Margins, Verdict, read_margins
from trusteq_core.errors import DataError, UnknownName


def test_margins_survive_a_file(tmp_path):
    path = tmp_path / "margins.toml"
    margins = Margins(accuracy=0.005, alpha=0.025)
    path.write_text(margins.to_toml(), encoding="utf-8")
    assert Margins.from_file(path) == margins
    assert Margins.from_dict({"gap": 0.01}) == Margins(gap=0.01)
    assert margins.level == pytest.approx(0.95)


def test_the_margins_of_a_saved_verdict_can_be_used_again(tmp_path):
    path = tmp_path / "verdict.json"
    margins = Margins(brier=0.05)
    path.write_text(json.dumps(Verdict((), margins).to_dict()), encoding="utf-8")
    assert read_margins(path) == margins
    whole = {"n": 2, "verdict": Verdict((), margins).to_dict()}  # as compare and calibrate print it
    path.write_text(json.dumps(whole), encoding="utf-8")
    assert read_margins(path) == margins


def test_a_setting_goes_before_the_file_and_the_file_before_the_defaults(tmp_path):
    path = tmp_path / "margins.toml"
    path.write_text("[margins]\naccuracy = 0.005\ngap = 0.01\n", encoding="utf-8")
    assert read_margins() == Margins()
    assert read_margins(path, ["gap=0.04", " gap = 0.03 "]) == Margins(accuracy=0.005, gap=0.03)


@pytest.mark.parametrize("value", [0.0, -0.02, 1.0, float("nan"), float("inf"), "0.02", True])
def test_a_margin_must_be_a_number_within_the_range_of_its_measure(value):
    with pytest.raises(DataError, match='Margin "gap" must be a number above 0 and below 1'):
        Margins(gap=value)


@pytest.mark.parametrize("setting", ["gap", "gap=", "gap=small", "=", ""])
def test_a_setting_that_is_none_is_refused(setting):
    with pytest.raises(DataError, match="is not NAME=VALUE with a number"):
        read_margins(settings=[setting])


def test_unknown_names_are_refused_with_the_nearest():
    with pytest.raises(UnknownName, match='Did you mean "accuracy"'):
        Margins.from_dict({"acuracy": 0.1})
    with pytest.raises(UnknownName, match='Did you mean "profile"'):
        read_margins(settings=["profil=0.1"])
    with pytest.raises(DataError, match='Margin "gap" must be a number above 0'):
        read_margins(settings=["gap=nan"])


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("margins.toml", b"margins = [", "is not a TOML file"),
        ("margins.toml", b"accuracy = 0.1", r"has no table \[margins\]"),
        ("margins.toml", b"[margins]\n# \xe9", "is not a TOML file"),
        ("margins.json", b"{", "is not a JSON file"),
        ("margins.json", b"[1]", 'has no table "margins"'),
        ("margins.json", b'{"verdict": 1}', 'has no table "margins"'),
        ("margins.json", b'{"margins": {"gap": "0.1"}}', "must be a number above 0"),
    ],
)
def test_a_file_of_no_use_is_refused(tmp_path, name, content, says):
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(DataError, match=says):
        read_margins(path)


def test_a_missing_file_is_refused(tmp_path):
    with pytest.raises(DataError, match="cannot be read: No such file or directory"):
        read_margins(tmp_path / "missing.toml")


def test_the_example_of_the_documentation_names_every_margin(tmp_path):
    page = Path(__file__).resolve().parents[2] / "docs" / "gate.md"
    example = re.search(r"```toml\n(.*?)```", page.read_text(encoding="utf-8"), re.DOTALL)[1]
    path = tmp_path / "margins.toml"
    path.write_text(example, encoding="utf-8")
    assert [name for name in Margins().to_dict() if f"\n{name} = " not in example] == []
    assert replace(Margins.from_file(path), accuracy=Margins().accuracy) == Margins()

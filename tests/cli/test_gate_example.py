"""The documented pipeline, run as it stands in docs/gate.md."""

from __future__ import annotations

import re
import shlex
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest
from click.testing import CliRunner
from counting import CountingClassifier
from miniature import miniature_examples

from trusteq_core.attribution import EXPLAINERS
from trusteq_core.cli import main
from trusteq_core.tasks import get_task, segments_of, word_grid

GATE = Path(__file__).resolve().parents[2] / "docs" / "gate.md"
TASK = get_task("nli")


def commands() -> list[list[str]]:
    """Return every `trusteq` command of the workflow, its lines joined, as arguments."""
    workflow = GATE.read_text(encoding="utf-8").split("```yaml")[1].split("```")[0]
    joined = re.sub(r"\\\n\s*", "", workflow)
    return [shlex.split(line)[1:] for line in joined.splitlines() if line.strip()[:8] == "trusteq "]


@pytest.mark.parametrize(("compressed", "status"), [("large", 0), ("other", 1)])
def test_the_documented_pipeline_decides(tmp_path: Path, monkeypatch, compressed: str, status: int):
    """A model that is the large one passes, one that is another fails: nothing stays undecided."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TRUSTEQ_PRECOMPUTED", str(tmp_path / "nothing"))
    examples = miniature_examples(TASK, 120)
    words = sorted(
        {w.text for texts in segments_of(examples, TASK) for w in word_grid(texts).words}
    )
    drawn = np.random.default_rng(0).normal(size=(2, len(words)))
    large, other = (dict(zip(words, row, strict=True)) for row in drawn.tolist())
    weights = {"large": large, "other": other}

    def load(task, path, **_where):
        name = Path(path).name
        kind = "large" if name == "large" else compressed
        return CountingClassifier(task, weights[kind], name)

    monkeypatch.setattr("trusteq_core.models.load_model", load)
    monkeypatch.setattr("trusteq_core.cli.evaluate.own_path", lambda *_where: None)
    few = replace(EXPLAINERS["lime"], defaults={"samples": 40})
    monkeypatch.setitem(EXPLAINERS, "lime", few)
    examples.to_csv("pairs.csv", index=False)
    allowed = "overlap = 0.15\naccuracy = 0.1\ngap = 0.1\nbrier = 0.1\nprofile = 0.2\n"
    Path("margins.toml").write_text(f"[margins]\n{allowed}")
    pipeline = commands()
    assert [arguments[0] for arguments in pipeline] == ["evaluate", "evaluate", "gate"]
    for arguments in pipeline:
        # As many as decide anything.
        more = ["--examples", "32"] if arguments[0] == "evaluate" else []
        done = CliRunner().invoke(main, [*arguments, *more])
        assert done.exit_code == (status if arguments[0] == "gate" else 0), done.output
    root = ElementTree.parse("gate.xml").getroot()  # noqa: S314  our own output
    cases = {case.get("name"): case for case in root.iter("testcase")}
    for explainer in ("lime", "occlusion"):
        failures = [each.get("type") for each in cases[f"overlap:{explainer}"].iter("failure")]
        assert failures == (["different"] if status else [])

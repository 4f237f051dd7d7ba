"""Pages that read stored results run where torch is not installed."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
HEAVY = ("torch", "transformers", "shap", "lime")

SCRIPT = """
import sys


class Without:
    # A finder for which these are not installed.
    def __init__(self, finder):
        self.finder = finder

    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] not in {heavy!r}:
            return self.finder.find_spec(name, path, target)

    def __getattr__(self, name):
        return getattr(self.finder, name)


sys.meta_path[:] = [Without(finder) for finder in sys.meta_path]
from streamlit.testing.v1 import AppTest
app = AppTest.from_file("app.py", default_timeout=120).run()
for page in {pages!r}:
    app.switch_page(f"pages/{{page}}.py").run()
    problems = [str(each.value) for each in (*app.exception, *app.error)]
    assert not problems, (page, problems)
assert not set({heavy!r}) & set(sys.modules)
app.switch_page("pages/live.py").run()
assert app.button(key="live_compute").disabled
print(app.error[0].value)
"""


@pytest.fixture(scope="module")
def answer(miniature_store, tmp_path_factory):
    nothing = tmp_path_factory.mktemp("nothing")
    pages = [
        *("overview", "explanations", "calibration", "disagreement"),
        *("predictions", "report", "method"),
    ]
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT.format(heavy=HEAVY, pages=pages)],
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
        env={
            **os.environ,
            "TRUSTEQ_STORE": str(miniature_store),
            "TRUSTEQ_PRECOMPUTED": str(nothing),
        },
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout


def test_stored_results_are_read_without_torch(answer):
    assert answer


def test_computing_without_torch_says_what_to_install(answer):
    assert "torch is not installed here" in answer.replace("\\", "")
    assert "requirements.txt" in answer.replace("\\", "")

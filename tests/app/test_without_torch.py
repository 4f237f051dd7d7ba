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
for name in {heavy!r}:
    sys.modules[name] = None  # python's own way to say that there is no such module
from streamlit.testing.v1 import AppTest
app = AppTest.from_file("app.py", default_timeout=120).run()
for page in {pages!r}:
    app.switch_page(f"pages/{{page}}.py").run()
    problems = [str(each.value) for each in (*app.exception, *app.error)]
    assert not problems, (page, problems)
assert all(sys.modules[name] is None for name in {heavy!r})
app.switch_page("pages/live.py").run()
app.button(key="live_compute").click().run()
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

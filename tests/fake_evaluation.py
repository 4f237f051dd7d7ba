"""In place of ``trusteq evaluate``: a script that ends as its model's name says, in an instant.

``python tests/fake_evaluation.py evaluate --model=NAME --status=FILE --store=DIR ...``
"""

from __future__ import annotations

import json
import os
import shutil
import sys
from pathlib import Path

COMMAND = (sys.executable, "-I", "-S", __file__)
MODELS = ("base", "tiny", "slow", "refused", "killed", "crashed")


def write_cards(folder: Path, task_id: str = "nli") -> Path:
    """Write a catalogue of `MODELS` without any weights."""
    for order, name in enumerate(MODELS):
        card = {"name": name, "title": name, "kind": "trained", "role": "compressed"}
        path = folder / task_id / name / "card.json"
        path.parent.mkdir(parents=True)
        path.write_text(json.dumps({**card, "order": order}))
    return folder


def main(arguments: list[str]) -> int:
    """Carry out what the model's name says, and return the exit status."""
    given = dict(each.removeprefix("--").split("=", 1) for each in arguments[1:])
    store, status = Path(given["store"]), Path(given["status"])
    name = given["model"]
    if name == "refused":
        print("Loading", "Error: The disk is *full*.", sep="\n", file=sys.stderr)
        return 2
    if name == "crashed":
        print("Traceback (most recent call last):", "KeyError: 'x'", sep="\n", file=sys.stderr)
        return 1
    if name == "killed":
        os.kill(os.getpid(), 9)
    if name == "slow":
        status.write_text(json.dumps({"done": 2, "total": 10, "seconds": 4.0}))
        sys.stdin.buffer.read()
        (store / "stopped").touch()
        return 130
    if "FAKE_RESULTS" in os.environ:
        shutil.copytree(os.environ["FAKE_RESULTS"], store, dirs_exist_ok=True)
    status.write_text(json.dumps({"done": 10, "total": 10, "seconds": 1.0}))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

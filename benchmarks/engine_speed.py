"""How fast masked inputs are evaluated, against the model alone, and how evaluations grow.

    python benchmarks/engine_speed.py efficiency [--task nli --models base tiny --examples 16]
    python benchmarks/engine_speed.py growth [--task nli --models base tiny --examples 400]

Both print Markdown tables, measured on one thread in CPU seconds; what is compared is run in turns.
`efficiency` compares the engine with the bare forward pass over the very batches that it made.
`growth` runs whole evaluations and fits how their cost grows.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import resource
import tempfile
import time
import warnings
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np

os.environ["OMP_NUM_THREADS"] = "1"  # before torch is imported

SIZES = {
    "tiny": {"layers": 2, "hidden": 128, "heads": 2, "inner": 512},
    "distilbert": {"layers": 6, "hidden": 768, "heads": 12, "inner": 3072},
    "bert-base": {"layers": 12, "hidden": 768, "heads": 12, "inner": 3072},
}


def build(size: str) -> Any:
    """Return a classifier of entailment of a named size, with random weights."""
    import torch
    from transformers import BertConfig, BertForSequenceClassification

    from trusteq_core.compression.tokenizer import train_tokenizer
    from trusteq_core.corpus import generate
    from trusteq_core.models.transformers_classifier import TransformersClassifier
    from trusteq_core.tasks import get_task, segments_of

    torch.set_num_threads(1)
    torch.manual_seed(0)
    task, shape = get_task("nli"), SIZES[size]
    corpus = segments_of(generate("nli", "train", seed=0, limit=2000), task)
    tokenizer = train_tokenizer([text for texts in corpus for text in texts], "wordpiece")
    config = BertConfig(
        vocab_size=len(tokenizer),
        hidden_size=shape["hidden"],
        num_hidden_layers=shape["layers"],
        num_attention_heads=shape["heads"],
        intermediate_size=shape["inner"],
        initializer_range=0.06,
        id2label=dict(enumerate(task.labels)),
        label2id={label: number for number, label in enumerate(task.labels)},
    )
    return TransformersClassifier(
        BertForSequenceClassification(config).eval(),
        tokenizer,
        task=task,
        name=size,
        fingerprint=size,
        output_order=range(len(task.labels)),
    )


def timed(work: Callable[[], Any]) -> tuple[float, Any]:
    """Return the CPU seconds of some work, and its result."""
    start = time.process_time()
    found = work()
    return time.process_time() - start, found


# --- the engine and the model alone --------------------------------------------------------


class Noting:
    """A forward pass that keeps what it was given."""

    def __init__(self, forward: Callable[[Mapping[str, np.ndarray]], np.ndarray]) -> None:
        self.forward = forward
        self.given: list[Mapping[str, np.ndarray]] = []

    def __call__(self, inputs: Mapping[str, np.ndarray]) -> np.ndarray:
        """Compute, and note the inputs."""
        self.given.append(inputs)
        return self.forward(inputs)


def efficiency(task_id: str, names: Sequence[str], examples: int, repeats: int) -> None:
    """Print masked inputs a second through the engine and through the bare forward pass."""
    import torch

    from trusteq_core.corpus import generate
    from trusteq_core.models import load_model
    from trusteq_core.models.transformers_classifier import TorchForward
    from trusteq_core.tasks import get_task, segments_of

    torch.set_num_threads(1)
    task = get_task(task_id)
    texts = segments_of(generate(task_id, "test", seed=0, limit=examples), task)
    models = {name: build(name) if name in SIZES else load_model(task, name) for name in names}
    found: dict[str, list[tuple[float, float, float, int]]] = defaultdict(list)
    for name, model in models.items():
        explain_all(model, texts)  # the first batches are computed twice, to check
        own, whole = model.forward, TorchForward(model.model, lean=False)
        for _ in range(repeats):
            model.forward = Noting(own)
            engine_s, _ = timed(lambda each=model: explain_all(each, texts))
            given, model.forward = model.forward.given, own
            bare_s, _ = timed(lambda each=own, all_=given: [each(inputs) for inputs in all_])
            whole_s, _ = timed(lambda each=whole, all_=given: [each(inputs) for inputs in all_])
            inputs = sum(len(batch["input_ids"]) for batch in given)
            found[name].append((engine_s, bare_s, whole_s, inputs))
    print(f"LIME 1000 of {examples} pairs of {task_id}, masked inputs a CPU second:\n")
    print("| model | engine | the same forward pass alone | efficiency | transformers' own |")
    print("|---|---|---|---|---|")
    together = np.array([np.median(rows, axis=0) for rows in found.values()]).sum(axis=0)
    for name, row in [
        *((name, np.median(rows, axis=0)) for name, rows in found.items()),
        ("all together", together),
    ]:
        engine_s, bare_s, whole_s, inputs = row
        print(
            f"| {name} | {inputs / engine_s:.0f} | {inputs / bare_s:.0f} "
            f"| {bare_s / engine_s:.0%} | {inputs / whole_s:.0f} |"
        )


def explain_all(model: Any, texts: Sequence[tuple[str, ...]]) -> None:
    """Evaluate LIME's masks of several pairs side by side."""
    from trusteq_core.attribution import ValueFunction, side_by_side
    from trusteq_core.attribution.lime import lime_coalitions

    def work(ask: Any, segments: tuple[str, ...]) -> None:
        value = ValueFunction(model, segments, ask=ask)
        value(lime_coalitions(len(value.players), 1000, np.random.default_rng(0)))

    side_by_side(model, [lambda ask, each=each: work(ask, each) for each in texts])


# --- growth --------------------------------------------------------------------------------


def evaluate(task_id: str, name: str, table: Any, explainers: Sequence[str]) -> dict[str, float]:
    """Run an evaluation in this process; return evaluations, seconds and peak memory."""
    import torch

    from trusteq_core.evaluation.plan import Request
    from trusteq_core.evaluation.run import run_model
    from trusteq_core.models import load_model
    from trusteq_core.store import ResultStore
    from trusteq_core.tasks import get_task

    torch.set_num_threads(1)
    task, model = get_task(task_id), load_model(task_id, name)
    request = Request(explainers=tuple(explainers), examples=len(table))
    for first in (True, False):
        rows = table.iloc[:1] if first else table  # the first run imports the libraries
        with tempfile.TemporaryDirectory() as folder:
            store, start, clock = ResultStore(folder), time.process_time(), time.monotonic()
            run_model(store, task, model, {"test": rows}, request)
            seconds, wall = time.process_time() - start, time.monotonic() - clock
            entries = store.find(kind="attributions")
            asked = sum(
                store.read(entry).groupby("id")["evaluations"].first().sum() for entry in entries
            )
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    parameters = sum(weight.numel() for weight in model.model.base_model.encoder.parameters())
    return {"evaluations": asked, "seconds": seconds, "wall": wall, "peak": peak,
            "parameters": parameters}  # fmt: skip


def in_processes(jobs: Sequence[tuple[Any, ...]]) -> Iterator[dict[str, float]]:
    """Run evaluations one after the other, each in a process of its own."""
    for job in jobs:
        with multiprocessing.get_context("spawn").Pool(1) as pool:
            yield pool.apply(evaluate, job)


def growth(task_id: str, names: Sequence[str], examples: int) -> None:
    """Print the cost of whole evaluations, and the exponents of its growth."""
    from trusteq_core.attribution import DEFAULT_EXPLAINERS
    from trusteq_core.corpus import generate
    from trusteq_core.tasks import get_task, segments_of, word_grid

    task, every = get_task(task_id), DEFAULT_EXPLAINERS
    table = generate(task_id, "test", seed=0, limit=max(400, examples))
    n_words = np.array([len(word_grid(texts)) for texts in segments_of(table, task)])
    print(f"{examples} examples of {task_id}, {', '.join(every)}; one thread:\n")
    print(
        "| model | evaluations | CPU seconds | seconds | peak memory, MiB |\n|---|---|---|---|---|"
    )
    jobs = [(task_id, name, table.iloc[:examples], every) for name in names]
    for name, row in zip(names, in_processes(jobs), strict=True):
        print(f"| {name} | {row['evaluations']:,.0f} | {row['seconds']:.0f} | {row['wall']:.0f} "
              f"| {row['peak']:.0f} |", flush=True)  # fmt: skip
    few = max(4, examples // 8)
    smallest = names[-1]
    print("\n| time grows with | from | to | exponent |\n|---|---|---|---|")
    counts = [few, 2 * few, 4 * few]
    jobs = [(task_id, smallest, table.iloc[:count], every) for count in counts]
    rows = list(in_processes(jobs))
    print_exponent("examples", counts, [row["seconds"] for row in rows])
    order = np.argsort(n_words, kind="stable")
    parts = [order[:few], order[len(order) // 2 :][:few], order[-few:]]
    jobs = [(task_id, smallest, table.iloc[part], every) for part in parts]
    rows = list(in_processes(jobs))
    words = [float(n_words[part].mean()) for part in parts]
    print_exponent("words of a pair", words, [row["seconds"] for row in rows])
    print_exponent(
        "words of a pair, an evaluation", words,
        [row["seconds"] / row["evaluations"] for row in rows],
    )  # fmt: skip
    jobs = [(task_id, name, table.iloc[:few], every) for name in ("tiny", "mini", "medium", "base")]
    rows = list(in_processes(jobs))
    print_exponent(
        "parameters of the encoder", [row["parameters"] for row in rows],
        [row["seconds"] for row in rows],
    )  # fmt: skip


def print_exponent(what: str, size: Sequence[float], seconds: Sequence[float]) -> None:
    """Print the slope of log time over log size."""
    slope = np.polyfit(np.log(size), np.log(seconds), 1)[0]
    print(f"| {what} | {size[0]:,.0f} | {size[-1]:,.0f} | {slope:.2f} |", flush=True)


def main() -> None:
    """Run one of the measurements."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    commands = parser.add_subparsers(dest="what", required=True)
    bare = commands.add_parser("efficiency")
    bare.add_argument("--repeats", type=int, default=5)
    whole = commands.add_parser("growth")
    for each, examples in ((bare, 16), (whole, 400)):
        each.add_argument("--task", default="nli")
        each.add_argument("--models", nargs="+", default=["base", "tiny"])
        each.add_argument("--examples", type=int, default=examples)
    chosen = parser.parse_args()
    from trusteq_core.models.environment import quiet_libraries

    quiet_libraries()
    with warnings.catch_warnings():
        # The libraries warn of each other's coming changes.
        warnings.simplefilter("ignore")
        if chosen.what == "efficiency":
            efficiency(chosen.task, chosen.models, chosen.examples, chosen.repeats)
        else:
            growth(chosen.task, chosen.models, chosen.examples)


if __name__ == "__main__":
    main()

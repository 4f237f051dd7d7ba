"""How fast masked inputs are evaluated, against lime and shap and against the model alone.

    python benchmarks/engine_speed.py same-masks --size tiny --pairs 32
    python benchmarks/engine_speed.py efficiency [--task nli --models base tiny --examples 16]
    python benchmarks/engine_speed.py growth [--task nli --models base tiny --examples 400]

All print Markdown tables, measured on one thread in CPU seconds; what is compared is run in turns.
`same-masks` explains pairs by LIME and by SHAP partition over one set of words, with the libraries
as they are and with our engine beneath them, and says how far the results are apart. Its encoders
have random weights and the named size; their tokenizer is trained on the corpus.
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
BATCH = 64


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


def plain_batches(model: Any, examples: Sequence[tuple[str, ...]], size: int) -> np.ndarray:
    """Return probabilities the usual way: tokenise and compute batch after batch as they come."""
    import torch

    found = []
    for start in range(0, len(examples), size):
        columns = [list(texts) for texts in zip(*examples[start : start + size], strict=True)]
        inputs = model.tokenizer(*columns, truncation=True, padding=True, return_tensors="pt")
        with torch.inference_mode():
            found.append(model.model(**inputs).logits.double().softmax(dim=1).numpy())
    return np.concatenate(found)


def timed(work: Callable[[], Any]) -> tuple[float, Any]:
    """Return the CPU seconds of some work, and its result."""
    start = time.process_time()
    found = work()
    return time.process_time() - start, found


# --- the same masks ------------------------------------------------------------------------


class Numbered:
    """An example for the libraries: its words are their numbers, as text or as 0/1 rows."""

    def __init__(self, model: Any, segments: tuple[str, ...]) -> None:
        from trusteq_core.tasks import word_grid

        self.model, self.grid = model, word_grid(segments)
        self.text = " ".join(map(str, range(len(self.grid))))
        self.kept: np.ndarray | None = None

    def of_rows(self, keep: np.ndarray) -> np.ndarray:
        """Return probabilities of coalitions, batch after batch as they come."""
        texts = [self.grid.masked(row) for row in np.asarray(keep, dtype=bool)]
        return plain_batches(self.model, texts, BATCH)

    def of_texts(self, texts: Sequence[str]) -> np.ndarray:
        """Return probabilities of texts of numbers, and note which words they keep."""
        self.kept = np.zeros((len(texts), len(self.grid)), dtype=bool)
        for row, text in enumerate(texts):
            # lime puts a word of its own in the place of those that it leaves out.
            self.kept[row, [int(word) for word in text.split() if word.isdecimal()]] = True
        return self.of_rows(self.kept)


def lime_batched(example: Numbered) -> np.ndarray:
    """Return the weights of lime's own explainer with batches of 64."""
    from lime.lime_text import LimeTextExplainer

    labels = range(len(example.model.labels))
    explainer = LimeTextExplainer(
        bow=False, split_expression=r"\s+", feature_selection="none", random_state=0
    )
    found = explainer.explain_instance(
        example.text, example.of_texts, labels=labels, num_features=len(example.grid),
        num_samples=1000,
    )  # fmt: skip
    values = np.zeros((len(example.grid), len(labels)))
    for label in labels:
        for word, weight in found.as_map()[label]:
            values[word, label] = weight
    return values


def lime_engine(example: Numbered) -> np.ndarray:
    """Return LIME's weights over the masks that lime drew, evaluated by the engine."""
    from trusteq_core.attribution import ValueFunction
    from trusteq_core.attribution.lime import lime_fit

    value = ValueFunction(example.model, example.grid.segments)
    return lime_fit(example.kept, value(example.kept))


def shap_batched(example: Numbered) -> np.ndarray:
    """Return the values of shap's own PartitionExplainer over our words, with batches of 64."""
    import shap

    from trusteq_core.attribution.partition import word_tree

    n_words = len(example.grid)
    tree = word_tree(
        [word.text for word in example.grid.words], [word.segment for word in example.grid.words]
    )

    class Masker(shap.maskers.Masker):
        """Rows of 0 and 1 over the words."""

        shape = (1, n_words)
        clustering = tree

        def __call__(self, keep: np.ndarray, _row: np.ndarray) -> tuple[np.ndarray]:
            return (np.asarray(keep, dtype=float)[None, :],)

    np.random.seed(0)  # noqa: NPY002  shap breaks ties by numpy's global generator
    explainer = shap.PartitionExplainer(example.of_rows, Masker())
    found = explainer(np.ones((1, n_words)), max_evals=500, batch_size=32, silent=True)
    return found.values[0]


def shap_engine(example: Numbered) -> np.ndarray:
    """Return our values by shap's recursion over the engine."""
    from trusteq_core.attribution import explain

    return explain(example.model, example.grid.segments, "shap-partition").values


def pipeline_of(model: Any) -> Any:
    """Return the model as a transformers pipeline, as shap's documentation uses it."""
    from transformers import pipeline

    return pipeline("text-classification", model=model.model, tokenizer=model.tokenizer, top_k=None)


def shap_pipeline(example: Numbered, explainer: Any) -> None:
    """Explain the pair as one text, as `shap.Explainer(pipeline)` does."""
    explainer([" [SEP] ".join(example.grid.segments)], silent=True)


def lime_pipeline(example: Numbered, pipe: Any) -> None:
    """Explain the pair as one text by lime over the pipeline."""
    from lime.lime_text import LimeTextExplainer

    def probabilities(texts: list[str]) -> np.ndarray:
        rows = [{each["label"]: each["score"] for each in found} for found in pipe(texts)]
        return np.array([[row[label] for label in example.model.labels] for row in rows])

    LimeTextExplainer(random_state=0).explain_instance(
        " [SEP] ".join(example.grid.segments), probabilities, labels=(0, 1, 2), num_samples=1000
    )


def same_masks(size: str, pairs: int) -> None:
    """Print times of the libraries and of the engine, and how far their results are apart."""
    import shap

    from trusteq_core.corpus import generate
    from trusteq_core.tasks import get_task, segments_of

    model = build(size)
    pipe = pipeline_of(model)
    explainer = shap.Explainer(pipe)
    texts = segments_of(generate("nli", "test", seed=0, limit=pairs), get_task("nli"))
    warm = Numbered(model, texts[0])
    for work in (lime_batched, lime_engine, shap_batched, shap_engine):
        work(warm)  # imports and compilation are not timed
    if size == "tiny":
        shap_pipeline(warm, explainer)
    seconds: dict[str, list[float]] = defaultdict(list)
    apart: dict[str, float] = defaultdict(float)
    for segments in texts:
        example = Numbered(model, segments)
        for name, library, engine in (
            ("LIME 1000", lime_batched, lime_engine),
            ("Partition 500", shap_batched, shap_engine),
        ):
            theirs_s, theirs = timed(lambda work=library, each=example: work(each))
            ours_s, ours = timed(lambda work=engine, each=example: work(each))
            seconds[f"{name}, batches of {BATCH}"].append(theirs_s)
            seconds[f"{name}, engine"].append(ours_s)
            apart[name] = max(apart[name], float(np.abs(theirs - ours).max()))
        seconds["LIME 1000, pipeline"].append(
            timed(lambda each=example: lime_pipeline(each, pipe))[0]
        )
        seconds["Partition 500, pipeline"].append(
            timed(lambda each=example: shap_pipeline(each, explainer))[0]
        )
    words = np.median([len(Numbered(model, segments).grid) for segments in texts])
    print(f"{size}, {pairs} pair(s), median of {words:.0f} words; CPU seconds a pair:\n")
    print("| explainer | as shipped | batches of 64 | engine | ratios | largest difference |")
    print("|---|---|---|---|---|---|")
    for name in ("LIME 1000", "Partition 500"):
        shipped, batched, ours_s = (
            np.array(seconds[f"{name}, {way}"])
            for way in ("pipeline", f"batches of {BATCH}", "engine")
        )
        print(
            f"| {name} | {np.median(shipped):.2f} | {np.median(batched):.2f} "
            f"| {np.median(ours_s):.3f} | {np.median(shipped / ours_s):.1f} and "
            f"{np.median(batched / ours_s):.1f} | {apart[name]:.1g} |"
        )


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
    from trusteq_core.attribution import MASKING_EXPLAINERS
    from trusteq_core.corpus import generate
    from trusteq_core.tasks import get_task, segments_of, word_grid

    task, every = get_task(task_id), MASKING_EXPLAINERS
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
    same = commands.add_parser("same-masks")
    same.add_argument("--size", choices=list(SIZES), default="tiny")
    same.add_argument("--pairs", type=int, default=32)
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
        if chosen.what == "same-masks":
            same_masks(chosen.size, chosen.pairs)
        elif chosen.what == "efficiency":
            efficiency(chosen.task, chosen.models, chosen.examples, chosen.repeats)
        else:
            growth(chosen.task, chosen.models, chosen.examples)


if __name__ == "__main__":
    main()

"""LIME and SHAP partition by the libraries as they are, and with our engine beneath them.

    python benchmarks/same_masks.py --size tiny --pairs 32 [--words 28]

Prints a Markdown table, measured on one thread in CPU seconds. The libraries explain one pair after
the other, the engine up to 16 side by side, as an evaluation does, right after those pairs. Both
explain the same pairs over one set of words, and the table says how far their results are apart.
The encoders have random weights and the named size; the tokenizer is trained on the corpus.
"""

from __future__ import annotations

import argparse
import warnings
from collections import defaultdict
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import numpy as np
from engine_speed import SIZES, build, timed

BATCH = 64
TOGETHER = 16
"""Pairs that the engine explains side by side: as many as an evaluation does at most."""

Engine = Callable[["Numbered", Any], np.ndarray]
"""``engine(example, ask) -> values``."""


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


def lime_engine(example: Numbered, ask: Any) -> np.ndarray:
    """Return LIME's weights over the masks that lime drew, evaluated by the engine."""
    from trusteq_core.attribution import ValueFunction
    from trusteq_core.attribution.lime import lime_fit

    value = ValueFunction(example.model, example.grid.segments, ask=ask)
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


def shap_engine(example: Numbered, ask: Any) -> np.ndarray:
    """Return our values by shap's recursion over the engine."""
    from trusteq_core.attribution import EXPLAINERS, ValueFunction

    value = ValueFunction(example.model, example.grid.segments, ask=ask)
    return EXPLAINERS["shap-partition"].explain(value).values


def together(engine: Engine, examples: Sequence[Numbered]) -> list[np.ndarray]:
    """Return what the engine finds for several pairs side by side."""
    from trusteq_core.attribution import side_by_side

    found: dict[int, np.ndarray] = {}

    def work(ask: Any, number: int) -> None:
        found[number] = engine(examples[number], ask)

    works = [partial(work, number=number) for number in range(len(examples))]
    side_by_side(examples[0].model, works)
    return [found[number] for number in range(len(examples))]


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


def same_masks(size: str, pairs: int, words: int) -> None:
    """Print times of the libraries and of the engine, and how far their results are apart."""
    import shap

    from trusteq_core.corpus import generate
    from trusteq_core.tasks import get_task, segments_of, word_grid

    model = build(size)
    pipe = pipeline_of(model)
    explainer = shap.Explainer(pipe)
    every = segments_of(generate("nli", "test", seed=0), get_task("nli"))
    texts = [texts for texts in every if len(word_grid(texts)) >= words][:pairs]
    ways: tuple[tuple[str, Callable[[Numbered], Any], Engine], ...] = (
        ("LIME 1000", lime_batched, lime_engine),
        ("Partition 500", shap_batched, shap_engine),
    )
    warm = Numbered(model, texts[0])
    for _, library, engine in ways:
        library(warm)  # imports and compilation are not timed
        together(engine, [warm])
    if size == "tiny":
        shap_pipeline(warm, explainer)
    seconds: dict[str, list[float]] = defaultdict(list)
    apart: dict[str, float] = defaultdict(float)
    for start in range(0, pairs, TOGETHER):
        examples = [Numbered(model, segments) for segments in texts[start : start + TOGETHER]]
        for name, library, engine in ways:
            theirs = []
            for example in examples:
                spent, values = timed(lambda work=library, each=example: work(each))
                seconds[f"{name}, batches of {BATCH}"].append(spent)
                theirs.append(values)
            spent, ours = timed(lambda work=engine, those=examples: together(work, those))
            seconds[f"{name}, engine"] += [spent / len(examples)] * len(examples)
            apart[name] = max(
                apart[name], *(np.abs(a - b).max() for a, b in zip(theirs, ours, strict=True))
            )
        for example in examples:
            for name, shipped in (
                ("LIME 1000", lambda each=example: lime_pipeline(each, pipe)),
                ("Partition 500", lambda each=example: shap_pipeline(each, explainer)),
            ):
                seconds[f"{name}, pipeline"].append(timed(shipped)[0])
    median = np.median([len(word_grid(segments)) for segments in texts])
    print(f"{size}, {pairs} pair(s), median of {median:.0f} words; mean CPU seconds a pair:\n")
    print("| explainer | as shipped | batches of 64 | engine | ratios | largest difference |")
    print("|---|---|---|---|---|---|")
    for name in ("LIME 1000", "Partition 500"):
        shipped, batched, ours_s = (
            float(np.mean(seconds[f"{name}, {way}"]))
            for way in ("pipeline", f"batches of {BATCH}", "engine")
        )
        print(
            f"| {name} | {shipped:.2f} | {batched:.2f} | {ours_s:.3f} | {shipped / ours_s:.1f} and "
            f"{batched / ours_s:.1f} | {apart[name]:.1g} |"
        )


def main() -> None:
    """Compare on encoders of one size."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--size", choices=list(SIZES), default="tiny")
    parser.add_argument("--pairs", type=int, default=32)
    parser.add_argument("--words", type=int, default=0, help="pairs of at least so many words")
    chosen = parser.parse_args()
    from trusteq_core.models.environment import quiet_libraries

    quiet_libraries()
    with warnings.catch_warnings():
        # The libraries warn of each other's coming changes.
        warnings.simplefilter("ignore")
        same_masks(chosen.size, chosen.pairs, chosen.words)


if __name__ == "__main__":
    main()

"""A small results store with the shape of the real one, made in about a second without torch.

The numbers are synthetic: four models whose probabilities and attributions follow the true label
and the deciding words, each with noise of its own. ``python tests/miniature.py DIR`` writes it to
a folder.
"""

from __future__ import annotations

import argparse
from hashlib import blake2b
from pathlib import Path

import numpy as np
import pandas as pd

from trusteq_core.store import Manifest, ResultStore
from trusteq_core.tasks import (
    Task,
    examples_fingerprint,
    get_task,
    segments_of,
    true_probabilities,
    word_grid,
)

# name: (title, kind, parameters, sharpness of its probabilities, noise of its reasons)
MODELS = {
    "base": ("Base, the original", "original", 4_000_000, 1.0, 0.3),
    "base-b": ("Base, another training seed", "control", 4_000_000, 1.0, 0.35),
    "distil": ("Distilled, half the layers", "compressed", 2_100_000, 1.3, 0.45),
    "tiny": ("Tiny, trained on gold labels", "compressed", 300_000, 0.6, 1.2),
}
EXPLAINERS = ("lime", "shap-partition", "shapley", "occlusion")
NOUNS = ("dog", "child", "teacher", "baker", "pilot", "farmer", "singer", "nurse")
HYPERNYMS = ("animal", "person", "adult", "worker", "traveller", "grower", "artist", "carer")
ADJECTIVES = ("small", "young", "quiet", "tall", "happy", "old")
VERBS = ("sleeps", "reads", "waits", "sings", "works")
OTHERS = ("runs", "shouts", "swims", "dances", "leaves")
PLACES = ("park", "kitchen", "station", "garden", "library")


def write_miniature(root: Path | str, *, n: int = 160, explained: int = 48, seed: int = 0) -> Path:
    """Write the miniature store under `root` and return its path."""
    store = ResultStore(root)
    for task_id in ("nli", "paraphrase"):
        task = get_task(task_id)
        examples = miniature_examples(task, n, seed=seed)
        store.write(
            Manifest(
                "examples",
                task.id,
                split="test",
                n=n,
                data_fingerprint=examples_fingerprint(examples, task),
            ),
            examples,
        )
        for model in MODELS:
            write_model(store, task, examples, model, explained)
    return Path(root)


def miniature_examples(task: Task, n: int, *, seed: int = 0) -> pd.DataFrame:
    """Return `n` example pairs with known reasons and known label distributions."""
    rng = np.random.default_rng(seed)
    rows = []
    for number in range(n):
        first, second, reason, phenomenon, code = _pair(rng, task)
        grid = word_grid((first, second))
        reasons = [i for i, word in enumerate(grid.words) if word.text in reason]
        truth = np.full(len(task.labels), 0.04)
        truth[code] = 1 - 0.04 * (len(task.labels) - 1)
        rows.append(
            {
                "id": f"test-{number}",
                task.segments[0]: first,
                task.segments[1]: second,
                "label": task.labels[int(rng.choice(len(truth), p=truth))],
                "phenomenon": phenomenon,
                "held_out": number % 10 == 9,
                "reasons": reasons,
                **{f"true_{label}": p for label, p in zip(task.labels, truth, strict=True)},
            }
        )
    return pd.DataFrame(rows)


def _pair(rng: np.random.Generator, task: Task) -> tuple[str, str, set[str], str, int]:
    which = int(rng.integers(len(NOUNS)))
    noun, hypernym = NOUNS[which], HYPERNYMS[which]
    adjective, place = str(rng.choice(ADJECTIVES)), str(rng.choice(PLACES))
    verb, other = str(rng.choice(VERBS)), str(rng.choice(OTHERS))
    first = f"The {adjective} {noun} {verb} in the {place}."
    same = task.labels.index("entailment" if task.id == "nli" else "paraphrase")
    differs = task.labels.index("contradiction" if task.id == "nli" else "different")
    unsure = task.labels.index("neutral" if task.id == "nli" else "different")
    return (
        (first, f"The {hypernym} {verb} in the {place}.", {noun, hypernym}, "hypernym", same),
        (first, f"The {noun} never {verb} in the {place}.", {"never"}, "negation", differs),
        (first, f"The {noun} {other} in the {place}.", {verb, other}, "verb", differs),
        (first, f"The {noun} {verb} there until noon.", {"until", "noon"}, "time", unsure),
    )[int(rng.integers(4))]


def write_model(
    store: ResultStore, task: Task, examples: pd.DataFrame, model: str, explained: int
) -> None:
    """Write profile, predictions and attributions of one of `MODELS`."""
    title, kind, parameters, sharpness, _ = MODELS[model]
    fingerprint = blake2b(f"{task.id}/{model}".encode(), digest_size=12).hexdigest()
    rng = np.random.default_rng(int(fingerprint[:8], 16))
    who = {"task": task.id, "model": model, "model_fingerprint": fingerprint}
    profile = pd.DataFrame(
        {
            "parameters": [parameters],
            "bytes": [parameters * 2],
            "latency_ms": [parameters / 1e6 + 0.4],
            "layers": [4 if parameters > 3e6 else 2],
            "hidden": [256 if parameters > 1e6 else 64],
            "kind": [kind],
            "title": [title],
        }
    )
    store.write(Manifest("profile", **who, n=1), profile)

    truth = true_probabilities(examples, task)
    logits = sharpness * (np.log(truth) + rng.normal(0, 1.2, truth.shape))
    p = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    predictions = pd.DataFrame({"id": examples["id"]})
    predictions[[f"p_{label}" for label in task.labels]] = p
    data = {"split": "test", "data_fingerprint": examples_fingerprint(examples, task)}
    store.write(Manifest("predictions", **who, **data, n=len(examples)), predictions)

    chosen = examples.iloc[:: max(1, len(examples) // explained)].head(explained)
    data["data_fingerprint"] = examples_fingerprint(chosen, task)
    for explainer in EXPLAINERS:
        seeds = (0, 1) if model == "base" and explainer != "occlusion" else (0,)
        for seed in seeds:
            manifest = Manifest(
                "attributions",
                **who,
                **data,
                explainer=explainer,
                settings={"mask": "remove"},
                seed=seed,
                n=len(chosen),
            )
            frame = _attributions(task, chosen, p[chosen.index], rng, model, explainer)
            store.write(manifest, frame)


def _attributions(
    task: Task,
    examples: pd.DataFrame,
    probabilities: np.ndarray,
    rng: np.random.Generator,
    model: str,
    explainer: str,
) -> pd.DataFrame:
    noise = MODELS[model][4]
    base = np.full(len(task.labels), 1 / len(task.labels))
    pieces = []
    # What a model relies on does not depend on the explainer's seed; its estimate does.
    model_rng = np.random.default_rng(len(model) * 1000 + ord(model[-1]))
    for row, texts, full in zip(
        examples.itertuples(), segments_of(examples, task), probabilities, strict=True
    ):
        n_words = len(word_grid(texts))
        weight = noise * model_rng.gamma(0.5, 0.4, n_words)
        weight[row.reasons] += 1.0
        weight *= 1 + 0.1 * rng.normal(size=n_words)
        share = weight / weight.sum()
        columns: dict[str, object] = {"id": [row.id] * n_words, "word": np.arange(n_words)}
        for k, label in enumerate(task.labels):
            columns[f"value_{label}"] = share * (full[k] - base[k])
            columns[f"error_{label}"] = np.full(n_words, 0.01 if explainer == "shapley" else np.nan)
        for k, label in enumerate(task.labels):
            columns[f"base_{label}"] = np.full(n_words, base[k])
            columns[f"full_{label}"] = np.full(n_words, full[k])
        evaluations = {"lime": 1000, "shap-partition": 500}.get(explainer, n_words + 2)
        columns["evaluations"] = np.full(n_words, evaluations)
        pieces.append(columns)
    return pd.DataFrame({name: np.concatenate([p[name] for p in pieces]) for name in pieces[0]})


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    print(write_miniature(parser.parse_args().folder))

"""Measure how far other ways to run a model that ships are from torch.

``python benchmarks/adapter_agreement.py --model base --examples 10`` exports the model to ONNX, in
float32 and int8, wraps it as a function, and prints the largest difference of a probability and of
an attribution, by LIME and by Shapley values, from those of the torch model.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from trusteq_core.attribution import explain
from trusteq_core.corpus import generate
from trusteq_core.models import Classifier, FunctionClassifier, load_model
from trusteq_core.models.export import export_onnx, quantise_onnx
from trusteq_core.tasks import get_task, segments_of

EXPLAINERS = ("lime", "shapley")


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--task", default="nli")
    parser.add_argument("--model", default="base")
    parser.add_argument("--examples", type=int, default=10)
    options = parser.parse_args()
    task = get_task(options.task)
    torch = load_model(task, options.model)
    texts = segments_of(generate(task.id, "test", limit=options.examples), task)
    print("| run by | probability | " + " | ".join(EXPLAINERS) + " |")
    print("| --- |" + " --- |" * (1 + len(EXPLAINERS)))
    with TemporaryDirectory() as folder:
        for title, model in others(torch, Path(folder)).items():
            found = differences(torch, model, texts)
            print(f"| {title} | " + " | ".join(f"{each:.1e}" for each in found) + " |", flush=True)


def others(torch: Classifier, folder: Path) -> dict[str, Classifier]:
    """Return the same model run in other ways."""
    export_onnx(torch, folder / "onnx")
    quantise_onnx(folder / "onnx", folder / "onnx-int8")
    task = torch.task
    return {
        "ONNX Runtime, float32": load_model(task, folder / "onnx"),
        "ONNX Runtime, int8": load_model(task, folder / "onnx-int8"),
        "a function": FunctionClassifier(
            torch.predict, task, labels=task.labels, name="function", version="1"
        ),
    }


def differences(torch: Classifier, model: Classifier, texts: list[tuple[str, ...]]) -> list[float]:
    """Return the largest difference of a probability, then of an attribution by each explainer."""
    found = [float(np.abs(model.predict(texts) - torch.predict(texts)).max())]
    for explainer in EXPLAINERS:
        pairs = [
            (explain(model, each, explainer).values, explain(torch, each, explainer).values)
            for each in texts
        ]
        found.append(max(float(np.nanmax(np.abs(ours - theirs))) for ours, theirs in pairs))
    return found


if __name__ == "__main__":
    main()

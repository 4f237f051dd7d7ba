"""Write the page of the documentation about the models that ship, from their stored results.

``python benchmarks/shipped_models.py > docs/models.md`` prints, for each task: what each model
costs and how often it is right, beside the best possible accuracy; how alike its reasons are to
those of `base`, with chance and ceilings; how far the top words of `base` are the words that decide
the label; the estimated calibration error beside the error against the true probabilities; and the
verdict on each model.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterable
from pathlib import Path

from trusteq_core.equivalence import Margins, holm
from trusteq_core.evaluation import Comparison, compare, model_table
from trusteq_core.store import StoreStack, default_store
from trusteq_core.tasks import TASKS

ORIGINAL = "base"
HEAD = """# The models that ship

Printed by `python benchmarks/shipped_models.py` from the stored results. The models are small,
trained from scratch on the [controlled corpora](corpora.md) by `make precomputed`. Each measure is
defined in [definitions](definitions.md).

All are encoders but `causal` of the inference task: `base` made into a language model that reads
from left to right and answers a [prompt](your-models.md#causal-language-models) with a word. It was
trained for one epoch on the answers of `base`. Its latency was measured on a busy machine, unlike
the others'."""


def main() -> None:
    """Print the page."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--store", type=Path, help="a results folder of one's own")
    store = default_store(parser.parse_args().store)
    print(HEAD)
    for task in TASKS.values():
        names = list(model_table(store, task.id, ORIGINAL)["model"])
        pairs = {name: compare(store, task.id, ORIGINAL, name) for name in names}
        print(f"\n## {task.title}")
        print_models(store, task.id, pairs[ORIGINAL])
        print_overlap(pairs)
        print_reasons(pairs[ORIGINAL])
        print_calibration(pairs)
        print_verdicts(pairs)


def print_models(store: StoreStack, task_id: str, original: Comparison) -> None:
    """Print size, latency, accuracy and flips of every model."""
    facts = original.performance()
    print(
        f"\nBest possible accuracy on these {facts['n']:,} test pairs: "
        f"{facts['bayes_accuracy']:.3f}.\n"
    )
    heads = ("model", "what", "parameters", "bytes", "ms an example", "accuracy", "flips")
    print_table(
        heads,
        (
            (
                f"`{row['model']}`",
                row["title"],
                f"{row['parameters']:,.0f}",
                f"{row['bytes']:,.0f}",
                f"{row['latency_ms']:.1f}",
                f"{row['accuracy']:.4f}",
                f"{row['flips']:.0f}",
            )
            for row in model_table(store, task_id, ORIGINAL).to_dict("records")
        ),
    )


def print_overlap(pairs: dict[str, Comparison]) -> None:
    """Print the overlap of each model's top words with those of the original."""
    explainers = pairs[ORIGINAL].explainers
    print("\nShared top words with `base` (Jaccard of the top 5):\n")
    rows = [
        (f"`{name}`", *(f"{pair.overlap(each)['jaccard']:.3f}" for each in explainers))
        for name, pair in pairs.items()
        if name != ORIGINAL and pair.explainers == explainers
    ]
    summaries = [pairs[ORIGINAL].overlap(each) for each in explainers]
    rows.append(("chance", *(f"{found['chance']:.3f}" for found in summaries)))
    again = (found["ceiling_resampling"] for found in summaries)
    rows.append(("`base` under another seed", *("1" if c is None else f"{c:.3f}" for c in again)))
    print_table(("model", *explainers), rows)


def print_reasons(pair: Comparison) -> None:
    """Print the R-precision of the top words of `base`, per explainer."""
    print("\nShare of the top words of `base` that decide the label, as many as decide it:\n")
    found = {explainer: pair.reasons(explainer) for explainer in pair.explainers}
    print_table(
        ("explainer", "precision", "chance", "examples"),
        (
            (name, f"{row['precision_original']:.3f}", f"{row['chance']:.3f}", str(row["n"]))
            for name, row in found.items()
        ),
    )


def print_calibration(pairs: dict[str, Comparison]) -> None:
    """Print the estimated ECE, its floor and the error against the true probabilities."""
    print("\nExpected calibration error, estimated and against the true probabilities:\n")
    rows = []
    for name, pair in pairs.items():
        found = pair.calibration().set_index("measure")["compressed"]
        floor = pair.calibration().set_index("measure").loc["ece", "floor_compressed"]
        numbers = (found["ece"], floor, found["true_ece"], found["signed_gap"], found["brier"])
        rows.append((f"`{name}`", *(f"{number:.4f}" for number in numbers)))
    heads = ("model", "ECE", "noise floor", "ECE against the truth", "gap", "Brier")
    print_table(heads, rows)


def print_verdicts(pairs: dict[str, Comparison]) -> None:
    """Print the verdict on each model, with the reasons in words."""
    verdicts = {name: pair.verdict() for name, pair in pairs.items()}
    adjusted = holm({name: v.p_value for name, v in verdicts.items() if name != ORIGINAL})
    shown = [f"`{name}`" for name, p_value in adjusted.items() if p_value <= Margins().alpha]
    print(
        "\nVerdicts, each against `base`. Holm's correction for looking at all of them leaves as "
        f"equivalent: {', '.join(shown) or 'none'}.\n"
    )
    for name, found in verdicts.items():
        verdict = found.to_dict()
        alone = verdict["answer"] == "equivalent" and f"`{name}`" not in shown and name != ORIGINAL
        note = " Alone, that is; not once Holm's correction is made." if alone else ""
        print(f"- `{name}`: **{verdict['answer']}**. {verdict['sentence']}{note}")
        for finding in verdict["findings"]:
            print(f"  - {finding['sentence']} *({finding['answer']})*")


def print_table(heads: Iterable[str], rows: Iterable[Iterable[str]]) -> None:
    """Print a Markdown table."""
    heads = list(heads)
    for cells in (heads, ["---"] * len(heads), *rows):
        print(f"| {' | '.join(cells)} |")


if __name__ == "__main__":
    main()

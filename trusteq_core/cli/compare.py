"""``trusteq compare``: a compressed model against its original, from stored results."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from trusteq_core.cli.options import (
    bins_option,
    explained_option,
    explainers_option,
    json_option,
    margin_options,
    pair_options,
    split_option,
    store_option,
    task_option,
    top_option,
)
from trusteq_core.cli.output import cell, print_json, print_table
from trusteq_core.cli.verdicts import print_verdict

__all__ = ["compare"]

_PRECISION = ("precision_original", "precision_compressed", "chance")
_SIDES = ("original", "compressed", "difference", "floor_original", "floor_compressed")


@click.command()
@task_option
@pair_options
@split_option
@explainers_option
@top_option
@bins_option
@explained_option
@margin_options
@store_option
@json_option
def compare(
    task_id: str,
    original: str,
    compressed: str,
    split: str,
    explainers: tuple[str, ...],
    k: int,
    n_bins: int,
    explained: str,
    margins_file: Path | None,
    margin_settings: tuple[str, ...],
    store: Path | None,
    as_json: bool,
) -> None:
    """Compare two models: performance, overlap of explanations, calibration, and the verdict.

    Reads stored results only; computes no model.
    """
    from trusteq_core.equivalence import read_margins
    from trusteq_core.evaluation import compare as derive
    from trusteq_core.store import default_store

    margins = read_margins(margins_file, margin_settings)
    comparison = derive(default_store(store), task_id, original, compressed, split=split)
    chosen = list(explainers) or None
    summary = comparison.summary(chosen, k=k, n_bins=n_bins, explained=explained)
    verdict = comparison.verdict(chosen, k, explained, margins=margins)
    summary["verdict"] = verdict.to_dict()
    if as_json:
        print_json(summary)
    else:
        print_summary(summary)


def print_summary(summary: Mapping[str, Any]) -> None:
    """Print a comparison as one table for each question, and what the numbers mean below it."""
    original, compressed = summary["original"]["name"], summary["compressed"]["name"]
    click.echo(f"{compressed} against {original} on {summary['n']:,} examples of {summary['task']}")
    click.echo()
    print_performance(summary["performance"], original, compressed)
    click.echo()
    print_overlap(summary["overlap"], summary["settings"])
    click.echo()
    print_reasons(summary["reasons"], original, compressed)
    print_calibration(summary["calibration"], original, compressed)
    click.echo()
    print_verdict(summary["verdict"])


def print_performance(performance: Mapping[str, Any], original: str, compressed: str) -> None:
    """Print accuracy of both models and what changed between their answers."""
    rows = [
        [title, performance[f"{name}_original"], performance[f"{name}_compressed"]]
        for name, title in (("accuracy", "accuracy"), ("macro_f1", "macro-F1"))
    ]
    print_table(["performance", original, compressed], rows)
    said = [
        f"agreement {cell(performance['agreement'])}",
        f"flips {cell(performance['flips'])}",
        f"negative flips (right to wrong) {cell(performance['negative_flips'])}",
        f"positive flips (wrong to right) {cell(performance['positive_flips'])}",
        f"mean KL {cell(performance['kl_mean'])}",
    ]
    if performance.get("bayes_accuracy") is not None:
        said.append(f"best possible accuracy {cell(performance['bayes_accuracy'])}")
    click.echo("; ".join(said))


def print_overlap(overlap: Mapping[str, Mapping[str, Any]], settings: Mapping[str, Any]) -> None:
    """Print the overlap of each explainer between its chance and its ceilings."""
    if not overlap:
        click.echo("overlap: no explainer has stored results for both models")
        return
    names = (
        "jaccard",
        "chance",
        "ceiling_resampling",
        "ceiling_retraining",
        "corrected",
        "noise_loss",
    )
    print_table(
        [
            "explainer",
            f"Jaccard@{settings['k']}",
            "chance",
            "resampling ceiling",
            "retraining ceiling",
            "chance-corrected",
            "lost to noise, at most",
            "examples",
        ],
        [
            [explainer, *(facts[name] for name in names), facts["n_scored"]]
            for explainer, facts in overlap.items()
        ],
        title=f"overlap of explanations, explained class: {settings['explained']}",
    )


def print_reasons(reasons: Mapping[str, Mapping[str, Any]], original: str, compressed: str) -> None:
    """Print how far the top words are those that decide the label, where those are known."""
    known = {explainer: facts for explainer, facts in reasons.items() if facts}
    if not known:
        return
    print_table(
        ["explainer", original, compressed, "chance", "examples"],
        [
            [explainer, *(facts[name] for name in _PRECISION), facts["n"]]
            for explainer, facts in known.items()
        ],
        title="precision of the top words against the words that decide the label",
    )
    click.echo()


def print_calibration(
    calibration: Mapping[str, Mapping[str, Any]], original: str, compressed: str
) -> None:
    """Print every calibration measure of both models beside its noise floor."""
    from trusteq_core.calibration import MEASURES

    floors = [f"floor {original}", f"floor {compressed}"]
    print_table(
        ["calibration", original, compressed, "difference", *floors],
        [
            [MEASURES[name].title, *(facts[side] for side in _SIDES)]
            for name, facts in calibration.items()
        ],
    )

"""``trusteq calibrate``: two models on files of their predictions; no model is needed."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from trusteq_core.cli.compare import print_calibration, print_performance
from trusteq_core.cli.options import bins_option, json_option, margin_options, seed_option
from trusteq_core.cli.output import cell, print_json
from trusteq_core.cli.verdicts import print_verdict

__all__ = ["calibrate"]

_FILE = click.Path(dir_okay=False, path_type=Path)
_SCHEMES = {"width": "equally wide bins", "mass": "bins of equal mass"}


@click.command()
@click.argument("original", metavar="A", type=_FILE)
@click.argument("compressed", metavar="B", type=_FILE)
@bins_option
@click.option(
    "--scheme",
    default="width",
    show_default=True,
    metavar="SCHEME",
    help="width (equally wide bins) or mass (as many confidences in each).",
)
@click.option("--logits", is_flag=True, help="The columns of the classes hold logits.")
@margin_options
@seed_option
@json_option
@click.pass_context
def calibrate(
    ctx: click.Context,
    original: Path,
    compressed: Path,
    n_bins: int,
    scheme: str,
    logits: bool,
    margins_file: Path | None,
    margin_settings: tuple[str, ...],
    seed: int,
    as_json: bool,
) -> None:
    """Compare the predictions of a compressed model (file B) with the original's (file A).

    CSV, TSV or Parquet with the columns id, label and one of probabilities for each class; joined
    by id. The exit status is 0 if the models are equivalent within the margins, 1 if they are not
    shown to be, 2 on an error.
    """
    from trusteq_core.equivalence import read_margins
    from trusteq_core.evaluation.prediction_comparison import compare_predictions

    comparison = compare_predictions(
        original,
        compressed,
        n_bins=n_bins,
        scheme=scheme,
        logits=logits,
        margins=read_margins(margins_file, margin_settings),
        seed=seed,
    )
    document = comparison.to_dict()
    if as_json:
        print_json(document)
    else:
        print_comparison(document)
    ctx.exit(0 if comparison.verdict.answer == "equivalent" else 1)


def print_comparison(document: Mapping[str, Any]) -> None:
    """Print what two files of predictions say, and the verdict below it."""
    original, compressed = document["original"]["name"], document["compressed"]["name"]
    settings = document["settings"]
    click.echo(
        f"{compressed} against {original} on {document['n']:,} examples; "
        f"classes: {', '.join(document['classes'])}"
    )
    click.echo()
    print_performance(document["performance"], original, compressed)
    click.echo()
    print_calibration(document["calibration"], original, compressed)
    click.echo(
        f"{settings['n_bins']} {_SCHEMES[settings['scheme']]}; floor: what chance would show"
    )
    click.echo()
    click.echo(told_recalibration(document["recalibration"]))
    click.echo()
    print_verdict(document["verdict"])


def told_recalibration(facts: Mapping[str, Any]) -> str:
    """Return in one sentence how much of the mismatch one temperature for each model removes."""
    return (
        f"One temperature for each model, fitted on the other half, takes the profile distance "
        f"from {cell(facts['before'])} to {cell(facts['after'])} (chance would show "
        f"{cell(facts['floor_after'])}): {told_share(facts['share'])}."
    )


def told_share(share: float) -> str:
    """Return the share of the profile distance that was removed, in words.

    Examples
    --------
    >>> told_share(0.634), told_share(-0.1), told_share(float("nan"))
    ('63 % of it is removed', 'it is not removed but grows', 'there was none')
    """
    if share != share:
        return "there was none"
    return (
        f"{share:.0%} of it is removed".replace("%", " %")
        if share >= 0
        else ("it is not removed but grows")
    )

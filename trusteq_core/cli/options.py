"""The options that several commands share, so that one name means one thing everywhere."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

__all__ = [
    "bins_option",
    "device_option",
    "explained_option",
    "explainer_option",
    "explainers_option",
    "json_option",
    "margin_options",
    "models_dir_option",
    "out_option",
    "pair_options",
    "seed_option",
    "split_option",
    "store_option",
    "task_option",
    "top_option",
]

_MOST_BINS = 10_000  # more say nothing more, and cost memory
_FOLDER = click.Path(file_okay=False, path_type=Path)

task_option = click.option(
    "--task", "task_id", required=True, metavar="TASK", help='Task; see "trusteq tasks".'
)
store_option = click.option(
    "--store",
    type=_FOLDER,
    metavar="DIR",
    help="Your own results, read before the ones that ship.",
)
models_dir_option = click.option(
    "--models-dir",
    type=_FOLDER,
    metavar="DIR",
    help="Folder of models, <task>/<model>, in place of the ones that ship.",
)
json_option = click.option(
    "--json", "as_json", is_flag=True, help="Print JSON on standard output, for machines."
)
seed_option = click.option(
    "--seed", type=click.IntRange(min=0), default=0, show_default=True, help="Seed of the run."
)
explainer_option = click.option(
    "--explainer",
    metavar="ID",
    default="lime",
    show_default=True,
    help="lime, shap-partition, shapley or occlusion.",
)
device_option = click.option(
    "--device", default="cpu", show_default=True, metavar="NAME", help="Where the model runs."
)
out_option = click.option(
    "--out",
    type=_FOLDER,
    required=True,
    metavar="DIR",
    help="Folder to make; never one that exists.",
)
split_option = click.option(
    "--split",
    default="test",
    show_default=True,
    metavar="NAME",
    help="Which examples; results on a file of your own carry its name.",
)
explainers_option = click.option(
    "--explainer",
    "explainers",
    multiple=True,
    metavar="ID",
    help="May be repeated; by default every explainer with stored results for both models.",
)
top_option = click.option(
    "--k",
    type=click.IntRange(min=1),
    default=5,
    show_default=True,
    help="How many top words of each example are compared.",
)
bins_option = click.option(
    "--bins",
    "n_bins",
    type=click.IntRange(1, _MOST_BINS),
    default=15,
    show_default=True,
    help="Bins of the calibration measures.",
)
explained_option = click.option(
    "--explained",
    default="reference",
    show_default=True,
    metavar="CLASS",
    help="reference (the original's prediction), gold, own, or a label of the task.",
)

Command = Callable[..., Any]


def pair_options(command: Command) -> Command:
    """Add ``--original`` and ``--compressed``."""
    original = click.option(
        "--original", default="base", show_default=True, metavar="ID", help="The large model."
    )
    compressed = click.option(
        "--compressed", required=True, metavar="ID", help="The model to ship in its place."
    )
    return original(compressed(command))


def margin_options(command: Command) -> Command:
    """Add ``--margins`` and ``--margin``; `trusteq_core.equivalence.read_margins` reads them."""
    file = click.option(
        "--margins",
        "margins_file",
        type=click.Path(dir_okay=False, path_type=Path),
        metavar="FILE",
        help="TOML or JSON with a table of margins, in place of the defaults.",
    )
    single = click.option(
        "--margin",
        "margin_settings",
        multiple=True,
        metavar="NAME=VALUE",
        help="One margin: accuracy, overlap, gap, brier, profile or alpha. May be repeated; goes "
        "before the file.",
    )
    return file(single(command))

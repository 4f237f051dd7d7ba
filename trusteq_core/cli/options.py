"""The options that several commands share, so that one name means one thing everywhere."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from trusteq_core.tasks import Task

__all__ = [
    "bins_option",
    "device_option",
    "explained_option",
    "explainer_option",
    "explainers_option",
    "json_option",
    "load_settings",
    "loading_options",
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
    help="lime, shap-partition, shapley or occlusion; or lime-surrogate, integrated-gradients, "
    "gradient-input.",
)
device_option = click.option(
    "--device", default="cpu", show_default=True, metavar="NAME", help="Where the model runs."
)
label_order_option = click.option(
    "--label-order",
    metavar="LABEL,LABEL",
    help="The labels in the order of the model's outputs, in place of their names.",
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


def loading_options(command: Command) -> Command:
    """Add what decides how a model is loaded; `load_settings` reads it."""
    options = (
        device_option,
        click.option(
            "--dtype",
            type=click.Choice(["float32", "bfloat16", "float16"]),
            default="float32",
            show_default=True,
            help="What torch computes in; what it changes is measured on examples and kept.",
        ),
        label_order_option,
        click.option(
            "--map-labels",
            is_flag=True,
            help="Where outputs do not fit their names or have none: the order that fits the "
            "examples.",
        ),
        click.option(
            "--prompt",
            "prompt_file",
            type=click.Path(dir_okay=False, exists=True, path_type=Path),
            metavar="FILE",
            help="For a causal language model: JSON with template and label words.",
        ),
        click.option(
            "--run-code",
            is_flag=True,
            help="Allow a model that is a function of yours, FILE.py:FUNCTION; the file is run.",
        ),
    )
    for option in reversed(options):
        command = option(command)
    return command


def parse_label_order(text: str | None) -> tuple[str, ...] | None:
    """Return the labels of ``--label-order``, None where it was not given."""
    return tuple(label.strip() for label in text.split(",")) if text else None


def load_settings(task: Task, given: dict[str, Any]) -> dict[str, Any]:
    """Take the values of `loading_options` out of a command's; return what `load_model` takes."""
    from trusteq_core.models.prompt import read_prompt

    order, file = given.pop("label_order"), given.pop("prompt_file")
    return {
        **{name: given.pop(name) for name in ("device", "dtype", "map_labels", "run_code")},
        "label_order": parse_label_order(order),
        "prompt": read_prompt(file, task) if file else None,
    }


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

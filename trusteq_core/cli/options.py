"""The options that several commands share, so that one name means one thing everywhere."""

from __future__ import annotations

from pathlib import Path

import click

__all__ = [
    "device_option",
    "explainer_option",
    "json_option",
    "models_dir_option",
    "seed_option",
    "store_option",
    "task_option",
]

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

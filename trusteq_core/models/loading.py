"""Loading a transformers classifier from a folder: nothing in it is run, nothing is guessed."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from trusteq_core.errors import ModelError
from trusteq_core.models import environment  # noqa: F401  sets the libraries up, so it comes first
from trusteq_core.models.checkpoint import check_folder, fingerprint, read_json, weight_files
from trusteq_core.models.labels import output_order
from trusteq_core.models.pretrained import guarded, load_tokenizer
from trusteq_core.models.recipes import Recipe, quantise_, read_recipe, weights_folder
from trusteq_core.models.structured import load_structured
from trusteq_core.models.transformers_classifier import TransformersClassifier
from trusteq_core.tasks import Task

import torch  # isort: skip
from transformers import (  # isort: skip
    AutoConfig,
    AutoModelForSequenceClassification,
    PreTrainedModel,
)

__all__ = ["load_folder", "to_device"]


def load_folder(
    folder: Path,
    task: Task,
    *,
    name: str,
    device: str = "cpu",
    dtype: str = "float32",
    label_order: Sequence[str] | None = None,
) -> TransformersClassifier:
    """Load a classifier from a folder in the format of ``save_pretrained``.

    Parameters
    ----------
    folder : Path
        Holds config.json, safetensors weights and a tokenizer; or a recipe over a sibling folder.
    task : Task
        The task it is used for; outputs are put in its label order by name.
    name : str
        Short id of the model.
    device : str
        Where to compute, as torch names it.
    dtype : str
        What torch computes in: ``float32``, ``bfloat16`` or ``float16``.
    label_order : sequence of str, optional
        Labels in the order of the model's outputs, for a model that does not name them.

    Raises
    ------
    ModelError
        If the folder is incomplete, would need remote code or pickle, or does not fit the task.
    """
    recipe = read_recipe(folder)
    source = weights_folder(folder, recipe)
    check_folder(source)
    settings = read_json(source / "config.json")
    config = guarded(source, AutoConfig.from_pretrained)
    order = output_order(config.id2label, task, label_order=label_order)
    tokenizer = load_tokenizer(source)
    model = _load_model(source, config, recipe if source == folder else None)
    if source != folder:
        quantise_(model)
    if dtype != "float32":
        model.to(getattr(torch, dtype))
    if tokenizer.pad_token_id is not None and config.get_text_config().pad_token_id is None:
        model.config.pad_token_id = tokenizer.pad_token_id
    to_device(model, device)
    extras = {"recipe": recipe.to_json() if recipe else None, "order": order}
    classifier = TransformersClassifier(
        model.eval(),
        tokenizer,
        task=task,
        name=name,
        fingerprint=fingerprint(
            weight_files(source),
            settings,
            tokenizer.backend_tokenizer.to_str(),
            extras if dtype == "float32" else {**extras, "dtype": dtype},
        ),
        output_order=order,
        adapter="int8" if recipe and recipe.method == "int8" else "transformers",
    )
    if dtype != "float32":
        classifier.notes["dtype"] = dtype
    return classifier


def _load_model(folder: Path, config: Any, recipe: Recipe | None) -> PreTrainedModel:
    if recipe is not None and recipe.method in ("int8", "lowrank"):
        return load_structured(folder, config, recipe)
    model, loading = guarded(
        folder,
        AutoModelForSequenceClassification.from_pretrained,
        config=config,
        dtype=torch.float32,
        use_safetensors=True,
        output_loading_info=True,
    )
    if loading["missing_keys"]:
        missing = ", ".join(sorted(loading["missing_keys"])[:3])
        raise ModelError(
            f'"{folder}" has no weights for {missing}. It is no fine-tuned classifier: fine-tune '
            "it for the task and save it again."
        )
    return model


def to_device(model: PreTrainedModel, device: str) -> None:
    """Move a model to a device in place.

    Raises
    ------
    ModelError
        If there is no such device.
    """
    try:
        model.to(torch.device(device))
    except (RuntimeError, AssertionError) as error:
        raise ModelError(
            f'Device "{device}" is not available: {error}. Use device="cpu".'
        ) from None

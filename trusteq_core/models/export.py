"""Writing a classifier as an ONNX file, in full precision or with int8 weights.

The folder that results is a model folder like any other: `model.onnx`, the tokenizer and the
configuration; `load_model` reads it with ONNX Runtime, without torch.
"""

from __future__ import annotations

import contextlib
import io
import logging
import warnings
from pathlib import Path
from typing import Any

from trusteq_core.errors import ModelError
from trusteq_core.models.checkpoint import ONNX_FILE, needs_extra
from trusteq_core.models.transformers_classifier import TransformersClassifier

import torch  # isort: skip

__all__ = ["export_onnx", "quantise_onnx"]


def export_onnx(model: TransformersClassifier, folder: Path | str) -> Path:
    """Write a transformers classifier to a folder that ONNX Runtime can load.

    Parameters
    ----------
    model : TransformersClassifier
        What `load_model` gives for a folder of transformers. A pruned or factorised model is
        written as it computes; one that torch quantises as it is loaded cannot be: export its
        original and use `quantise_onnx`.
    folder : path
        Made where it does not exist; files of the same names are replaced.

    Returns
    -------
    Path
        The ONNX file.

    Raises
    ------
    ModelError
        If the packages for the export are missing, or the model has operations that ONNX lacks.
    """
    needs_extra("onnx", "onnx", "onnxscript")
    if any(hasattr(weight, "__tensor_flatten__") for weight in model.model.parameters()):
        raise ModelError(
            f'Model "{model.name}" is quantised by torch as it is loaded and cannot be exported. '
            "Export the model it was made from, and quantise that in ONNX."
        )
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / ONNX_FILE
    before = model.model.config._attn_implementation
    model.model.set_attn_implementation("eager")
    try:
        _write(model, path)
    finally:
        model.model.set_attn_implementation(before)
    model.model.config.save_pretrained(folder)
    model.tokenizer.save_pretrained(folder)
    return path


def quantise_onnx(source: Path | str, folder: Path | str) -> Path:
    """Write a copy of an ONNX model folder with the weights of its matrix products in int8.

    Activations are quantised as they come, by ONNX Runtime, with one scale for the whole batch.

    Parameters
    ----------
    source : path
        A folder with ``model.onnx``.
    folder : path
        Another folder, made where it does not exist.

    Returns
    -------
    Path
        The ONNX file.

    Raises
    ------
    ModelError
        If the packages are missing, or `source` cannot be read.
    """
    needs_extra("onnx", "onnx", "onnxruntime")
    import shutil

    from onnxruntime.quantization import QuantType, quantize_dynamic

    source, folder = Path(source), Path(folder)
    if not (source / ONNX_FILE).is_file():
        raise ModelError(f'"{source}" has no {ONNX_FILE}. Export the model to ONNX first.')
    shutil.copytree(source, folder, dirs_exist_ok=True, ignore=lambda *_: [ONNX_FILE])
    with _quiet():
        quantize_dynamic(
            source / ONNX_FILE,
            folder / ONNX_FILE,
            weight_type=QuantType.QInt8,
            per_channel=True,
            op_types_to_quantize=["MatMul", "Gemm"],
            extra_options={"DefaultTensorType": 1},
        )
    return folder / ONNX_FILE


def _write(model: TransformersClassifier, path: Path) -> None:
    names = list(model.tokenizer.model_input_names)
    examples = [("one two three",) * len(model.task.segments), ("four",) * len(model.task.segments)]
    inputs = model.tokenizer(
        *(list(texts) for texts in zip(*examples, strict=True)), padding=True, return_tensors="pt"
    )
    either: Any = torch.export.Dim.DYNAMIC
    with _quiet():
        try:
            torch.onnx.export(
                model.model,
                (),
                path,
                kwargs={name: inputs[name].to(model.model.device) for name in names},
                input_names=names,
                output_names=["logits"],
                dynamic_shapes={name: {0: either, 1: either} for name in names},
                dynamo=True,
                external_data=False,
                verbose=False,
            )
        except (torch.onnx.errors.OnnxExporterError, RuntimeError, ValueError) as error:
            first = str(error).strip().splitlines()[0]
            raise ModelError(
                f'Model "{model.name}" ({model.model.config.model_type}) cannot be written as '
                f"ONNX: {first}"
            ) from error


@contextlib.contextmanager
def _quiet() -> Any:
    """Keep to itself what the exporter says about its own optional parts."""
    chatty = [logging.getLogger(name) for name in ("torch.onnx", "onnxscript", "onnx_ir", "root")]
    before = [logger.level for logger in chatty]
    for logger in chatty:
        logger.setLevel(logging.ERROR)
    try:
        with warnings.catch_warnings(), contextlib.redirect_stdout(io.StringIO()):
            warnings.simplefilter("ignore")
            yield
    finally:
        for logger, level in zip(chatty, before, strict=True):
            logger.setLevel(level)

"""Checks on a model folder before anything in it is loaded, and its fingerprint."""

from __future__ import annotations

import hashlib
import importlib.util
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from trusteq_core.errors import ModelError

__all__ = [
    "ONNX_FILE",
    "OPENVINO_FILE",
    "check_folder",
    "fingerprint",
    "needs_extra",
    "read_json",
    "weight_files",
]

ONNX_FILE = "model.onnx"
OPENVINO_FILE = "openvino_model.xml"
_ONNX_DATA = ("_data", ".data")
_WEIGHTS = (
    ("*.safetensors",),
    (OPENVINO_FILE, "openvino_model.bin"),
    (ONNX_FILE, *(ONNX_FILE + end for end in _ONNX_DATA)),
)
_TOKENIZERS = ("tokenizer.json", "vocab.txt", "vocab.json", "*.model")
_PICKLED = ("*.bin", "*.pt", "*.pth", "*.ckpt", "*.pkl")
# Where a configuration was saved and by which version says nothing about what it computes.
_IRRELEVANT = ("_name_or_path", "transformers_version", "dtype", "torch_dtype")


def read_json(path: Path) -> dict[str, Any]:
    """Return the JSON object in a file.

    Raises
    ------
    ModelError
        If the file is missing, is not JSON, or holds something other than an object.
    """
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise ModelError(
            f'"{path.parent}" has no {path.name}. A model folder is what save_pretrained() '
            "writes: config.json, model.safetensors and tokenizer.json."
        ) from None
    except (OSError, ValueError) as error:
        raise ModelError(f'"{path}" cannot be read as JSON: {error}. Save it again.') from None
    if not isinstance(content, dict):
        raise ModelError(f'"{path}" holds no JSON object. Save the model again.')
    return content


def needs_extra(extra: str, *packages: str) -> None:
    """Raise `ModelError` unless the packages of an optional extra are installed.

    Parameters
    ----------
    extra : str
        Name of the extra, as in ``pip install -e ".[onnx]"``.
    *packages : str
        The packages that are needed.
    """
    missing = [name for name in packages if importlib.util.find_spec(name) is None]
    if missing:
        raise ModelError(
            f"This needs {' and '.join(missing)}, not installed here. Install the optional "
            f'"{extra}" packages: pip install -e ".[{extra}]".'
        )


def weight_files(folder: Path) -> list[Path]:
    """Return the files with a model's weights: safetensors; else OpenVINO or ONNX.

    Parameters
    ----------
    folder : Path
        The model's folder, or an ONNX file, which may have another with large weights beside it.

    Raises
    ------
    ModelError
        If there is none; the message says how to get them.
    """
    if folder.is_file():
        beside = (folder.with_name(folder.name + end) for end in _ONNX_DATA)
        return [folder, *(path for path in beside if path.is_file())]
    for patterns in _WEIGHTS:
        found = sorted(path for pattern in patterns for path in folder.glob(pattern))
        if found:
            return found
    if any(True for pattern in _PICKLED for _ in folder.glob(pattern)):
        raise ModelError(
            f'"{folder}" holds only pickled weights, which can run code when loaded. Convert them '
            "where you trust them: model.save_pretrained(folder) writes model.safetensors."
        )
    raise ModelError(
        f'"{folder}" holds no weights. It needs model.safetensors, as '
        "model.save_pretrained(folder) writes it."
    )


def check_folder(path: Path) -> None:
    """Refuse a model folder that is incomplete, or would need code of its own or pickle.

    Parameters
    ----------
    path : Path
        The folder, or an ONNX file in it.

    Raises
    ------
    ModelError
        Naming what is missing or refused, and what to do.
    """
    folder = path.parent if path.is_file() else path
    config = read_json(folder / "config.json")
    if "auto_map" in config:
        raise ModelError(
            f'"{folder}" needs code of its own ("auto_map" in config.json). TrustEQ never runs '
            "code that comes with a model; use a model whose type transformers knows."
        )
    weight_files(path)
    if not any(file.is_file() for pattern in _TOKENIZERS for file in folder.glob(pattern)):
        raise ModelError(
            f'"{folder}" has no tokenizer. Save it beside the model: '
            "tokenizer.save_pretrained(folder) writes tokenizer.json."
        )


def fingerprint(
    weights: Iterable[Path], config: dict[str, Any], tokenizer: str, extras: dict[str, Any]
) -> str:
    """Return a short hash of everything that decides what a model computes.

    Parameters
    ----------
    weights : iterable of Path
        The files with the weights; their bytes are hashed.
    config : dict
        The model's configuration; where and by which version it was saved is left out.
    tokenizer : str
        The tokenizer in its JSON form.
    extras : dict
        The compression recipe, the order of the labels, the longest input.
    """
    digest = hashlib.blake2b(digest_size=12)
    for path in weights:
        with path.open("rb") as stream:
            digest.update(hashlib.file_digest(stream, hashlib.blake2b).digest())
    relevant = {key: value for key, value in config.items() if key not in _IRRELEVANT}
    for part in (relevant, json.loads(tokenizer), extras):
        digest.update(json.dumps(part, sort_keys=True, default=str).encode())
    return digest.hexdigest()

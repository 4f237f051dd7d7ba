"""Which adapter loads a model folder, and what a model can do; readable without torch."""

from __future__ import annotations

import mmap
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from trusteq_core.models.checkpoint import ONNX_FILE, OPENVINO_FILE, read_json
from trusteq_core.models.recipes import read_recipe, weights_folder

__all__ = [
    "ADAPTERS",
    "Adapter",
    "Capabilities",
    "capabilities",
    "capabilities_of",
    "find_adapter",
    "is_causal",
]

# ONNX Runtime scales activations by the largest of the whole batch where a file has this operation,
# so an answer would depend on what else is in the batch: such a model takes one input at a time.
_SCALED_BY_THE_BATCH = b"DynamicQuantizeLinear"


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What a model can do beyond giving an answer.

    Attributes
    ----------
    probabilities : bool
        Gives a probability for every label, not only its answer.
    batching : bool
        Computes many inputs at once; else one after the other, with the same result.
    gradients : bool
        Gradients of its outputs can be had; else only explainers that ask for outputs apply.
    mask_token : bool
        Has a mask token of its own; else masked words can only be left out.
    hidden_words : bool
        Says which words it does not read, because the input is cut or a word dropped; else all
        words count as read.
    """

    probabilities: bool = True
    batching: bool = True
    gradients: bool = False
    mask_token: bool = False
    hidden_words: bool = True

    def to_json(self) -> dict[str, bool]:
        """Return the capabilities by name."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Adapter:
    """One way to load models.

    Attributes
    ----------
    id, title : str
        Name in listings and in words.
    capabilities : Capabilities
        Of its models; whether there is a mask token is up to the tokenizer.
    """

    id: str
    title: str
    capabilities: Capabilities


ADAPTERS: dict[str, Adapter] = {
    adapter.id: adapter
    for adapter in (
        Adapter("transformers", "classifier of transformers", Capabilities(gradients=True)),
        Adapter("int8", "classifier quantised by torch as it is loaded", Capabilities()),
        Adapter("causal", "causal language model of transformers", Capabilities()),
        Adapter("onnx", "ONNX file", Capabilities()),
        Adapter("onnx-dynamic", "ONNX file quantised by the batch", Capabilities(batching=False)),
        Adapter("openvino", "OpenVINO model", Capabilities()),
        Adapter("function", "function", Capabilities(hidden_words=False)),
    )
}


def find_adapter(folder: Path) -> Adapter:
    """Return the adapter that loads a model folder, judged by the files in it, or an ONNX file.

    Raises
    ------
    ModelError
        If the folder's recipe or configuration cannot be read.
    """
    if folder.suffix == ".onnx" and folder.is_file():
        return _onnx(folder)
    recipe = read_recipe(folder)
    if recipe is not None and recipe.method == "int8":
        return ADAPTERS["int8"]
    if any(folder.glob("*.safetensors")):
        return ADAPTERS["causal" if is_causal(folder) else "transformers"]
    if (folder / OPENVINO_FILE).is_file():
        return ADAPTERS["openvino"]
    if (folder / ONNX_FILE).is_file():
        return _onnx(folder / ONNX_FILE)
    return ADAPTERS["transformers"]  # which says what the folder lacks


def _onnx(path: Path) -> Adapter:
    return ADAPTERS["onnx-dynamic" if _holds(path, _SCALED_BY_THE_BATCH) else "onnx"]


def is_causal(folder: Path) -> bool:
    """Return whether the configuration in a folder is that of a causal language model."""
    architectures = read_json(folder / "config.json").get("architectures") or [""]
    return str(architectures[0]).endswith(("ForCausalLM", "LMHeadModel"))


def capabilities(model: Any) -> Capabilities:
    """Return what a loaded model can do; one that no adapter loaded, what a function can."""
    adapter = getattr(model, "adapter", ADAPTERS["function"])
    return replace(adapter.capabilities, mask_token=bool(model.mask_token))


def capabilities_of(path: Path) -> Capabilities:
    """Return what the model in a folder, or in an ONNX file, can do, without loading it.

    Raises
    ------
    ModelError
        As `find_adapter`.
    """
    adapter = find_adapter(path)
    folder = path.parent if path.is_file() else path
    source = weights_folder(folder, read_recipe(folder))
    masks = any(
        bool(read_json(file).get("mask_token"))
        for file in (source / "tokenizer_config.json", source / "special_tokens_map.json")
        if file.is_file()
    )
    # A model that reads from left to right has learnt no mask, whatever its tokenizer knows.
    return replace(adapter.capabilities, mask_token=masks and adapter.id != "causal")


def _holds(path: Path, name: bytes) -> bool:
    """Return whether the bytes of a file hold a name; the file is not read into memory."""
    if not path.stat().st_size:
        return False
    with path.open("rb") as stream, mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ) as raw:
        return raw.find(name) >= 0

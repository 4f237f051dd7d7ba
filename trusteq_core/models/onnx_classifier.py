"""ONNX files and OpenVINO models as classifiers: no torch is needed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from trusteq_core.errors import ModelError
from trusteq_core.models import environment
from trusteq_core.models.adapters import Adapter
from trusteq_core.models.batching import processor_budget
from trusteq_core.models.checkpoint import (
    ONNX_FILE,
    OPENVINO_FILE,
    check_folder,
    fingerprint,
    needs_extra,
    read_json,
    weight_files,
)
from trusteq_core.models.labels import output_order
from trusteq_core.models.pretrained import guarded, load_tokenizer, longest_input
from trusteq_core.models.token_classifier import TokenClassifier
from trusteq_core.tasks import Task

from transformers import AutoConfig  # isort: skip

__all__ = ["OnnxForward", "OpenVinoForward", "load_graph"]


class OnnxForward:
    """The forward pass of an ONNX file.

    Parameters
    ----------
    path : Path
        The file.
    device : str
        ``cpu``, or ``cuda`` where ONNX Runtime was built for it.

    Raises
    ------
    ModelError
        If the file cannot be read, asks for inputs that no tokenizer gives, or the device is not
        there.
    """

    def __init__(self, path: Path, *, device: str = "cpu") -> None:
        import onnxruntime

        provider = {"cpu": "CPUExecutionProvider", "cuda": "CUDAExecutionProvider"}.get(
            device.split(":")[0]
        )
        if provider not in onnxruntime.get_available_providers():
            raise ModelError(
                f'Device "{device}" is not available to ONNX Runtime here. Use device="cpu".'
            )
        options = onnxruntime.SessionOptions()
        options.log_severity_level = 3
        # As many threads as torch would take: the processes of a run share out the cores.
        options.intra_op_num_threads = environment.threads()
        try:
            self._session = onnxruntime.InferenceSession(path, options, providers=[provider])
        except Exception as error:
            # ONNX Runtime raises classes of its own that share no base but Exception.
            raise ModelError(
                f'"{path}" is no ONNX file that ONNX Runtime {onnxruntime.__version__} can read: '
                f"{_first_line(error)} Export it again."
            ) from error
        self.inputs = tuple(node.name for node in self._session.get_inputs())
        self._output = self._session.get_outputs()[0].name
        shape = self._session.get_inputs()[0].shape
        if any(isinstance(size, int) for size in shape):
            raise ModelError(
                f'"{path}" takes inputs of one shape only ({" × ".join(map(str, shape))}). Export '
                "it with a dynamic number of examples and of tokens."
            )

    def __call__(self, inputs: Mapping[str, np.ndarray]) -> np.ndarray:
        """Return the model's outputs, float64 of shape (n, outputs)."""
        try:
            found = self._session.run([self._output], {name: inputs[name] for name in self.inputs})
        except Exception as error:
            said = _first_line(error)
            if "allocate" in said.lower():
                raise MemoryError(said) from error
            raise RuntimeError(said) from error
        return np.asarray(found[0], dtype=float)


class OpenVinoForward:
    """The forward pass of an OpenVINO model.

    Parameters
    ----------
    path : Path
        The ``.xml`` file; its weights lie beside it.
    device : str
        ``cpu`` or another name that OpenVINO knows.

    Raises
    ------
    ModelError
        If the model cannot be read or the device is not there.
    """

    def __init__(self, path: Path, *, device: str = "cpu") -> None:
        import openvino

        settings = {
            "INFERENCE_PRECISION_HINT": "f32",
            "INFERENCE_NUM_THREADS": environment.threads(),
        }
        try:
            self._model = openvino.Core().compile_model(path, device.upper(), settings)
        except RuntimeError as error:
            raise ModelError(
                f'"{path}" cannot be loaded by OpenVINO on "{device}": {_first_line(error)}'
            ) from error
        self.inputs = tuple(node.any_name for node in self._model.inputs)

    def __call__(self, inputs: Mapping[str, np.ndarray]) -> np.ndarray:
        """Return the model's outputs, float64 of shape (n, outputs)."""
        found = self._model({name: inputs[name] for name in self.inputs})
        return np.array(found[0], dtype=float)


def load_graph(
    path: Path,
    task: Task,
    adapter: Adapter,
    *,
    name: str,
    device: str = "cpu",
    label_order: Sequence[str] | None = None,
) -> TokenClassifier:
    """Load an ONNX or OpenVINO model from a folder with its tokenizer and ``config.json``.

    Parameters
    ----------
    path : Path
        A folder with ``model.onnx``, or with ``openvino_model.xml`` and ``openvino_model.bin``; or
        an ONNX file of any name in such a folder.
    task : Task
        The task it is used for; outputs are put in its label order by name.
    adapter : Adapter
        As `trusteq_core.models.adapters.find_adapter` gives it.
    name : str
        Short id of the model.
    device : str
        ``cpu``, or ``cuda`` for ONNX Runtime.
    label_order : sequence of str, optional
        Labels in the order of the model's outputs, for a model that does not name them.

    Raises
    ------
    ModelError
        If the folder is incomplete, a package is missing, the file cannot be read, or the model
        does not fit the task.
    """
    folder = path.parent if path.is_file() else path
    check_folder(path)
    settings = read_json(folder / "config.json")
    config = guarded(folder, AutoConfig.from_pretrained)
    order = output_order(config.id2label, task, label_order=label_order)
    tokenizer = load_tokenizer(folder)
    if adapter.id == "openvino":
        needs_extra("openvino", "openvino")
        forward: OnnxForward | OpenVinoForward = OpenVinoForward(
            folder / OPENVINO_FILE, device=device
        )
    else:
        needs_extra("onnx", "onnxruntime")
        file = path if path.is_file() else folder / ONNX_FILE
        forward = OnnxForward(file, device=device)
    unknown = set(forward.inputs) - set(tokenizer.model_input_names)
    if unknown:
        raise ModelError(
            f'"{folder}" asks for input(s) {", ".join(sorted(unknown))}, which its tokenizer does '
            f"not give; it gives {', '.join(tokenizer.model_input_names)}. Save the tokenizer "
            "that the model was exported with."
        )
    return TokenClassifier(
        forward,
        tokenizer,
        task=task,
        name=name,
        fingerprint=fingerprint(
            weight_files(path),
            settings,
            tokenizer.backend_tokenizer.to_str(),
            {"adapter": adapter.id, "order": order},
        ),
        output_order=order,
        max_tokens=longest_input(config, tokenizer),
        token_budget=processor_budget(config) if adapter.capabilities.batching else 1,
        adapter=adapter.id,
    )


def _first_line(error: BaseException) -> str:
    return (str(error).strip() or type(error).__name__).splitlines()[0]

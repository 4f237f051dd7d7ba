"""Any transformers sequence classifier as a `Classifier`: torch computes the forward pass."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from trusteq_core.models import environment  # noqa: F401  sets the libraries up, so it comes first
from trusteq_core.models.batching import processor_budget
from trusteq_core.models.gradients import token_words, word_gradients
from trusteq_core.models.lean import lean_copy
from trusteq_core.models.pretrained import longest_input
from trusteq_core.models.token_classifier import TokenClassifier
from trusteq_core.models.token_rows import TokenRows

import torch  # isort: skip
from transformers import PreTrainedModel, PreTrainedTokenizerBase  # isort: skip

__all__ = ["TorchForward", "TransformersClassifier", "usual_budget"]

# As much as keeps an accelerator busy; it is halved where the memory does not hold it.
_ACCELERATOR_BUDGET = 65_536
_CHECKED_BATCHES = 2
_SAME = 1e-4


class TorchForward:
    """The forward pass of a transformers model.

    Where the model allows it, the last layer is computed for the first token alone
    (`trusteq_core.models.lean`). The first batches are computed both ways: outputs that differ by
    more than 1e-4 (of the largest, if that is above one) end it.

    Parameters
    ----------
    model : PreTrainedModel
        Classifier in evaluation mode.
    lean : bool
        Whether to try that.

    Attributes
    ----------
    lean : bool
        Whether it is used.
    """

    def __init__(self, model: PreTrainedModel, *, lean: bool = True) -> None:
        self.model = model
        self._lean = lean_copy(model) if lean else None
        self._to_check = _CHECKED_BATCHES

    @property
    def lean(self) -> bool:
        """Whether the last layer is computed for the first token alone."""
        return self._lean is not None

    def __call__(self, inputs: Mapping[str, np.ndarray]) -> np.ndarray:
        """Return the model's outputs, float64 of shape (n, outputs).

        Raises
        ------
        MemoryError
            If the batch does not fit into the memory.
        RuntimeError
            If torch fails in any other way.
        """
        try:
            with torch.inference_mode():
                tensors = {
                    key: torch.from_numpy(matrix).to(self.model.device)
                    for key, matrix in inputs.items()
                }
                if self._lean is None:
                    return _numbers(self.outputs(tensors))
                if self._to_check:
                    return self._both(self._lean, tensors)
                return _numbers(self._lean(**tensors).logits)
        except RuntimeError as error:
            if _is_memory_error(error):
                raise MemoryError(str(error)) from error
            raise

    def outputs(self, tensors: Mapping[str, torch.Tensor]) -> torch.Tensor:
        """Return the whole model's outputs where it is, shape (n, outputs)."""
        return self.model(**tensors).logits

    def _both(self, lean: Any, tensors: Mapping[str, torch.Tensor]) -> np.ndarray:
        """Return the outputs of the whole model, and judge those of the lean one by them."""
        expected = _numbers(self.outputs(tensors))
        self._to_check -= 1
        try:
            found = _numbers(lean(**tensors).logits)
        except (RuntimeError, TypeError, AttributeError):
            self._lean = None
            return expected
        within = _SAME * max(1.0, float(np.abs(expected).max()))
        if found.shape != expected.shape or not (np.abs(found - expected) <= within).all():
            self._lean = None
        return expected


def _numbers(outputs: torch.Tensor) -> np.ndarray:
    return outputs.double().cpu().numpy()


class TransformersClassifier(TokenClassifier):
    """A transformers sequence classifier that satisfies the `Classifier` protocol.

    Parameters
    ----------
    model : PreTrainedModel
        Classifier in evaluation mode.
    tokenizer : PreTrainedTokenizerBase
        A fast tokenizer, which knows the characters behind each token.
    **facts
        As in `TokenClassifier`.
    """

    def __init__(
        self, model: PreTrainedModel, tokenizer: PreTrainedTokenizerBase, **facts: Any
    ) -> None:
        longest = longest_input(model.config, tokenizer)
        facts.setdefault("token_budget", usual_budget(model))
        super().__init__(TorchForward(model), tokenizer, max_tokens=longest, **facts)
        self.model = model

    def gradients(
        self, segments: tuple[str, ...], along: np.ndarray, *, mask: str = "remove"
    ) -> tuple[np.ndarray, np.ndarray]:
        """Return how the probabilities change as all words fade in; see `Differentiable`."""
        encoding = self._tokenise([segments])
        tokens = TokenRows.from_encoding(encoding, self.tokenizer.model_input_names)
        return word_gradients(
            self.model,
            tokens.padded(np.array([0]), {}),
            token_words(encoding.encodings[0], segments),
            along,
            output_order=self._order,
            blank=self.tokenizer.mask_token_id if mask == "mask_token" else None,
            name=self.name,
        )


def usual_budget(model: PreTrainedModel) -> int:
    """Return how many tokens a batch of this model holds where it is."""
    on_processor = model.device.type == "cpu"
    return processor_budget(model.config) if on_processor else _ACCELERATOR_BUDGET


def _is_memory_error(error: RuntimeError) -> bool:
    said = str(error).lower()
    return isinstance(error, torch.OutOfMemoryError) or (
        "out of memory" in said or "can't allocate memory" in said or "not enough memory" in said
    )

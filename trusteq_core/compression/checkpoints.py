"""Checkpoints of a training: weights, optimiser and random state in one safetensors file."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import load_file, save_file

__all__ = ["Checkpoints"]

_MOMENTS = ("step", "exp_avg", "exp_avg_sq")
_RANDOM = "random"
_RANDOM_CUDA = "random-cuda"


class Checkpoints:
    """Keeps a training in one file, so that it goes on after an interruption as if without.

    Parameters
    ----------
    path : Path
        The file. It is replaced as a whole, so that it is never half-written.
    key : str
        What decides the training (data, schedule, the model it starts from). A file with another
        key, or a damaged one, is not used: the training starts again.
    every : float
        Seconds between two checkpoints: what an interruption costs at most.
    """

    def __init__(self, path: Path, key: str, *, every: float = 120.0) -> None:
        self.path, self.key, self.every = path, key, every
        self._kept = time.monotonic()

    def restore(
        self, weights: Sequence[torch.Tensor], optimiser: torch.optim.Optimizer
    ) -> tuple[int, float]:
        """Bring weights, optimiser and random numbers to where they were, in place.

        Returns
        -------
        tuple of int and float
            The steps done so far, and the sum of the losses of the epoch's examples; zeros where
            nothing is kept.
        """
        found = self._read(weights)
        if found is None:
            return 0, 0.0
        tensors, step, total = found
        for number, weight in enumerate(weights):
            with torch.no_grad():
                weight.copy_(tensors[f"{number}.weight"])
            optimiser.state[weight] = {
                name: tensors[f"{number}.{name}"].to(weight.device) for name in _MOMENTS
            }
        torch.set_rng_state(tensors[_RANDOM])
        if _RANDOM_CUDA in tensors and torch.cuda.is_available():
            torch.cuda.set_rng_state(tensors[_RANDOM_CUDA])
        return step, total

    def keep(
        self,
        step: int,
        total: float,
        weights: Sequence[torch.Tensor],
        optimiser: torch.optim.Optimizer,
    ) -> None:
        """Write the state after a step, if the last one was written long enough ago."""
        if time.monotonic() - self._kept < self.every:
            return
        tensors = {_RANDOM: torch.get_rng_state()}
        if weights[0].is_cuda:
            tensors[_RANDOM_CUDA] = torch.cuda.get_rng_state()
        for number, weight in enumerate(weights):
            tensors[f"{number}.weight"] = weight.detach().contiguous()
            for name in _MOMENTS:
                tensors[f"{number}.{name}"] = optimiser.state[weight][name]
        facts = {"key": self.key, "step": str(step), "total": total.hex()}
        scratch = self.path.with_suffix(".writing")
        save_file(tensors, scratch, metadata=facts)
        scratch.replace(self.path)
        self._kept = time.monotonic()

    def _read(
        self, weights: Sequence[torch.Tensor]
    ) -> tuple[dict[str, torch.Tensor], int, float] | None:
        """Return what is kept of this very training, or None."""
        try:
            with safe_open(self.path, framework="pt") as file:
                facts = file.metadata() or {}
            if facts.get("key") != self.key:
                return None
            tensors = load_file(self.path)
            shapes = [tensors[f"{number}.weight"].shape for number in range(len(weights))]
            if shapes != [weight.shape for weight in weights]:
                return None
            return tensors, int(facts["step"]), float.fromhex(facts["total"])
        except (OSError, SafetensorError, KeyError, ValueError):
            return None

"""The one training loop: for the zoo, for fine-tuning and for distilling a model of one's own.

It is short because it has to do what a general trainer does not: batches and every random number
follow from a seed, and an interrupted training goes on from a checkpoint in safetensors (see
`trusteq_core.compression.checkpoints`) to the very weights that it would have reached without the
interruption. The trainer of the transformers library writes the optimiser's state with pickle,
which TrustEQ neither writes nor reads.
"""

from __future__ import annotations

import logging
import math
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass

import numpy as np
import torch
from torch.nn import functional

from trusteq_core.compression.checkpoints import Checkpoints
from trusteq_core.compression.encoded import Encoded, bucketed_batches
from trusteq_core.models.classifier import Report

__all__ = ["Loss", "Schedule", "autocast", "descend", "gold_loss", "predict_logits", "train"]

log = logging.getLogger(__name__)

Loss = Callable[[torch.Tensor, np.ndarray], torch.Tensor]
"""``loss(logits, rows)``: mean loss of the logits of the training examples with these numbers."""


@dataclass(frozen=True, slots=True)
class Schedule:
    """How long and how fast to train.

    The learning rate rises linearly over the first `warm_up` share of the steps and then falls
    along a half cosine to zero.
    """

    epochs: int
    learning_rate: float
    seed: int = 0
    batch_size: int = 64
    warm_up: float = 0.06
    weight_decay: float = 0.01

    def rate(self, step: int, steps: int) -> float:
        """Return the learning rate of a step as a share of the peak, in 0..1.

        Examples
        --------
        >>> schedule = Schedule(epochs=1, learning_rate=1e-3, warm_up=0.1)
        >>> [round(schedule.rate(step, 100), 2) for step in (0, 9, 55, 99)]
        [0.1, 1.0, 0.5, 0.0]
        """
        rising = max(1, round(self.warm_up * steps))
        if step < rising:
            return (step + 1) / rising
        return 0.5 * (1 + math.cos(math.pi * (step - rising) / max(1, steps - rising)))

    def steps(self, n_examples: int) -> int:
        """Return the number of steps that this schedule takes over so many examples."""
        return self.epochs * math.ceil(n_examples / self.batch_size)


def gold_loss(labels: np.ndarray) -> Loss:
    """Return the cross-entropy against gold labels, shape (n,)."""
    target = torch.from_numpy(labels)
    return lambda logits, rows: functional.cross_entropy(logits.float(), target[rows])


def train(
    model: torch.nn.Module,
    training: Encoded,
    validation: Encoded | None,
    schedule: Schedule,
    *,
    loss: Loss | None = None,
    checkpoints: Checkpoints | None = None,
    report: Report | None = None,
) -> list[float]:
    """Train a classifier in place and return its validation accuracy after each epoch.

    Parameters
    ----------
    model : torch.nn.Module
        A transformers classifier; left in evaluation mode.
    training : Encoded
        Tokenised examples.
    validation : Encoded or None
        Others, on which the model is measured after each epoch; without them nothing is returned.
    schedule : Schedule
        Epochs, learning rate, batch size and seed.
    loss : Loss, optional
        Cross-entropy against the gold labels by default. Logits come to it on the CPU.
    checkpoints : Checkpoints, optional
        Where the training is kept as it goes, and goes on from. Only epochs that end in this call
        are in what is returned.
    report : Report, optional
        Called as ``report(step, steps)`` after each step.
    """
    measure = loss or gold_loss(training.labels)
    device = next(model.parameters()).device

    def loss_of(rows: np.ndarray) -> torch.Tensor:
        with autocast(device):
            logits = model(**_to(device, training.batch(rows))).logits
        return measure(logits.cpu(), rows)

    model.train()
    accuracies = []
    for epoch, mean_loss in descend(
        model.parameters(), loss_of, training, schedule, checkpoints=checkpoints, report=report
    ):
        said = ""
        if validation is not None:
            accuracies.append(_accuracy(model, validation))
            said = f"  validation accuracy {accuracies[-1]:.4f}"
            model.train()
        log.info("epoch %d/%d  loss %.4f%s", epoch, schedule.epochs, mean_loss, said)
    model.eval()
    return accuracies


def descend(
    parameters: Iterator[torch.nn.Parameter],
    loss_of: Callable[[np.ndarray], torch.Tensor],
    training: Encoded,
    schedule: Schedule,
    *,
    checkpoints: Checkpoints | None = None,
    report: Report | None = None,
) -> Iterator[tuple[int, float]]:
    """Minimise a loss with AdamW and yield each epoch's number, from 1, and its mean loss.

    The same seed on the same machine with the same number of threads gives the same weights, with
    or without an interruption. Another processor rounds differently, and its weights differ from
    the first step on.

    Parameters
    ----------
    parameters : iterator of Parameter
        What to train.
    loss_of : callable
        ``loss_of(rows)``: mean loss of the examples with these numbers.
    training : Encoded
        The examples; batches hold examples of similar length.
    schedule : Schedule
        Epochs, learning rate, batch size and seed.
    checkpoints : Checkpoints, optional
        Where the training is kept as it goes, and goes on from.
    report : Report, optional
        Called as ``report(step, steps)`` after each step.
    """
    torch.manual_seed(schedule.seed)
    rng = np.random.default_rng(schedule.seed)
    weights = [weight for weight in parameters if weight.requires_grad]
    optimiser = torch.optim.AdamW(
        _decay_groups(weights, schedule.weight_decay),
        lr=schedule.learning_rate,
        betas=(0.9, 0.98),
        fused=True,
    )
    lengths = training.lengths()
    step, steps = 0, schedule.steps(len(lengths))
    done, total = checkpoints.restore(weights, optimiser) if checkpoints else (0, 0.0)
    for epoch in range(1, schedule.epochs + 1):
        for rows in bucketed_batches(lengths, schedule.batch_size, rng):
            step += 1
            if step <= done:
                continue  # drawn again only to bring the order of the batches to where it was
            for group in optimiser.param_groups:
                group["lr"] = schedule.learning_rate * schedule.rate(step - 1, steps)
            loss = loss_of(rows)
            loss.backward()
            torch.nn.utils.clip_grad_norm_(weights, 1.0)
            optimiser.step()
            optimiser.zero_grad()
            total += float(loss.detach()) * len(rows)
            if checkpoints is not None:
                checkpoints.keep(step, total, weights, optimiser)
            if report is not None:
                report(step, steps)
        if step > done:
            yield epoch, total / len(lengths)
        if step >= done:
            total = 0.0


def predict_logits(
    model: torch.nn.Module, encoded: Encoded, *, batch_size: int = 256
) -> np.ndarray:
    """Return the logits of encoded examples in their order, float32 of shape (n, K)."""
    model.eval()
    order = np.argsort(encoded.lengths(), kind="stable")
    parts = np.array_split(order, math.ceil(len(order) / batch_size))
    device = next(model.parameters()).device
    with torch.inference_mode(), autocast(device):
        found = np.concatenate(
            [model(**_to(device, encoded.batch(rows))).logits.float().cpu() for rows in parts]
        )
    logits = np.empty_like(found)
    logits[order] = found
    return logits


def autocast(device: torch.device | None = None) -> AbstractContextManager:
    """Use bfloat16 matrix products where the processor has them; emulated, they are slow."""
    if device is not None and device.type == "cuda":
        return torch.autocast("cuda", dtype=torch.bfloat16)
    if torch.cpu.get_capabilities().get("avx512_bf16", False):
        return torch.autocast("cpu", dtype=torch.bfloat16)
    return nullcontext()


def _to(device: torch.device, inputs: dict[str, torch.Tensor]) -> dict[str, torch.Tensor]:
    return {name: tensor.to(device) for name, tensor in inputs.items()}


def _accuracy(model: torch.nn.Module, encoded: Encoded) -> float:
    predicted = predict_logits(model, encoded).argmax(axis=1)
    return float((predicted == encoded.labels).mean())


def _decay_groups(weights: list[torch.nn.Parameter], weight_decay: float) -> list[dict]:
    """Biases and normalisation gains are not decayed."""
    return [
        {"params": [w for w in weights if w.ndim > 1], "weight_decay": weight_decay},
        {"params": [w for w in weights if w.ndim <= 1], "weight_decay": 0.0},
    ]

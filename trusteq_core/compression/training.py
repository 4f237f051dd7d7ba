"""The one training loop of the zoo."""

from __future__ import annotations

import logging
import math
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass

import numpy as np
import torch
from torch.nn import functional

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
    validation: Encoded,
    schedule: Schedule,
    *,
    loss: Loss | None = None,
    report: Report | None = None,
) -> list[float]:
    """Train a classifier in place and return its validation accuracy after each epoch.

    Parameters
    ----------
    model : torch.nn.Module
        A transformers classifier; left in evaluation mode.
    training, validation : Encoded
        Tokenised examples.
    schedule : Schedule
        Epochs, learning rate, batch size and seed.
    loss : Loss, optional
        Cross-entropy against the gold labels by default.
    report : Report, optional
        Called as ``report(step, steps)`` after each step.
    """
    measure = loss or gold_loss(training.labels)

    def loss_of(rows: np.ndarray) -> torch.Tensor:
        with autocast():
            logits = model(**training.batch(rows)).logits
        return measure(logits, rows)

    model.train()
    accuracies = []
    for mean_loss in descend(model.parameters(), loss_of, training, schedule, report=report):
        accuracies.append(_accuracy(model, validation))
        log.info(
            "epoch %d/%d  loss %.4f  validation accuracy %.4f",
            len(accuracies),
            schedule.epochs,
            mean_loss,
            accuracies[-1],
        )
        model.train()
    model.eval()
    return accuracies


def descend(
    parameters: Iterator[torch.nn.Parameter],
    loss_of: Callable[[np.ndarray], torch.Tensor],
    training: Encoded,
    schedule: Schedule,
    *,
    report: Report | None = None,
) -> Iterator[float]:
    """Minimise a loss with AdamW and yield its mean after each epoch.

    The same seed on the same machine with the same number of threads gives the same weights.
    Another processor rounds differently, and its weights differ from the first step on.

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
    for _ in range(schedule.epochs):
        total = 0.0
        for rows in bucketed_batches(lengths, schedule.batch_size, rng):
            for group in optimiser.param_groups:
                group["lr"] = schedule.learning_rate * schedule.rate(step, steps)
            loss = loss_of(rows)
            loss.backward()
            torch.nn.utils.clip_grad_norm_(weights, 1.0)
            optimiser.step()
            optimiser.zero_grad()
            total += float(loss.detach()) * len(rows)
            step += 1
            if report is not None:
                report(step, steps)
        yield total / len(lengths)


def predict_logits(
    model: torch.nn.Module, encoded: Encoded, *, batch_size: int = 256
) -> np.ndarray:
    """Return the logits of encoded examples in their order, float32 of shape (n, K)."""
    model.eval()
    order = np.argsort(encoded.lengths(), kind="stable")
    parts = np.array_split(order, math.ceil(len(order) / batch_size))
    with torch.inference_mode(), autocast():
        found = np.concatenate([model(**encoded.batch(rows)).logits.float() for rows in parts])
    logits = np.empty_like(found)
    logits[order] = found
    return logits


def autocast() -> AbstractContextManager:
    """Use bfloat16 matrix products where the processor has them; emulated, they are slow."""
    if torch.cpu.get_capabilities().get("avx512_bf16", False):
        return torch.autocast("cpu", dtype=torch.bfloat16)
    return nullcontext()


def _accuracy(model: torch.nn.Module, encoded: Encoded) -> float:
    predicted = predict_logits(model, encoded).argmax(axis=1)
    return float((predicted == encoded.labels).mean())


def _decay_groups(weights: list[torch.nn.Parameter], weight_decay: float) -> list[dict]:
    """Biases and normalisation gains are not decayed."""
    return [
        {"params": [w for w in weights if w.ndim > 1], "weight_decay": weight_decay},
        {"params": [w for w in weights if w.ndim <= 1], "weight_decay": 0.0},
    ]

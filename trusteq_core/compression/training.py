"""The one training loop of the zoo."""

from __future__ import annotations

import logging
import math
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass

import numpy as np
import pandas as pd
import torch
from torch.nn import functional

from trusteq_core.compression.tokenizer import MAX_TOKENS
from trusteq_core.models.classifier import Report
from trusteq_core.tasks import Task, label_codes, segments_of

__all__ = ["Encoded", "Loss", "Schedule", "encode", "gold_loss", "predict_logits", "train"]

log = logging.getLogger(__name__)

Loss = Callable[[torch.Tensor, np.ndarray], torch.Tensor]
"""``loss(logits, rows)``: mean loss of the logits of the training examples with these numbers."""


@dataclass(frozen=True, slots=True, eq=False)
class Encoded:
    """Tokenised examples.

    Attributes
    ----------
    ids, types : list of list of int
        Token ids and segment ids of each example, without padding.
    labels : ndarray of int, shape (n,)
        Gold labels as positions among the task's labels.
    """

    ids: list[list[int]]
    types: list[list[int]]
    labels: np.ndarray

    def lengths(self) -> np.ndarray:
        """Return the number of tokens of each example, shape (n,)."""
        return np.array([len(row) for row in self.ids], dtype=int)

    def batch(self, rows: np.ndarray) -> dict[str, torch.Tensor]:
        """Return the examples with these numbers as padded tensors (padding id 0)."""
        width = max(len(self.ids[row]) for row in rows)
        tensors = np.zeros((3, len(rows), width), dtype=np.int64)
        for place, row in enumerate(rows):
            size = len(self.ids[row])
            tensors[0, place, :size] = self.ids[row]
            tensors[1, place, :size] = self.types[row]
            tensors[2, place, :size] = 1
        ids, types, mask = torch.from_numpy(tensors)
        return {"input_ids": ids, "token_type_ids": types, "attention_mask": mask}


@dataclass(frozen=True, slots=True)
class Schedule:
    """How long and how fast to train.

    The learning rate rises linearly over the first `warm_up` share of the steps and then falls
    along a half cosine to zero.
    """

    epochs: int
    learning_rate: float
    seed: int = 0
    batch_size: int = 128
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


def encode(tokenizer: Callable, frame: pd.DataFrame, task: Task) -> Encoded:
    """Tokenise an example table once, for all epochs."""
    columns = [list(texts) for texts in zip(*segments_of(frame, task), strict=True)]
    tokens = tokenizer(*columns, truncation=True, max_length=MAX_TOKENS)
    return Encoded(tokens["input_ids"], tokens["token_type_ids"], label_codes(frame, task))


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
    """Train `model` in place and return its validation accuracy after each epoch.

    AdamW over batches of examples of similar length; bfloat16 matrix products where the processor
    has them in hardware, float32 elsewhere. The same seed on the same machine with the same number
    of threads gives the same weights; another processor rounds differently, and the weights then
    differ from the first step on.

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
    loss = loss or gold_loss(training.labels)
    torch.manual_seed(schedule.seed)
    rng = np.random.default_rng(schedule.seed)
    optimiser = torch.optim.AdamW(
        _decay_groups(model, schedule.weight_decay), lr=schedule.learning_rate, betas=(0.9, 0.98)
    )
    lengths = training.lengths()
    steps = schedule.epochs * math.ceil(len(lengths) / schedule.batch_size)
    step, accuracies = 0, []
    for epoch in range(schedule.epochs):
        model.train()
        started, total = time.perf_counter(), 0.0
        for rows in bucketed_batches(lengths, schedule.batch_size, rng):
            for group in optimiser.param_groups:
                group["lr"] = schedule.learning_rate * schedule.rate(step, steps)
            with _autocast():
                logits = model(**training.batch(rows)).logits
            value = loss(logits, rows)
            value.backward()
            torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimiser.step()
            optimiser.zero_grad()
            total += float(value.detach()) * len(rows)
            step += 1
            if report is not None:
                report(step, steps)
        accuracies.append(_accuracy(model, validation))
        log.info(
            "epoch %d/%d  loss %.4f  validation accuracy %.4f  %.0f s",
            epoch + 1,
            schedule.epochs,
            total / len(lengths),
            accuracies[-1],
            time.perf_counter() - started,
        )
    model.eval()
    return accuracies


def predict_logits(
    model: torch.nn.Module, encoded: Encoded, *, batch_size: int = 256
) -> np.ndarray:
    """Return the logits of encoded examples in their order, float32 of shape (n, K)."""
    model.eval()
    order = np.argsort(encoded.lengths(), kind="stable")
    parts = np.array_split(order, math.ceil(len(order) / batch_size))
    with torch.inference_mode(), _autocast():
        found = np.concatenate([model(**encoded.batch(rows)).logits.float() for rows in parts])
    logits = np.empty_like(found)
    logits[order] = found
    return logits


def bucketed_batches(
    lengths: np.ndarray, batch_size: int, rng: np.random.Generator, *, pool: int = 40
) -> Iterator[np.ndarray]:
    """Yield the numbers of the examples of each batch of one epoch, every example once.

    Examples are shuffled, sorted by length within pools of `pool` batches so that little is
    padded, and the batches of the epoch shuffled again.
    """
    order = rng.permutation(len(lengths))
    batches: list[np.ndarray] = []
    for start in range(0, len(order), pool * batch_size):
        part = order[start : start + pool * batch_size]
        part = part[np.argsort(lengths[part], kind="stable")]
        batches += [part[at : at + batch_size] for at in range(0, len(part), batch_size)]
    for number in rng.permutation(len(batches)):
        yield batches[number]


def _accuracy(model: torch.nn.Module, encoded: Encoded) -> float:
    predicted = predict_logits(model, encoded).argmax(axis=1)
    return float((predicted == encoded.labels).mean())


def _decay_groups(model: torch.nn.Module, weight_decay: float) -> list[dict]:
    """Biases and normalisation gains are not decayed."""
    matrices = [p for p in model.parameters() if p.requires_grad and p.ndim > 1]
    vectors = [p for p in model.parameters() if p.requires_grad and p.ndim <= 1]
    return [
        {"params": matrices, "weight_decay": weight_decay},
        {"params": vectors, "weight_decay": 0.0},
    ]


def _autocast() -> AbstractContextManager:
    """bfloat16 only where it is fast: emulated, it is many times slower than float32."""
    if torch.cpu.get_capabilities().get("avx512_bf16", False):
        return torch.autocast("cpu", dtype=torch.bfloat16)
    return nullcontext()

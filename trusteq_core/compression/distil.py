"""Distillation: a student learns the whole distribution that its teacher predicts."""

from __future__ import annotations

import numpy as np
import torch
from torch.nn import functional

from trusteq_core.compression.training import Loss

__all__ = ["distillation_loss"]


def distillation_loss(
    labels: np.ndarray,
    teacher_logits: np.ndarray,
    *,
    temperature: float = 2.0,
    gold_weight: float = 0.3,
) -> Loss:
    """Return the loss of Hinton et al.: soft targets of the teacher and gold labels together.

    ``gold_weight · CE(gold) + (1 - gold_weight) · T² · KL(teacher_T || student_T)``, where both
    distributions are softened by the temperature T; the factor T² keeps the size of the gradient
    of the soft part independent of T.

    Parameters
    ----------
    labels : ndarray of int, shape (n,)
        Gold labels of the training examples.
    teacher_logits : ndarray, shape (n, K)
        The teacher's logits on the same examples.
    temperature : float
        Above 0; higher values show the student more of the teacher's small probabilities.
    gold_weight : float
        Share of the gold labels, in 0..1.

    References
    ----------
    Hinton, Vinyals and Dean, "Distilling the knowledge in a neural network", arXiv:1503.02531.
    """
    target = torch.from_numpy(labels)
    soft = functional.log_softmax(torch.from_numpy(teacher_logits).float() / temperature, dim=-1)

    def loss(logits: torch.Tensor, rows: np.ndarray) -> torch.Tensor:
        logits = logits.float()
        student = functional.log_softmax(logits / temperature, dim=-1)
        gap = functional.kl_div(student, soft[rows], reduction="batchmean", log_target=True)
        gold = functional.cross_entropy(logits, target[rows])
        return gold_weight * gold + (1 - gold_weight) * temperature**2 * gap

    return loss

"""Scores of one model's probabilities against the gold labels.

Every function takes probabilities ``p`` of shape (n, K) and labels ``y`` of shape (n,) as column
numbers, and raises `DataError` if they break their contract. Binned scores take `n_bins` equally
wide bins or `edges`, under the one edge rule of :mod:`trusteq_core.calibration.bins`; empty bins
weigh nothing.
"""

from __future__ import annotations

import numpy as np

from trusteq_core.calibration.bins import N_BINS, check_edges
from trusteq_core.calibration.probabilities import check_labels, check_probabilities, top_label
from trusteq_core.calibration.totals import BinTotals, NoiseFloor

__all__ = [
    "brier",
    "brier_rows",
    "classwise_ece",
    "clipped_rows",
    "conditional_ece",
    "ece",
    "mce",
    "nll",
    "noise_floor",
    "over_under",
    "rmsce2",
    "signed_gap",
    "totals",
]

TINY = 1e-12
"""Probabilities below this count as this under a logarithm."""


def totals(
    p: np.ndarray, y: np.ndarray, *, n_bins: int = N_BINS, edges: np.ndarray | None = None
) -> BinTotals:
    """Return the sums per bin of the predicted label's confidence and correctness."""
    return BinTotals.of(*top_label(p, y), check_edges(edges, n_bins))


def signed_gap(p: np.ndarray, y: np.ndarray) -> float:
    """Return mean confidence less accuracy, -1 to 1; positive is overconfident, best at 0.

    Examples
    --------
    >>> signed_gap([[0.75, 0.25], [0.25, 0.75]], np.array([0, 0]))
    0.25
    """
    return totals(p, y, n_bins=1).signed_gap()


def ece(
    p: np.ndarray, y: np.ndarray, *, n_bins: int = N_BINS, edges: np.ndarray | None = None
) -> float:
    """Return the expected calibration error, 0 to 1, lower is better.

    Never zero on a finite sample: read it against :func:`noise_floor`.

    References
    ----------
    Naeini, Cooper, Hauskrecht, "Obtaining Well Calibrated Probabilities Using Bayesian Binning",
    2015, doi:10.1609/aaai.v29i1.9602.

    Examples
    --------
    >>> ece([[0.05, 0.95], [0.0, 1.0]], np.array([1, 0]), n_bins=10)
    0.475
    """
    return totals(p, y, n_bins=n_bins, edges=edges).ece()


def over_under(
    p: np.ndarray, y: np.ndarray, *, n_bins: int = N_BINS, edges: np.ndarray | None = None
) -> tuple[float, float]:
    """Return the parts of the ECE from over- and from underconfident bins; they add up to it.

    Examples
    --------
    >>> over_under([[0.05, 0.95], [0.0, 1.0]], np.array([1, 0]), n_bins=10)
    (0.475, 0.0)
    """
    return totals(p, y, n_bins=n_bins, edges=edges).over_under()


def mce(
    p: np.ndarray,
    y: np.ndarray,
    *,
    minimum: int = 1,
    n_bins: int = N_BINS,
    edges: np.ndarray | None = None,
) -> float:
    """Return the maximum calibration error, 0 to 1, lower is better.

    Parameters
    ----------
    minimum : int, default 1
        Only bins with at least this many predictions count. With 1, a single unlucky prediction
        in a thin bin decides; 30 is shown beside it. NaN if no bin has enough.

    References
    ----------
    Naeini, Cooper, Hauskrecht, 2015, doi:10.1609/aaai.v29i1.9602.
    """
    return totals(p, y, n_bins=n_bins, edges=edges).mce(minimum)


def rmsce2(
    p: np.ndarray,
    y: np.ndarray,
    *,
    debiased: bool = True,
    n_bins: int = N_BINS,
    edges: np.ndarray | None = None,
) -> float:
    """Return the squared root-mean-square calibration error; the debiased form may be negative.

    The debiased form subtracts the sampling variance of each bin's accuracy, so that a perfectly
    calibrated model scores 0 on average. Its sign is kept: negative means "no more than noise".

    References
    ----------
    Kumar, Liang, Ma, "Verified Uncertainty Calibration", 2019, arXiv:1909.10155.
    """
    return totals(p, y, n_bins=n_bins, edges=edges).rmsce2(debiased=debiased)


def noise_floor(
    p: np.ndarray, *, n_bins: int = N_BINS, edges: np.ndarray | None = None
) -> NoiseFloor:
    """Return mean and standard deviation of the ECE if these confidences were exactly right.

    Needs no labels. An ECE below ``mean + 2 * sd`` is no evidence of miscalibration.

    Examples
    --------
    >>> floor = noise_floor([[0.1, 0.9]] * 100)
    >>> round(floor.mean, 4), round(floor.sd, 4)
    (0.0239, 0.0181)
    """
    p = check_probabilities(p)
    # Correctness does not enter the floor; label 0 stands in.
    return totals(p, np.zeros(len(p), dtype=int), n_bins=n_bins, edges=edges).noise_floor()


def classwise_ece(
    p: np.ndarray, y: np.ndarray, *, n_bins: int = N_BINS, edges: np.ndarray | None = None
) -> float:
    """Return the class-wise ECE: the ECE of each class's own probability, averaged over classes.

    Range 0 to 1, lower is better. Looks at every probability, not only at the largest.

    References
    ----------
    Kull et al., "Beyond temperature scaling", 2019, arXiv:1910.12656.
    """
    p = check_probabilities(p)
    y, edges = check_labels(y, p), check_edges(edges, n_bins)
    classes = range(p.shape[1])
    return float(np.mean([BinTotals.of(p[:, k], (y == k) * 1.0, edges).ece() for k in classes]))


def conditional_ece(
    p: np.ndarray, y: np.ndarray, *, n_bins: int = N_BINS, edges: np.ndarray | None = None
) -> float:
    """Return the ECE over bins of confidence within each predicted label.

    Range 0 to 1, never below :func:`ece`: over- and underconfidence of two labels do not cancel.

    References
    ----------
    Gupta, Ramdas, "Top-label calibration and multiclass-to-binary reductions", 2022,
    arXiv:2107.08353.
    """
    p = check_probabilities(p)
    confidence, correct = top_label(p, y)
    predicted, edges = p.argmax(axis=1), check_edges(edges, n_bins)
    parts = [
        np.abs(BinTotals.of(confidence[rows], correct[rows], edges).residual).sum()
        for rows in (predicted == k for k in range(p.shape[1]))
    ]
    return float(np.sum(parts) / len(p))


def brier_rows(p: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Return the Brier score (0-2) of each prediction, shape (n,)."""
    p = check_probabilities(p)
    y = check_labels(y, p)
    hit = p[np.arange(len(p)), y]
    return (p * p).sum(axis=1) - 2.0 * hit + 1.0


def brier(p: np.ndarray, y: np.ndarray) -> float:
    """Return the Brier score on its original scale, 0 to 2 for any number of classes.

    Lower is better. The sum runs over all K classes, for K = 2 too: twice the value that some
    libraries give for binary tasks.

    References
    ----------
    Brier, "Verification of forecasts expressed in terms of probability", 1950,
    doi:10.1175/1520-0493(1950)078<0001:VOFEIT>2.0.CO;2.

    Examples
    --------
    >>> round(brier([[0.2, 0.8]], np.array([1])), 2)
    0.08
    """
    return float(brier_rows(p, y).mean())


def nll(p: np.ndarray, y: np.ndarray) -> float:
    """Return the mean negative log likelihood in nats, 0 to 27.6, lower is better.

    Probabilities of the gold label below 1e-12 count as 1e-12; :func:`clipped_rows` counts them.

    Examples
    --------
    >>> round(nll([[0.5, 0.5]], np.array([0])), 4)
    0.6931
    """
    p = check_probabilities(p)
    hit = p[np.arange(len(p)), check_labels(y, p)]
    return float(-np.log(np.clip(hit, TINY, 1.0)).mean())


def clipped_rows(p: np.ndarray, y: np.ndarray) -> int:
    """Return how many gold-label probabilities :func:`nll` had to raise to 1e-12."""
    p = check_probabilities(p)
    return int((p[np.arange(len(p)), check_labels(y, p)] < TINY).sum())

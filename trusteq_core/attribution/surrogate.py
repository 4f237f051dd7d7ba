"""A Gaussian-process surrogate of the game: its Shapley values, and its answers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from trusteq_core.attribution.pairs import PairDesign, jackknife_errors, shapley_regression

__all__ = [
    "SURROGATE_PAIRS",
    "even_kernel",
    "kernel_shapley",
    "odd_kernel",
    "surrogate_answers",
    "surrogate_values",
]

SURROGATE_PAIRS = 2048
"""Pairs above which the surrogate's cubic time is no longer worth its smaller error."""


_LENGTHS = (3.0, 6.0, 12.0, 24.0)
"""Candidate total decays of the kernel, from one coalition to its complement."""

_PILOT = 128
"""Pairs that choose among the candidates."""

_FLOOR = 0.25
"""Least relevance of a word, in mean relevances."""

_NUGGET = 1e-4
_LEAST_PRECISION = 0.05


def surrogate_values(
    design: PairDesign, differences: np.ndarray, gain: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Estimate Shapley values as the exact ones of a Gaussian process through the pairs.

    The game is modelled as a linear trend with free slopes plus a Gaussian process whose kernel
    is a product over words, so that coalitions that share their relevant words have like values.
    Relevance is read off a first regression, the kernel's decay off leave-one-out predictions.
    The Shapley values of trend and kernel are known exactly, and those of the fit follow. Where
    the game is linear the regression's values result.

    Parameters
    ----------
    design : PairDesign
        The pairs.
    differences : ndarray, shape (m, K)
        Half of v(S) - v(complement of S).
    gain : ndarray, shape (K,)
        v(all) - v(none).

    Returns
    -------
    values : ndarray, shape (n_players, K)
        They add up to the gain.
    errors : ndarray, shape (n_players, K)
        Standard errors, see `trusteq_core.attribution.pairs.jackknife_errors`.

    Notes
    -----
    Time grows with the cube of the number of pairs; about 15 ms at 255.

    References
    ----------
    Witter, Liu and Musco (2025), arXiv:2506.11849, surrogates whose Shapley values are known;
    Mohammadi, Chau and Muandet (2025), arXiv:2505.16516, product kernels; Owen (1972),
    doi:10.1287/mnsc.18.5.64, Shapley values as an integral of the multilinear extension.
    """
    odd = _Half.odd(design, differences, gain)
    chosen = odd.fit(odd.best_length())
    influence = chosen.influence(kernel_shapley(odd.points, chosen.decay))
    values = influence.T @ odd.observed
    centred = influence - influence.mean(axis=1, keepdims=True)
    errors = jackknife_errors(design, centred[:-1], chosen.left_out[:-1])
    return values + (gain - values.sum(axis=0)) / len(values), errors


def surrogate_answers(
    design: PairDesign,
    differences: np.ndarray,
    sums: np.ndarray,
    ends: np.ndarray,
    keep: np.ndarray,
) -> np.ndarray:
    """Predict the game's values for any coalitions.

    The part of the game that changes sign with the complement, and the part that does not, are
    fitted apart; a design of pairs makes them independent.

    Parameters
    ----------
    design : PairDesign
        The pairs.
    differences, sums : ndarray, shape (m, K)
        Half of v(S) - v(complement of S), and half of their sum.
    ends : ndarray, shape (2, K)
        v(all) and v(none).
    keep : ndarray of bool, shape (p, n_players)
        The coalitions to predict.

    Returns
    -------
    ndarray, shape (p, K)
    """
    odd = _Half.odd(design, differences, ends[0] - ends[1])
    even = _Half(
        design=design,
        points=odd.points,
        trend=np.ones((len(odd.points), 1)),
        observed=np.vstack([sums, ends.mean(axis=0)]),
        relevance=odd.relevance,
        kernel=even_kernel,
    )
    one, other = (half.fit(half.best_length()) for half in (odd, even))
    return one.predict(keep, keep - 0.5) + other.predict(keep, np.ones((len(keep), 1)))


@dataclass(frozen=True, slots=True, eq=False)
class _Half:
    """What is known of one half of the game, odd or even under complement.

    Attributes
    ----------
    points : ndarray of bool, shape (m + 1, n_players)
        One of each pair, and the full text.
    trend : ndarray, shape (m + 1, p)
        What the free slopes multiply.
    observed : ndarray, shape (m + 1, K)
        The half's values at the points.
    relevance : ndarray, shape (n_players,)
        The kernel's decay of each word before it is scaled by a length.
    kernel : callable
        ``kernel(rows, columns, decay)``.
    """

    design: PairDesign
    points: np.ndarray
    trend: np.ndarray
    observed: np.ndarray
    relevance: np.ndarray
    kernel: Callable[[np.ndarray, np.ndarray, np.ndarray], np.ndarray]

    @classmethod
    def odd(cls, design: PairDesign, differences: np.ndarray, gain: np.ndarray) -> _Half:
        """Return the half that Shapley values depend on; relevance is read off a regression."""
        n = design.keep.shape[1]
        first, _ = shapley_regression(design, differences, gain)
        relevance = np.sqrt((first**2).mean(axis=1))
        relevance /= relevance.mean() or 1.0
        points = np.vstack([design.keep, np.ones((1, n), dtype=bool)])
        return cls(
            design=design,
            points=points,
            trend=points - 0.5,
            observed=np.vstack([differences, gain / 2]),
            relevance=(_FLOOR + (1 - _FLOOR) * relevance) / n,
            kernel=odd_kernel,
        )

    def best_length(self) -> float:
        """Return the length whose fit to a pilot predicts left-out pairs best."""
        pilot = self.design.leading(_PILOT)
        weights = self.design.take(pilot).weights()[:, None]
        rows = np.append(np.flatnonzero(pilot), len(pilot))
        part = replace(
            self, points=self.points[rows], trend=self.trend[rows], observed=self.observed[rows]
        )
        misfits = [(weights * part.fit(length).left_out[:-1] ** 2).sum() for length in _LENGTHS]
        return _LENGTHS[int(np.argmin(misfits))]

    def fit(self, length: float) -> _Fit:
        """Fit by universal kriging: the trend by generalised least squares, the rest exactly."""
        decay = length * self.relevance
        inverse = np.linalg.inv(
            self.kernel(self.points, self.points, decay) + _NUGGET * np.eye(len(self.points))
        )
        pulled = inverse @ self.trend
        slopes = pulled @ np.linalg.pinv(self.trend.T @ pulled, rcond=1e-10, hermitian=True)
        return _Fit(self, decay, slopes, inverse - slopes @ pulled.T)


@dataclass(frozen=True, slots=True, eq=False)
class _Fit:
    """A fitted trend and process.

    Attributes
    ----------
    slopes : ndarray, shape (m + 1, p)
        Change of the trend's slopes with each observation.
    precision : ndarray, shape (m + 1, m + 1)
        Times the observations, the process's weights.
    """

    half: _Half
    decay: np.ndarray
    slopes: np.ndarray
    precision: np.ndarray

    @property
    def left_out(self) -> np.ndarray:
        """Each observation minus its prediction from all others, shape (m + 1, K)."""
        # A pair that alone fixes a slope has no precision left and nothing to judge it by.
        alone = np.maximum(self.precision.diagonal(), _LEAST_PRECISION)[:, None]
        return (self.precision @ self.half.observed) / alone

    def influence(self, of_kernel: np.ndarray) -> np.ndarray:
        """Return the change with each observation of what the slopes are for the trend.

        Parameters
        ----------
        of_kernel : ndarray, shape (m + 1, p)
            The same for the kernel of each point.
        """
        return self.slopes + self.precision @ of_kernel

    def predict(self, keep: np.ndarray, trend: np.ndarray) -> np.ndarray:
        """Return the fitted values of coalitions, shape (len(keep), K)."""
        weights = self.precision @ self.half.observed
        near = self.half.kernel(keep, self.half.points, self.decay)
        return trend @ (self.slopes.T @ self.half.observed) + near @ weights


def odd_kernel(rows: np.ndarray, columns: np.ndarray, decay: np.ndarray) -> np.ndarray:
    """Return the kernel between coalitions, made odd under complement and one on the diagonal.

    The plain kernel of S and T is the product of ``exp(-decay[i])`` over the words in which they
    differ; the odd one is that of S and T minus that of S and the complement of T.

    Parameters
    ----------
    rows : ndarray of bool, shape (m, n_players)
    columns : ndarray of bool, shape (p, n_players)
    decay : ndarray, shape (n_players,)
        Positive.

    Returns
    -------
    ndarray, shape (m, p)
    """
    apart, total = _apart(rows, columns, decay), decay.sum()
    return (np.exp(-apart) - np.exp(apart - total)) / (1.0 - np.exp(-total))


def even_kernel(rows: np.ndarray, columns: np.ndarray, decay: np.ndarray) -> np.ndarray:
    """Return the kernel made even under complement: the sum where `odd_kernel` has a difference."""
    apart, total = _apart(rows, columns, decay), decay.sum()
    return (np.exp(-apart) + np.exp(apart - total)) / (1.0 + np.exp(-total))


def _apart(rows: np.ndarray, columns: np.ndarray, decay: np.ndarray) -> np.ndarray:
    """Return the total decay of the words in which coalitions differ, shape (m, p)."""
    signs, others = 2.0 * rows - 1.0, 2.0 * columns - 1.0
    return np.maximum((decay.sum() - (signs * decay) @ others.T) / 2, 0.0)


def kernel_shapley(points: np.ndarray, decay: np.ndarray) -> np.ndarray:
    """Return the exact Shapley values of the games ``S -> odd_kernel(S, point)``.

    The multilinear extension of a product is a product, and its derivative along the diagonal,
    a polynomial, is integrated by Gauss-Legendre quadrature: exactly up to 64 words, and to
    rounding beyond.

    Returns
    -------
    ndarray, shape (m, n_players)
    """
    near, far = np.ones_like(decay), np.exp(-decay)
    kept, masked = np.where(points, near, far), np.where(points, far, near)
    step = kept - masked
    nodes, weights = np.polynomial.legendre.leggauss(min((len(decay) + 1) // 2, 32))
    values = np.zeros(points.shape)
    for place, weight in zip((nodes + 1) / 2, weights / 2, strict=True):
        factors = masked + place * step
        values += weight * factors.prod(axis=1, keepdims=True) / factors
    # The even half of the kernel has no Shapley values, so the plain kernel's are twice the
    # odd half's, and the odd kernel's are these over its normalisation.
    return 2.0 * values * step / (1.0 - np.exp(-decay.sum()))

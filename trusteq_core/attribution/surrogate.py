"""A Gaussian-process surrogate of the game: its Shapley values, and its answers."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from trusteq_core.attribution.pairs import PairDesign, jackknife_errors, shapley_regression

__all__ = [
    "SURROGATE_PAIRS",
    "even_kernel",
    "kernel_shapley",
    "kernel_shapley_variance",
    "odd_kernel",
    "surrogate_answers",
    "surrogate_values",
]

SURROGATE_PAIRS = 2048
"""Pairs above which the surrogate's cubic time is no longer worth its smaller error."""


_LENGTHS = (3.0, 6.0, 12.0, 24.0)
"""Candidate total decays of the kernel, from one coalition to its complement."""

_VARIANCES = (0.01, 0.1, 1.0, np.inf)
"""Candidate variances of the slopes, in variances of the process; infinite leaves them free."""

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

    The game is modelled as a linear trend plus a Gaussian process whose kernel is a product over
    words, so that coalitions that share their relevant words have like values. Relevance is read
    off a first regression; the kernel's decay, and how far slopes are drawn to zero where there
    are few pairs, off leave-one-out predictions. The Shapley values of trend and kernel are known
    exactly, and those of the fit follow. Where the game is linear the regression's values result.

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
        Standard errors: of the jackknife (`trusteq_core.attribution.pairs.jackknife_errors`),
        which does not rely on the model, or of the fitted process, which knows what drawing to
        zero adds, whichever is larger.

    Notes
    -----
    Time grows with the cube of the number of pairs.

    References
    ----------
    Witter, Liu and Musco (2025), arXiv:2506.11849, surrogates whose Shapley values are known;
    Mohammadi, Chau and Muandet (2025), arXiv:2505.16516, product kernels; Owen (1972),
    doi:10.1287/mnsc.18.5.64, Shapley values as an integral of the multilinear extension.
    """
    odd = _Half.odd(design, differences, gain)
    chosen = odd.fit(*odd.best())
    of_kernel = kernel_shapley(odd.points, chosen.decay)
    influence = chosen.influence(of_kernel)
    values = influence.T @ odd.observed
    centred = influence - influence.mean(axis=1, keepdims=True)
    errors = np.maximum(
        jackknife_errors(design, centred[:-1], chosen.left_out[:-1]),
        np.sqrt(np.outer(chosen.uncertainty(of_kernel), chosen.amplitude(design))),
    )
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
    one, other = (half.fit(*half.best()) for half in (odd, even))
    return one.predict(keep, keep - 0.5) + other.predict(keep, np.ones((len(keep), 1)))


@dataclass(frozen=True, slots=True, eq=False)
class _Half:
    """What is known of one half of the game, odd or even under complement.

    Attributes
    ----------
    points : ndarray of bool, shape (m + 1, n_players)
        One of each pair, and the full text.
    trend : ndarray, shape (m + 1, p)
        What the slopes multiply.
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

    def best(self) -> tuple[float, float]:
        """Return the length and variance whose fit to a pilot predicts left-out pairs best."""
        pilot = self.design.leading(_PILOT)
        weights = self.design.take(pilot).weights()[:, None]
        rows = np.append(np.flatnonzero(pilot), len(pilot))
        part = replace(
            self, points=self.points[rows], trend=self.trend[rows], observed=self.observed[rows]
        )
        misfits = {
            (length, variance): (weights * fit.left_out[:-1] ** 2).sum()
            for length in _LENGTHS
            for variance, fit in zip(_VARIANCES, part._fits(length, _VARIANCES), strict=True)
        }
        return min(misfits, key=lambda each: misfits[each])

    def fit(self, length: float, variance: float) -> _Fit:
        """Fit by kriging: slopes of this variance by generalised least squares, the rest exactly.

        With infinite variance it is universal kriging.
        """
        return next(self._fits(length, (variance,)))

    def _fits(self, length: float, variances: Sequence[float]) -> Iterator[_Fit]:
        decay = length * self.relevance
        inverse = np.linalg.inv(
            self.kernel(self.points, self.points, decay) + _NUGGET * np.eye(len(self.points))
        )
        pulled = inverse @ self.trend
        moment = self.trend.T @ pulled
        for variance in variances:
            spread = np.linalg.pinv(
                moment + np.eye(len(moment)) / variance, rcond=1e-10, hermitian=True
            )
            slopes = pulled @ spread
            yield _Fit(self, decay, spread, slopes, inverse - slopes @ pulled.T)


@dataclass(frozen=True, slots=True, eq=False)
class _Fit:
    """A fitted trend and process.

    Attributes
    ----------
    spread : ndarray, shape (p, p)
        Covariance of the trend's slopes given the observations, in variances of the process.
    slopes : ndarray, shape (m + 1, p)
        Change of the trend's slopes with each observation.
    precision : ndarray, shape (m + 1, m + 1)
        Times the observations, the process's weights.
    """

    half: _Half
    decay: np.ndarray
    spread: np.ndarray
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

    def uncertainty(self, of_kernel: np.ndarray) -> np.ndarray:
        """Return the variance of the game's Shapley values given the observations, shape (p,).

        In variances of the process; `of_kernel` as for `influence`.
        """
        known = (of_kernel * (self.precision @ of_kernel + 2 * self.slopes)).sum(axis=0)
        left = kernel_shapley_variance(self.decay) + self.spread.diagonal() - known
        return np.maximum(left, 0.0)

    def amplitude(self, design: PairDesign) -> np.ndarray:
        """Return the variance of the process as left-out pairs show it, by class, shape (K,).

        Zero where every pair was drawn and nothing is left to be uncertain of.
        """
        scaled = (self.left_out**2 * self.precision.diagonal()[:, None])[:-1]
        weights = design.weights()
        return design.unseen().max() * (weights @ scaled) / weights.sum()

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


def kernel_shapley_variance(decay: np.ndarray) -> np.ndarray:
    """Return the variance of the Shapley values of a game drawn with the odd kernel.

    Shapley values of the kernel in both its arguments, by the same quadrature as `kernel_shapley`.

    Returns
    -------
    ndarray, shape (n_players,)
    """
    far = np.exp(-decay)
    nodes, weights = np.polynomial.legendre.leggauss(min((len(decay) + 1) // 2, 32))
    place = (nodes + 1) / 2
    # A word is kept in both coalitions, or in neither, with this probability.
    same = np.outer(place, place) + np.outer(1 - place, 1 - place)
    factors = same[..., None] + (1 - same[..., None]) * far
    others = factors.prod(axis=2, keepdims=True) / factors
    values = np.einsum("a,b,abn->n", weights / 2, weights / 2, others)
    return 4.0 * values * (1 - far) / (1.0 - np.exp(-decay.sum()))

"""Shapley values through a Gaussian-process surrogate of the game."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from trusteq_core.attribution.pairs import PairDesign, jackknife_errors, shapley_regression

__all__ = ["kernel_shapley", "odd_kernel", "surrogate_values"]

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
    n = design.keep.shape[1]
    first, _ = shapley_regression(design, differences, gain)
    relevance = np.sqrt((first**2).mean(axis=1))
    relevance /= relevance.mean() or 1.0
    decay = (_FLOOR + (1 - _FLOOR) * relevance) / n
    pilot = design.leading(_PILOT)
    tried = [
        _Surrogate.fit(design.take(pilot), differences[pilot], gain, length * decay)
        for length in _LENGTHS
    ]
    best = int(np.argmin([surrogate.misfit() for surrogate in tried]))
    chosen = tried[best]
    if not pilot.all():
        chosen = _Surrogate.fit(design, differences, gain, _LENGTHS[best] * decay)
    return chosen.values(gain), chosen.errors()


@dataclass(frozen=True, slots=True, eq=False)
class _Surrogate:
    """A fitted trend and process; the last point is the full text.

    Attributes
    ----------
    influence : ndarray, shape (m + 1, n_players)
        Change of the Shapley values with each observation.
    left_out : ndarray, shape (m, K)
        Each pair's observation minus its prediction from all others.
    """

    design: PairDesign
    observed: np.ndarray
    influence: np.ndarray
    left_out: np.ndarray

    @classmethod
    def fit(
        cls, design: PairDesign, differences: np.ndarray, gain: np.ndarray, decay: np.ndarray
    ) -> _Surrogate:
        """Fit by universal kriging: the trend by generalised least squares, the rest exactly."""
        points = np.vstack([design.keep, np.ones((1, design.keep.shape[1]), dtype=bool)])
        observed = np.vstack([differences, gain / 2])
        inverse = np.linalg.inv(odd_kernel(points, decay) + _NUGGET * np.eye(len(points)))
        trend = points - 0.5
        pulled = inverse @ trend
        slopes = pulled @ np.linalg.pinv(trend.T @ pulled, rcond=1e-10, hermitian=True)
        precision = inverse - slopes @ pulled.T
        # A pair that alone fixes a slope has no precision left and nothing to judge it by.
        left_out = (precision @ observed) / np.maximum(precision.diagonal(), _LEAST_PRECISION)[
            :, None
        ]
        influence = slopes + precision @ kernel_shapley(points, decay)
        return cls(design, observed, influence, left_out[:-1])

    def misfit(self) -> float:
        """Return the squared error of leave-one-out prediction under the Shapley kernel."""
        return float((self.design.weights()[:, None] * self.left_out**2).sum())

    def values(self, gain: np.ndarray) -> np.ndarray:
        """Return the Shapley values of the fit, shape (n_players, K)."""
        values = self.influence.T @ self.observed
        return values + (gain - values.sum(axis=0)) / len(values)

    def errors(self) -> np.ndarray:
        """Return the standard errors of the values, shape (n_players, K)."""
        centred = self.influence - self.influence.mean(axis=1, keepdims=True)
        return jackknife_errors(self.design, centred[:-1], self.left_out)


def odd_kernel(points: np.ndarray, decay: np.ndarray) -> np.ndarray:
    """Return the kernel between coalitions, made odd under complement and one on the diagonal.

    The plain kernel of S and T is the product of ``exp(-decay[i])`` over the words in which they
    differ; the odd one is that of S and T minus that of S and the complement of T.

    Parameters
    ----------
    points : ndarray of bool, shape (m, n_players)
    decay : ndarray, shape (n_players,)
        Positive.

    Returns
    -------
    ndarray, shape (m, m)
    """
    signs = 2.0 * points - 1.0
    total = decay.sum()
    apart = np.maximum((total - (signs * decay) @ signs.T) / 2, 0.0)
    return (np.exp(-apart) - np.exp(apart - total)) / (1.0 - np.exp(-total))


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

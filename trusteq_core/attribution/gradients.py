"""Explainers that read a model's gradients instead of masking its words."""

from __future__ import annotations

import numpy as np

from trusteq_core.attribution.attribution import Estimate
from trusteq_core.attribution.engine import ValueFunction

__all__ = ["gradient_input", "integrated_gradients"]

_FIRST_PARTS = 8
_INCOMPLETE = 0.005
"""How far the values may miss the change in probability that they share out."""


def integrated_gradients(value: ValueFunction, *, seed: int = 0, steps: int = 512) -> Estimate:
    """Return integrated gradients of every word for every class.

    The gradients of the probabilities are integrated along the straight line on which all words
    fade in together, from blank embeddings to their own, and summed over the tokens of a word.
    Blank is the zero vector under the mask policy ``remove``, the model's mask token under
    ``mask_token``.

    Over any part of the line the values must add up to the change in probability, which is known.
    Simpson's rule is refined where it misses that, until it misses no more than 0.005 in all: a
    classifier often changes its mind at one place, where evenly spread steps would pass it over.

    Parameters
    ----------
    value : ValueFunction
        The example to explain; its model must have gradients.
    seed : int
        Not used.
    steps : int
        Places on the line at most; no fewer than 17 are taken.

    Returns
    -------
    Estimate
        Values of shape (n_players, K), signed, in probability, and the probabilities of the blank
        text from which they lead to the full one.

    References
    ----------
    Sundararajan, Taly and Yan (2017), arXiv:1703.01365.
    """
    del seed
    places = np.linspace(0.0, 1.0, 2 * _FIRST_PARTS + 1)
    products, answers = value.gradients(places)
    base = answers[0]
    starts = np.arange(0, 2 * _FIRST_PARTS, 2)
    parts = np.column_stack([starts, starts + 1, starts + 2])  # start, middle and end of each
    while True:
        length = places[parts[:, 2]] - places[parts[:, 0]]
        ends = products[parts[:, 0]] + 4.0 * products[parts[:, 1]] + products[parts[:, 2]]
        values = ends * (length / 6.0)[:, None, None]
        missed = np.abs(answers[parts[:, 2]] - answers[parts[:, 0]] - values.sum(axis=1))
        room = (steps - len(places)) // 2
        if missed.sum(axis=0).max() <= _INCOMPLETE or room < 1:
            return Estimate(values.sum(axis=0), base=base, evaluations=len(places))
        worst = missed.max(axis=1)
        halved = np.argsort(-worst, kind="stable")[:room]
        halved = halved[worst[halved] > _INCOMPLETE / (2 * len(parts))]
        left, middle, right = parts[halved].T
        between = np.concatenate([places[left] + places[middle], places[middle] + places[right]])
        more_products, more_answers = value.gradients(between / 2.0)
        new = len(places) + np.arange(len(between)).reshape(2, -1)
        places = np.concatenate([places, between / 2.0])
        products = np.concatenate([products, more_products])
        answers = np.concatenate([answers, more_answers])
        parts = np.concatenate(
            [
                np.delete(parts, halved, axis=0),
                np.column_stack([left, new[0], middle]),
                np.column_stack([middle, new[1], right]),
            ]
        )


def gradient_input(value: ValueFunction, *, seed: int = 0) -> Estimate:
    """Return the gradient of every probability times the embedding, summed over each word.

    Parameters
    ----------
    value : ValueFunction
        The example to explain; its model must have gradients.
    seed : int
        Not used.

    Returns
    -------
    Estimate
        Values of shape (n_players, K), signed, in probability. They need not add up to anything.
        Under the mask policy ``mask_token`` the mask token's embedding is subtracted first.

    References
    ----------
    Shrikumar et al. (2016), arXiv:1605.01713.
    """
    del seed
    products, _ = value.gradients(np.array([1.0]))
    return Estimate(products[0], evaluations=1)

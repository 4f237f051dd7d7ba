"""Standard errors that are stored become a statement on how much of a disagreement is noise."""

import numpy as np
import pytest

from trusteq_core.evaluation.explanations import Explanations
from trusteq_core.evaluation.overlap import overlap_rows, summarise_overlap

N, WORDS, K = 120, 12, 4
TRUTH = np.random.default_rng(0).normal(size=(N, WORDS))


def explained(values, error):
    """Explanations of two classes, the second the opposite of the first."""
    rows = np.stack([values, -values], axis=2).reshape(-1, 2)
    answers = np.full((N, 2), 0.5)
    return Explanations(
        ids=tuple(f"e{i}" for i in range(N)),
        starts=np.arange(N + 1) * WORDS,
        values=rows,
        errors=np.full(rows.shape, error),
        base=answers,
        full=answers,
        evaluations=np.full(N, 100),
    )


def compared(a, b, resampled=None):
    classes = np.zeros(N, dtype=int)
    rows = overlap_rows(
        a,
        b,
        {"original": classes, "compressed": classes},
        k=K,
        resampled=resampled,
        retrained=None,
        deterministic=False,
    )
    return rows, summarise_overlap(rows, k=K)


def draw(error, seed):
    noise = np.random.default_rng(seed).standard_normal(TRUTH.shape)
    return explained(TRUTH + error * noise, error)


def test_the_loss_to_noise_is_what_a_second_seed_shows():
    """Two models of the same attributions lack what a model lacks against itself."""
    rows, summary = compared(draw(0.1, 1), draw(0.1, 2), resampled=draw(0.1, 3))
    missing = 1 - summary["ceiling_resampling"]
    assert missing > 0.1
    assert rows["noise_loss"].mean() == pytest.approx(missing, abs=0.05)
    same_top = (rows["ceiling_resampling"] == 1).mean()
    assert summary["stability_original"] == pytest.approx(same_top, abs=0.1)


def test_no_more_is_lost_than_is_missing():
    """Shared coalitions: both models' errors are the same ones, and take nothing."""
    rows, summary = compared(draw(0.1, 1), draw(0.1, 1))
    assert rows["noise_loss"].mean() > 0.1
    assert summary["jaccard"] == 1
    assert summary["noise_loss"] == 0


@pytest.mark.parametrize(("error", "loss"), [(0.0, 0.0), (np.nan, None)])
def test_exact_values_lose_nothing_and_unknown_errors_say_nothing(error, loss):
    other = explained(TRUTH[:, ::-1], error)
    summary = compared(explained(TRUTH, error), other)[1]
    assert summary["noise_loss"] == loss
    assert summary["stability_compressed"] == (None if loss is None else 1.0)

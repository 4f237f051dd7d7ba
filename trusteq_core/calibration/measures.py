"""Every calibration measure with its declared facts: direction, bounds, unit, definition, source.

Pages, reports and the command line read titles, arrows and axes from here, so they cannot
disagree with the mathematics.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from trusteq_core.calibration.bins import N_BINS, check_edges
from trusteq_core.calibration.corp import corp_split
from trusteq_core.calibration.probabilities import top_label
from trusteq_core.calibration.scores import brier, classwise_ece, conditional_ece, nll
from trusteq_core.calibration.temperature import inverse_temperature
from trusteq_core.calibration.totals import BinTotals

__all__ = ["MEASURES", "Measure", "score_all"]

_INFINITY = float("inf")
_NAEINI = "Naeini, Cooper, Hauskrecht 2015, doi:10.1609/aaai.v29i1.9602"
_CORP = "Dimitriadis, Gneiting, Jordan 2021, doi:10.1073/pnas.2016191118"


@dataclass(frozen=True, slots=True)
class Measure:
    """The declared facts of one measure.

    Attributes
    ----------
    id : str
        Name in frames, files and on the command line.
    title : str
        Name shown to a person; also its heading in ``docs/definitions.md``.
    symbol : str
        Short form for narrow columns and axes.
    better : {"lower", "higher", "zero", "one"}
        Which way is better; ``"zero"`` and ``"one"`` are the value to be near to.
    bounds : tuple of float
        Smallest and largest possible value.
    unit : str
        ``"probability"``, ``"probability²"``, ``"score"``, ``"nats"`` or ``"factor"``.
    definition : str
        One sentence.
    reference : str
        Where it was defined, with DOI or arXiv id; empty where it is elementary.
    binned : bool
        True if the value depends on the bins.
    needs : {"labels", "truth", "pair"}
        What it is computed from: one model's probabilities and the gold labels; one model's and
        the true label distributions; or both models' and the gold labels.
    """

    id: str
    title: str
    symbol: str
    better: Literal["lower", "higher", "zero", "one"]
    bounds: tuple[float, float]
    unit: str
    definition: str
    reference: str = ""
    binned: bool = False
    needs: Literal["labels", "truth", "pair"] = "labels"


_DECLARED = (
    Measure(
        "signed_gap",
        "Signed gap",
        "gap",
        "zero",
        (-1.0, 1.0),
        "probability",
        "Mean confidence less accuracy; positive is overconfident, negative underconfident.",
    ),
    Measure(
        "ece",
        "Expected calibration error (ECE)",
        "ECE",
        "lower",
        (0.0, 1.0),
        "probability",
        "Size of the gap between confidence and accuracy, bin by bin, averaged over predictions.",
        _NAEINI,
        binned=True,
    ),
    Measure(
        "ece_over",
        "Overconfident part of the ECE",
        "over",
        "lower",
        (0.0, 1.0),
        "probability",
        "What the bins with more confidence than accuracy contribute to the ECE.",
        _NAEINI,
        binned=True,
    ),
    Measure(
        "ece_under",
        "Underconfident part of the ECE",
        "under",
        "lower",
        (0.0, 1.0),
        "probability",
        "What the bins with less confidence than accuracy contribute to the ECE.",
        _NAEINI,
        binned=True,
    ),
    Measure(
        "mce",
        "Maximum calibration error (MCE)",
        "MCE",
        "lower",
        (0.0, 1.0),
        "probability",
        "Largest gap between confidence and accuracy of any bin, however few predictions it has.",
        _NAEINI,
        binned=True,
    ),
    Measure(
        "mce_30",
        "Maximum calibration error of bins with 30 predictions",
        "MCE₃₀",
        "lower",
        (0.0, 1.0),
        "probability",
        "Largest gap between confidence and accuracy of any bin with at least 30 predictions.",
        _NAEINI,
        binned=True,
    ),
    Measure(
        "rmsce2",
        "Debiased squared calibration error",
        "RMSCE²",
        "zero",
        (-0.25, 1.0),
        "probability²",
        "Squared gap of each bin less its sampling noise, averaged over predictions; values at or "
        "below zero are no more than noise.",
        "Kumar, Liang, Ma 2019, arXiv:1909.10155",
        binned=True,
    ),
    Measure(
        "classwise_ece",
        "Class-wise ECE",
        "cwECE",
        "lower",
        (0.0, 1.0),
        "probability",
        "The ECE of each class's own probability, averaged over the classes.",
        "Kull et al. 2019, arXiv:1910.12656",
        binned=True,
    ),
    Measure(
        "conditional_ece",
        "Top-label-conditional ECE",
        "tlECE",
        "lower",
        (0.0, 1.0),
        "probability",
        "The ECE over bins of confidence within each predicted label, so labels cannot cancel.",
        "Gupta, Ramdas 2022, arXiv:2107.08353",
        binned=True,
    ),
    Measure(
        "brier",
        "Brier score (0-2)",
        "Brier",
        "lower",
        (0.0, 2.0),
        "score",
        "Squared distance between the probabilities and the gold label, summed over all classes.",
        "Brier 1950, doi:10.1175/1520-0493(1950)078<0001:VOFEIT>2.0.CO;2",
    ),
    Measure(
        "nll",
        "Negative log likelihood (NLL)",
        "NLL",
        "lower",
        (0.0, -float(np.log(1e-12))),
        "nats",
        "Mean surprise at the gold label; probabilities below 1e-12 count as 1e-12.",
    ),
    Measure(
        "corp_miscalibration",
        "CORP miscalibration",
        "MCB",
        "lower",
        (0.0, 1.0),
        "score",
        "What the best monotone recalibration of the confidences would save in squared error.",
        _CORP,
    ),
    Measure(
        "corp_discrimination",
        "CORP discrimination",
        "DSC",
        "higher",
        (0.0, 0.25),
        "score",
        "What the recalibrated confidences save over always saying the accuracy.",
        _CORP,
    ),
    Measure(
        "corp_uncertainty",
        "CORP uncertainty",
        "UNC",
        "lower",
        (0.0, 0.25),
        "score",
        "Accuracy times error rate: the squared error of always saying the accuracy.",
        _CORP,
    ),
    Measure(
        "inverse_temperature",
        "Inverse temperature",
        "β",
        "one",
        (0.0, _INFINITY),
        "factor",
        "The factor on the log probabilities that makes the gold labels most likely; below 1 is "
        "overconfident, above 1 underconfident.",
        "Guo et al. 2017, arXiv:1706.04599",
    ),
    Measure(
        "true_ece",
        "ECE against the true probabilities",
        "true ECE",
        "lower",
        (0.0, 1.0),
        "probability",
        "The ECE with the true probability that the prediction is right in place of right or "
        "wrong: what the ECE estimates, free of the labels' noise.",
        binned=True,
        needs="truth",
    ),
    Measure(
        "profile_distance",
        "Profile distance",
        "D",
        "lower",
        (0.0, 2.0),
        "probability",
        "Difference between the two models' residuals in each bin of confidence, summed: large "
        "where they miss in opposite directions, even if their ECEs agree.",
        binned=True,
        needs="pair",
    ),
)

MEASURES: dict[str, Measure] = {measure.id: measure for measure in _DECLARED}
"""Every measure, in the order in which they are shown."""


def score_all(
    p: np.ndarray, y: np.ndarray, *, n_bins: int = N_BINS, edges: np.ndarray | None = None
) -> dict[str, float]:
    """Return every measure of one model among `MEASURES`.

    Parameters
    ----------
    p : ndarray, shape (n, K)
        Probabilities.
    y : ndarray of int, shape (n,)
        Gold labels as column numbers.
    n_bins : int, default 15
        Number of equally wide bins, where no edges are given.
    edges : ndarray, optional
        Bin edges of the confidence. The class-wise ECE keeps `n_bins` equally wide bins, because
        it bins other numbers than the confidence.

    Returns
    -------
    dict of float
        One value a measure, in the order of `MEASURES`; NaN where it is not defined.

    Raises
    ------
    DataError
        If probabilities, labels or edges break their contract.

    Examples
    --------
    >>> values = score_all([[0.1, 0.9], [0.2, 0.8]], np.array([1, 0]))
    >>> round(values["signed_gap"], 2), round(values["brier"], 2)
    (0.35, 0.65)
    """
    edges_used = check_edges(edges, n_bins)
    confidence, correct = top_label(p, y)
    sums = BinTotals.of(confidence, correct, edges_used)
    over, under = sums.over_under()
    split = corp_split(confidence, correct)
    return {
        "signed_gap": sums.signed_gap(),
        "ece": sums.ece(),
        "ece_over": over,
        "ece_under": under,
        "mce": sums.mce(),
        "mce_30": sums.mce(30),
        "rmsce2": sums.rmsce2(),
        "classwise_ece": classwise_ece(p, y, n_bins=n_bins),
        "conditional_ece": conditional_ece(p, y, edges=edges_used),
        "brier": brier(p, y),
        "nll": nll(p, y),
        "corp_miscalibration": split.miscalibration,
        "corp_discrimination": split.discrimination,
        "corp_uncertainty": split.uncertainty,
        "inverse_temperature": inverse_temperature(p, y),
    }

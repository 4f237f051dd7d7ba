"""Is the difference between two models real, and is it small enough? Tests, margins, verdicts.

Works on arrays alone; probabilities are expected as ``trusteq_core.calibration`` checks them.
"""

from trusteq_core.equivalence.bootstrap import bootstrap_mean, profile_evidence, residual_rows
from trusteq_core.equivalence.evidence import (
    Bounds,
    Evidence,
    Moments,
    paired_moments,
    t_evidence,
    tost,
)
from trusteq_core.equivalence.judge import OverlapRows, judge, judge_totals
from trusteq_core.equivalence.margins import Margins, read_margins
from trusteq_core.equivalence.performance import divergence_rows, macro_f1, performance_parity
from trusteq_core.equivalence.proportions import (
    HypothesisTest,
    bhapkar,
    mcnemar,
    score_evidence,
    stuart_maxwell,
)
from trusteq_core.equivalence.totals import CellTable, PairTotals
from trusteq_core.equivalence.verdict import MIN_UNITS, Answer, Criterion, Finding, Verdict, holm

__all__ = [
    "MIN_UNITS",
    "Answer",
    "Bounds",
    "CellTable",
    "Criterion",
    "Evidence",
    "Finding",
    "HypothesisTest",
    "Margins",
    "Moments",
    "OverlapRows",
    "PairTotals",
    "Verdict",
    "bhapkar",
    "bootstrap_mean",
    "divergence_rows",
    "holm",
    "judge",
    "judge_totals",
    "macro_f1",
    "mcnemar",
    "paired_moments",
    "performance_parity",
    "profile_evidence",
    "read_margins",
    "residual_rows",
    "score_evidence",
    "stuart_maxwell",
    "t_evidence",
    "tost",
]

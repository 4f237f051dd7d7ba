"""Is the difference between two models real, and is it small enough? Tests, margins, verdicts.

Works on arrays alone; probabilities are expected as ``trusteq_core.calibration`` checks them.
"""

from trusteq_core.equivalence.performance import divergence_rows, macro_f1, performance_parity

__all__ = ["divergence_rows", "macro_f1", "performance_parity"]

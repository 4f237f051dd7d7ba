"""What a notebook needs: compare two models in one call, and look at the result."""

from trusteq_core.api.comparing import compare
from trusteq_core.api.comparison import Comparison
from trusteq_core.api.tracking import log_to_mlflow

__all__ = ["Comparison", "compare", "log_to_mlflow"]

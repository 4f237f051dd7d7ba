"""Plan, run and compare: the part that joins models, explainers, measures and the store."""

from trusteq_core.evaluation.comparison import Comparison, compare
from trusteq_core.evaluation.explained_pair import ExplainedPair
from trusteq_core.evaluation.jobs import BusyError, Job, JobRunner
from trusteq_core.evaluation.model_results import ModelResults, TaskResults
from trusteq_core.evaluation.model_table import model_table

__all__ = [
    "BusyError",
    "Comparison",
    "ExplainedPair",
    "Job",
    "JobRunner",
    "ModelResults",
    "TaskResults",
    "compare",
    "model_table",
]

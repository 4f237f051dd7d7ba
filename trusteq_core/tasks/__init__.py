"""Tasks, example tables and the word grid."""

from trusteq_core.tasks.examples import (
    check_examples,
    example_seed,
    examples_fingerprint,
    label_codes,
    segments_of,
    true_probabilities,
)
from trusteq_core.tasks.label_names import label_meaning, plain_name
from trusteq_core.tasks.task import TASKS, Task, get_task
from trusteq_core.tasks.words import Word, WordGrid, word_grid

__all__ = [
    "TASKS",
    "Task",
    "Word",
    "WordGrid",
    "check_examples",
    "example_seed",
    "examples_fingerprint",
    "get_task",
    "label_codes",
    "label_meaning",
    "plain_name",
    "segments_of",
    "true_probabilities",
    "word_grid",
]

"""The controlled corpora: English pairs with known reasons and known label probabilities.

Generated, not collected: each example knows which of its words decide its label, and the true
distribution from which the label was drawn. Explanations and calibration are checked against them.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import pandas as pd

from trusteq_core.corpus import nli, paraphrase
from trusteq_core.corpus.sampling import Phenomenon, example_table
from trusteq_core.errors import UnknownName
from trusteq_core.tasks import get_task

__all__ = ["CORPORA", "generate"]

CORPORA: Mapping[str, Mapping[Phenomenon, float]] = MappingProxyType(
    {"nli": nli.PHENOMENA, "paraphrase": paraphrase.PHENOMENA}
)
"""The phenomena of each corpus, with how often each is drawn relative to the others."""


def generate(task_id: str, split: str, *, seed: int = 0, limit: int | None = None) -> pd.DataFrame:
    """Generate the example table of one split of a controlled corpus.

    Parameters
    ----------
    task_id : str
        ``"nli"`` or ``"paraphrase"``.
    split : str
        ``"train"`` (60,000 rows), ``"validation"`` or ``"test"`` (5,000 each). No pair of texts is
        in two splits; a tenth of the test split holds compositions that only it shows.
    seed : int
        Another seed gives other examples of the same kind.
    limit : int, optional
        Only the first rows of the table.

    Returns
    -------
    DataFrame
        Columns ``id``, one per segment, ``label``, ``phenomenon``, ``held_out``, ``reasons``
        (word-grid indices of the words that decide the label), ``true_<label>``.

    Raises
    ------
    UnknownName
        If there is no corpus for the task, or no such split.
    DataError
        If `limit` is negative.
    """
    if task_id not in CORPORA:
        raise UnknownName("corpus", task_id, CORPORA)
    phenomena = CORPORA[task_id]
    return example_table(get_task(task_id), phenomena, split, seed=seed, limit=limit)

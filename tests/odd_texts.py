"""A small results store of texts that break layouts: long, right to left, without spaces, hostile.

``python tests/odd_texts.py DIR`` writes it to a folder.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pandas as pd
from miniature import MODELS, write_model

from trusteq_core.store import Manifest, ResultStore
from trusteq_core.tasks import examples_fingerprint, get_task

SENTENCE = "the well-known carrier of 1,200 unremarkable parcels waited beside the northern gate"
ODD_TEXTS = {
    "long": tuple(
        " ".join(f"{SENTENCE} {n}" for n in range(start, start + 12)) for start in (0, 12)
    ),
    "arabic": ("ينام الكلب الصغير في الحديقة كل يوم.", "الحيوان نائم في الحديقة (2024)."),
    "hebrew": ("הכלב ישן בגן ליד ה-station הגדולה.", "הכלב ישן."),
    "chinese": ("小狗每天都在公园里睡觉，因为那里很安静。", "一只动物在公园里休息。"),
    "japanese": ("東京は今日も雨が降っていますか？" * 6, "東京は晴れです。"),
    "unbroken": ("Donaudampfschifffahrtsgesellschaft" * 8, "a" * 300),
    "hostile": ('<b>dog</b> <img src=x onerror="alert(1)"> $5', "it's `x` :red[no] & [l](j)"),
    "emoji": ("I 👍🏽 the 🇫🇷 flag 👨‍👩‍👧 today", "I like it"),
}


def write_odd_texts(root: Path | str) -> Path:
    """Write the store under `root` and return its path."""
    store, task = ResultStore(root), get_task("paraphrase")
    texts = list(ODD_TEXTS.values())
    code = np.arange(len(texts)) % 2
    examples = pd.DataFrame(
        {
            "id": list(ODD_TEXTS),
            "sentence1": [first for first, _ in texts],
            "sentence2": [second for _, second in texts],
            "label": [task.labels[each] for each in code],
            "phenomenon": "odd",
            "held_out": False,
            "reasons": [[0] for _ in texts],
            "true_different": np.where(code == 0, 0.9, 0.1),
            "true_paraphrase": np.where(code == 1, 0.9, 0.1),
        }
    )
    manifest = Manifest(
        "examples",
        task.id,
        split="test",
        n=len(examples),
        data_fingerprint=examples_fingerprint(examples, task),
    )
    store.write(manifest, examples)
    for model in MODELS:
        write_model(store, task, examples, model, len(examples))
    return Path(root)


if __name__ == "__main__":
    print(write_odd_texts(sys.argv[1]))

"""What one evaluation costs at the size of BERT-base, measured on random weights."""

from __future__ import annotations

import time

import numpy as np

from trusteq_core.attribution.lime import lime_coalitions
from trusteq_core.attribution.masking import MaskedTexts
from trusteq_core.corpus import generate
from trusteq_core.models import load_model
from trusteq_core.tasks import get_task, segments_of, word_grid

__all__ = ["seconds_an_evaluation"]


def seconds_an_evaluation(inputs: int = 96, batch: int = 32, repeats: int = 3) -> dict[str, float]:
    """Return the median seconds of one masked input of a pair of about 30 words.

    Returns
    -------
    dict
        ``peers``: padded batches in the order of arrival, as the other packages hand them on;
        ``ours``: the same inputs through a classifier of this package.
    """
    import torch
    from transformers import BertConfig, BertForSequenceClassification

    from trusteq_core.models.transformers_classifier import TransformersClassifier

    torch.set_num_threads(1)
    task = get_task("nli")
    tokenizer = load_model(task, "base").tokenizer  # type: ignore[attr-defined]
    torch.manual_seed(0)
    model = BertForSequenceClassification(
        BertConfig(vocab_size=len(tokenizer), num_labels=3)
    ).eval()
    ours = TransformersClassifier(
        model, tokenizer, task=task, name="random", fingerprint="", output_order=(0, 1, 2)
    )
    segments = next(
        texts
        for texts in segments_of(generate("nli", "test", seed=0, limit=2000), task)
        if len(word_grid(texts)) == 30
    )
    masked = MaskedTexts(ours, segments)
    rows = lime_coalitions(len(masked.players), inputs, np.random.default_rng(0))
    texts = masked.texts(rows)

    def as_they_come() -> None:
        for start in range(0, len(texts), batch):
            first, second = zip(*texts[start : start + batch], strict=True)
            tokens = tokenizer(list(first), list(second), padding=True, return_tensors="pt")
            with torch.inference_mode():
                model(**tokens)

    times: dict[str, list[float]] = {"peers": [], "ours": []}
    for _ in range(repeats):
        for name, work in (("peers", as_they_come), ("ours", lambda: ours.predict(texts))):
            started = time.process_time()
            work()
            times[name].append((time.process_time() - started) / len(texts))
    return {name: float(np.median(each)) for name, each in times.items()}

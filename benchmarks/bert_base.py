"""A BERT-base of random weights, as other packages ask it and as this one does."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import numpy as np

from trusteq_core.attribution.lime import lime_coalitions
from trusteq_core.attribution.masking import MaskedTexts
from trusteq_core.corpus import generate
from trusteq_core.models import load_model
from trusteq_core.models.transformers_classifier import TransformersClassifier
from trusteq_core.tasks import get_task, segments_of, word_grid

__all__ = ["WORDS", "BertBase", "seconds_an_evaluation", "seconds_of"]

WORDS = 30
"""Words of the pair whose masked versions are timed."""

_BATCH = 32


class BertBase:
    """A classifier of entailment at the size of BERT-base, on one thread.

    Attributes
    ----------
    segments : tuple of str
        A pair of `WORDS` words.
    masked : MaskedTexts
        Its masked versions, with the masked words left out.
    classifiers : dict
        The model through this package, by number format.
    """

    def __init__(self) -> None:
        import torch
        from transformers import BertConfig, BertForSequenceClassification

        torch.set_num_threads(1)
        task = get_task("nli")
        self.tokenizer = load_model(task, "base").tokenizer  # type: ignore[attr-defined]
        config = BertConfig(vocab_size=len(self.tokenizer), num_labels=len(task.labels))

        def classifier(dtype: str) -> TransformersClassifier:
            torch.manual_seed(0)
            model = BertForSequenceClassification(config).eval().to(getattr(torch, dtype))
            return TransformersClassifier(
                model, self.tokenizer, task=task, name="random", fingerprint="",
                output_order=range(len(task.labels)),
            )  # fmt: skip

        self.classifiers = {dtype: classifier(dtype) for dtype in ("float32", "bfloat16")}
        self.segments = next(
            texts
            for texts in segments_of(generate("nli", "test", seed=0, limit=2000), task)
            if len(word_grid(texts)) == WORDS
        )
        self.masked = MaskedTexts(self.classifiers["float32"], self.segments)

    def as_they_come(self, keep: np.ndarray) -> np.ndarray:
        """Return probabilities as other packages ask for them, shape (m, K).

        Texts are tokenised and computed in padded batches, in the order of arrival, in float32.
        """
        import torch

        texts, found = self.masked.texts(np.asarray(keep, dtype=bool)), []
        for start in range(0, len(texts), _BATCH):
            columns = [list(column) for column in zip(*texts[start : start + _BATCH], strict=True)]
            tokens = self.tokenizer(*columns, padding=True, return_tensors="pt")
            with torch.inference_mode():
                logits = self.classifiers["float32"].model(**tokens).logits
            found.append(logits.double().softmax(dim=1).numpy())
        return np.concatenate(found)


def seconds_of(work: Callable[[], Any]) -> float:
    """Return the CPU seconds of some work."""
    started = time.process_time()
    work()
    return time.process_time() - started


def seconds_an_evaluation(inputs: int = 96, repeats: int = 3) -> dict[str, float]:
    """Return the median CPU seconds of one masked input.

    Returns
    -------
    dict
        ``peers``: as `BertBase.as_they_come`; ``float32`` and ``bfloat16``: the same inputs
        through this package.
    """
    bert = BertBase()
    keep = lime_coalitions(WORDS, inputs, np.random.default_rng(0))
    texts = bert.masked.texts(keep)
    ways: dict[str, Callable[[], Any]] = {"peers": lambda: bert.as_they_come(keep)}
    for dtype, classifier in bert.classifiers.items():
        classifier.predict(texts)  # the first batches are computed twice, to check
        ways[dtype] = lambda each=classifier: each.predict(texts)
    rounds = [
        {name: seconds_of(way) / inputs for name, way in ways.items()} for _ in range(repeats)
    ]
    return {name: float(np.median([each[name] for each in rounds])) for name in ways}

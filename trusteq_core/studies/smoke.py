"""The reproduction in miniature: checkpoints and data made from nothing, the same code."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from trusteq_core.models import environment  # noqa: F401  sets the libraries up, so it comes first

from trusteq_core.compression.tokenizer import train_tokenizer  # isort: skip
from trusteq_core.corpus import generate
from trusteq_core.evaluation.presets import PRESETS, Preset
from trusteq_core.studies.paper import PaperModel
from trusteq_core.studies.reproduce import Reproduction
from trusteq_core.tasks import Task

import torch  # isort: skip
from transformers import BertConfig, BertModel, DistilBertConfig, DistilBertModel  # isort: skip

__all__ = ["miniature_reproduction"]

_TRAIN, _TEST, _EXPLAINED = 320, 60, 6
# Evaluations of an explainer: enough for the code, too few for a result.
_BUDGETS = {"lime": "samples", "shap-partition": "evaluations", "shapley": "budget"}
_BUDGET = 40


def miniature_reproduction(
    out: Path, models: Sequence[PaperModel], tasks: Sequence[Task]
) -> Reproduction:
    """Write random checkpoints of the paper's kinds and small data, and return the plan over them.

    Nothing that it gives says anything about the paper; it shows that everything runs.

    Parameters
    ----------
    out : Path
        ``data/`` and ``checkpoints/`` are made here, where they are missing.
    models : sequence of PaperModel
        Which of the paper's models.
    tasks : sequence of Task
        Their tasks.
    """
    data = out / "data"
    data.mkdir(parents=True, exist_ok=True)
    texts: list[str] = []
    for task in tasks:
        for split, n in (("train", _TRAIN), ("test", _TEST)):
            table = generate(task.id, split, limit=n)
            columns = ["id", *task.segments, "label"]
            table[columns].to_csv(data / f"{task.id}_{split}.csv", index=False)
            texts += [text for name in task.segments for text in table[name]]
    return Reproduction(
        data,
        out,
        tuple(_checkpoint(model, texts, out / "checkpoints" / model.name) for model in models),
        presets=tuple(_small(PRESETS[name]) for name in ("paper", "default")),
        epochs={task.id: 1 for task in tasks},
        learning_rate=1e-3,
        examples=_EXPLAINED,
    )


def _checkpoint(model: PaperModel, texts: Sequence[str], folder: Path) -> PaperModel:
    """Write an untrained encoder of the model's kind, a sixth as deep and a twelfth as wide."""
    made = replace(model, checkpoint=str(folder), accuracy={})
    if (folder / "config.json").exists():
        return made
    tokenizer = train_tokenizer(texts, size=600)
    torch.manual_seed(model.layers)
    hidden, layers = max(8, model.hidden // 12 // 4 * 4), max(1, model.layers // 6)
    shape: dict[str, Any] = {"vocab_size": len(tokenizer), "max_position_embeddings": 128}
    if model.name == "distilbert":
        encoder: Any = DistilBertModel(
            DistilBertConfig(dim=hidden, n_layers=layers, n_heads=4, hidden_dim=2 * hidden, **shape)
        )
    else:
        encoder = BertModel(
            BertConfig(
                hidden_size=hidden,
                num_hidden_layers=layers,
                num_attention_heads=4,
                intermediate_size=2 * hidden,
                **shape,
            )
        )
    tokenizer.save_pretrained(folder)
    encoder.save_pretrained(folder)
    return made


def _small(preset: Preset) -> Preset:
    explainers = {
        task: {
            explainer: {
                **settings,
                **({_BUDGETS[explainer]: _BUDGET} if explainer in _BUDGETS else {}),
            }
            for explainer, settings in chosen.items()
        }
        for task, chosen in preset.explainers.items()
    }
    return replace(preset, explainers=explainers)

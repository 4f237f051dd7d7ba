"""Compressing and distilling a classifier of one's own, for several architectures."""

import json
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import load_file
from small_task import same_words
from tiny_models import save_tiny, tiny_tokenizer
from transformers import (
    AlbertConfig,
    AlbertForSequenceClassification,
    DistilBertConfig,
    DistilBertForSequenceClassification,
    ModernBertConfig,
    ModernBertForSequenceClassification,
    RobertaConfig,
    RobertaForSequenceClassification,
)

from trusteq_core.compression.checkpoints import Checkpoints
from trusteq_core.compression.compress import compress, distil
from trusteq_core.compression.finetune import Lessons
from trusteq_core.compression.methods import COMPRESSIONS, get_compression, parse_compression
from trusteq_core.compression.prune import sparsity
from trusteq_core.compression.training import Schedule
from trusteq_core.errors import DataError, ModelError, UnknownName
from trusteq_core.models import load_model
from trusteq_core.models.recipes import encoder_linears, read_recipe
from trusteq_core.tasks import get_task, segments_of

TASK = get_task("paraphrase")
FRAME = same_words(64)
PAIRS = segments_of(FRAME, TASK)
SIZES = {
    "vocab_size": 300,
    "hidden_size": 16,
    "num_hidden_layers": 4,
    "num_attention_heads": 2,
    "intermediate_size": 32,
    "max_position_embeddings": 48,
    "pad_token_id": 0,
    "initializer_range": 0.3,
}
ENCODERS = {
    "distilbert": (
        DistilBertForSequenceClassification,
        DistilBertConfig(
            vocab_size=300,
            dim=16,
            n_layers=4,
            n_heads=2,
            hidden_dim=32,
            max_position_embeddings=48,
            initializer_range=0.3,
        ),
    ),
    "roberta": (RobertaForSequenceClassification, RobertaConfig(**SIZES)),
    "albert": (AlbertForSequenceClassification, AlbertConfig(**SIZES, embedding_size=8)),
    "modernbert": (
        ModernBertForSequenceClassification,
        ModernBertConfig(
            **SIZES,
            global_attn_every_n_layers=2,
            cls_token_id=2,
            sep_token_id=3,
            bos_token_id=None,
            eos_token_id=None,
        ),
    ),
}


WITHIN = [name for name, method in COMPRESSIONS.items() if not method.exports]


def lessons(epochs: int = 1) -> Lessons:
    return Lessons(FRAME, Schedule(epochs, 1e-3, batch_size=16))


def predict(folder: Path) -> np.ndarray:
    return load_model(TASK, folder).predict(PAIRS)


@pytest.fixture
def parent(tmp_path: Path) -> Path:
    return save_tiny(tmp_path / "parent", TASK.labels, num_hidden_layers=4)


def made(parent: Path, method: str, out: str, amount: float | None = None, **options):
    model = load_model(TASK, parent)
    return compress(model, COMPRESSIONS[method], parent.parent / out, amount=amount, **options)


@pytest.mark.parametrize("method", WITHIN)
def test_a_compressed_model_loads_and_predicts_as_it_was_made(parent: Path, method: str):
    """Every fingerprint is another, and the recipe names the parent."""
    out = parent.parent / "small"
    card = made(parent, method, "small")
    assert not np.allclose(predict(out), predict(parent), atol=1e-6)
    assert read_recipe(out).method == method
    assert read_recipe(out).parent == "parent"
    assert (card.kind, card.parent, card.role) == (
        COMPRESSIONS[method].kind,
        "parent",
        "compressed",
    )
    assert load_model(TASK, out).fingerprint != load_model(TASK, parent).fingerprint
    assert card.bytes == (out / "model.safetensors").stat().st_size


@pytest.mark.parametrize("name", ENCODERS)
@pytest.mark.parametrize("method", WITHIN)
def test_every_method_takes_every_encoder(tmp_path: Path, method: str, name: str):
    architecture, config = ENCODERS[name]
    config.id2label = dict(enumerate(TASK.labels))
    config.label2id = {label: number for number, label in enumerate(TASK.labels)}
    torch.manual_seed(0)
    architecture(config).save_pretrained(tmp_path / "parent")
    tiny_tokenizer().save_pretrained(tmp_path / "parent")
    made(tmp_path / "parent", method, "small")
    found = predict(tmp_path / "small")
    assert np.isfinite(found).all()
    assert np.abs(found - predict(tmp_path / "parent")).max() > 1e-6


def test_int8_weights_are_stored_as_int8_and_are_those_of_an_int8_recipe(parent: Path):
    """The same rounding as where the parent's weights are quantised on loading."""
    made(parent, "int8", "small")
    over = parent.parent / "over-the-parent"
    over.mkdir()
    (over / "recipe.json").write_text(json.dumps({"method": "int8", "parent": "parent"}))
    weights = load_file(parent.parent / "small" / "model.safetensors")
    assert sum(tensor.dtype == torch.int8 for tensor in weights.values()) == 6 * 4
    theirs = encoder_linears(load_model(TASK, over).model)
    mine = encoder_linears(load_model(TASK, parent.parent / "small").model)
    for name in theirs:
        for part in ("qdata", "scale"):
            stored, fresh = (getattr(of[name].weight, part) for of in (mine, theirs))
            assert torch.equal(stored, fresh)


@pytest.mark.slow
def test_onnx_files_are_compressed_models_too(parent: Path):
    pytest.importorskip("onnxruntime")
    sizes = {name: made(parent, name, name).bytes for name in ("onnx", "onnx-int8")}
    assert sizes["onnx-int8"] < sizes["onnx"]
    np.testing.assert_allclose(predict(parent.parent / "onnx"), predict(parent), atol=1e-4)
    assert np.abs(predict(parent.parent / "onnx-int8") - predict(parent)).max() > 1e-6
    assert sorted(path.name for path in parent.parent.iterdir()) == ["onnx", "onnx-int8", "parent"]


def test_a_child_is_stored_in_the_precision_of_its_parent(parent: Path):
    load_model(TASK, parent).model.half().save_pretrained(parent)
    made(parent, "prune", "small", lessons=lessons())
    weights = load_file(parent.parent / "small" / "model.safetensors")
    assert {tensor.dtype for tensor in weights.values()} == {torch.float16}
    assert np.isfinite(predict(parent.parent / "small")).all()


def test_half_of_the_weights_of_a_pruned_model_are_zero_after_training(parent: Path):
    made(parent, "prune", "small", 0.5, lessons=lessons())
    model = load_model(TASK, parent.parent / "small").model
    assert sparsity(model) == pytest.approx(0.5, abs=1e-3)


def test_dropped_layers_leave_the_evenly_spaced_ones(parent: Path):
    made(parent, "drop-layers", "small", 3)
    whole = load_file(parent / "model.safetensors")
    short = load_file(parent.parent / "small" / "model.safetensors")
    name = "bert.encoder.layer.{}.output.dense.weight"
    for mine, theirs in enumerate((0, 1, 2)):
        assert torch.equal(short[name.format(mine)], whole[name.format(theirs)])
    made(parent, "drop-layers", "two", 2)
    short = load_file(parent.parent / "two" / "model.safetensors")
    assert torch.equal(short[name.format(1)], whole[name.format(2)])
    assert name.format(2) not in short


def test_a_distilled_student_comes_closer_to_its_teacher_than_its_start(parent: Path):
    """Trained on the teacher's own distribution alone; total variation to it falls."""
    out = parent.parent
    made(parent, "drop-layers", "start", 2)
    teacher = load_model(TASK, parent)
    card = distil(teacher, 2, lessons(40), out / "student", gold_weight=0.0)
    assert (card.kind, card.layers) == ("distilled", 2)
    assert read_recipe(out / "student").method == "distil"
    distances = [np.abs(predict(out / n) - predict(parent)).mean() for n in ("start", "student")]
    assert distances[1] < 0.7 * distances[0]


def test_an_interrupted_distillation_reaches_the_same_weights(parent: Path, monkeypatch):
    out = parent.parent
    distil(load_model(TASK, parent), 2, lessons(2), out / "whole")
    monkeypatch.setattr(Checkpoints.__init__, "__kwdefaults__", {"every": 0.0})

    def stop(step: int, _: int) -> None:
        if step == 5:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        distil(load_model(TASK, parent), 2, lessons(2), out / "parts", report=stop)
    distil(load_model(TASK, parent), 2, lessons(2), out / "parts")
    for name, weight in load_file(out / "whole" / "model.safetensors").items():
        assert torch.equal(load_file(out / "parts" / "model.safetensors")[name], weight)


def test_a_pruned_training_keeps_its_masks_through_an_interruption(parent: Path, monkeypatch):
    made(parent, "prune", "whole", 0.6, lessons=lessons(2))
    monkeypatch.setattr(Checkpoints.__init__, "__kwdefaults__", {"every": 0.0})

    def stop(step: int, _: int) -> None:
        if step == 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        made(parent, "prune", "parts", 0.6, lessons=lessons(2), report=stop)
    made(parent, "prune", "parts", 0.6, lessons=lessons(2))
    np.testing.assert_array_equal(
        predict(parent.parent / "whole"), predict(parent.parent / "parts")
    )


def test_a_finished_model_stays_and_another_is_refused_its_folder(parent: Path):
    first = made(parent, "prune", "small", 0.5)
    assert made(parent, "prune", "small", 0.5) == first
    with pytest.raises(ModelError, match="choose another folder"):
        made(parent, "prune", "small", 0.6)


@pytest.mark.parametrize(
    ("method", "amount", "said"),
    [
        ("prune", 1.0, "a share from 0.01 to 0.99"),
        ("lowrank", 17, "a whole number from 1 to 16"),
        ("lowrank", 2.5, "a whole number"),
        ("drop-layers", 4, "from 1 to 3"),
        ("int8", 8, "has no amount"),
    ],
)
def test_an_amount_out_of_bounds_is_refused(parent: Path, method: str, amount: float, said: str):
    with pytest.raises(DataError, match=said):
        made(parent, method, "small", amount)


def test_what_cannot_be_compressed_is_refused(parent: Path):
    made(parent, "int8", "int8")
    made(parent, "lowrank", "lowrank")
    for name in ("int8", "lowrank"):
        with pytest.raises(ModelError, match="quantised or factorised already"):
            made(parent.parent / name, "prune", "smaller")
    with pytest.raises(DataError, match="cannot be trained"):
        made(parent, "int8", "trained", lessons=lessons())
    with pytest.raises(DataError, match="gold weight from 0 to 1"):
        distil(load_model(TASK, parent), 2, lessons(), parent.parent / "student", gold_weight=2)


def test_a_method_and_its_amount_are_read_from_one_text():
    method, amount = parse_compression("prune:0.75")
    assert (method.id, amount) == ("prune", 0.75)
    assert parse_compression("int8")[1] is None
    with pytest.raises(DataError, match="no number"):
        parse_compression("prune:half")
    with pytest.raises(UnknownName, match="Did you mean"):
        get_compression("prun")

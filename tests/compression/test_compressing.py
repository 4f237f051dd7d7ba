"""Pruning, factorising, distilling and quantising a model."""

import numpy as np
import pytest
import torch
from small_task import same_words

from trusteq_core.compression.architecture import ZooModel
from trusteq_core.compression.distil import distillation_loss
from trusteq_core.compression.encoded import encode
from trusteq_core.compression.initialise import build_encoder
from trusteq_core.compression.lowrank import factorise_
from trusteq_core.compression.methods import drop_layers
from trusteq_core.compression.prune import make_permanent_, prune_, sparsity
from trusteq_core.compression.quantise import int8_bytes
from trusteq_core.compression.tokenizer import train_tokenizer
from trusteq_core.compression.training import Schedule, train
from trusteq_core.models.recipes import encoder_linears
from trusteq_core.tasks import get_task

TASK = get_task("paraphrase")
SPEC = ZooModel("test", "Test", "trained", "original", 2, 32, 2, epochs=1)


@pytest.fixture
def model():
    return build_encoder(SPEC, TASK, 50).eval()


@pytest.fixture
def inputs():
    ids = torch.arange(5, 45).reshape(4, 10)
    return {"input_ids": ids, "attention_mask": torch.ones_like(ids)}


def outputs(model, inputs):
    with torch.inference_mode():
        return model(**inputs).logits


def test_compression_acts_on_the_six_linear_layers_of_each_block_only(model):
    names = encoder_linears(model)
    assert len(names) == 6 * SPEC.layers
    assert not any("classifier" in name for name in names)


def test_pruned_weights_stay_zero_through_training():
    frame = same_words(200)
    tokenizer = train_tokenizer([*frame["sentence1"], *frame["sentence2"]])
    encoded = encode(tokenizer, frame, TASK)
    model = build_encoder(SPEC, TASK, len(tokenizer))
    prune_(model, 0.6)
    train(model, encoded, encoded, Schedule(1, 1e-3))
    make_permanent_(model)
    assert sparsity(model) == pytest.approx(0.6, abs=1e-3)
    assert not any("mask" in name for name in model.state_dict())


def test_pruning_takes_the_smallest_weights_over_all_layers_together(model):
    before = torch.cat([layer.weight.flatten() for layer in encoder_linears(model).values()])
    prune_(model, 0.6)
    after = torch.cat([layer.weight.flatten() for layer in encoder_linears(model).values()])
    assert before[after == 0].abs().max() <= before[after != 0].abs().min()


def test_a_factorised_model_of_full_rank_equals_the_dense_one(model, inputs):
    expected = outputs(model, inputs)
    factorise_(model, 32)
    torch.testing.assert_close(outputs(model, inputs), expected, atol=1e-4, rtol=1e-4)


def test_a_lower_rank_has_fewer_weights_and_other_outputs(model, inputs):
    expected, parameters = outputs(model, inputs), sum(w.numel() for w in model.parameters())
    factorise_(model, 4)
    assert sum(w.numel() for w in model.parameters()) < parameters
    assert (outputs(model, inputs) - expected).abs().max() > 1e-3


def test_a_factorised_layer_is_the_nearest_matrix_of_its_rank(model):
    name, layer = next(iter(encoder_linears(model).items()))
    values = torch.linalg.svdvals(layer.weight)
    factorise_(model, 5)
    first, second = model.get_submodule(name)
    distance = torch.linalg.matrix_norm(layer.weight - second.weight @ first.weight)
    torch.testing.assert_close(distance, values[5:].square().sum().sqrt())


def test_a_student_starts_from_every_second_layer_of_its_teacher():
    teacher = build_encoder(ZooModel("t", "T", "", "", 4, 32, 2, epochs=1, seed=1), TASK, 50)
    student = drop_layers(teacher, 2)
    for number in range(2):
        mine = student.base_model.encoder.layer[number].state_dict()
        theirs = teacher.base_model.encoder.layer[2 * number].state_dict()
        assert all(torch.equal(mine[key], theirs[key]) for key in theirs)
    assert torch.equal(student.classifier.out_proj.weight, teacher.classifier.out_proj.weight)


def test_distillation_from_oneself_has_no_soft_loss():
    logits = torch.tensor([[1.0, 2.0], [0.5, -1.0]])
    loss = distillation_loss(np.array([0, 1]), logits.numpy(), gold_weight=0.0)
    assert float(loss(logits, np.array([0, 1]))) == pytest.approx(0, abs=1e-6)
    assert float(loss(logits.flip(1), np.array([0, 1]))) > 0.1


def test_gold_weight_one_is_the_cross_entropy():
    logits = torch.tensor([[1.0, 2.0], [0.5, -1.0]])
    loss = distillation_loss(np.array([0, 1]), np.zeros((2, 2)), gold_weight=1.0)
    expected = torch.nn.functional.cross_entropy(logits, torch.tensor([0, 1]))
    assert float(loss(logits, np.array([0, 1]))) == pytest.approx(float(expected))


def test_int8_weights_weigh_about_half_of_half_precision(model):
    half = 2 * sum(weight.numel() for weight in model.parameters())
    linear = sum(layer.weight.numel() for layer in encoder_linears(model).values())
    size = int8_bytes(model)
    assert half - linear < size < half - 0.6 * linear
    assert not any("Int8" in type(weight).__name__ for weight in model.parameters())

"""The training loop, pre-training and the initial weights."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from small_task import same_words

from trusteq_core.compression.architecture import ZooModel
from trusteq_core.compression.encoded import bucketed_batches, encode
from trusteq_core.compression.initialise import build_encoder
from trusteq_core.compression.pretrain import mask_tokens, pretrain
from trusteq_core.compression.tokenizer import train_tokenizer
from trusteq_core.compression.training import Schedule, predict_logits, train
from trusteq_core.tasks import get_task

TASK = get_task("paraphrase")
SPEC = ZooModel("test", "Test", "trained", "original", 2, 32, 2, epochs=1)


@pytest.fixture(scope="module")
def material():
    frame = same_words(1200)
    tokenizer = train_tokenizer([*frame["sentence1"], *frame["sentence2"]])
    return tokenizer, encode(tokenizer, frame[:1000], TASK), encode(tokenizer, frame[1000:], TASK)


def test_every_example_is_in_one_batch_of_an_epoch():
    lengths = np.random.default_rng(0).integers(3, 40, 1001)
    batches = list(bucketed_batches(lengths, 32, np.random.default_rng(1)))
    assert sorted(np.concatenate(batches)) == list(range(1001))
    padded = sum(len(rows) * lengths[rows].max() for rows in batches)
    assert padded < 1.1 * lengths.sum()


def test_a_word_attends_most_to_itself_in_the_other_text_from_the_start(material):
    tokenizer, _, _ = material
    model = build_encoder(SPEC, TASK, len(tokenizer)).eval()
    model.set_attn_implementation("eager")
    tokens = tokenizer("dog river red", "old dog bread", return_tensors="pt")
    with torch.no_grad():
        first_layer = model(**tokens, output_attentions=True).attentions[0][0].mean(dim=0)
    # [CLS] dog river red [SEP] old dog bread [SEP]
    assert int(first_layer[1].argmax()) == 6
    assert int(first_layer[6].argmax()) == 1


def test_cross_text_matching_is_learnt_in_seconds():
    frame = same_words(3200)
    tokenizer = train_tokenizer([*frame["sentence1"], *frame["sentence2"]])
    training, validation = (encode(tokenizer, part, TASK) for part in (frame[:3000], frame[3000:]))
    model = build_encoder(replace(SPEC, hidden=48), TASK, len(tokenizer))
    accuracies = train(model, training, validation, Schedule(8, 2e-3, batch_size=32))
    assert len(accuracies) == 8
    assert accuracies[-1] > 0.95
    assert not model.training


def test_the_same_seed_trains_the_same_weights_and_another_seed_others(material):
    tokenizer, training, validation = material

    def weights(seed):
        model = build_encoder(SPEC, TASK, len(tokenizer))
        train(model, training, validation, Schedule(1, 1e-3, seed=seed))
        return model.classifier.out_proj.weight.detach()

    first, again, other = weights(0), weights(0), weights(1)
    assert torch.equal(first, again)
    assert not torch.equal(first, other)


def test_pretraining_learns_to_fill_in_words_and_leaves_the_head_alone(material):
    tokenizer, training, _ = material
    model = build_encoder(SPEC, TASK, len(tokenizer))
    head = model.classifier.out_proj.weight.clone()
    losses = pretrain(model, tokenizer, training, Schedule(4, 3e-3, batch_size=32))
    assert losses[-1] < losses[0] - 0.5
    assert torch.equal(model.classifier.out_proj.weight, head)


def test_progress_is_reported_for_every_step(material):
    tokenizer, training, validation = material
    seen = []
    model = build_encoder(SPEC, TASK, len(tokenizer))
    schedule = Schedule(1, 1e-3, batch_size=100)
    train(model, training, validation, schedule, report=lambda *step: seen.append(step))
    assert seen == [(step, 10) for step in range(1, 11)]
    assert schedule.steps(1000) == 10


def test_special_tokens_are_never_masked_and_some_asked_tokens_stay():
    torch.manual_seed(0)
    ids = torch.arange(1000).reshape(10, 100)
    special = torch.arange(0, 1000, 10)
    masked, asked = mask_tokens(ids, special, 4, share=0.3)
    assert not asked.reshape(-1)[special].any()
    assert 0.25 < asked.float().mean() / 0.9 < 0.35
    assert (masked[~asked] == ids[~asked]).all()
    assert 0.7 < (masked[asked] == 4).float().mean() < 0.9


def test_a_batch_too_small_for_its_share_still_asks_for_something():
    _, asked = mask_tokens(torch.tensor([[2, 9, 3]]), torch.tensor([2, 3]), 4, share=1e-9)
    assert asked.tolist() == [[False, True, False]]


def test_logits_come_in_the_order_of_the_examples(material):
    tokenizer, training, _ = material
    model = build_encoder(SPEC, TASK, len(tokenizer))
    whole = predict_logits(model, training)
    small = predict_logits(model, training, batch_size=7)
    np.testing.assert_allclose(whole, small, atol=0.05)

"""Fine-tuning a pretrained encoder: seeds, interruptions, folders and heads."""

import json
from pathlib import Path

import pytest
import torch
from safetensors import safe_open
from safetensors.torch import load_file
from small_task import same_words
from tiny_models import edit_json, save_tiny, tiny_model, tiny_tokenizer
from transformers import (
    AlbertConfig,
    AlbertForSequenceClassification,
    DistilBertConfig,
    DistilBertModel,
    RobertaConfig,
    RobertaModel,
)

from trusteq_core.compression.checkpoints import Checkpoints
from trusteq_core.compression.finetune import Lessons, finetune
from trusteq_core.compression.training import Schedule
from trusteq_core.errors import DataError, ModelError
from trusteq_core.models import load_model
from trusteq_core.tasks import get_task

TASK = get_task("paraphrase")
SMALL = {
    "vocab_size": 300,
    "hidden_size": 16,
    "num_hidden_layers": 2,
    "num_attention_heads": 2,
    "intermediate_size": 32,
    "max_position_embeddings": 48,
}


class Interrupted(Exception):
    """Raised by a report, as when a user stops the work."""


def lessons(*, seed: int = 0, epochs: int = 2, n: int = 96) -> Lessons:
    schedule = Schedule(epochs, 1e-3, seed=seed, batch_size=16)
    return Lessons(same_words(n), schedule, same_words(20, seed=9))


def weights(folder: Path) -> dict[str, torch.Tensor]:
    return load_file(folder / "model.safetensors")


def same(first: Path, second: Path) -> bool:
    a, b = weights(first), weights(second)
    return a.keys() == b.keys() and all(torch.equal(a[name], b[name]) for name in a)


@pytest.fixture
def base(tmp_path: Path) -> Path:
    return save_tiny(tmp_path / "base", TASK.labels, hidden_dropout_prob=0.1)


def test_a_fine_tuned_folder_loads_and_its_card_counts_it(base: Path, tmp_path: Path):
    card = finetune(base, TASK, lessons(), tmp_path / "tuned")
    model = load_model(TASK, tmp_path / "tuned")
    assert card.parameters == sum(weight.numel() for weight in model.model.parameters())
    assert card.bytes == (tmp_path / "tuned" / "model.safetensors").stat().st_size
    assert (card.name, card.layers, card.hidden) == ("tuned", 2, 16)
    assert not list(tmp_path.glob(".*"))
    written = json.loads((tmp_path / "tuned" / "card.json").read_text())
    assert 0 <= written["validation_accuracy"] <= 1
    assert written["made_with"]["epochs"] == 2


def test_the_seed_decides_the_weights(base: Path, tmp_path: Path):
    for name, seed in (("a", 0), ("again", 0), ("b", 1)):
        finetune(base, TASK, lessons(seed=seed), tmp_path / name)
    assert same(tmp_path / "a", tmp_path / "again")
    assert not same(tmp_path / "a", tmp_path / "b")


@pytest.mark.parametrize("after", [1, 6, 9])
def test_an_interrupted_training_reaches_the_same_weights(
    base: Path, tmp_path: Path, monkeypatch, after: int
):
    """Stopped in the first step, at the end of an epoch, and in the second epoch of six steps."""
    finetune(base, TASK, lessons(), tmp_path / "whole")
    monkeypatch.setattr(Checkpoints.__init__, "__kwdefaults__", {"every": 0.0})
    steps = []

    def stop(step: int, _: int) -> None:
        steps.append(step)
        if step == after:
            raise Interrupted

    with pytest.raises(Interrupted):
        finetune(base, TASK, lessons(), tmp_path / "parts", report=stop)
    assert not (tmp_path / "parts").exists()
    finetune(base, TASK, lessons(), tmp_path / "parts", report=stop_never(steps))
    assert steps == list(range(1, 13))
    assert same(tmp_path / "whole", tmp_path / "parts")


def stop_never(steps: list[int]):
    return lambda step, _: steps.append(step)


def test_a_checkpoint_of_other_settings_is_not_gone_on_from(
    base: Path, tmp_path: Path, monkeypatch
):
    finetune(base, TASK, lessons(seed=1), tmp_path / "whole")
    monkeypatch.setattr(Checkpoints.__init__, "__kwdefaults__", {"every": 0.0})

    def stop(step: int, _: int) -> None:
        if step == 3:
            raise Interrupted

    with pytest.raises(Interrupted):
        finetune(base, TASK, lessons(seed=0), tmp_path / "parts", report=stop)
    finetune(base, TASK, lessons(seed=1), tmp_path / "parts")
    assert same(tmp_path / "whole", tmp_path / "parts")


def test_a_damaged_checkpoint_costs_the_steps_and_nothing_else(base: Path, tmp_path: Path):
    finetune(base, TASK, lessons(), tmp_path / "whole")
    scratch = tmp_path / ".parts.partial"
    scratch.mkdir()
    (scratch / "training.safetensors").write_bytes(b"\x08\0\0\0\0\0\0\0{damaged")
    finetune(base, TASK, lessons(), tmp_path / "parts")
    assert same(tmp_path / "whole", tmp_path / "parts")


def test_a_finished_model_is_left_as_it_is(base: Path, tmp_path: Path):
    first = finetune(base, TASK, lessons(), tmp_path / "tuned")
    before = (tmp_path / "tuned" / "model.safetensors").stat().st_mtime_ns
    assert finetune(base, TASK, lessons(), tmp_path / "tuned") == first
    assert (tmp_path / "tuned" / "model.safetensors").stat().st_mtime_ns == before


def test_a_folder_that_holds_something_else_is_never_overwritten(base: Path, tmp_path: Path):
    finetune(base, TASK, lessons(), tmp_path / "tuned")
    with pytest.raises(ModelError, match="choose another folder"):
        finetune(base, TASK, lessons(seed=1), tmp_path / "tuned")
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes" / "mine.txt").write_text("mine")
    with pytest.raises(ModelError, match="choose another folder"):
        finetune(base, TASK, lessons(), tmp_path / "notes")
    assert [path.name for path in (tmp_path / "notes").iterdir()] == ["mine.txt"]


def test_a_place_that_cannot_be_written_is_named(base: Path, tmp_path: Path):
    (tmp_path / "file").write_text("no folder")
    with pytest.raises(ModelError, match="cannot be made: Not a directory"):
        finetune(base, TASK, lessons(), tmp_path / "file" / "tuned")


def test_what_the_examples_are_called_decides_nothing(base: Path, tmp_path: Path):
    finetune(base, TASK, lessons(), tmp_path / "tuned")
    renamed = same_words(96).assign(id=[f"row {number}" for number in range(96)])
    other = Lessons(renamed, lessons().schedule)
    finetune(base, TASK, other, tmp_path / "tuned")  # the same model: nothing is refused


def test_a_head_of_other_labels_is_replaced_and_one_of_the_tasks_is_kept(tmp_path: Path):
    nli = save_tiny(tmp_path / "nli", ("entailment", "neutral", "contradiction"))
    finetune(nli, TASK, lessons(epochs=1), tmp_path / "new-head")
    assert load_model(TASK, tmp_path / "new-head").model.config.num_labels == 2
    swapped = save_tiny(tmp_path / "swapped", TASK.labels[::-1])
    finetune(swapped, TASK, lessons(epochs=1), tmp_path / "kept")
    names = json.loads((tmp_path / "kept" / "config.json").read_text())["id2label"]
    assert names == {"0": "paraphrase", "1": "different"}


def test_labels_in_another_order_are_learnt_as_what_they_mean(tmp_path: Path):
    """Same texts, one label: a model that learns it says it, whichever output that is."""
    swapped = save_tiny(tmp_path / "swapped", TASK.labels[::-1], initializer_range=0.02)
    frame = same_words(64).assign(label="paraphrase")
    finetune(swapped, TASK, Lessons(frame, Schedule(6, 1e-2, batch_size=16)), tmp_path / "tuned")
    p = load_model(TASK, tmp_path / "tuned").predict([("dog cat", "cat dog")])
    assert p[0, TASK.label_index("paraphrase")] > 0.9


@pytest.mark.parametrize(
    ("architecture", "config"),
    [
        (
            DistilBertModel,
            DistilBertConfig(
                vocab_size=300,
                dim=16,
                n_layers=2,
                n_heads=2,
                hidden_dim=32,
                max_position_embeddings=48,
            ),
        ),
        (RobertaModel, RobertaConfig(**SMALL, pad_token_id=0)),
        (AlbertForSequenceClassification, AlbertConfig(**SMALL, embedding_size=8)),
    ],
)
def test_encoders_of_other_architectures_without_a_head(tmp_path: Path, architecture, config):
    """They differ in segment ids, positions, shared layers and the names of everything."""
    base = tmp_path / "base"
    architecture(config).save_pretrained(base)
    tiny_tokenizer().save_pretrained(base)
    finetune(base, TASK, lessons(epochs=1), tmp_path / "tuned")
    assert load_model(TASK, tmp_path / "tuned").predict([("dog cat", "cat dog")]).shape == (1, 2)


def test_a_base_without_its_encoder_is_refused(base: Path, tmp_path: Path):
    edit_json(base / "config.json", num_hidden_layers=3)
    with pytest.raises(ModelError, match=r"no weights for bert\.encoder\.layer\.2"):
        finetune(base, TASK, lessons(), tmp_path / "tuned")
    assert not (tmp_path / "tuned").exists()


def test_unlabelled_examples_and_an_empty_schedule_are_refused(base: Path, tmp_path: Path):
    bare = Lessons(same_words(8).drop(columns="label"), Schedule(1, 1e-3))
    with pytest.raises(DataError, match="label"):
        finetune(base, TASK, bare, tmp_path / "tuned")
    with pytest.raises(DataError, match="at least one epoch"):
        finetune(base, TASK, lessons(epochs=0), tmp_path / "tuned")


def test_a_checkpoint_is_safetensors_and_names_its_training(tmp_path: Path):
    model = tiny_model(50, TASK.labels)
    parameters = list(model.parameters())
    optimiser = torch.optim.AdamW(parameters, fused=True)
    model(input_ids=torch.arange(4)[None], labels=torch.tensor([0])).loss.backward()
    optimiser.step()
    path = tmp_path / "training.safetensors"
    Checkpoints(path, "key", every=0.0).keep(7, 1.5, parameters, optimiser)
    with safe_open(path, framework="pt") as file:
        assert file.metadata() == {"key": "key", "step": "7", "total": (1.5).hex()}
    assert Checkpoints(path, "key").restore(parameters, optimiser) == (7, 1.5)
    assert Checkpoints(path, "another").restore(parameters, optimiser) == (0, 0.0)

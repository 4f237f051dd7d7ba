"""A last layer computed for the first token alone changes no output, or is not used."""

import numpy as np
import pytest
import torch
from tiny_models import tiny_tokenizer
from transformers import AutoConfig, AutoModelForSequenceClassification

from trusteq_core.models.transformers_classifier import TorchForward

TOKENIZER = tiny_tokenizer()
SMALL = {"vocab_size": len(TOKENIZER), "num_labels": 3}
BERT_LIKE = {
    "hidden_size": 32,
    "num_hidden_layers": 3,
    "num_attention_heads": 4,
    "intermediate_size": 64,
    "max_position_embeddings": 40,
    "initializer_range": 0.4,
}
DISTILBERT = {"dim": 32, "n_layers": 3, "n_heads": 4, "hidden_dim": 64, "initializer_range": 0.4}
TEXTS = ["A dog sleeps in the garden.", "No cat.", "seven red apples before lunch", ""]

# Outputs here are as large as 5, of which float32 keeps seven digits and sums lose one or two.
FLOAT32 = {"rtol": 1e-5, "atol": 1e-5}


def model_of(kind: str, **changes: object) -> torch.nn.Module:
    torch.manual_seed(0)
    config = AutoConfig.for_model(
        kind, **SMALL, **(DISTILBERT if kind == "distilbert" else BERT_LIKE), **changes
    )
    return AutoModelForSequenceClassification.from_config(config).eval()


def inputs_for(model: torch.nn.Module) -> dict[str, np.ndarray]:
    found = dict(TOKENIZER(TEXTS, padding=True, return_tensors="np"))
    if model.config.model_type == "distilbert":
        del found["token_type_ids"]
    elif not model.config.type_vocab_size > 1:
        found["token_type_ids"] *= 0
    return found


@pytest.mark.parametrize("attention", ["sdpa", "eager"])
@pytest.mark.parametrize(
    "kind", ["bert", "distilbert", "roberta", "roberta-prelayernorm", "electra", "xlm-roberta"]
)
def test_outputs_are_those_of_the_whole_model(kind, attention):
    model = model_of(kind, attn_implementation=attention)
    inputs = inputs_for(model)
    lean, whole = TorchForward(model), TorchForward(model, lean=False)
    expected = whole(inputs)
    for _ in range(4):  # the first are computed both ways
        np.testing.assert_allclose(lean(inputs), expected, **FLOAT32)
    assert lean.lean
    assert not whole.lean
    assert np.ptp(expected, axis=0).max() > 0.01
    alone = {key: matrix[:1] for key, matrix in inputs.items()}
    np.testing.assert_allclose(lean(alone), expected[:1], **FLOAT32)


def test_the_model_itself_keeps_its_last_layer():
    model = model_of("bert")
    before = [type(module) for module in model.modules()]
    lean = TorchForward(model)
    lean(inputs_for(model))
    assert [type(module) for module in model.modules()] == before


def test_a_classifier_that_reads_other_tokens_is_computed_whole():
    class Mean(torch.nn.Module):
        """Reads the mean of all tokens."""

        def __init__(self, head: torch.nn.Module) -> None:
            super().__init__()
            self.head = head

        def forward(self, hidden: torch.Tensor) -> torch.Tensor:
            return self.head(hidden.mean(dim=1, keepdim=True))

    model = model_of("roberta")
    model.classifier = Mean(model.classifier)
    inputs = inputs_for(model)
    lean, whole = TorchForward(model), TorchForward(model, lean=False)
    for _ in range(4):
        np.testing.assert_allclose(lean(inputs), whole(inputs), atol=1e-6)
    assert not lean.lean


def test_another_architecture_is_computed_whole():
    config = AutoConfig.for_model(
        "deberta-v2", **SMALL, hidden_size=16, num_hidden_layers=1, num_attention_heads=2,
        intermediate_size=16,
    )  # fmt: skip
    model = AutoModelForSequenceClassification.from_config(config).eval()
    lean = TorchForward(model)
    whole = TorchForward(model, lean=False)
    inputs = dict(TOKENIZER(TEXTS, padding=True, return_tensors="np"))
    for _ in range(3):
        np.testing.assert_allclose(lean(inputs), whole(inputs), atol=1e-6)
    assert not lean.lean

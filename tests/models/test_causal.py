"""Causal language models answer by the likeliest label word; the prompt is never masked."""

import json
import shutil
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
import torch
from tiny_models import TEXTS, edit_json, tiny_tokenizer
from tokenizers import Tokenizer, models, pre_tokenizers, processors, trainers
from transformers import GPT2Config, GPT2LMHeadModel, LlamaConfig, LlamaForCausalLM
from transformers import PreTrainedTokenizerFast as FastTokenizer

from trusteq_core.attribution import ValueFunction, explain
from trusteq_core.compression.causal import start_only
from trusteq_core.errors import ModelError
from trusteq_core.models import Classifier, load_model
from trusteq_core.models.adapters import capabilities, capabilities_of
from trusteq_core.models.prompt import PROMPTS, Prompt, read_prompt
from trusteq_core.tasks import TASKS, get_task, word_grid

NLI = get_task("nli")
PAIRS = list(pairwise(TEXTS))
PROMPT = Prompt(
    "If {premise} then {hypothesis} is",
    {"entailment": "yes", "neutral": "maybe", "contradiction": "no"},
)


def causal_tokenizer(*, start: bool) -> FastTokenizer:
    """Return a byte-level tokenizer; "yes" is one token and "maybe" several."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    trainer = trainers.BpeTrainer(
        vocab_size=400,
        special_tokens=["<s>"],
        initial_alphabet=sorted(pre_tokenizers.ByteLevel.alphabet()),
        show_progress=False,
    )
    tokenizer.train_from_iterator([*TEXTS, "If it is yes or no then it is yes"] * 3, trainer)
    if start:
        tokenizer.post_processor = processors.TemplateProcessing(
            single="<s> $A", special_tokens=[("<s>", 0)]
        )
    return FastTokenizer(
        tokenizer_object=tokenizer, bos_token="<s>", eos_token="<s>", model_max_length=96
    )


def save_causal(folder: Path, kind: str = "gpt2", *, start: bool = True) -> Path:
    tokenizer = causal_tokenizer(start=start)
    torch.manual_seed(0)
    sizes = {"vocab_size": len(tokenizer), "initializer_range": 0.3}
    if kind == "gpt2":
        config = GPT2Config(n_embd=16, n_layer=2, n_head=2, n_positions=96, **sizes)
        model: torch.nn.Module = GPT2LMHeadModel(config)
    else:
        config = LlamaConfig(
            hidden_size=16,
            intermediate_size=32,
            num_hidden_layers=2,
            num_attention_heads=2,
            max_position_embeddings=96,
            **sizes,
        )
        model = LlamaForCausalLM(config)
    model.save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    (folder / "prompt.json").write_text(json.dumps(PROMPT.to_json()))
    return folder


@pytest.fixture(scope="module", params=["gpt2", "llama"])
def folder(request, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return save_causal(tmp_path_factory.mktemp("causal") / request.param, request.param)


@pytest.fixture
def model(folder: Path) -> Classifier:
    return load_model("nli", folder)


def by_hand(model, pair: tuple[str, ...]) -> np.ndarray:
    """Multiply the probabilities of the tokens of each answer, one prompt at a time."""
    question = f"If {pair[0]} then {pair[1]} is"
    scores = []
    for word in ("yes", "maybe", "no"):
        ids = model.tokenizer(question)["input_ids"]
        whole = model.tokenizer(f"{question} {word}")["input_ids"]
        with torch.inference_mode():
            logits = model.model(torch.tensor([whole])).logits[0].double().log_softmax(dim=-1)
        places = range(len(ids), len(whole))
        scores.append(sum(float(logits[place - 1, whole[place]]) for place in places))
    raised = np.exp(scores)
    return raised / raised.sum()


def test_probabilities_are_those_of_the_label_words_normalised(model):
    assert isinstance(model, Classifier)
    lengths = {len(tokens) for tokens in model.forward.answers}
    assert len(lengths) > 1  # one token and several
    expected = [by_hand(model, pair) for pair in PAIRS]
    np.testing.assert_allclose(model.predict(PAIRS), expected, atol=1e-5)


def test_a_batch_of_one_equals_a_batch_of_many(model):
    alone = np.concatenate([model.predict([pair]) for pair in PAIRS])
    np.testing.assert_allclose(model.predict(PAIRS), alone, atol=1e-6)


def test_a_label_word_of_one_token_takes_one_pass(folder: Path):
    prompt = Prompt(PROMPT.template, {"entailment": "yes", "neutral": "is", "contradiction": "no"})
    model = load_model("nli", folder, prompt=prompt)
    assert [len(tokens) for tokens in model.forward.answers] == [1, 1, 1]
    calls = []
    model.model.register_forward_pre_hook(lambda *_: calls.append(1))
    rows = model.predict(PAIRS[:1])
    assert len(calls) == 1
    np.testing.assert_allclose(rows.sum(), 1.0)


def test_the_words_of_the_segments_are_the_players_and_the_prompt_is_never_masked(model):
    grid = word_grid(PAIRS[0])
    assert model.visible_words(PAIRS[0]).tolist() == [True] * len(grid)
    value = ValueFunction(model, PAIRS[0])
    assert len(value.players) == len(grid)
    found = explain(model, PAIRS[0], "shapley")
    np.testing.assert_allclose(found.values.sum(axis=0), found.full - found.base, atol=1e-6)


def test_without_every_word_what_is_left_is_the_prompt(model):
    value = ValueFunction(model, ("dog", "cat"))
    np.testing.assert_allclose(value.base, by_hand(model, ("", "")), atol=1e-5)


def test_a_long_segment_is_cut_and_its_words_are_not_visible(model):
    segments = (" ".join(["dog"] * 200), "A cat sleeps.")
    visible = model.visible_words(segments)
    kept = int(visible[:200].sum())
    assert 0 < kept < 200
    assert visible[:kept].all()
    assert visible[200:].all()
    shorter = (" ".join(["dog"] * kept), segments[1])
    np.testing.assert_allclose(model.predict([segments]), model.predict([shorter]), atol=1e-6)


def test_calibration_makes_the_labels_equal_where_the_segments_say_nothing(folder: Path):
    prompt = Prompt(PROMPT.template, PROMPT.words, calibrate=True)
    plain, calibrated = load_model("nli", folder), load_model("nli", folder, prompt=prompt)
    np.testing.assert_allclose(calibrated.predict([("N/A", "N/A")]), [[1 / 3] * 3], atol=1e-6)
    nothing = plain.predict([("N/A", "N/A")])
    expected = plain.predict(PAIRS) / nothing
    expected /= expected.sum(axis=1, keepdims=True)
    np.testing.assert_allclose(calibrated.predict(PAIRS), expected, atol=1e-6)
    assert calibrated.fingerprint != plain.fingerprint


def test_the_prompt_is_in_the_fingerprint(folder: Path):
    other = Prompt("{premise} so {hypothesis} is", PROMPT.words)
    prints = {load_model("nli", folder, prompt=each).fingerprint for each in (None, PROMPT, other)}
    assert len(prints) == 2


def test_a_tokenizer_without_a_beginning_serves_as_well(tmp_path: Path):
    model = load_model("nli", save_causal(tmp_path / "plain", start=False))
    np.testing.assert_allclose(model.predict(PAIRS[:1])[0], by_hand(model, PAIRS[0]), atol=1e-5)


def test_braces_in_a_text_are_text(model):
    odd = ("a {premise} dog {0}", "{hypothesis} }{")
    np.testing.assert_allclose(model.predict([odd])[0], by_hand(model, odd), atol=1e-5)


def test_every_task_has_a_usual_prompt_that_fits_it():
    assert set(PROMPTS) == set(TASKS)
    for name, prompt in PROMPTS.items():
        assert prompt.check(TASKS[name]).template == prompt.template


@pytest.mark.parametrize(
    ("prompt", "said"),
    [
        (Prompt("{premise} then", PROMPT.words), "must name each segment"),
        (Prompt("{hypothesis} {premise}", PROMPT.words), "in this order"),
        (Prompt("{premise} {hypothesis} {other}", PROMPT.words), "must name each segment"),
        (Prompt("{premise", PROMPT.words), "cannot be read"),
        (Prompt(PROMPT.template, {"entailment": "yes"}), "a word of its own for each label"),
        (Prompt(PROMPT.template, dict.fromkeys(NLI.labels, "yes")), "a word of its own"),
    ],
)
def test_a_prompt_that_does_not_fit_the_task_is_refused(folder: Path, prompt: Prompt, said: str):
    with pytest.raises(ModelError, match=said):
        load_model("nli", folder, prompt=prompt)


def test_a_prompt_longer_than_the_input_is_refused(folder: Path):
    long = Prompt("very " * 200 + PROMPT.template, PROMPT.words)
    with pytest.raises(ModelError, match=r"prompt of model .* alone has \d+ tokens"):
        load_model("nli", folder, prompt=long)


def test_a_damaged_prompt_file_is_named(folder: Path, tmp_path: Path):
    copy = Path(shutil.copytree(folder, tmp_path / "copy"))
    (copy / "prompt.json").write_text('{"template": 3}')
    with pytest.raises(ModelError, match='needs "template", a text'):
        load_model("nli", copy)
    (copy / "prompt.json").unlink()
    assert read_prompt(copy, NLI) == PROMPTS["nli"]


def test_a_tokenizer_that_ends_every_text_is_refused(folder: Path, tmp_path: Path):
    copy = Path(shutil.copytree(folder, tmp_path / "copy"))
    content = json.loads((copy / "tokenizer.json").read_text())
    content["post_processor"]["single"].append({"SpecialToken": {"id": "<s>", "type_id": 0}})
    edit_json(copy / "tokenizer.json", **content)
    with pytest.raises(ModelError, match="puts tokens behind every text"):
        load_model("nli", copy)


def test_masked_prompts_are_assembled_from_the_tokens_of_the_words(tmp_path: Path):
    """The fast path of the engine holds for prompts: its tokens are the tokenizer's own."""
    tokenizer = start_only(tiny_tokenizer())
    config = GPT2Config(vocab_size=len(tokenizer), n_embd=16, n_layer=1, n_head=2, n_positions=96)
    GPT2LMHeadModel(config).save_pretrained(tmp_path)
    tokenizer.save_pretrained(tmp_path)
    model = load_model("nli", tmp_path, prompt=PROMPT)
    pair = ("the dog sleeps in the garden", "no cat sleeps")
    grid = word_grid(pair)
    assert model.visible_words(pair).all()
    assembled = model.masked_tokens(grid, np.arange(len(grid)))
    assert assembled is not None
    assert capabilities(model) == capabilities_of(tmp_path)
    keep = np.random.default_rng(0).random((20, len(grid))) < 0.5
    own = model.tokens([grid.masked(row) for row in keep])
    assert own.keys() == assembled.rows(keep).keys()


def test_a_causal_model_has_no_mask_token(folder: Path):
    with pytest.raises(ModelError, match="has no mask token"):
        explain(load_model("nli", folder), PAIRS[0], "occlusion", mask="mask_token")

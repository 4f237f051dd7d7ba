"""``trusteq explain``: one text, one model, word by word."""

from __future__ import annotations

import json
from collections.abc import Sequence

import numpy as np
import pytest
from click.testing import CliRunner, Result

from trusteq_core.cli import main
from trusteq_core.tasks import get_task, word_grid

PAIR = ("A dog sleeps.", "No animal sleeps.")


class Additive:
    """A classifier whose attributions are known: "no" moves 0.3 from entailment to contradiction.

    It reads the first forty words.
    """

    name = "additive"
    labels = get_task("nli").labels
    fingerprint = "additive"
    mask_token = None
    reads = 40

    def predict(self, examples: Sequence[tuple[str, ...]]) -> np.ndarray:
        rows = []
        for texts in examples:
            moved = 0.3 if "no" in " ".join(texts).lower().split() else 0.0
            rows.append([0.6 - moved, 0.3, 0.1 + moved])
        return np.array(rows)

    def visible_words(self, segments: tuple[str, ...]) -> np.ndarray:
        return np.arange(len(word_grid(segments))) < self.reads


@pytest.fixture(autouse=True)
def additive_model(monkeypatch: pytest.MonkeyPatch) -> None:
    """Load `Additive` by the name of any model but "missing"."""
    import trusteq_core.models

    real = trusteq_core.models.load_model

    def load(task: object, name: str, **options: object) -> Additive:
        return real(task, name, **options) if name == "missing" else Additive()  # type: ignore[arg-type]

    monkeypatch.setattr(trusteq_core.models, "load_model", load)


def explain(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["explain", "--task", "nli", "--model", "any", *arguments])


def test_json_has_words_values_base_seed_and_evaluations():
    done = explain(*PAIR, "--explainer", "occlusion", "--seed", "7", "--json")
    assert done.exit_code == 0
    document = json.loads(done.stdout)
    assert document["labels"] == ["entailment", "neutral", "contradiction"]
    assert document["words"][3] == {"text": "No", "segment": "hypothesis", "position": 0}
    assert len(document["values"]) == len(document["words"]) == 6
    assert document["values"][3] == pytest.approx([-0.3, 0.0, 0.3])
    assert document["values"][0] == pytest.approx([0.0, 0.0, 0.0])
    assert document["full"] == pytest.approx([0.3, 0.3, 0.4])
    assert document["base"] == pytest.approx([0.6, 0.3, 0.1])
    assert (document["seed"], document["explainer"]) == (7, "occlusion")
    assert document["evaluations"] > 0
    assert document["stability"] is None  # nothing is estimated
    assert document["settings"]["mask"] == "remove"


@pytest.mark.parametrize("explainer", ["shapley", "occlusion"])
def test_the_table_shows_each_word_with_its_values(explainer: str):
    done = explain(*PAIR, "--explainer", explainer)
    assert done.exit_code == 0
    (line,) = [
        line for line in done.stdout.splitlines() if line.split()[:2] == ["hypothesis", "No"]
    ]
    assert line.split()[2] == "-0.300"
    assert line.split()[4] == "0.300"


def test_a_setting_stops_shapley_values_early():
    text = " ".join(f"word{number}" for number in range(14))
    options = ["--explainer", "shapley", "--setting", "shapley.budget=2000", "--json"]
    whole = json.loads(explain(text, "No animal sleeps.", *options).stdout)
    early = [*options, "--setting", "shapley.error=0.01"]
    document = json.loads(explain(text, "No animal sleeps.", *early).stdout)
    assert document["settings"]["error"] == 0.01
    assert np.max(document["errors"]) <= 0.01
    assert document["evaluations"] < whole["evaluations"] == 2000


def test_a_setting_of_another_explainer_is_refused():
    done = explain(*PAIR, "--explainer", "lime", "--setting", "shapley.budget=100")
    assert done.exit_code == 2
    assert 'A setting of "shapley" was given, but the explainer is lime.' in done.output


def test_progress_goes_to_stderr():
    done = explain(*PAIR, "--explainer", "shapley", "--json")
    assert "shapley on additive" in done.stderr
    assert json.loads(done.stdout)


def test_one_seed_gives_one_answer():
    first, again = (explain(*PAIR, "--explainer", "shapley", "--json").stdout for _ in range(2))
    assert first == again
    # Exact values: another seed names the same words.
    entailment, _, contradiction = json.loads(first)["stability"]
    assert entailment == contradiction == 1.0


def test_a_long_text_is_explained_as_far_as_it_is_read_and_that_is_said():
    done = explain("word " * 9_999, "No.", "--explainer", "occlusion", "--json")
    assert done.exit_code == 0
    assert "9,960 of 10,000 words are not read by additive" in done.stderr
    values = json.loads(done.stdout)["values"]
    assert len(values) == 10_000
    assert values[-1] == [None, None, None]


@pytest.mark.parametrize(
    "text", ["<b>dog</b> sleeps", "$x$ `code`", "👍🏽 東京", "הכלב ישן", "[bold]dog[/bold] sleeps"]
)
def test_any_text_is_shown_as_text(text: str):
    done = explain(text, "No.", "--explainer", "occlusion", "--json")
    assert done.exit_code == 0
    shown = [word["text"] for word in json.loads(done.stdout)["words"]]
    assert shown[:-1] == [word.text for word in word_grid((text,)).words]
    assert explain(text, "No.", "--explainer", "occlusion").exit_code == 0


@pytest.mark.parametrize("texts", [("", ""), ("...", "?!"), ("   ", "")])
def test_a_text_without_words_is_refused_in_one_sentence(texts: tuple[str, str]):
    done = explain(*texts)
    assert (done.exit_code, done.stdout) == (2, "")
    assert done.stderr.startswith("Error: ")
    assert "word" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "listed"),
    [
        (["--explainer", "lyme"], ["lime", "shap-partition", "shapley", "occlusion"]),
        (["--mask", "hide"], ["remove", "mask_token"]),
        (["--model", "missing"], ["missing", "Known:"]),
        (["--task", "nil"], ["nli", "paraphrase"]),
    ],
)
def test_a_wrong_name_lists_the_valid_ones(arguments: list[str], listed: list[str]):
    done = explain(*PAIR, *arguments)
    assert (done.exit_code, done.stdout) == (2, "")
    assert [name for name in listed if name not in done.stderr] == []


def test_a_wrong_number_of_texts_names_the_segments():
    done = explain("One text only.")
    assert done.exit_code == 2
    assert "premise, hypothesis" in done.stderr


def test_a_text_that_begins_with_a_dash_needs_the_usual_separator():
    done = explain("--explainer", "occlusion", "--json", "--", "-5 degrees", "No sun.")
    assert done.exit_code == 0
    assert json.loads(done.stdout)["words"][0]["text"] == "5"

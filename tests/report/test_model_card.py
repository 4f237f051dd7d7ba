"""The model-card section is what the Hugging Face hub's own client reads."""

from __future__ import annotations

import re

import pytest
from hostile import HOSTILE_MODEL
from huggingface_hub import ModelCard

from trusteq_core.report.model_card import model_card_section


@pytest.fixture(scope="module")
def card(report) -> ModelCard:
    return ModelCard(model_card_section(report))


def test_the_hubs_client_reads_the_metrics_of_the_comparison(card, comparison):
    found = {(each.metric_type, each.metric_name): each for each in card.data.eval_results}
    performance = comparison.performance()
    accuracy = found["accuracy", "Accuracy"]
    assert accuracy.metric_value == pytest.approx(performance["accuracy_compressed"], abs=1e-6)
    assert (accuracy.task_type, accuracy.dataset_split) == ("text-classification", "test")
    assert accuracy.dataset_args["n"] == 160
    overlap = found["jaccard_at_5", "Overlap of explanations with base, LIME"]
    assert overlap.metric_value == pytest.approx(comparison.overlap("lime")["jaccard"], abs=1e-6)
    assert overlap.metric_args == {"reference": "base", "explainer": "lime", "k": 5}
    assert card.data.model_name == "tiny"


def test_the_front_matter_passes_the_hubs_own_structure(card):
    index = card.data.to_dict()["model-index"]
    assert [entry["name"] for entry in index] == ["tiny"]
    results = index[0]["results"]
    assert {"task", "dataset", "metrics"} <= set(results[0])
    assert all({"type", "value"} <= set(metric) for metric in results[0]["metrics"])


def test_the_text_says_the_verdict_and_its_margins(card, report):
    assert report.verdict.sentence in card.content
    assert "margins: accuracy 0.02" in card.content
    assert report.dates[0] in card.content


def test_hostile_names_stay_in_their_cells(hostile_report):
    section = model_card_section(hostile_report)
    card = ModelCard(section)
    assert card.data.model_name == HOSTILE_MODEL
    assert "<b>" not in re.sub(r"`+ ?.*? ?`+", "", card.text)
    bars = re.compile(r"(?<!\\)\|")
    tables = [block for block in card.text.split("\n\n") if block.startswith("| ")]
    assert len(tables) == 4
    for table in tables:
        assert len({len(bars.findall(line)) for line in table.splitlines()}) == 1
    assert not re.search(r"(?<!\\)\]\(", card.text)  # no link but an escaped one

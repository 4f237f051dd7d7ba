"""The paper's experiment, in miniature: the same code from checkpoints to tables."""

import json
from pathlib import Path

import pandas as pd
import pytest
from click.testing import CliRunner
from public_data import public_file

from trusteq_core.cli import main
from trusteq_core.corpus import generate
from trusteq_core.errors import DataError, UnknownName
from trusteq_core.evaluation.presets import PRESETS, get_preset
from trusteq_core.studies.paper import PAPER_EPOCHS, PAPER_MODELS, paper_data, select_models
from trusteq_core.tasks import get_task

NLI, PARAPHRASE = get_task("nli"), get_task("paraphrase")


def run(*arguments: object):
    return CliRunner().invoke(main, ["reproduce", *map(str, arguments)])


@pytest.fixture(scope="module")
def smoke(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict]:
    """Three of the models on one task, from nothing."""
    out = tmp_path_factory.mktemp("paper")
    options = ["--models", "bert-base,distilbert,bert-tiny", "--task", "paraphrase", "--out", out]
    done = run("paper", "--smoke", *options, "--json")
    assert done.exit_code == 0, done.output
    return out, json.loads(done.stdout)


@pytest.mark.slow
def test_every_pair_is_compared_under_both_presets(smoke: tuple[Path, dict]):
    out, tables = smoke
    assert [row["model"] for row in tables["accuracy"]] == ["bert-base", "distilbert", "bert-tiny"]
    pairs = {(row["original"], row["compressed"]) for row in tables["verdict"]}
    assert pairs == {
        ("bert-base", "distilbert"),
        ("bert-base", "bert-tiny"),
        ("distilbert", "bert-tiny"),
    }
    paper = [row for row in tables["overlap"] if row["preset"] == "paper"]
    assert {row["explainer"] for row in paper} == {"lime", "shapley"}
    assert {(row["k"], row["explained"]) for row in paper} == {(10, "gold")}
    for row in tables["overlap"]:
        assert 0 <= row["jaccard"] <= 1
        assert (row["variance"] is None) == (row["seeds"] == 1)
    written = pd.read_csv(out / "tables" / "overlap.csv")
    assert len(written) == len(tables["overlap"]) == 3 * (2 + 4)


@pytest.mark.slow
def test_a_miniature_claims_no_accuracy_of_the_paper(smoke: tuple[Path, dict]):
    assert {row["paper_accuracy"] for row in smoke[1]["accuracy"]} == {None}


@pytest.mark.slow
def test_report_and_gate_work_on_the_result(smoke: tuple[Path, dict], tmp_path: Path):
    out, tables = smoke
    pair = ["--task", "paraphrase", "--original", "bert-base", "--compressed", "bert-tiny"]
    where = ["--store", str(out / "results")]
    report = CliRunner().invoke(main, ["report", *pair, *where, "-o", str(tmp_path / "r.html")])
    assert report.exit_code == 0, report.output
    gate = CliRunner().invoke(main, ["gate", *pair, *where, "--json"])
    expected = {(row["original"], row["compressed"]): row["answer"] for row in tables["verdict"]}[
        "bert-base", "bert-tiny"
    ]
    assert json.loads(gate.stdout)["answer"] == expected
    assert gate.exit_code == (0 if expected == "equivalent" else 1)


@pytest.mark.slow
def test_doing_it_again_computes_nothing(smoke: tuple[Path, dict], monkeypatch):
    out, tables = smoke
    monkeypatch.setattr(
        "trusteq_core.models.token_classifier.TokenClassifier.predict",
        lambda *_: pytest.fail("a model was asked again"),
    )
    options = ["--models", "bert-base,distilbert,bert-tiny", "--task", "paraphrase", "--out", out]
    again = run("paper", "--smoke", *options, "--json")
    assert json.loads(again.stdout) == tables


def test_the_figures_of_the_paper():
    """Table of the paper: NLI and paraphrase accuracy in percent, largest model first."""
    assert [(m.accuracy["nli"], m.accuracy["paraphrase"]) for m in PAPER_MODELS] == [
        (90.09, 90.85),
        (87.97, 89.90),
        (88.18, 89.89),
        (85.12, 88.40),
        (79.90, 84.19),
    ]
    assert [(m.layers, m.hidden) for m in PAPER_MODELS] == [
        (12, 768),
        (6, 768),
        (8, 512),
        (4, 256),
        (2, 128),
    ]
    assert PAPER_EPOCHS == {"nli": 5, "paraphrase": 10}


def test_the_paper_preset_is_the_papers():
    paper = get_preset("paper")
    assert (paper.k, paper.explained, paper.n_bins, paper.scheme) == (10, "gold", 10, "mass")
    assert paper.settings("nli")["lime"] == {"samples": 1000}
    assert paper.settings("paraphrase")["lime"] == {"samples": 100}
    assert paper.recorded("nli", "shap-partition")["evaluations"] == 500
    assert len(paper.seeds) == len(PRESETS["default"].seeds) == 3
    with pytest.raises(UnknownName, match="paper"):
        get_preset("papre")


def test_models_are_chosen_by_name_and_may_lie_elsewhere():
    assert select_models([]) == PAPER_MODELS
    tiny, base = select_models(["bert-tiny=my/folder", "bert-base"])[::-1]
    assert (tiny.name, tiny.checkpoint) == ("bert-tiny", "my/folder")
    assert base == PAPER_MODELS[0]
    with pytest.raises(UnknownName, match="Did you mean"):
        select_models(["bert-bas", "bert-tiny"])
    with pytest.raises(DataError, match="two models"):
        select_models(["bert-tiny"])


def test_quora_questions_are_divided_once_by_their_ids(tmp_path: Path):
    table = generate("paraphrase", "train", limit=400)
    frame = pd.DataFrame(
        {
            "id": range(400),
            "qid1": range(400),
            "qid2": range(400),
            "question1": table["sentence1"],
            "question2": table["sentence2"],
            "is_duplicate": (table["label"] == "paraphrase").astype(int),
        }
    )
    frame.to_csv(tmp_path / "quora_duplicate_questions.tsv", sep="\t", index=False)
    train, test = paper_data(tmp_path, PARAPHRASE)
    assert len(train) + len(test) == 400
    assert not set(train["id"]) & set(test["id"])
    assert 20 <= len(test) <= 60
    again = paper_data(tmp_path, PARAPHRASE)[1]
    assert list(again["id"]) == list(test["id"])


def test_snli_comes_divided(tmp_path: Path):
    for split in ("train", "test"):
        rows = generate("nli", split, limit=20)
        lines = [
            json.dumps(
                {
                    "sentence1": row.premise,
                    "sentence2": row.hypothesis,
                    "gold_label": row.label,
                    "pairID": row.id,
                    "captionID": row.id,
                }
            )
            for row in rows.itertuples()
        ]
        (tmp_path / f"snli_1.0_{split}.jsonl").write_text("\n".join(lines))
    train, test = paper_data(tmp_path, NLI)
    assert (len(train), len(test)) == (20, 20)


def test_what_is_missing_is_named(tmp_path: Path):
    with pytest.raises(DataError, match=r"snli_1\.0_train\.jsonl"):
        paper_data(tmp_path, NLI)
    done = run("paper", "--out", tmp_path)
    assert done.exit_code == 2
    assert "--data-dir" in done.stderr
    assert run("papre", "--out", tmp_path).exit_code == 2


def test_published_quora_questions_are_read(tmp_path: Path):
    """The public sample has no header and bytes that are not UTF-8: both are known of it."""
    said: list[str] = []
    source = public_file("qqp/dev.tsv")
    (tmp_path / "quora_duplicate_questions.tsv").write_bytes(source.read_bytes())
    train, test = paper_data(tmp_path, PARAPHRASE, say=said.append)
    assert len(train) > 8 * len(test) > 0
    assert any("UTF-8" in note for note in said)

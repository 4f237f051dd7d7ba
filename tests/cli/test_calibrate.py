"""``trusteq calibrate``: two files of predictions in, numbers, sentences and an exit status out."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner, Result
from probability_cases import calibrated

from trusteq_core.calibration import scale
from trusteq_core.cli import main
from trusteq_core.cli.calibrate import told_share
from trusteq_core.equivalence import Margins
from trusteq_core.evaluation import compare
from trusteq_core.store import ResultStore

CLASSES = ["entailment", "neutral", "contradiction"]
P, Y = calibrated(1500, np.random.default_rng(3))


def table(p: np.ndarray, y: np.ndarray = Y) -> pd.DataFrame:
    frame = pd.DataFrame(p, columns=CLASSES)
    return frame.assign(id=[f"x{row}" for row in range(len(y))], label=np.take(CLASSES, y))


def run(*arguments: object) -> Result:
    return CliRunner().invoke(main, ["calibrate", *map(str, arguments)])


@pytest.fixture
def large(tmp_path: Path) -> Path:
    path = tmp_path / "large.csv"
    table(P).to_csv(path, index=False)
    return path


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """The same answers, far too sure of themselves, in another order."""
    path = tmp_path / "small.csv"
    table(scale(P, 3.0)).sample(frac=1.0, random_state=0).to_csv(path, index=False)
    return path


def test_a_model_is_equivalent_to_itself_with_status_0(large: Path):
    done = run(large, large)
    assert done.exit_code == 0
    assert "verdict: equivalent" in done.stdout
    assert "there was none" in done.stdout


def test_a_different_model_gives_status_1_and_the_reasons_in_words(large: Path, small: Path):
    done = run(large, small)
    assert done.exit_code == 1
    assert "small against large on 1,500 examples" in done.stdout
    assert "verdict: different" in done.stdout
    assert "small is different from large, in signed gap" in done.stdout
    assert "  equivalent    Accuracy: with 1,500 examples the change of accuracy" in done.stdout
    assert "accuracy=0.02 overlap=0.1 gap=0.02 brier=0.02 profile=0.03 alpha=0.05" in done.stdout


def test_what_cannot_be_decided_is_status_1(large: Path):
    few = large.with_name("few.csv")
    pd.read_csv(large).head(20).to_csv(few, index=False)
    done = run(few, few)
    assert done.exit_code == 1
    assert "verdict: inconclusive" in done.stdout
    assert "20 independent examples are too few" in done.stdout


def test_json_has_the_same_facts_for_machines(large: Path, small: Path):
    done = run(large, small, "--bins", 10, "--json")
    document = json.loads(done.stdout)
    assert done.exit_code == 1
    assert (document["n"], document["classes"]) == (1500, CLASSES)
    assert document["settings"]["n_bins"] == 10
    assert document["performance"]["flips"] == 0
    assert document["calibration"]["signed_gap"]["compressed"] > 0.05
    assert document["calibration"]["inverse_temperature"]["compressed"] == pytest.approx(
        document["calibration"]["inverse_temperature"]["original"] / 3, rel=1e-2
    )
    assert document["recalibration"]["share"] > 0.8
    assert document["verdict"]["answer"] == "different"
    text = run(large, small, "--bins", 10).stdout
    for measure in ("ece", "ece_over", "ece_under", "mce", "brier", "nll", "signed_gap"):
        assert f"{document['calibration'][measure]['compressed']:.3f}" in text
    assert f"{document['recalibration']['share']:.0%}".replace("%", " % of it is removed") in text


def test_bins_of_equal_mass_and_logits_are_options(large: Path, small: Path, tmp_path: Path):
    wide, mass = (
        json.loads(run(large, small, "--scheme", scheme, "--json").stdout)["calibration"]["ece"]
        for scheme in ("width", "mass")
    )
    assert wide["compressed"] != mass["compressed"]
    logits = tmp_path / "small.parquet"
    table(3.0 * np.log(P) + 5.0).to_parquet(logits)
    document = json.loads(run(logits, logits, "--logits", "--json").stdout)
    assert document["calibration"]["ece"]["original"] == pytest.approx(wide["compressed"])


def test_margins_decide_and_travel_with_the_verdict(large: Path, small: Path, tmp_path: Path):
    file = tmp_path / "margins.toml"
    file.write_text("[margins]\ngap = 0.3\nbrier = 0.3\nprofile = 0.3\n", encoding="utf-8")
    done = run(large, small, "--margins", file, "--margin", "accuracy=0.05", "--json")
    assert done.exit_code == 0
    verdict = json.loads(done.stdout)["verdict"]
    wide = Margins(accuracy=0.05, gap=0.3, brier=0.3, profile=0.3)
    assert verdict["margins"] == wide.to_dict()
    again = tmp_path / "verdict.json"
    again.write_text(json.dumps(verdict), encoding="utf-8")
    assert run(large, small, "--margins", again).exit_code == 0
    assert run(large, small, "--margins", again, "--margin", "gap=0.01").exit_code == 1


def test_the_numbers_are_those_of_the_comparison_of_stored_results(
    miniature_store: Path, tmp_path: Path
):
    comparison = compare(ResultStore(miniature_store), "nli", "base", "tiny")
    for model in (comparison.original, comparison.compressed):
        columns = [f"p_{label}" for label in comparison.task.labels]
        frame = pd.DataFrame(model.probabilities, columns=columns)
        frame = frame.assign(id=list(model.ids), label=comparison.examples["label"].to_numpy())
        frame.to_parquet(tmp_path / f"{model.name}.parquet", index=False)
    done = run(tmp_path / "base.parquet", tmp_path / "tiny.parquet", "--json")
    document, summary = json.loads(done.stdout), comparison.summary([])
    assert document["n"] == summary["n"]
    for name, facts in document["calibration"].items():
        assert facts == pytest.approx(summary["calibration"][name], abs=1e-9), name
    for name, value in document["performance"].items():
        assert value == pytest.approx(summary["performance"][name], abs=1e-9), name


BAD = {
    "a margin's name": (["--margin", "gup=0.1"], 'No margin "gup". Did you mean "gap"?'),
    "a margin's value": (["--margin", "gap=2"], 'Margin "gap" must be a number above 0 and below'),
    "no setting": (["--margin", "gap"], 'The margin "gap" is not NAME=VALUE'),
    "no margins file": (["--margins", "none.toml"], "cannot be read: No such file or directory"),
    "a scheme": (["--scheme", "widht"], 'No binning scheme "widht". Did you mean "width"?'),
    "logits that are none": (["--logits"], "are probabilities already"),
}


@pytest.mark.parametrize(("options", "says"), BAD.values(), ids=BAD)
def test_a_bad_option_is_one_sentence_and_status_2(large: Path, options: list[str], says: str):
    done = run(large, large, *options, "--json")
    assert (done.exit_code, done.stdout) == (2, "")
    assert done.stderr.startswith("Error: ")
    assert says in done.stderr
    assert done.stderr.count("\n") == 1


BAD_FILES = {
    "rows that do not sum to 1": (table(P * 0.9), "not to 1 (within 0.001)"),
    "negatives": (table(P - 0.5), "these look like logits"),
    "NaN": (table(np.where(P > 0.999, np.nan, P)), "is empty, NaN or infinite"),
    "infinities": (table(np.where(P > 0.999, np.inf, P)), "is empty, NaN or infinite"),
    "logits": (table(np.log(P)), "say --logits so that a softmax is taken"),
    "label out of range": (table(P).assign(label="3"), 'label "3" is none of the classes'),
    "other label names": (
        table(P).rename(columns={"neutral": "maybe"}).replace({"label": {"neutral": "maybe"}}),
        "do not have the same classes",
    ),
    "missing ids": (table(P).assign(id=None), "row 1, has no id"),
    "duplicate ids": (table(P).assign(id="x"), "stand in more than one row"),
    "ids that do not match": (
        table(P).assign(id=[f"y{row}" for row in range(1500)]),
        '1,500 of 1,500 ids of "large.csv" are not in "bad.csv": "x0", "x1", "x2", …',
    ),
    "no rows": (table(P).head(0), "holds no example"),
    "one row": (table(P).head(1), "holds one example"),
    "all confidences 1": (table(np.eye(3)[P.argmax(axis=1)]), "these are answers"),
    "a column missing": (table(P).rename(columns={"label": "lable"}), 'Is "lable" meant?'),
}


@pytest.mark.parametrize(("frame", "says"), BAD_FILES.values(), ids=BAD_FILES)
def test_a_bad_file_is_one_sentence_and_status_2(large: Path, frame: pd.DataFrame, says: str):
    bad = large.with_name("bad.csv")
    frame.to_csv(bad, index=False)
    done = run(large, bad)
    assert (done.exit_code, done.stdout) == (2, "")
    assert done.stderr.startswith("Error: ")
    assert says in done.stderr
    assert done.stderr.count("\n") == 1


def test_one_class_only_is_refused(large: Path):
    one = large.with_name("one.csv")
    table(P, Y * 0).to_csv(one, index=False)
    done = run(one, one)
    assert done.exit_code == 2
    assert 'Every label in "one.csv" is "entailment"' in done.stderr


def test_wrong_encoding_is_refused(large: Path):
    wrong = large.with_name("wrong.csv")
    wrong.write_bytes(large.read_text(encoding="utf-8").replace("x3,", "é,").encode("latin-1"))
    done = run(large, wrong)
    assert done.exit_code == 2
    assert '"wrong.csv" is not in UTF-8' in done.stderr


@pytest.mark.parametrize("share", [0.0, 1.0, 0.634, -0.2, float("nan")])
def test_every_share_has_words(share: float):
    assert told_share(share)


def test_the_process_needs_no_model_library(large: Path):
    code = (
        "import sys\n"
        "from trusteq_core.cli import main\n"
        "try:\n"
        "    main(sys.argv[1:])\n"
        "finally:\n"
        "    heavy = {'torch', 'transformers', 'shap', 'lime', 'streamlit', 'sklearn'}\n"
        "    print(*sorted(heavy & set(sys.modules)), file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, "calibrate", large, large, "--json"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert json.loads(done.stdout)["n"] == 1500
    assert done.stderr.split() == []

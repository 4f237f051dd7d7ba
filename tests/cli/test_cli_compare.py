"""``trusteq compare``: from stored results alone, for people and for machines."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from trusteq_core.cli import main
from trusteq_core.evaluation import compare
from trusteq_core.store import ResultStore

TRUSTEQ = Path(sys.executable).with_name("trusteq")
PAIR = ("compare", "--task", "nli", "--original", "base", "--compressed", "tiny")


def run(store: Path, *arguments: str) -> Result:
    return CliRunner().invoke(main, [*arguments, "--store", str(store)])


@pytest.fixture(scope="module")
def document(miniature_store: Path) -> dict[str, Any]:
    done = run(miniature_store, *PAIR, "--json")
    assert done.exit_code == 0
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def test_json_names_the_pair_and_the_settings(document: dict[str, Any]):
    assert document["task"] == "nli"
    assert (document["original"]["name"], document["compressed"]["name"]) == ("base", "tiny")
    assert document["settings"]["k"] == 5
    assert document["settings"]["n_bins"] == 15
    assert document["settings"]["explained"] == "reference"


def test_json_has_performance_by_the_names_of_the_definitions(document: dict[str, Any]):
    performance = document["performance"]
    assert performance["agreement"] + performance["churn"] == pytest.approx(1)
    assert performance["accuracy_compressed"] - performance["accuracy_original"] == pytest.approx(
        performance["positive_flips"] - performance["negative_flips"]
    )
    assert performance["flips"] == round(performance["churn"] * document["n"])


def test_json_has_overlap_with_its_chance_and_its_ceilings(document: dict[str, Any]):
    assert set(document["overlap"]) == {"lime", "shap-partition", "shapley", "occlusion"}
    lime = document["overlap"]["lime"]
    assert 0 < lime["chance"] < lime["jaccard"] < lime["ceiling_resampling"] <= 1
    assert lime["ceiling_retraining"] is not None


def test_json_has_calibration_of_both_models(document: dict[str, Any]):
    for measure in ("signed_gap", "ece", "mce", "brier", "nll"):
        values = document["calibration"][measure]
        assert values["difference"] == pytest.approx(values["compressed"] - values["original"])
    assert document["calibration"]["ece"]["floor_original"] > 0


def test_the_numbers_are_those_of_the_comparison(document: dict[str, Any], miniature_store: Path):
    comparison = compare(ResultStore(miniature_store), "nli", "base", "tiny")
    assert document["performance"] == comparison.performance()
    assert document["overlap"]["lime"] == comparison.overlap("lime")


def test_k_bins_class_and_explainers_are_those_asked_for(miniature_store: Path):
    options = ("--k", "3", "--bins", "10", "--explained", "gold", "--explainer", "occlusion")
    document = json.loads(run(miniature_store, *PAIR, *options, "--json").stdout)
    assert list(document["overlap"]) == ["occlusion"]
    assert (document["settings"]["k"], document["settings"]["n_bins"]) == (3, 10)
    comparison = compare(ResultStore(miniature_store), "nli", "base", "tiny")
    assert document["overlap"]["occlusion"] == comparison.overlap("occlusion", 3, "gold")


def test_the_table_says_the_same(document: dict[str, Any], miniature_store: Path):
    done = run(miniature_store, *PAIR)
    assert done.exit_code == 0
    assert f"{document['overlap']['lime']['jaccard']:.3f}" in done.stdout
    assert f"{document['calibration']['ece']['compressed']:.3f}" in done.stdout
    assert f"{document['performance']['agreement']:.3f}" in done.stdout


@pytest.mark.parametrize(
    ("changed", "listed"),
    [
        ({"--task": "nil"}, ['"nil"', "nli", "paraphrase"]),
        ({"--compressed": "tinny"}, ['"tinny"', "base", "distil", "tiny"]),
        ({"--original": "bse"}, ['"bse"', "base", "distil", "tiny"]),
        ({"--explainer": "lyme"}, ['"lyme"', "lime", "occlusion", "shap-partition"]),
        ({"--explained": "entails"}, ['"entails"', "reference", "gold", "own", "entailment"]),
    ],
    ids=lambda value: next(iter(value)) if isinstance(value, dict) else "",
)
def test_a_wrong_name_lists_the_valid_ones(
    miniature_store: Path, changed: dict[str, str], listed: list[str]
):
    options = {"--task": "nli", "--original": "base", "--compressed": "tiny"} | changed
    arguments = [piece for option in options.items() for piece in option]
    done = run(miniature_store, "compare", *arguments, "--json")
    assert done.exit_code == 2
    assert done.stdout == ""
    assert [name for name in listed if name not in done.stderr] == []


def test_examples_of_another_split_are_those_asked_for(miniature_store: Path):
    assert run(miniature_store, *PAIR, "--split", "test", "--json").exit_code == 0
    done = run(miniature_store, *PAIR, "--split", "mine", "--json")
    assert done.exit_code == 2
    assert 'split "mine"' in done.stderr


@pytest.mark.parametrize("option", ["--k 0", "--bins 0", "--bins 100000000"])
def test_a_number_out_of_range_is_refused(miniature_store: Path, option: str):
    assert run(miniature_store, *PAIR, *option.split()).exit_code == 2


def test_a_missing_option_is_an_error_of_usage(miniature_store: Path):
    done = run(miniature_store, "compare", "--task", "nli")
    assert done.exit_code == 2
    assert "--compressed" in done.stderr


def test_a_damaged_result_is_named_and_the_rest_still_serves(miniature_store: Path, tmp_path: Path):
    store = tmp_path / "results"
    shutil.copytree(miniature_store, store)
    tiny = ResultStore(store).find(kind="attributions", task="nli", model="tiny", explainer="lime")
    for entry in tiny:
        entry.path.write_bytes(entry.path.read_bytes()[:100])
    done = run(store, *PAIR, "--explainer", "lime", "--json")
    assert (done.exit_code, done.stdout) == (2, "")
    assert "lime" in done.stderr
    others = run(store, *PAIR, "--explainer", "occlusion", "--json")
    assert others.exit_code == 0


def test_the_process_reads_stored_results_without_the_model_libraries(miniature_store: Path):
    code = (
        "import sys\n"
        "from trusteq_core.cli import main\n"
        "main(sys.argv[1:], standalone_mode=False)\n"
        "print(*sorted({'torch', 'transformers', 'shap', 'lime', 'streamlit'} & set(sys.modules)),"
        " file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, *PAIR, "--json", "--store", miniature_store],
        capture_output=True,
        text=True,
        check=True,
    )
    assert json.loads(done.stdout)["task"] == "nli"
    assert done.stderr.split() == []
    assert "Traceback" not in done.stderr


def test_the_installed_command_says_how_long_it_took(miniature_store: Path):
    """The time is printed for whoever looks at it; no test depends on the machine's load."""
    import resource

    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(
        [TRUSTEQ, *PAIR, "--json", "--store", miniature_store], capture_output=True, check=False
    )
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    seconds = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    print(f"trusteq compare --json: {seconds:.2f} s of process time")
    assert done.returncode == 0


def test_the_verdict_is_told_in_both_forms(document: dict[str, Any], miniature_store: Path):
    comparison = compare(ResultStore(miniature_store), "nli", "base", "tiny")
    expected = json.loads(json.dumps(comparison.verdict().to_dict()))
    assert document["verdict"] == expected
    text = run(miniature_store, *PAIR).stdout
    assert f"verdict: {expected['answer']}\n{expected['sentence']}\n" in text
    assert [f for f in expected["findings"] if f["sentence"] not in text] == []
    assert "margins: accuracy=0.02 overlap=0.1 gap=0.02" in text


def test_margins_are_those_asked_for(miniature_store: Path, tmp_path: Path):
    file = tmp_path / "margins.json"
    file.write_text('{"margins": {"gap": 0.5, "brier": 0.5}}', encoding="utf-8")
    options = ("--margins", str(file), "--margin", "gap=0.4", "--explainer", "lime", "--json")
    verdict = json.loads(run(miniature_store, *PAIR, *options).stdout)["verdict"]
    assert (verdict["margins"]["gap"], verdict["margins"]["brier"]) == (0.4, 0.5)
    assert [f["criterion"] for f in verdict["findings"]][4:] == ["overlap:lime"]
    assert run(miniature_store, *PAIR, "--margin", "gup=0.1").exit_code == 2


def test_the_verdict_imports_no_library_that_is_slow_to_start(miniature_store: Path):
    code = (
        "import sys\n"
        "from trusteq_core.cli import main\n"
        "main(sys.argv[1:], standalone_mode=False)\n"
        "slow = {'scipy.stats', 'scipy.optimize', 'statsmodels', 'sklearn'}\n"
        "print(*sorted(slow & set(sys.modules)), file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, *PAIR, "--json", "--store", miniature_store],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stderr.split() == []

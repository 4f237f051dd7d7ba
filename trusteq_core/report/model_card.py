"""A section for a model card; its front matter holds the metrics as the hub reads them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from trusteq_core import __version__
from trusteq_core.calibration import MEASURES
from trusteq_core.figures import ANSWERS
from trusteq_core.report import wording
from trusteq_core.report.report import Report

if TYPE_CHECKING:
    from huggingface_hub import EvalResult

__all__ = ["escape_markdown", "model_card_section"]

SHOWN_MEASURES = ("signed_gap", "ece", "mce_30", "brier", "nll")
_MARKDOWN = str.maketrans(
    {character: f"\\{character}" for character in "\\`*_[]#|~$@"}
    | {"<": "&lt;", ">": "&gt;", "&": "&amp;", "\n": " ", "\r": " "}
)
# What makes an address or a picture of a name: www.x, http://, :name:.
_LINKS = re.compile(r"(?<=\w)[.:](?=[^\W\d_]|/)|(?<!\w):(?=\w)")


def escape_markdown(text: str) -> str:
    r"""Return `text` so that Markdown shows it as it is, on one line.

    Examples
    --------
    >>> print(escape_markdown("<b>|$x$| www.x.org 0.5"))
    &lt;b&gt;\|\$x\$\| www\.x\.org 0.5
    """
    return _LINKS.sub(r"\\\g<0>", text.translate(_MARKDOWN))


def model_card_section(report: Report) -> str:
    """Return the section with its YAML front matter, as `huggingface_hub.ModelCard` reads it.

    The metrics are the compressed model's own, then those of the pair. The hub merges front
    matter by key: put the section at the end of a card and its ``model-index`` into the card's.
    """
    from huggingface_hub import ModelCard, ModelCardData

    data = ModelCardData(
        model_name=report.compressed,
        tags=["trusteq"],
        eval_results=_eval_results(report),
    )
    return str(ModelCard(f"---\n{data.to_yaml()}\n---\n\n{_section(report)}"))


def _eval_results(report: Report) -> list[EvalResult]:
    from huggingface_hub import EvalResult

    tables = report.tables
    data = str(tables["results"]["data_fingerprint"].iloc[0])
    performance = tables["performance"].set_index("measure")
    calibration = tables["calibration"].set_index("measure")
    k = report.options.k
    found: list[tuple[str, str, float, dict[str, Any] | None]] = [
        ("accuracy", "Accuracy", performance["compressed"]["accuracy"], None),
        ("f1", "Macro-F1", performance["compressed"]["macro_f1"], {"average": "macro"}),
        *(
            (name, MEASURES[name].title, calibration["compressed"][name], None)
            for name in SHOWN_MEASURES
        ),
        (
            "agreement",
            f"Agreement with {report.original}",
            performance["pair"]["agreement"],
            {"reference": report.original},
        ),
        *(
            (
                f"jaccard_at_{k}",
                f"Overlap of explanations with {report.original}, {row['title']}",
                row["jaccard"],
                {"reference": report.original, "explainer": row["explainer"], "k": k},
            )
            for row in tables["alignment"].to_dict("records")
        ),
    ]
    return [
        EvalResult(
            task_type="text-classification",
            task_name=report.task.title,
            dataset_type=f"trusteq-{report.task.id}",
            dataset_name=f"{report.task.title}, split {report.split}",
            dataset_split=report.split,
            dataset_args={"fingerprint": data, "n": report.n},
            metric_type=kind,
            metric_name=title,
            metric_value=round(float(value), 6),
            metric_args=arguments,
        )
        for kind, title, value, arguments in found
        if value == value
    ]


def _section(report: Report) -> str:
    """Return the section itself."""
    pieces = [
        f"## Can it stand in for {_code(report.original)}?",
        _verdict(report),
        _criteria(report),
        "### Performance",
        _performance(report),
    ]
    if report.explainers:
        pieces += ["### Explanations", _alignment(report)]
    pieces += ["### Calibration", _calibration(report), "### How it was measured", _method(report)]
    return "\n\n".join(pieces) + "\n"


def _verdict(report: Report) -> str:
    verdict = report.verdict
    style = ANSWERS[verdict.answer]
    reasons = "\n".join(f"- {escape_markdown(reason)}" for reason in verdict.reasons)
    return f"**{style.mark} {style.word}.** {escape_markdown(verdict.sentence)}\n\n{reasons}"


def _criteria(report: Report) -> str:
    level = wording.percent(report.verdict.margins.level, 0)
    return _table(
        ["Criterion", "Answer", "Estimate", f"{level} interval", "Allowed", "n"],
        [
            [
                finding.criterion.title,
                f"{ANSWERS[finding.answer].mark} {ANSWERS[finding.answer].word}",
                wording.estimate(finding),
                wording.interval(finding),
                wording.limit(finding),
                f"{finding.n:,}",
            ]
            for finding in report.verdict.findings
        ],
    )


def _performance(report: Report) -> str:
    rows = report.tables["performance"].set_index("measure")
    both = [
        [
            rows["title"][name],
            wording.percent(rows["original"][name]),
            wording.percent(rows["compressed"][name]),
            wording.points(rows["difference"][name], 2),
        ]
        for name in ("accuracy", "macro_f1")
    ]
    pair = ", ".join(
        f"{escape_markdown(rows['title'][name].lower())} {wording.percent(rows['pair'][name])}"
        for name in ("agreement", "negative_flips", "positive_flips")
    )
    table = _table(["Measure", report.original, report.compressed, "Difference"], both)
    return f"{table}\n\nOn {report.n:,} examples: {pair}."


def _alignment(report: Report) -> str:
    columns = ("jaccard", "chance", "ceiling_resampling", "ceiling_retraining", "corrected")
    table = _table(
        [
            "Explainer",
            f"Overlap of the top {report.options.k} words",
            "Chance",
            "Resampling ceiling",
            "Retraining ceiling",
            "Chance-corrected",
            "n",
        ],
        [
            [
                row["title"],
                *(wording.number(row[name]) for name in columns),
                wording.number(row["n_scored"], 0),
            ]
            for row in report.tables["alignment"].to_dict("records")
        ],
    )
    return (
        f"{table}\n\nJaccard index; chance is what two random choices of words share, a ceiling "
        "what the original shares with itself under another draw or another training seed."
    )


def _calibration(report: Report) -> str:
    rows = report.tables["calibration"].set_index("measure")
    columns = ("original", "compressed", "difference", "floor_original", "floor_compressed")
    table = _table(
        ["Measure", report.original, report.compressed, "Difference", "Floor", "Floor, compressed"],
        [
            [
                rows["title"][name],
                *(wording.number(rows[column][name], 4) for column in columns),
            ]
            for name in SHOWN_MEASURES
        ],
    )
    return (
        f"{table}\n\n{report.options.n_bins} equal-width bins. A floor is what a perfectly "
        "calibrated model would show by chance with this many examples."
    )


def _method(report: Report) -> str:
    oldest, newest = report.dates
    when = oldest if oldest == newest else f"{oldest} to {newest}"
    allowed = report.verdict.margins.to_dict()
    margins = ", ".join(f"{name} {value}" for name, value in allowed.items())
    models = "\n".join(
        f"- {row['role']}: {_code(row['model'])} ({escape_markdown(row['title'])}), "
        f"fingerprint {_code(row['fingerprint'])}"
        for row in report.tables["models"].to_dict("records")
    )
    return (
        f"{models}\n"
        f"- task: {escape_markdown(report.task.title)}, split {_code(report.split)}, data "
        f"fingerprint {_code(str(report.tables['results']['data_fingerprint'].iloc[0]))}\n"
        f"- margins: {margins}\n"
        f"- explained class: {_code(report.options.explained)}, results stored {when} (UTC), "
        f"TrustEQ {__version__}"
    )


def _table(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return a pipe table, every cell escaped, all columns but the first to the right."""
    lines = [[escape_markdown(cell) for cell in row] for row in [headings, *rows]]
    lines.insert(1, [":---", *["---:"] * (len(headings) - 1)])
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _code(text: str) -> str:
    """Return `text` as inline code, whatever backticks are in it."""
    flat = " ".join(text.split())
    longest = max((len(run) for run in re.findall(r"`+", flat)), default=0)
    fence = "`" * (longest + 1)
    return f"{fence} {flat} {fence}" if longest else f"`{flat}`"

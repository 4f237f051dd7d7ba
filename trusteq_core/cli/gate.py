"""``trusteq gate``: the verdict as an exit status, for continuous integration."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

from trusteq_core.cli.junit import junit_document
from trusteq_core.cli.options import (
    explained_option,
    explainers_option,
    json_option,
    margin_options,
    pair_options,
    split_option,
    store_option,
    task_option,
    top_option,
)
from trusteq_core.cli.output import print_json
from trusteq_core.cli.verdicts import print_verdict
from trusteq_core.errors import TrusteqError

__all__ = ["gate"]


@click.command()
@task_option
@pair_options
@split_option
@explainers_option
@top_option
@explained_option
@margin_options
@click.option(
    "--allow-inconclusive", is_flag=True, help="Let pass what the examples cannot decide."
)
@click.option(
    "--junit",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Write JUnit XML with one test case for each criterion.",
)
@store_option
@json_option
@click.pass_context
def gate(
    ctx: click.Context,
    task_id: str,
    original: str,
    compressed: str,
    split: str,
    explainers: tuple[str, ...],
    k: int,
    explained: str,
    margins_file: Path | None,
    margin_settings: tuple[str, ...],
    allow_inconclusive: bool,
    junit: Path | None,
    store: Path | None,
    as_json: bool,
) -> None:
    """Let a compressed model pass only if it is shown to be equivalent to its original.

    Reads stored results only. The exit status is 0 if every criterion is equivalent, 1 if one is
    different or (unless allowed) inconclusive, 2 on an error.
    """
    from trusteq_core.equivalence import read_margins
    from trusteq_core.evaluation import compare
    from trusteq_core.store import default_store

    suite = f"trusteq {task_id}: {compressed} against {original}"
    with errors_reported(junit, suite):
        margins = read_margins(margins_file, margin_settings)
        comparison = compare(default_store(store), task_id, original, compressed, split=split)
        verdict = comparison.verdict(
            list(explainers) or None, k, explained, margins=margins
        ).to_dict()
    allowed = {"equivalent", "inconclusive"} if allow_inconclusive else {"equivalent"}
    passed = verdict["answer"] in allowed
    if junit is not None:
        write(junit, junit_document(suite, verdict, allowed=allowed))
    if as_json:
        about = {"task": task_id, "passed": passed, "allow_inconclusive": allow_inconclusive}
        print_json({**about, **verdict})
    else:
        print_gate(verdict, passed)
    ctx.exit(0 if passed else 1)


def print_gate(verdict: dict[str, Any], passed: bool) -> None:
    """Print the verdict and whether the gate is open."""
    print_verdict(verdict)
    if not any(finding["criterion"].startswith("overlap:") for finding in verdict["findings"]):
        click.echo(
            "No explainer has stored results for both models: predictions alone were judged."
        )
    click.echo(f"gate: {'passed' if passed else 'not passed'}")


@contextmanager
def errors_reported(junit: Path | None, suite: str) -> Iterator[None]:
    """Write an error into the JUnit file too, so that no older file is taken for this run's."""
    try:
        yield
    except TrusteqError as error:
        if junit is not None:
            write(junit, junit_document(suite, error=str(error)))
        raise


def write(path: Path, text: str) -> None:
    """Write a file.

    Raises
    ------
    TrusteqError
        If that is not possible.
    """
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise TrusteqError(f'"{path}" cannot be written: {error.strerror}.') from error

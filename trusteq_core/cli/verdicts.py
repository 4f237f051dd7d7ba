"""How commands print a verdict: the answer, every criterion in words, and the margins."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import click

__all__ = ["print_verdict"]

_WIDTH = len("inconclusive")


def print_verdict(verdict: Mapping[str, Any]) -> None:
    """Print a verdict as `trusteq_core.equivalence.Verdict.to_dict` returns it."""
    click.echo(f"verdict: {verdict['answer']}")
    click.echo(verdict["sentence"])
    for finding in verdict["findings"]:
        click.echo(f"  {finding['answer']:{_WIDTH}}  {finding['sentence']}")
    click.echo(f"margins: {told_margins(verdict['margins'])}")


def told_margins(margins: Mapping[str, float]) -> str:
    """Return margins as one line of settings, as ``--margin`` takes them.

    Examples
    --------
    >>> told_margins({"accuracy": 0.02, "alpha": 0.05})
    'accuracy=0.02 alpha=0.05'
    """
    return " ".join(f"{name}={value:g}" for name, value in margins.items())

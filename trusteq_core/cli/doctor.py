"""``trusteq doctor``: whether this installation can do its work, and what to mend."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import click

from trusteq_core.cli.options import json_option, models_dir_option, store_option
from trusteq_core.cli.output import print_json, print_table

__all__ = ["doctor"]


@click.command()
@store_option
@models_dir_option
@json_option
@click.pass_context
def doctor(ctx: click.Context, store: Path | None, models_dir: Path | None, as_json: bool) -> None:
    """Check interpreter, packages, stored results, models, browser and machine.

    The exit status is 1 when something is wrong.
    """
    from trusteq_core.cli import checks

    results = [
        checks.check_python(),
        *checks.check_packages(),
        *checks.check_stores(store),
        *checks.check_models(models_dir),
        checks.check_browser(),
        checks.check_machine(),
    ]
    healthy = all(result.state != "wrong" for result in results)
    if as_json:
        print_json({"healthy": healthy, "checks": [asdict(result) for result in results]})
    else:
        print_table(
            ["state", "what", "detail"],
            [[result.state, result.what, result.detail] for result in results],
        )
    ctx.exit(0 if healthy else 1)

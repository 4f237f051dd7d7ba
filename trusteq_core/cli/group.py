"""The group of all commands: imports each when it is called for, turns errors into status 2."""

from __future__ import annotations

from importlib import import_module
from typing import Any, ClassVar

import click

from trusteq_core import __version__
from trusteq_core.errors import TrusteqError, UnknownName

__all__ = ["CommandLine", "main"]

INTERRUPTED = 130


class Refusal(click.ClickException):
    """A `TrusteqError` on its way to standard error."""

    exit_code = 2


class CommandLine(click.Group):
    """A group whose commands live in modules of the same name, imported on first use."""

    COMMANDS: ClassVar[tuple[str, ...]] = (
        "tasks",
        "models",
        "compare",
        "calibrate",
        "gate",
        "report",
        "explain",
        "evaluate",
        "train",
        "compress",
        "distil",
        "sweep",
        "reproduce",
        "precompute",
        "serve",
        "doctor",
    )

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        """Return the names of all commands, in the order of the help page."""
        return [*self.COMMANDS]

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:  # noqa: ARG002
        """Import and return one command, or None where there is none of that name."""
        if name not in self.COMMANDS:
            return None
        command: click.Command = getattr(import_module(f"trusteq_core.cli.{name}"), name)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command, or say which commands there are."""
        if args[0] not in self.COMMANDS:
            raise UnknownName("command", args[0], self.COMMANDS)
        return super().resolve_command(ctx, args)

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; an error meant for the user becomes a message and status 2."""
        try:
            return super().invoke(ctx)
        except TrusteqError as error:
            raise Refusal(str(error)) from error
        except KeyboardInterrupt:
            ctx.exit(INTERRUPTED)


@click.group(cls=CommandLine, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="trusteq")
def main() -> None:
    """Compare a compressed text classifier with the original it replaces.

    Does it give its answers for the same reasons, and are its probabilities as reliable?
    """

"""The command line: ``trusteq COMMAND``, one file a command.

Each command is imported when it is called for, so a command that reads stored results never
imports torch. Tables are for people; ``--json`` prints the same facts for machines, on standard
output alone. Exit status: 0, 1 for a negative answer, 2 for an error, 130 when interrupted.
"""

from trusteq_core.cli.group import main

__all__ = ["main"]

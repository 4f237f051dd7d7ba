"""``python -m trusteq_core.cli``: the command line where the ``trusteq`` script is not at hand."""

from trusteq_core.cli import main

if __name__ == "__main__":
    main(prog_name="trusteq")

"""How long a command takes from a cold start, against Python alone.

    python benchmarks/cold_start.py [--times 5]

Prints a Markdown table of CPU seconds, medians of processes run in turns: what is compared reads
the results that ship, and what it imports of the heavy libraries is named.
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys

HEAVY = ("torch", "transformers", "shap", "lime", "sklearn", "scipy", "streamlit", "plotly")
RUN = "from trusteq_core.cli import main; main({}, standalone_mode=False)"
COMPARE = ["compare", "--task", "nli", "--original", "base", "--compressed", "distil", "--json"]
COMMANDS = {
    "Python alone": "",
    "`import trusteq_core`": "import trusteq_core",
    "`trusteq --help`": RUN.format(["--help"]),
    "`trusteq models --task nli`": RUN.format(["models", "--task", "nli"]),
    f"`trusteq {' '.join(COMPARE)}`": RUN.format(COMPARE),
}
AFTER = (
    "\nimport sys, time; print(time.process_time(), "
    f"*[name for name in {HEAVY} if name in sys.modules], file=sys.stderr)"
)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--times", type=int, default=5)
    chosen = parser.parse_args()
    seconds: dict[str, list[float]] = {name: [] for name in COMMANDS}
    heavy: dict[str, list[str]] = {}
    for _ in range(chosen.times):
        for name, code in COMMANDS.items():
            done = subprocess.run(
                [sys.executable, "-c", code + AFTER], check=True, capture_output=True, text=True
            )
            spent, *heavy[name] = done.stderr.splitlines()[-1].split()
            seconds[name].append(float(spent))
    alone = statistics.median(seconds["Python alone"])
    print("| command | CPU seconds | Python alone, × | heavy libraries |\n|---|---|---|---|")
    for name, each in seconds.items():
        median = statistics.median(each)
        print(f"| {name} | {median:.2f} | {median / alone:.0f} | {', '.join(heavy[name]) or '-'} |")


if __name__ == "__main__":
    main()

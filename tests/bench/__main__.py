"""``make bench``: the mechanism against a bare baseline in the same run, as ratios. ``make bench B=relay`` for one.

Both sides of a ratio take turns, so that whatever else runs on the machine burdens both alike; the best turn of each
counts. No figure is asserted: a table is printed.
"""

import platform
import sys
import tempfile
import time
from importlib import import_module
from pathlib import Path

import uvloop
from rich.console import Console
from rich.table import Table

from devstack.testing import running
from tests.bench.results import Result

# Each is a module here with a function ``measure_…``. Processes start while the topics are empty: a backlog is no rest.
BENCHES = (
    "start",
    "relay",
    "consume",
    "search",
    "scale",
    "relevance",
    "visible",
    "memory",
    "fairness",
    "inbound",
    "burst",
    "work_list",
    "bulk",
    "saving",
    "large_case",
    "pages",
    "routing",
)

console = Console(width=150)


def show(results: list[Result], title: str) -> None:
    """Print the table."""
    table = Table("what", "ours", "bare", "unit", "ratio", "goal", title=title)
    for result in results:
        table.add_row(*result.cells())
    console.print(table)


def main() -> None:
    """Run the benches named on the command line, or all."""
    console.print(platform.platform())
    with running() as stack, tempfile.TemporaryDirectory() as folder:
        for name in sys.argv[1:] or BENCHES:
            measure = getattr(import_module(f"tests.bench.{name}"), f"measure_{name}")
            _ = stack.postgres, stack.kafka
            began = time.monotonic()
            results = uvloop.run(measure(stack, Path(folder)))
            show(results, f"{name}, measured in {time.monotonic() - began:.0f} s")


if __name__ == "__main__":
    main()

"""``make bench``: the mechanism against a bare baseline in the same run, as ratios. ``python -m bench relay consume``.

Both sides of a ratio take turns, so that whatever else runs on the machine burdens both alike; the best turn of each
counts. No figure is asserted: a table is printed.
"""

import platform
import sys
import tempfile
from collections.abc import Awaitable, Callable
from pathlib import Path

import uvloop
from rich.console import Console
from rich.table import Table

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE), str(HERE.parent / "faults"), str(HERE.parents[1] / "chassis" / "tests")]

from consume import measure_consume  # noqa: E402
from relay import measure_relay  # noqa: E402
from results import Result  # noqa: E402
from search import measure_search  # noqa: E402

from devstack.testing import Stack, running  # noqa: E402

BENCHES: dict[str, Callable[[Stack, Path], Awaitable[list[Result]]]] = {
    "relay": measure_relay,
    "consume": measure_consume,
    "search": measure_search,
}


def show(results: list[Result]) -> None:
    """Print the table."""
    table = Table("what", "ours", "bare", "unit", "ratio", "goal", title=platform.platform())
    for result in results:
        table.add_row(*result.cells())
    Console(width=150).print(table)


def main() -> None:
    """Run the benches named on the command line, or all."""
    names = sys.argv[1:] or list(BENCHES)
    with running() as stack, tempfile.TemporaryDirectory() as folder:
        for name in names:
            _ = stack.postgres, stack.kafka
            show(uvloop.run(BENCHES[name](stack, Path(folder))))


if __name__ == "__main__":
    main()

"""``make walk``: walk the way of one report through the running system and print each turn."""

import sys
import time
from pathlib import Path

from rich.console import Console

from walk.outside import Outside, Unexpected
from walk.way import TURNS, Way

console = Console(highlight=False)


def main(folder: Path) -> int:
    """Walk and return the exit code: 0 when every turn went as expected."""
    way = Way(Outside(folder))
    for number, (title, turn) in enumerate(TURNS, start=1):
        console.print(f"\n[bold]{number}. {title}[/bold]")
        started = time.monotonic()
        try:
            for line in turn(way):
                console.print(f"   [green]✓[/green] {line}")
        except Unexpected as error:
            console.print(f"   [red]✗ {error}[/red]")
            return 1
        console.print(f"   [dim]{time.monotonic() - started:.1f} s[/dim]")
    console.print("\n[bold green]The whole way was walked.[/bold green]")
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1] if len(sys.argv) > 1 else ".local")))

"""``make e2e``: take one report through the running system and print each stage."""

import sys
import time
from pathlib import Path

from rich.console import Console

from tests.e2e.client import SystemClient, Unexpected
from tests.e2e.scenario import STAGES, ReportScenario

console = Console(highlight=False)


def main(folder: Path) -> int:
    """Run all stages and return the exit code: 0 when every stage went as expected."""
    scenario = ReportScenario(SystemClient(folder))
    for number, (title, stage) in enumerate(STAGES, start=1):
        console.print(f"\n[bold]{number}. {title}[/bold]")
        started = time.monotonic()
        try:
            for line in stage(scenario):
                console.print(f"   [green]✓[/green] {line}")
        except Unexpected as error:
            console.print(f"   [red]✗ {error}[/red]")
            return 1
        console.print(f"   [dim]{time.monotonic() - started:.1f} s[/dim]")
    console.print("\n[bold green]All stages went as expected.[/bold green]")
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1] if len(sys.argv) > 1 else ".local")))

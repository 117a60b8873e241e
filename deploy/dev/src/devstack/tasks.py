"""Do several things at once, each when what it needs is done, and say how each went."""

import subprocess
import time
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass

from rich.console import Console
from rich.markup import escape

from devstack.processes import StartError

console = Console(highlight=False)


@dataclass(frozen=True)
class Task:
    """``work`` returns one word about what it did, or nothing; ``after`` names the tasks that it needs."""

    work: Callable[[], str]
    after: tuple[str, ...] = ()


def together(tasks: Mapping[str, Task]) -> bool:
    """Do all tasks and return whether all went well.

    A task stands behind those that it needs; a name that is not among the tasks counts as done. What needs a failed
    task is left out.
    """
    with ThreadPoolExecutor(max(len(tasks), 1)) as pool, console.status("At work: " + ", ".join(tasks)):
        outcomes: dict[str, Future[bool]] = {}
        for name, task in tasks.items():
            needed = [outcomes[each] for each in task.after if each in outcomes]
            outcomes[name] = pool.submit(_told, name, task, needed)
        return all(outcome.result() for outcome in outcomes.values())


def _told(name: str, task: Task, needed: list[Future[bool]]) -> bool:
    if not all(outcome.result() for outcome in needed):
        console.print(f"  [yellow]left out[/] {name}")
        return False
    began = time.monotonic()
    try:
        outcome = task.work()
    except (StartError, OSError, subprocess.SubprocessError) as error:
        console.print(f"  [red]FAILED[/]   {name}: {escape(str(error))}")
        return False
    if outcome:
        console.print(f"  [green]{outcome:<8}[/] {name} ({time.monotonic() - began:.1f} s)")
    return True

"""Do several things at once, each when what it needs is done, and say how each went."""

import subprocess
import time
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass

from rich.console import Console
from rich.markup import escape

from devstack.processes import StartError

TELL_SECONDS = 10

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
    with ThreadPoolExecutor(max(len(tasks), 1)) as pool:
        outcomes: dict[str, Future[bool]] = {}
        for name, task in tasks.items():
            needed = [outcomes[each] for each in task.after if each in outcomes]
            outcomes[name] = pool.submit(_told, name, task, needed)
        _tell_what_is_left(tasks, outcomes)
        return all(outcome.result() for outcome in outcomes.values())


def _tell_what_is_left(tasks: Mapping[str, Task], outcomes: Mapping[str, Future[bool]]) -> None:
    """Return when all is done; a terminal shows all the time what is not, anything else gets a line now and then."""
    began = time.monotonic()
    with console.status("") as shown:
        while working := _at_work(tasks, outcomes):
            shown.update(f"At work: {working}")
            if console.is_terminal:
                wait(outcomes.values(), timeout=0.5)
            elif wait(outcomes.values(), timeout=TELL_SECONDS).not_done and (slow := _at_work(tasks, outcomes)):
                console.print(f"  ...      {slow} ({time.monotonic() - began:.0f} s so far)")


def _at_work(tasks: Mapping[str, Task], outcomes: Mapping[str, Future[bool]]) -> str:
    left = {name for name, outcome in outcomes.items() if not outcome.done()}
    return ", ".join(name for name in tasks if name in left and left.isdisjoint(tasks[name].after))


def _told(name: str, task: Task, needed: list[Future[bool]]) -> bool:
    if not all(outcome.result() for outcome in needed):
        console.print(f"  [yellow]left out[/] {name}")
        return False
    began = time.monotonic()
    try:
        outcome = task.work()
    except (StartError, OSError, subprocess.SubprocessError) as error:
        console.print(f"  [red]FAILED[/]   {name}: {escape(str(error))}", soft_wrap=True)
        return False
    if outcome:
        console.print(f"  [green]{outcome:<8}[/] {name} ({time.monotonic() - began:.1f} s)")
    return True

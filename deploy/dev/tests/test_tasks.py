"""Things are done at once, in the order that they need."""

from threading import Event

import pytest

from devstack import tasks
from devstack.processes import StartError
from devstack.tasks import Task, together


def test_a_task_waits_for_what_it_needs_and_for_nothing_else() -> None:
    done: list[str] = []
    free = Event()

    def slow() -> str:
        assert free.wait(5)
        done.append("slow")
        return ""

    def note(name: str) -> Task:
        def work() -> str:
            done.append(name)
            free.set()
            return "done"

        return Task(work, after=("slow",) if name == "behind" else ())

    assert together({"slow": Task(slow), "beside": note("beside"), "behind": note("behind")})
    assert done == ["beside", "slow", "behind"]


def test_what_needs_a_failed_task_is_left_out() -> None:
    done: list[str] = []

    def fail() -> str:
        raise StartError("no such thing")

    def work() -> str:
        done.append("worked")
        return ""

    assert not together({"bad": Task(fail), "behind": Task(work, ("bad",)), "beside": Task(work, ("not here",))})
    assert done == ["worked"]


def test_what_takes_long_is_named_without_what_waits_for_it(monkeypatch: pytest.MonkeyPatch) -> None:
    lines: list[str] = []
    shown = Event()

    def note(line: str) -> None:
        lines.append(line)
        shown.set()

    def work() -> str:
        assert shown.wait(5)
        return ""

    monkeypatch.setattr(tasks, "TELL_SECONDS", 0.01)
    monkeypatch.setattr(tasks.console, "print", note)
    assert together({"long": Task(work), "behind": Task(lambda: "", ("long",))})
    assert "long" in lines[0]
    assert "behind" not in lines[0]

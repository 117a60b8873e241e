"""Things are done at once, in the order that they need."""

from threading import Event

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

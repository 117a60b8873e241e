"""The way of one report through the whole system, undisturbed and while workers are killed."""

from collections.abc import Iterator

import pytest
from walk.outside import Outside
from walk.way import TURNS, Turn, Way

from devstack.services import SERVICES
from devstack.system import System


@pytest.fixture(scope="module")
def way(outside: Outside) -> Way:
    return Way(outside)


@pytest.mark.parametrize("turn", [turn for _, turn in TURNS], ids=[title for title, _ in TURNS])
def test_the_way_of_one_report(way: Way, turn: Turn) -> None:
    seen = list(turn(way))
    assert seen


@pytest.fixture
def fallen(system: System, outside: Outside) -> Iterator[Way]:
    """A walk during which each worker is killed once and started again by ``make up``."""
    yield Way(outside)
    system.up()


def test_the_way_is_walked_while_one_worker_of_each_kind_is_killed(system: System, fallen: Way) -> None:
    kill_before = dict(zip((turn for _, turn in TURNS[1:]), (service.name for service in SERVICES), strict=True))
    seen = []
    for _, turn in TURNS:
        if turn in kill_before:
            system.kill(f"{kill_before[turn]}-worker")
            system.up()
        seen += list(turn(fallen))
    assert len(seen) > len(TURNS)

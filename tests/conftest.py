"""The fixtures of the tests that need the whole system."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from system import System, running_system
from walk.outside import Outside


@pytest.fixture(scope="session")
def system() -> Iterator[System]:
    """The whole system, started once for all tests that ask for it."""
    with running_system(seed_size=0) as started:
        yield started


@pytest.fixture(scope="session")
def outside(system: System) -> Outside:
    """The outside surface of the system."""
    return Outside(system.folder)

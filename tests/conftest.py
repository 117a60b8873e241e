"""The fixtures of the tests that need the whole system."""

import sys
from pathlib import Path

import pytest

from devstack.system import System

sys.path.insert(0, str(Path(__file__).parent))

from walk.outside import Outside


@pytest.fixture(scope="session")
def outside(system: System) -> Outside:
    """The outside surface of the system."""
    return Outside(system.local)

"""The fixtures of the tests that need the whole system."""

import os
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from devstack.system import System

sys.path.insert(0, str(Path(__file__).parent))
# The system of these tests writes its spans to files, for test_traces.py.
os.environ["TRACES"] = "1"
# The four named tilbud are enough here.
os.environ["SEED_SIZE"] = "0"

from walk.outside import Outside


@pytest.fixture(scope="session")
def outside(system: System) -> Iterator[Outside]:
    """The outside surface of the system."""
    with closing(Outside(system.local)) as opened:
        yield opened

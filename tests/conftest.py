"""The fixtures of the tests that need the whole system."""

import os
from collections.abc import Iterator
from contextlib import closing

import pytest

from devstack.system import System
from tests.e2e.client import SystemClient

# The system of these tests writes its spans to files, for test_traces.py.
os.environ["TRACES"] = "1"
# The four named tilbud are enough here.
os.environ["SEED_SIZE"] = "0"


@pytest.fixture(scope="session")
def client(system: System) -> Iterator[SystemClient]:
    """A client of the outside surface of the system."""
    with closing(SystemClient(system.local)) as opened:
        yield opened

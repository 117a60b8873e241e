"""Fixtures for every package: the real servers, started when a test first asks for them."""

from collections.abc import Iterator

import pytest

from devstack.system import System
from devstack.testing import Stack, TestIdentity, TestKafka, TestPostgres, running


@pytest.fixture(scope="session")
def stack() -> Iterator[Stack]:
    """The servers of this test run."""
    with running() as servers:
        yield servers


@pytest.fixture(scope="session")
def postgres(stack: Stack) -> TestPostgres:
    """A PostgreSQL server: ``create_database``, ``clone_database``, ``stop``, ``kill``, ``start``."""
    return stack.postgres


@pytest.fixture(scope="session")
def kafka(stack: Stack) -> TestKafka:
    """A Kafka broker with the topics of ``contracts``, and ``credentials`` of the external users."""
    return stack.kafka


@pytest.fixture(scope="session")
def identity(stack: Stack) -> TestIdentity:
    """An identity provider: ``issuer``, ``token``, ``headers``, ``mint``, ``system_token``, ``foreign_token``."""
    return stack.identity


@pytest.fixture(scope="session")
def system(stack: Stack) -> System:
    """The whole system as ``make up`` starts it: ``endpoints``, ``credentials``, ``kill``, ``up``, ``log``."""
    return stack.system

import pytest

from contracts.examples import ExampleReport


@pytest.fixture(scope="session")
def report() -> ExampleReport:
    """The sixteen example steps; tests copy what they change."""
    return ExampleReport()
